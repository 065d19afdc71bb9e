"""What a person takes along: a copy as the schema has it, and a paper that says what the page says."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.domain.answers import KINDS
from app.domain.reference_code import format_reference_code, new_reference_code
from app.questionnaire.sources import SOURCES
from app.reports.papers.typesetting import Paper, PaperKind, plain_values, set_paper
from app.services.clinical_review import open_record
from app.services.reading_by_code import TAKINGS
from app.services.reviewing import NewReview, record_review
from app.services.throttling import count_within
from app.storage.audit import Action
from app.storage.models import AuditEvent, Screening, ScreeningDraft
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from app.web.context import EXTENSION, Installation, now
from tests.support.accounts import CLINICIAN, add_person
from tests.support.client import WebClient
from tests.support.journeys import (
    CHECK,
    EMERGENCY,
    NEGATIVE,
    POSITIVE,
    RESULT,
    WITH_RESULT,
    Answers,
    fields_of,
    walk_to,
)
from tests.support.json_schema import faults
from tests.support.papers import (
    FULL,
    alternative_texts,
    claims_accessibility,
    plain,
    read,
    root,
    text_of,
)
from tests.support.screenings import NOON, add, minutes_after_noon

SCHEMA: Any = json.loads((Path(__file__).parents[4] / "docs" / "patient-copy.schema.json").read_text())
FIND = "Find my screening"
LOOK_ALIKE = {**POSITIVE, "look_alikes": ["constant_from_first_day"]}
UNSURE = {**NEGATIVE, "look_alikes": "not_sure", "red_flags": "not_sure", "botulinum_safety": "not_sure"}
MANY: dict[str, Answers] = {
    **{name: answers for name, (answers, _) in WITH_RESULT.items()},
    "everything": FULL,
    "look-alike": LOOK_ALIKE,
    "unsure": UNSURE,
    "young and soon": {**POSITIVE, "age_years": 16, "red_flags": ["recent_change_of_pattern"]},
    "days alone": {**POSITIVE, "any_acute_medication_days": 16, "months_of_acute_medication_use": 1},
}


def find(client: WebClient, code: str) -> None:
    client.open("/your-screening")
    client.submit(FIND, code=code)


def take(client: WebClient, address: str) -> bytes:
    response = client.flask.post(address, data={"csrf_token": client.csrf_token})
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="headache-')
    return bytes(response.data)


def copy_under(client: WebClient, code: str) -> Any:
    find(client, code)
    return json.loads(take(client, "/your-screening/copy"))


# --- the copy -------------------------------------------------------------------------------------


@pytest.mark.requirement("PAT-20")
@pytest.mark.parametrize("name", [*MANY, "emergency"])
def test_a_copy_follows_the_schema_and_holds_every_answer(
    name: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    screening_id = add(sqlite_store, MANY.get(name, EMERGENCY), code=code)
    copy = copy_under(patient_client, code)
    assert not faults(copy, SCHEMA)
    record = open_record(sqlite_store, screening_id)
    (screening,) = copy["screenings"]
    assert screening["answers"] == record.screening.answers
    assert screening["assessment"] == record.screening.assessment
    assert screening["received_at"] == record.screening.received_at.isoformat()


def test_the_schema_knows_every_answer_and_refuses_what_it_does_not_know() -> None:
    assert set(SCHEMA["$defs"]["answers"]["properties"]) == set(KINDS)
    assert faults({"format": "x"}, SCHEMA)
    answers = {**SCHEMA, **SCHEMA["$defs"]["answers"], "$defs": SCHEMA["$defs"]}
    assert not faults({"headache_days": 3, "aura": "not_sure"}, answers)
    wrong_ones: tuple[dict[str, Any], ...] = (
        {"headache_days": -1},
        {"note": "x"},
        {"aura": 1},
        {"red_flags": ["x"]},
        {"preventives": [{}]},
    )
    assert all(faults(wrong, answers) for wrong in wrong_ones)


@pytest.mark.requirement("PAT-20")
def test_a_copy_holds_every_screening_and_nothing_of_the_desk(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    first = add(sqlite_store, NEGATIVE, code=code)
    add(sqlite_store, FULL, code=code, received_at=minutes_after_noon(5))
    add(sqlite_store, POSITIVE)
    ada = add_person(sqlite_store, CLINICIAN, "no password")
    review = NewReview(ada, ScreeningStatus.NEEDS_CONTACT, "a secret note", None, None)
    record_review(sqlite_store, first, review, clinician_id=ada, now=NOON)
    copy = copy_under(patient_client, code)
    assert [each["visit"] for each in copy["screenings"]] == [2, 1]
    text = json.dumps(copy)
    for word in (
        "secret",
        CLINICIAN.name,
        CLINICIAN.email,
        "needs_contact",
        code,
        format_reference_code(code),
    ):
        assert word not in text


def test_a_copy_says_which_words_were_agreed_to_and_when(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    assert copy_under(patient_client, code)["screenings"][0]["consent"] is None
    with sqlite_store.database.writing() as session:
        session.execute(update(Screening).values(consent_version="1.0", consented_at=NOON))
    copy = copy_under(patient_client, code)
    assert not faults(copy, SCHEMA)
    agreed = {"version": "1.0", "given_at": "2026-03-02T12:00:00+00:00"}
    assert copy["screenings"][0]["consent"] == agreed


def test_taking_a_copy_and_a_paper_is_noted(patient_client: WebClient, sqlite_store: Store) -> None:
    code = new_reference_code()
    ids = [add(sqlite_store, code=code), add(sqlite_store, NEGATIVE, code=code)]
    copy_under(patient_client, code)
    take(patient_client, "/your-screening/1/paper")
    with sqlite_store.database.reading() as session:
        query = select(AuditEvent.subject_id).where(AuditEvent.action == Action.SCREENING_COPIED_BY_CODE)
        assert list(session.scalars(query.order_by(AuditEvent.seq))) == [ids[1], ids[0], ids[0]]


def test_after_handing_in_the_copy_holds_what_was_handed_in_and_nothing_earlier(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    add(sqlite_store, FULL, code=code)
    patient_client.open("/again")
    patient_client.submit("Start", code=code)
    walk_to_result(patient_client, NEGATIVE)
    copy = json.loads(take(patient_client, "/screening/result/copy"))
    assert not faults(copy, SCHEMA)
    assert [each["answers"]["headache_days"] for each in copy["screenings"]] == [9]
    assert "visit" not in copy["screenings"][0]  # it would tell that the code was known before


def walk_to_result(client: WebClient, answers: Answers) -> None:
    while client.current.address != RESULT:
        address = client.current.address
        if address == CHECK:
            client.submit("Send my answers")
        else:
            client.submit("Continue", fields_of(address, answers))


@pytest.mark.parametrize("address", ["/screening/result/copy", "/screening/result/paper"])
def test_before_handing_in_there_is_nothing_to_take(address: str, patient_client: WebClient) -> None:
    walk_to(patient_client, NEGATIVE, "/screening/check-answers")
    assert patient_client.post(address).status == 404
    assert patient_client.request("GET", address).status == 405


def test_on_a_shared_device_nothing_is_left_behind(patient_client: WebClient, sqlite_store: Store) -> None:
    shown = walk_to(patient_client, NEGATIVE)
    with sqlite_store.database.writing() as session:
        session.execute(update(ScreeningDraft).values(is_shared=True))
    assert "Take it with you" not in patient_client.open("/screening/result").main
    for address in ("/screening/result/copy", "/screening/result/paper"):
        assert patient_client.post(address).status == 404
    find(patient_client, shown.code)
    assert "Save" not in patient_client.current.main
    assert "Take it with you" not in patient_client.open("/your-screening/1").main
    for address in ("/your-screening/copy", "/your-screening/1/paper"):
        assert patient_client.post(address).status == 404


def test_a_source_that_takes_very_many_has_to_wait(patient_client: WebClient, sqlite_store: Store) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    find(patient_client, code)
    with sqlite_store.database.writing() as session:
        for moment in (now(), now() + TAKINGS.window):  # the clock may step on meanwhile
            for _ in range(TAKINGS.most):
                count_within(session, sqlite_store, TAKINGS, "127.0.0.1", moment)
    for address in ("/your-screening/copy", "/your-screening/1/paper", "/screening/result/copy"):
        page = patient_client.post(address)
        assert (page.status, page.h1) == (429, "Wait a little")
        assert int(page.headers["Retry-After"]) > 0


# --- the paper ------------------------------------------------------------------------------------


def taken_paper(client: WebClient, store: Store, answers: Answers) -> tuple[bytes, str, str]:
    """The paper, the words of the page, and the code."""
    code = new_reference_code()
    add(store, answers, code=code)
    find(client, code)
    page = client.open("/your-screening/1")
    words = plain(page.main)
    client.open("/your-screening/list")
    return take(client, "/your-screening/1/paper"), words, code


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a paper is made of."""
    found: dict[str, Any] = {}

    def note(kind: PaperKind, paper: Paper, values: dict[str, Any], now: datetime) -> bytes:
        found.update(plain_values(values))
        return set_paper(kind, paper, values, now)

    monkeypatch.setattr("app.patient.paper.set_paper", note)
    return found


@pytest.mark.parametrize("name", MANY)
def test_the_paper_says_what_the_page_says(
    name: str, patient_client: WebClient, sqlite_store: Store, told: dict[str, Any]
) -> None:
    paper, page, code = taken_paper(patient_client, sqlite_store, MANY[name])
    assert claims_accessibility(paper)
    assert root(paper)["/Lang"] == "en"
    assert len(read(paper).pages) <= 2
    assert len(alternative_texts(paper)) == 4
    said = text_of(paper)
    for words in (format_reference_code(code), "Consult your clinician", told["outcome"]):
        assert words in said
    parts = {
        each: told[each]
        for each in ("outcome", "suggestion", "received", "cards", "rows", "sections", "help")
    }
    sentences = list(sentences_of(parts))
    assert len(sentences) > 20
    assert not [each for each in sentences if without_marks(each) not in without_marks(page)]


def sentences_of(value: Any) -> Iterator[str]:
    """Every sentence in the values of a paper; a list behind a colon is on the page a list below it."""
    if isinstance(value, dict):
        for each in value.values():
            yield from sentences_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from sentences_of(each)
    elif isinstance(value, str):
        yield from (each for each in re.split(r"(?<=[.:])\s|;\s", value) if each)


def without_marks(words: str) -> str:
    """Letters and digits alone, without the numbers of sources and what a screen reader says of them."""
    without = re.sub(r"\[\d+\]", "", words)
    for source in SOURCES:
        without = without.replace(f"{source.title} ", "")
    return "".join(filter(str.isalnum, without))


def test_an_emergency_on_paper_says_what_to_do_now(patient_client: WebClient, sqlite_store: Store) -> None:
    paper, _page, code = taken_paper(patient_client, sqlite_store, EMERGENCY)
    said = text_of(paper)
    assert len(read(paper).pages) == 1
    assert "Call 999" in said
    assert format_reference_code(code) in said
    assert "worst within a minute" in said
    assert "chronic migraine" not in said


def test_the_paper_is_as_large_as_the_country_cuts_it(app: Flask, sqlite_store: Store) -> None:
    usual = app.extensions[EXTENSION]
    for country, width in (("GB", 595), ("US", 612)):
        app.extensions[EXTENSION] = Installation(replace(usual.settings, country=country), sqlite_store)
        paper, _page, _code = taken_paper(WebClient(app), sqlite_store, POSITIVE)
        assert round(read(paper).pages[0].mediabox.width) == width
