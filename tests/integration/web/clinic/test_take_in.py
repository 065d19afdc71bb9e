"""Answers from a file at the desk: the right one becomes a screening; how large and how named it may be."""

import io
import json
from typing import Any

import pytest

from app.domain.codes import Outcome
from app.questionnaire.labels import OUTCOMES
from app.storage.models import Screening
from app.storage.store import Store
from app.web.application import LARGEST_BODY_BYTES, LARGEST_FILE_BYTES
from tests.integration.web.clinic.desk_files import TAKE_IN, events, send, upload
from tests.support.accounts import CLINICIAN
from tests.support.audit import entries
from tests.support.client import Page, WebClient
from tests.support.fhir import bundle_of, the_response
from tests.support.journeys import EMERGENCY, POSITIVE
from tests.support.page import text
from tests.support.product import row_counts


def written(resource: Any) -> bytes:
    return json.dumps(resource).encode()


def taken_in(client: WebClient, content: bytes, name: str = "answers.json") -> Page:
    """The page after a file was sent."""
    client.open(TAKE_IN)
    file = (io.BytesIO(content), name)
    return client.post(TAKE_IN, {"file": file})


@pytest.fixture
def response() -> dict[str, Any]:
    return the_response(bundle_of(POSITIVE))


# --- the right file -------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [True, False], ids=["a bundle", "a response"])
def test_the_right_file_becomes_a_screening_that_its_code_finds(
    whole: bool, response: dict[str, Any], clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = taken_in(clinic_client, written(bundle_of(POSITIVE) if whole else response))
    assert page.status == 200
    assert "The answers are stored as a new screening." in page.main
    assert row_counts(sqlite_store)["screenings"] == 1
    clinic_client.open("/clinic/find")
    record = clinic_client.submit("Find", code=page.code)
    assert record.h1 == "Screen positive"
    assert events(sqlite_store) == [("fhir_taken_in", CLINICIAN.name, None)]
    noted = [each.action for each in entries(sqlite_store)]
    assert noted == ["fhir_taken_in", "screening_found", "screening_opened"]


def test_the_page_leads_to_the_screening(response: dict[str, Any], clinic_client: WebClient) -> None:
    clinic_client.page = taken_in(clinic_client, written(response))
    assert clinic_client.follow("Open it").h1 == "Screen positive"


def test_the_code_is_shown_once_and_kept_nowhere(
    response: dict[str, Any], clinic_client: WebClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    clinic_client.page = page = taken_in(clinic_client, written(response))
    again = [clinic_client.follow("Open it"), clinic_client.open(TAKE_IN), clinic_client.open("/clinic/")]
    for each in again:
        for code in (page.code, page.code[:4] + "-" + page.code[4:8]):
            assert code not in each.body
    assert page.code[:8] not in caplog.text


def test_the_same_file_again_is_refused_in_words_and_says_what_to_do(
    response: dict[str, Any], clinic_client: WebClient, sqlite_store: Store
) -> None:
    """As when the button is pressed twice, or a folder of files is taken in again."""
    pages = [taken_in(clinic_client, written(response)) for _ in range(2)]
    assert [page.status for page in pages] == [200, 409]
    (sentence,) = pages[1].errors.values()
    assert sentence.startswith("These answers were taken in already, on ")
    assert "give the response an “id” of its own" in sentence
    assert pages[1].title.startswith("Error: ")
    assert pages[0].code not in pages[1].body
    assert row_counts(sqlite_store)["screenings"] == 1
    assert len(events(sqlite_store)) == 1
    response["id"] = "of-somebody-else"
    assert taken_in(clinic_client, written(response)).status == 200


def test_a_response_that_is_nested_without_end_is_refused_in_words(
    response: dict[str, Any], clinic_client: WebClient, sqlite_store: Store
) -> None:
    """Extensions are not read, so that they may hold anything."""
    for depth in (500, 900, 2000, 50_000):
        nested = "[" * depth + "]" * depth
        content = written({**response, "extension": "@"}).replace(b'"@"', nested.encode())
        assert taken_in(clinic_client, content).status in (200, 409, 422), depth


def test_an_emergency_stands_first_in_the_queue(clinic_client: WebClient) -> None:
    taken_in(clinic_client, written(bundle_of(POSITIVE)))
    taken_in(clinic_client, written(bundle_of(EMERGENCY)))
    links = [
        each for each in clinic_client.open("/clinic/").html.iter("a") if each.get("class") == "row-link"
    ]
    assert [text(each) for each in links] == [str(OUTCOMES[Outcome.EMERGENCY]), "Screen positive"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_any_way_to_write_json_is_read(encoding: str, clinic_client: WebClient, sqlite_store: Store) -> None:
    herb = {"medicine": "other", "name_given": "Mutterkraut „µ“", "weeks": 8}
    bundle = bundle_of({**POSITIVE, "preventives": [herb]})
    content = json.dumps(bundle, ensure_ascii=False).encode(encoding)
    assert taken_in(clinic_client, content).status == 200
    assert row_counts(sqlite_store)["screenings"] == 1


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/passwd",
        "..\\..\\boot.ini",
        "/dev/null",
        "<script>alert(1)</script>.json",
        'a%0D%0A"; filename="b',
        "名前 😀.json",
        "x" * 5000,
        ".",
        "CON",
        "%00.json",
        "a.exe",
    ],
)
def test_the_name_of_the_file_does_not_matter(
    name: str, response: dict[str, Any], clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = taken_in(clinic_client, written(response), name)
    assert page.status == 200
    assert "<script>alert" not in page.body
    assert row_counts(sqlite_store)["screenings"] == 1


def test_an_outcome_or_a_code_in_the_file_is_not_believed(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    told = json.dumps(bundle_of(EMERGENCY)).replace('"emergency"', '"negative"')
    page = taken_in(clinic_client, told.encode())
    with sqlite_store.database.reading() as session:
        row = session.query(Screening).one()
        assert (row.outcome, row.urgency_rank) == ("emergency", 0)
        assert row.reference_mac == sqlite_store.mac_of(page.code)


# --- its size -------------------------------------------------------------------------------------


def test_a_file_may_have_480_kb_and_is_never_laid_down(
    response: dict[str, Any], clinic_client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From 500 kB on the parser of forms would write a file to the disk."""

    def refuse(*arguments: Any, **options: Any) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", refuse)
    content = written(response)
    largest = content + b" " * (LARGEST_FILE_BYTES - 2000 - len(content))
    assert taken_in(clinic_client, largest).status == 200


@pytest.mark.parametrize("size", [LARGEST_FILE_BYTES, 2 * LARGEST_FILE_BYTES])
def test_a_larger_file_is_a_calm_page_and_leaves_nothing(
    size: int, clinic_client: WebClient, sqlite_store: Store
) -> None:
    clinic_client.open(TAKE_IN)
    before = row_counts(sqlite_store)
    token = clinic_client.csrf_token.encode()
    body = b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token
    body += b'\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b" " * size
    page = clinic_client.post(
        TAKE_IN, body + b"\r\n--x--\r\n", content_type="multipart/form-data; boundary=x"
    )
    assert (page.status, page.h1) == (413, "What you sent is too large")
    assert "Nothing was stored" in page.main
    assert row_counts(sqlite_store) == before


def test_other_pages_take_no_more_than_before(
    clinic_client: WebClient, patient_client: WebClient, sqlite_store: Store
) -> None:
    clinic_client.open("/clinic/find")
    patient_client.open("/")
    for client, address in (
        *((clinic_client, each) for each in ("/clinic/find", "/clinic/table", "/clinic/sign-in")),
        (patient_client, "/start"),
    ):
        for size, status in ((LARGEST_BODY_BYTES + 1, 413), (LARGEST_FILE_BYTES - 2000, 413)):
            file = (io.BytesIO(b" " * size), "a.json")
            assert client.post(address, {"file": file}).status == status, (address, size)


def test_only_the_file_may_be_large(clinic_client: WebClient) -> None:
    """Whatever is typed beside it is held in memory as on every page."""
    clinic_client.open(TAKE_IN)
    file = (io.BytesIO(b"{}"), "a.json")
    response = send(clinic_client, TAKE_IN, {"file": file, "note": "x" * (LARGEST_BODY_BYTES + 1)})
    assert response.status_code == 413


def test_nothing_chosen_is_said_at_the_field(clinic_client: WebClient, sqlite_store: Store) -> None:
    clinic_client.open(TAKE_IN)
    answers = [
        clinic_client.post(TAKE_IN),
        clinic_client.post(TAKE_IN, {"file": "no file"}),
        clinic_client.post(TAKE_IN, {"file": (io.BytesIO(b""), "")}),
        clinic_client.post(TAKE_IN, {"file": (io.BytesIO(b""), "empty.json")}),
        clinic_client.post(TAKE_IN, {"other": (io.BytesIO(b"{}"), "a.json")}),
    ]
    for page in answers:
        assert page.status == 422
        assert page.errors == {"file": "Choose the file with the answers"}
        assert page.title.startswith("Error: ")
    assert upload(clinic_client, b"").status_code == 422
    assert row_counts(sqlite_store)["screenings"] == 0
