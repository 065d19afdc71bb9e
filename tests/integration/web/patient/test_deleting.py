"""Deleting everything under a code: all of it at once, and calm pages for who comes late."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, Event
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.reference_code import new_reference_code
from app.questionnaire.draft_answers import draft_answers
from app.services import removing_own, self_screening
from app.services.assessing import new_screening
from app.services.clinical_review import NoScreeningError, find_by_reference_code
from app.services.exporting import stored_records
from app.services.reading_by_code import look_up
from app.services.removing_own import remove_by_code
from app.services.self_screening import NoDraftError, start_screening, submit_screening
from app.storage import removal
from app.storage.audit import Action
from app.storage.models import AuditEvent, Screening, StatisticCount
from app.storage.store import Store
from app.storage.visits import hold_code
from config import Settings
from tests.support.client import Page, WebClient
from tests.support.journeys import CHECK, NEGATIVE, POSITIVE, walk_to
from tests.support.product import Product, row_counts
from tests.support.screenings import add, minutes_after_noon

ADDRESS = "/your-screening"
LIST = "/your-screening/list"
DELETE = "/your-screening/delete"
GONE = "Everything under your code is deleted"
NOTHING = "There is no screening under this code"
TYPED = "Called back: Ünsicher <b>?"


@pytest.fixture
def client(store: Store, settings: Settings, product: Product) -> WebClient:
    """A patient on each kind of database."""
    return WebClient(product.make(settings, store))


def find(client: WebClient, code: str, *, status: int = 200) -> Page:
    client.open(ADDRESS)
    return client.submit("Find my screening", code=code, status=status)


def delete(client: WebClient) -> Page:
    client.open(DELETE)
    return client.submit("Delete my answers", confirmed="yes")


def deletions(store: Store) -> list[AuditEvent]:
    with store.database.reading() as session:
        query = select(AuditEvent).where(AuditEvent.action == Action.SCREENING_REMOVED)
        return list(session.scalars(query.order_by(AuditEvent.seq)))


def rows(store: Store) -> dict[UUID, Screening]:
    with store.database.reading() as session:
        return {row.id: row for row in session.scalars(select(Screening))}


# --- what the person sees -------------------------------------------------------------------------


def test_the_page_says_what_goes_and_what_stays_and_asks_once_more(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    add(sqlite_store, code=code)
    find(patient_client, code)
    page = patient_client.follow("Delete my answers")
    assert page.address == DELETE
    for words in (
        "your 2 screenings: their answers",
        "what the clinic wrote",
        "an empty line with the dates",
    ):
        assert words in page.main
    before = row_counts(sqlite_store)
    page = patient_client.submit("Delete my answers", status=422)
    assert page.errors == {"confirmed": "Tick the box if you want to delete everything"}
    assert row_counts(sqlite_store) == before
    assert patient_client.follow("Keep everything as it is").address == LIST


@pytest.mark.requirement("PAT-19")
def test_everything_under_the_code_is_deleted_and_nothing_else(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    mine = {add(store, NEGATIVE, code=code), add(store, POSITIVE, code=code)}
    other = add(store, POSITIVE)
    before = rows(store)[other]
    begun = WebClient(client.flask.application)
    begun.open("/again")
    begun.submit("Start", code=code)
    with store.database.reading() as session:
        counted = session.scalars(select(StatisticCount.n)).all()
    find(client, code)
    assert delete(client).h1 == GONE
    after = rows(store)
    assert {key for key, row in after.items() if row.removed_at is not None} == mine
    for key in mine:
        assert (after[key].answers, after[key].assessment, after[key].listing) == (b"", b"", b"")
        assert after[key].removed_by == "patient"
    assert after[other].answers == before.answers
    assert row_counts(store)["screening_drafts"] == 0
    with store.database.reading() as session:
        assert session.scalars(select(StatisticCount.n)).all() == counted


@pytest.mark.requirement("PAT-19")
def test_what_is_noted_says_what_was_done_and_nothing_of_what_was_in_it(
    client: WebClient, store: Store
) -> None:
    code = new_reference_code()
    mine = [add(store, NEGATIVE, code=code), add(store, POSITIVE, code=code)]
    find(client, code)
    delete(client)
    found = deletions(store)
    assert [(each.actor_kind, each.subject_id, each.detail) for each in found] == [
        ("patient", mine[1], None),
        ("patient", mine[0], None),
    ]


@pytest.mark.requirement("PAT-19")
def test_afterwards_the_code_is_one_that_is_not_known(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    add(store, code=code)
    find(client, code)
    delete(client)
    assert client.open(LIST, status=404).h1 == NOTHING
    assert client.open(f"{ADDRESS}/1", status=404).h1 == NOTHING
    client.open("/")
    assert client.post(f"{ADDRESS}/copy").status == 404
    assert client.post("/finish").status == 303
    fresh = WebClient(client.flask.application)
    assert find(fresh, code, status=404).h1 == NOTHING
    with pytest.raises(NoScreeningError):
        find_by_reference_code(store, code)


def test_pressing_twice_is_as_good_as_once(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    add(store, code=code)
    find(client, code)
    client.open(DELETE)
    first, second = (client.post(DELETE, {"confirmed": "yes"}) for _ in range(2))
    assert (first.status, first.location) == (second.status, second.location) == (303, f"{DELETE}d")
    assert len(deletions(store)) == 1
    assert client.open(f"{DELETE}d").h1 == GONE
    client.submit("Finish and clear this screen")
    assert client.open(f"{DELETE}d").address == ADDRESS


def test_nobody_is_told_that_it_is_deleted_while_it_is_not(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    add(store, code=code)
    find(client, code)
    assert client.open(f"{DELETE}d").address == LIST


def test_all_or_nothing(client: WebClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the second of two cannot be deleted, neither is."""
    code = new_reference_code()
    mine = {add(store, NEGATIVE, code=code), add(store, POSITIVE, code=code)}
    find(client, code)
    client.open(DELETE)
    done = []

    def once(*given: object) -> bool:
        done.append(given)
        if len(done) == 2:
            raise ConnectionError
        return removal.remove_content(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("app.services.removing_own.remove_content", once)
    response = client.flask.post(DELETE, data={"confirmed": "yes", "csrf_token": client.csrf_token})
    assert response.status_code == 500
    assert {key for key, row in rows(store).items() if row.removed_at is None} == mine
    assert deletions(store) == []


def test_a_journey_under_the_code_ends_with_it_and_another_goes_on(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    add(store, code=code)
    walk_to(client, NEGATIVE, CHECK)
    find(client, code)
    delete(client)
    assert client.open(CHECK).address == CHECK
    shown = walk_to(WebClient(client.flask.application), NEGATIVE)
    find(client, shown.code)
    delete(client)
    assert client.open(CHECK).address == CHECK


def test_the_browser_that_handed_it_in_finds_nothing_any_more(client: WebClient, store: Store) -> None:
    shown = walk_to(client, NEGATIVE)
    other = WebClient(client.flask.application)
    find(other, shown.code)
    delete(other)
    assert client.open("/screening/result", status=404).h1 == "We cannot find your answers here"


@pytest.mark.parametrize("_round", range(3))
def test_whoever_hands_in_at_the_same_moment_leaves_nothing_behind(store: Store, _round: int) -> None:
    """Either the screening is there in time and goes, too, or there is no draft to hand in any more."""
    code, moment = new_reference_code(), datetime.now(UTC)
    draft = start_screening(store, "en", moment, draft_answers(POSITIVE), reference_code=code)
    grant = look_up(store, code, None, moment)
    both = Barrier(2)

    def hand_in() -> None:
        both.wait()
        with suppress(NoDraftError):
            submit_screening(store, draft, moment)

    def take_away() -> None:
        both.wait()
        remove_by_code(store, grant, moment)

    with ThreadPoolExecutor(2) as pool:
        for each in (pool.submit(hand_in), pool.submit(take_away)):
            each.result()
    assert not [row for row in rows(store).values() if row.removed_at is None]
    assert row_counts(store)["screening_drafts"] == 0


def test_nobody_who_deletes_waits_for_who_hands_in_and_the_other_way_round(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both hold the draft first and the code then; on PostgreSQL they would wait for each other else."""
    code, moment = new_reference_code(), datetime.now(UTC)
    draft = start_screening(store, "en", moment, draft_answers(POSITIVE), reference_code=code)
    grant = look_up(store, code, None, moment)
    has_draft, has_code = Event(), Event()

    def hand_in_slowly(*given: Any, **named: Any) -> Any:
        has_draft.set()
        has_code.wait(0.5)
        return new_screening(*given, **named)

    def hold_and_tell(*given: Any) -> None:
        hold_code(*given)
        has_code.set()

    monkeypatch.setattr(self_screening, "new_screening", hand_in_slowly)
    monkeypatch.setattr(removing_own, "hold_code", hold_and_tell)
    with ThreadPoolExecutor(2) as pool:
        sent = pool.submit(submit_screening, store, draft, moment)
        assert has_draft.wait(10)
        gone = pool.submit(remove_by_code, store, grant, moment)
        sent.result()
        gone.result()
    assert not [row for row in rows(store).values() if row.removed_at is None]


def test_a_code_that_was_deleted_begins_afresh(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    add(store, code=code)
    find(client, code)
    delete(client)
    add(store, NEGATIVE, code=code)
    page = find(client, code)
    assert page.h1 == "Your screenings"
    assert "There is one screening under your code" in page.main


# --- what the clinic sees -------------------------------------------------------------------------


@pytest.fixture
def deleted(app: Flask, sqlite_store: Store, clinic_client: WebClient) -> UUID:
    """A screening between two others that a clinician has open when the patient deletes it."""
    code = new_reference_code()
    add(sqlite_store, received_at=minutes_after_noon(1))
    screening_id = add(sqlite_store, code=code, received_at=minutes_after_noon(2))
    add(sqlite_store, received_at=minutes_after_noon(3))
    clinic_client.open(f"/clinic/screenings/{screening_id}")
    patient = WebClient(app)
    find(patient, code)
    delete(patient)
    return screening_id


@pytest.mark.requirement("PAT-19")
def test_the_record_says_what_became_of_it(deleted: UUID, clinic_client: WebClient) -> None:
    for part in ("", "/summary", "/evidence", "/fhir"):
        page = clinic_client.open(f"/clinic/screenings/{deleted}{part}", status=410)
        assert page.h1 == "This screening was deleted"
        assert "The patient deleted it with their code." in page.main
    unknown = UUID(int=1)
    page = clinic_client.open(f"/clinic/screenings/{unknown}", status=404)
    assert page.h1 == "There is no such page"


def test_a_review_that_was_half_written_is_shown_to_copy(
    deleted: UUID, clinic_client: WebClient, sqlite_store: Store
) -> None:
    before = row_counts(sqlite_store)
    page = clinic_client.submit("Save the review", note=TYPED, status=410)
    assert page.h1 == "This screening was deleted"
    assert page.text_of("kept-note") == TYPED
    assert row_counts(sqlite_store) == before


@pytest.mark.parametrize("part", ["reviews", "scores", "courses", "assignment", "evidence", "fhir"])
def test_whatever_comes_late_is_answered_calmly(
    part: str, deleted: UUID, clinic_client: WebClient, sqlite_store: Store
) -> None:
    before = row_counts(sqlite_store)
    form = {"status": "closed", "to": "", "instrument": "midas", "total": "5", "policy": "uk-nice-ta260"}
    page = clinic_client.post(f"/clinic/screenings/{deleted}/{part}", form)
    assert (page.status, page.h1) == (410, "This screening was deleted")
    assert row_counts(sqlite_store) == before


@pytest.mark.requirement("PAT-19")
def test_lists_and_exports_do_not_have_it(
    deleted: UUID, clinic_client: WebClient, sqlite_store: Store
) -> None:
    kept = {key for key in rows(sqlite_store) if key != deleted}
    for view in ("/clinic/", "/clinic/?status=new", "/clinic/?standing=any"):
        assert str(deleted) not in clinic_client.open(view).body
    for each in kept:
        assert str(deleted) not in clinic_client.open(f"/clinic/screenings/{each}").body
    records = list(stored_records(sqlite_store))
    assert {record.screening.id for record in records if record is not None} == kept
    assert len(records) == len(kept)
