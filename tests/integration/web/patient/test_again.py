"""Screening once more under a code from before: the next visit, and nobody learns whether a code is known."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from app.domain.reference_code import ALPHABET, format_reference_code, new_reference_code
from app.storage.screenings import ListedScreening, list_same_code
from app.storage.store import Store
from app.storage.visits import find_screening_id
from config import Settings
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    CHECK,
    EMERGENCY,
    EMERGENCY_PAGE,
    NEGATIVE,
    POSITIVE,
    RESULT,
    SAFETY,
    Answers,
    fields_of,
    walk_to,
)
from tests.support.product import Product, row_counts
from tests.support.screenings import add

AGAIN = "/again"
CHECK_IT = "Check the code: it has 17 letters and digits, and one of these is missing or wrong"
ENTER_IT = "Enter the code from your page or paper"
ONLY_IT = "Enter only the code: 17 letters and digits"


@pytest.fixture
def client(store: Store, settings: Settings, product: Product) -> WebClient:
    """A patient on each kind of database."""
    return WebClient(product.make(settings, store))


def visits(store: Store, code: str) -> list[ListedScreening]:
    """The screenings under a code, the oldest first."""
    with store.database.reading() as session:
        newest = find_screening_id(session, store.macs_of(code))
        return [] if newest is None else list_same_code(session, store.cipher, newest)


def walk_on(client: WebClient, answers: Answers, to: str) -> Page:
    """From the first question on, as `walk_to` does from the start."""
    while client.current.address != to:
        address = client.current.address
        if address == CHECK:
            client.submit("Send my answers")
        else:
            client.submit("Continue", fields_of(address, answers))
    return client.current


def begin(client: WebClient, typed: str) -> Page:
    client.open(AGAIN)
    return client.submit("Start", code=typed)


def test_the_start_page_leads_there(patient_client: WebClient) -> None:
    patient_client.open("/")
    addresses = {each.get("href") for each in patient_client.current.html.iter("a")}
    assert AGAIN in addresses
    page = patient_client.open(AGAIN)
    assert (page.h1, page.errors) == ("Screen again under your code", {})


def test_the_new_screening_is_the_next_visit_under_the_code(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    first = add(store, POSITIVE, code=code)
    assert begin(client, code).address == SAFETY
    page = walk_on(client, NEGATIVE, RESULT)
    assert page.code == code
    found = visits(store, code)
    assert [(each.visit, each.outcome, each.is_unread) for each in found] == [
        (1, "positive", True),
        (2, "negative", True),
    ]
    assert found[0].id == first


def test_whoever_was_given_a_code_by_this_product_may_come_again_with_it(
    client: WebClient, store: Store
) -> None:
    code = walk_to(client, {**POSITIVE, "preventives": []}).code
    for number in (2, 3):
        begin(client, format_reference_code(code))
        assert walk_on(client, NEGATIVE, RESULT).code == code
        assert [each.visit for each in visits(store, code)] == list(range(1, number + 1))


def test_a_sign_that_stops_is_the_next_visit_too(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    add(store, code=code)
    begin(client, code)
    client.submit("Continue", fields_of(SAFETY, EMERGENCY), status=200)
    assert client.current.address in (EMERGENCY_PAGE, "/screening/emergency")
    assert [(each.visit, each.outcome) for each in visits(store, code)] == [(1, "positive"), (2, "emergency")]


@pytest.mark.parametrize(
    "typed_as",
    [
        format_reference_code,
        str.lower,
        lambda code: f"  {' '.join(code)} ",
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: format_reference_code(code).replace("-", " – "),
    ],
    ids=["dashes", "lower case", "spaces", "letters for digits", "long dashes"],
)
def test_a_code_is_taken_however_it_is_typed(
    typed_as: Callable[[str], str], patient_client: WebClient, sqlite_store: Store
) -> None:
    code = next(each for each in iter(new_reference_code, "") if "0" in each and "1" in each)
    add(sqlite_store, code=code)
    begin(patient_client, typed_as(code))
    assert walk_on(patient_client, NEGATIVE, RESULT).code == code
    assert len(visits(sqlite_store, code)) == 2


# --- nobody learns whether a code is known --------------------------------------------------------


def test_a_code_that_is_not_known_here_is_answered_like_one_that_is(app: Flask, sqlite_store: Store) -> None:
    known, unknown = new_reference_code(), new_reference_code()
    add(sqlite_store, code=known)
    answers = []
    for code in (known, unknown):
        client = WebClient(app)
        client.open(AGAIN)
        answer = client.post(AGAIN, {"code": code})
        page = client.open(answer.location)
        headers = {name: value for name, value in answer.headers if name not in ("Set-Cookie", "Date")}
        answers.append((answer.status, answer.location, answer.body, headers, page.h1, page.main))
    assert answers[0] == answers[1]
    assert answers[0][:2] == (303, SAFETY)


def test_a_code_that_is_not_known_here_is_the_code_of_the_first_visit(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    begin(patient_client, code)
    assert walk_on(patient_client, NEGATIVE, RESULT).code == code
    assert [each.visit for each in visits(sqlite_store, code)] == [1]


def test_nothing_of_an_earlier_screening_is_shown(patient_client: WebClient, sqlite_store: Store) -> None:
    code = new_reference_code()
    add(sqlite_store, {**POSITIVE, "headache_days": 27}, code=code)
    pages = [begin(patient_client, code)]
    pages.append(walk_on(patient_client, NEGATIVE, CHECK))
    pages.append(walk_on(patient_client, NEGATIVE, RESULT))
    for page in pages:
        assert "27 day" not in page.main
        assert "visit" not in page.main.lower()


@pytest.mark.requirement("PAT-06", part="looked up by POST alone; a code in an address is not read")
def test_the_code_is_in_no_address_and_no_cookie(patient_client: WebClient, sqlite_store: Store) -> None:
    code = new_reference_code()
    begin(patient_client, code)
    assert not [each for each in patient_client.visited if code in each.upper()]
    assert not [each for each in patient_client.cookies_set if code in each.upper()]
    assert patient_client.request("GET", f"{AGAIN}?code={code}").status == 200
    assert code not in patient_client.request("GET", f"{AGAIN}?code={code}").body


# --- a code that is wrong -------------------------------------------------------------------------


def wrong_symbol(code: str) -> str:
    other = ALPHABET[(ALPHABET.index(code[3]) + 1) % len(ALPHABET)]
    return code[:3] + other + code[4:]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", ENTER_IT),
        ("   ", ENTER_IT),
        ("ABCD", CHECK_IT),
        ("U" * 17, CHECK_IT),
        (wrong_symbol(new_reference_code()), CHECK_IT),
        (new_reference_code()[:-1], CHECK_IT),
        (new_reference_code() * 2, CHECK_IT),
        ("<script>alert(1)</script>", CHECK_IT),
        ("' OR 1=1 --", CHECK_IT),
        ("🧠" * 17, CHECK_IT),
        ("A" * 200, CHECK_IT),
        ("A" * 201, ONLY_IT),
        ("A" * 5000, ONLY_IT),
    ],
    ids=[
        "empty",
        "spaces",
        "short",
        "letter U",
        "a wrong symbol",
        "one missing",
        "twice",
        "markup",
        "sql",
        "signs",
        "as long as may be",
        "long",
        "very long",
    ],
)
def test_a_wrong_code_is_explained_and_what_was_typed_is_kept(
    typed: str, sentence: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    patient_client.open(AGAIN)
    before = row_counts(sqlite_store)
    page = patient_client.submit("Start", code=typed, status=422)
    assert page.errors == {"code": sentence}
    assert page.text_of("code-error") == f"Error: {sentence}"
    assert page.title.startswith("Error: Screen again under your code")
    (kept,) = page.values()["code"]
    assert kept[:100] == typed[:100]
    assert row_counts(sqlite_store) == before


def test_a_wrong_code_leaves_what_was_begun_as_it_is(patient_client: WebClient, sqlite_store: Store) -> None:
    walk_to(patient_client, NEGATIVE, CHECK)
    patient_client.open(AGAIN)
    patient_client.submit("Start", code="ABCD", status=422)
    assert patient_client.open(CHECK).address == CHECK


def test_a_right_code_begins_afresh(patient_client: WebClient, sqlite_store: Store) -> None:
    """What this browser had begun is forgotten; what it had handed in is not."""
    first = walk_to(patient_client, NEGATIVE).code
    code = new_reference_code()
    assert begin(patient_client, code).address == SAFETY
    assert row_counts(sqlite_store)["screening_drafts"] == 1
    assert walk_on(patient_client, NEGATIVE, RESULT).code == code
    assert [len(visits(sqlite_store, each)) for each in (first, code)] == [1, 1]


@pytest.mark.parametrize("typed", ["\x00", "A\x00B", "\r\n", "%00", "🧠" * 2000, "ABCD" * 2000])
def test_what_is_typed_for_a_code_is_never_a_failure(typed: str, client: WebClient, store: Store) -> None:
    client.open(AGAIN)
    for form in ({"code": typed}, {"code": [typed, typed]}, {"kode": typed}, {}):
        assert client.post(AGAIN, form).status == 422
    assert row_counts(store)["screening_drafts"] == 0


def test_pressing_start_twice_with_one_code_is_one_journey(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    for _ in range(2):
        begin(client, code)
    assert row_counts(store)["screening_drafts"] == 1
    walk_on(client, NEGATIVE, RESULT)
    found: list[UUID] = [each.id for each in visits(store, code)]
    assert len(found) == 1
