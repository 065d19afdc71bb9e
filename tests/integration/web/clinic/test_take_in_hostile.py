"""Whatever a file holds that is taken in at the desk: it is stored or explained, and never a failure."""

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from app.storage.store import Store
from tests.integration.web.clinic.desk_files import TAKE_IN, upload
from tests.support.client import Page, WebClient
from tests.support.fhir import bundle_of, the_response
from tests.support.journeys import POSITIVE
from tests.support.page import check_page, errors
from tests.support.product import row_counts

NO_JSON: Final = {
    "words": b"hello",
    "half": b'{"resourceType": "Bundle"',
    "a page": b"<!doctype html><html></html>",
    "bytes": bytes(range(256)),
    "NaN": b'{"a": NaN}',
    "infinity": b"[-Infinity]",
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"a":' * 90_000,
    "deep and whole": b"[" * 50_000 + b"]" * 50_000,
    "a long number": b"9" * 100_000,
    "a lone comma": b"[1,]",
    "broken UTF-8": b'{"a": "\xff\xfe"}',
    "a NUL": b"{}\x00",
    "two values": b"{} {}",
}
NOT_OURS: Final = {
    "nothing": "null",
    "a number": "15",
    "a text": '"QuestionnaireResponse"',
    "a list": "[]",
    "an object": "{}",
    "another resource": '{"resourceType": "Patient"}',
    "a large number": '{"resourceType": 1e400}',
    "an empty bundle": '{"resourceType": "Bundle", "entry": []}',
    "a bundle without entries": '{"resourceType": "Bundle"}',
    "a bundle of a bundle": '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Bundle"}}]}',
    "a response alone": '{"resourceType": "QuestionnaireResponse"}',
}
STRANGE: Final[tuple[Any, ...]] = (
    None,
    True,
    -1,
    0.1,
    10**30,
    1e308,
    "",
    "\x00",
    "\ud800",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "x" * 5000,
    "\N{RIGHT-TO-LEFT OVERRIDE}🤕",
    "%(item)s %s {0}",
    [],
    {},
    [[[]]],
    {"a": {"b": []}},
)


def response() -> dict[str, Any]:
    return the_response(bundle_of(POSITIVE))


def answered(client: WebClient, content: bytes) -> tuple[int, dict[str, str]]:
    """The status, and what is said at the field."""
    got = upload(client, content)
    assert "<script>alert" not in got.text
    return got.status_code, errors(check_page(got.text, got.status_code, dict(got.headers)))


@pytest.mark.parametrize("content", NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json_is_said_in_a_sentence(
    content: bytes, clinic_client: WebClient, sqlite_store: Store
) -> None:
    told = {"file": "The file holds no JSON that can be read. Choose another file"}
    assert answered(clinic_client, content) == (422, told)
    assert row_counts(sqlite_store)["screenings"] == 0


@pytest.mark.parametrize("content", NOT_OURS.values(), ids=NOT_OURS)
def test_another_document_is_said_in_a_sentence(
    content: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    status, told = answered(clinic_client, content.encode())
    assert (status, list(told)) == (422, ["file"])
    assert told["file"][0].isupper()
    assert row_counts(sqlite_store)["screenings"] == 0


@pytest.mark.parametrize(
    ("canonical", "sentence"),
    [
        ("http://example.org/other|1.0", "The response answers another questionnaire"),
        ("urn:headache-screening:questionnaire", "Version “” of the questions is not known here"),
        ("urn:headache-screening:questionnaire|99.0", "Version “99.0” of the questions is not known here"),
        ("urn:headache-screening:questionnaire|<b>", "Version “<b>” of the questions is not known here"),
        (None, "The response answers another questionnaire"),
    ],
)
def test_another_questionnaire_is_named(
    canonical: str | None, sentence: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    status, told = answered(clinic_client, json.dumps({**response(), "questionnaire": canonical}).encode())
    assert status == 422
    assert told["file"].startswith(sentence)
    assert row_counts(sqlite_store)["screenings"] == 0


def places(found: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a document with each key in it."""
    for key, value in found.items() if isinstance(found, dict) else enumerate(found):
        yield found, key
        if isinstance(value, dict | list):
            yield from places(value)


def spoilt() -> Iterator[dict[str, Any]]:
    """The right response with one part replaced, each part by each strange value in turn."""
    whole = response()
    for number, _ in enumerate(places(whole)):
        for strange in STRANGE:
            broken = copy.deepcopy(whole)
            container, key = next(each for at, each in enumerate(places(broken)) if at == number)
            container[key] = strange
            yield broken


def test_one_strange_part_anywhere_is_taken_or_explained(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    """Each part of a response in turn, and a few values for each: all of them together would take minutes."""
    clinic_client.open(TAKE_IN)
    taken, documents = 0, list(spoilt())
    assert len(documents) > 1000
    for number, document in enumerate(documents):
        if number % 5 == 0:
            status, told = answered(clinic_client, json.dumps(document).encode())
            assert (status, list(told)) in ((200, []), (422, ["file"])), json.dumps(document)[:300]
            taken += status == 200
    assert row_counts(sqlite_store)["screenings"] == taken > 0


def test_a_number_that_is_too_large_for_any_answer_is_explained(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    text = json.dumps(response())
    for number in ("1e400", "-1e400", "9" * 400, "1e-400", "91", "-0", "20.5"):
        spoiled = text.replace('"valueInteger": 20', f'"valueInteger": {number}')
        assert spoiled != text
        assert answered(clinic_client, spoiled.encode())[0] in (200, 422)
    assert row_counts(sqlite_store)["screenings"] <= 2


def test_half_a_character_in_what_was_typed_is_explained(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    """JSON can write it, and nothing can store it."""
    herb = {"medicine": "other", "name_given": "Canary", "weeks": 8}
    content = json.dumps(bundle_of({**POSITIVE, "preventives": [herb]})).replace("Canary", "\\ud83d")
    status, told = answered(clinic_client, content.encode())
    assert (status, list(told)) == (422, ["file"])
    assert row_counts(sqlite_store)["screenings"] == 0


def test_a_text_with_markup_is_stored_and_shown_as_text(clinic_client: WebClient) -> None:
    herb = {"medicine": "other", "name_given": "<img src=x onerror=alert(1)>", "weeks": 8}
    got = upload(clinic_client, json.dumps(bundle_of({**POSITIVE, "preventives": [herb]})).encode())
    assert got.status_code == 200
    clinic_client.page = Page(TAKE_IN, 200, got.headers, got.text, check_page(got.text, 200, {**got.headers}))
    record = clinic_client.follow("Open it")
    assert "<img src=x" not in record.body
    assert "<img src=x onerror=alert(1)>" in record.main
