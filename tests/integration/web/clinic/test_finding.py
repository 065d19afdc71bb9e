"""Finding a screening by its reference code: however it is typed, and the newest of several."""

import pytest

from app.domain.reference_code import ALPHABET, format_reference_code, new_reference_code
from app.storage.store import Store
from tests.support.client import WebClient
from tests.support.journeys import CHECK, NEGATIVE, POSITIVE, walk_to
from tests.support.screenings import add, minutes_after_noon


@pytest.mark.parametrize(
    "way",
    ["plain", "dashes", "lower", "spaces", "letters for digits", "long dashes", "a tab and a line"],
)
def test_a_code_is_found_however_it_is_typed(way: str, clinic_client: WebClient, sqlite_store: Store) -> None:
    code = next(each for each in iter(new_reference_code, "") if "0" in each and "1" in each)
    screening_id = add(sqlite_store, code=code)
    typed = {
        "plain": code,
        "dashes": format_reference_code(code),
        "lower": format_reference_code(code).lower(),
        "spaces": f"  {' '.join(code)}  ",
        "letters for digits": code.replace("0", "O").replace("1", "l"),
        "long dashes": format_reference_code(code).replace("-", " – "),
        "a tab and a line": f"\t{code}\r\n",
    }[way]
    clinic_client.open("/clinic/find")
    page = clinic_client.submit("Find", code=typed)
    assert page.address == f"/clinic/screenings/{screening_id}"


def test_of_several_under_one_code_the_newest_is_opened(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code, received_at=minutes_after_noon(9))
    newest = add(sqlite_store, NEGATIVE, code=code)
    clinic_client.open("/clinic/find")
    page = clinic_client.submit("Find", code=code)
    assert page.address == f"/clinic/screenings/{newest}"
    assert page.h1 == "Screen negative"


@pytest.mark.requirement("PAT-06", part="looked up by POST alone; a code in an address is not read")
def test_the_code_is_in_no_address(clinic_client: WebClient, sqlite_store: Store) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    clinic_client.open("/clinic/find")
    clinic_client.submit("Find", code=code)
    assert not [each for each in clinic_client.visited if code in each.upper()]
    assert clinic_client.request("GET", f"/clinic/find?code={code}").status == 200


def test_a_code_under_which_answers_were_begun_says_so(
    clinic_client: WebClient, patient_client: WebClient
) -> None:
    walk_to(patient_client, POSITIVE, CHECK)
    code = patient_client.current.code
    clinic_client.open("/clinic/find")
    page = clinic_client.submit("Find", status=422, code=code)
    assert page.errors["code"].startswith("Answers under this code were begun and not sent yet.")
    patient_client.submit("Send my answers")
    assert clinic_client.submit("Find", code=code).h1 == "Screen positive"


def wrong_symbol(code: str) -> str:
    other = ALPHABET[(ALPHABET.index(code[3]) + 1) % len(ALPHABET)]
    return code[:3] + other + code[4:]


CHECK_IT = "Check the code: it has 17 letters and digits, and one of these is missing or wrong"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the code from the patient’s page or paper"),
        ("   ", "Enter the code from the patient’s page or paper"),
        ("ABCD", CHECK_IT),
        ("U" * 17, CHECK_IT),
        (wrong_symbol(new_reference_code()), CHECK_IT),
        ("<script>alert(1)</script>", CHECK_IT),
        ("' OR 1=1 --", CHECK_IT),
        (new_reference_code(), "No screening of this clinic has this code. Check it with the patient"),
        ("A" * 101, "Enter only the code: 17 letters and digits"),
        ("A" * 5000, "Enter only the code: 17 letters and digits"),
    ],
    ids=[
        "empty",
        "spaces",
        "short",
        "letter U",
        "a wrong symbol",
        "markup",
        "sql",
        "unknown",
        "long",
        "very long",
    ],
)
def test_a_wrong_code_is_explained(
    typed: str, sentence: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    add(sqlite_store)
    clinic_client.open("/clinic/find")
    page = clinic_client.submit("Find", code=typed, status=422)
    assert page.errors == {"code": sentence}
    assert page.text_of("code-error") == f"Error: {sentence}"
    assert page.title == "Error: Find by reference code – Screening desk"
    (kept,) = page.values()["code"]
    assert kept[:100] == typed[:100]
