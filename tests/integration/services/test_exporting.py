"""The records of a view one after the other: whole, once, in order, whatever happens to others meanwhile."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete

from app.services import exporting
from app.services.clinical_review import ScreeningRecord
from app.services.exporting import (
    count_of_view,
    has_too_many,
    record_table_taken,
    records_of_view,
    stored_records,
)
from app.services.reviewing import NewReview, record_review
from app.storage import queue
from app.storage.audit import Action, clinician
from app.storage.database import Database
from app.storage.encryption import FieldCipher
from app.storage.keyring import Keyring
from app.storage.models import Screening, ScreeningPolicy
from app.storage.queue import QueueFilter, Standing
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, add_person
from tests.support.audit import chain, entries
from tests.support.databases import PostgresqlServer
from tests.support.journeys import POSITIVE
from tests.support.screenings import BY_URGENCY, EMERGENCY_ANSWERS, NOON, add, minutes_after_noon

EVERYTHING = QueueFilter(standing=Standing.ANY)
OPEN = QueueFilter()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_BATCH", 3)


@pytest.fixture
def ids(store: Store) -> list[UUID]:
    """Eight screenings in the order of the queue."""
    return [add(store, received_at=minutes_after_noon(number)) for number in range(8)]


def ids_of(records: Iterator[ScreeningRecord | None]) -> list[UUID | None]:
    return [None if record is None else record.screening.id for record in records]


def set_status(store: Store, status: ScreeningStatus, *ids: UUID) -> None:
    clinician_id = add_person(store, CLINICIAN, "none")
    for screening_id in ids:
        new = NewReview(uuid4(), status, "")
        record_review(store, screening_id, new, clinician_id=clinician_id, now=NOON)


def remove(store: Store, *ids: UUID) -> None:
    with store.database.writing() as session:
        for screening_id in ids:
            session.execute(delete(ScreeningPolicy).where(ScreeningPolicy.screening_id == screening_id))
            session.execute(delete(Screening).where(Screening.id == screening_id))


# --- which, and in which order --------------------------------------------------------------------


def test_they_come_in_the_order_of_the_queue(store: Store) -> None:
    """The most urgent first, then the oldest; those of one moment by their ids."""
    late = [add(store, answers, received_at=minutes_after_noon(9)) for answers in reversed(BY_URGENCY)]
    twins = sorted((add(store, received_at=NOON) for _ in range(4)), key=lambda each: each.hex)
    assert ids_of(records_of_view(store, OPEN)) == [*late[:0:-1], *twins, late[0]]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
def test_each_comes_once_however_batches_end(count: int, store: Store) -> None:
    expected = [add(store, received_at=minutes_after_noon(number)) for number in range(count)]
    assert ids_of(records_of_view(store, OPEN)) == expected


def test_a_view_has_its_own_and_no_other(ids: list[UUID], store: Store) -> None:
    set_status(store, ScreeningStatus.CLOSED, ids[1], ids[6])
    urgent = add(store, EMERGENCY_ANSWERS, received_at=minutes_after_noon(99))
    still_open = [urgent, *(each for each in ids if each not in (ids[1], ids[6]))]
    assert ids_of(records_of_view(store, OPEN)) == still_open
    assert ids_of(records_of_view(store, QueueFilter(standing=Standing.DONE))) == [ids[1], ids[6]]
    assert ids_of(records_of_view(store, EVERYTHING)) == [urgent, *ids]
    assert ids_of(stored_records(store)) == [urgent, *ids]
    since = minutes_after_noon(6)
    assert ids_of(stored_records(store, since)) == [urgent, ids[6], ids[7]]


def test_a_record_is_whole(store: Store) -> None:
    screening_id = add(store, POSITIVE)
    set_status(store, ScreeningStatus.IN_REVIEW, screening_id)
    [record] = records_of_view(store, OPEN)
    assert record is not None
    assert record.screening.answers == POSITIVE
    assert record.assessment.outcome == record.screening.outcome == "positive"
    assert [each.clinician_name for each in record.reviews] == [CLINICIAN.name]


@pytest.mark.parametrize("column", ["answers", "assessment"])
def test_one_that_cannot_be_read_keeps_its_place(column: str, ids: list[UUID], store: Store) -> None:
    with store.database.writing() as session:
        for number in (0, 3, 7):
            setattr(session.get_one(Screening, ids[number]), column, b"damaged")
    expected = [None if number in (0, 3, 7) else each for number, each in enumerate(ids)]
    assert ids_of(records_of_view(store, OPEN)) == expected


# --- while others work ----------------------------------------------------------------------------


def test_what_others_do_meanwhile_moves_nobody(ids: list[UUID], store: Store) -> None:
    """After four records: two are closed, one of them read already, and others come before and behind."""
    records = records_of_view(store, OPEN)
    found = [next(records) for _ in range(4)]
    set_status(store, ScreeningStatus.CLOSED, ids[1], ids[6])
    last = add(store, received_at=minutes_after_noon(99))
    add(store, EMERGENCY_ANSWERS)
    add(store, received_at=NOON - timedelta(days=1))
    assert ids_of(iter([*found, *records])) == [*ids[:6], ids[7], last]


def test_one_that_is_removed_moves_nobody_even_where_a_batch_ended(ids: list[UUID], store: Store) -> None:
    records = records_of_view(store, OPEN)
    found = [next(records) for _ in range(3)]
    remove(store, ids[2], ids[3])
    assert ids_of(iter([*found, *records])) == [*ids[:3], *ids[4:]]


def test_a_reader_holds_up_no_writer(ids: list[UUID], store: Store) -> None:
    records = records_of_view(store, OPEN)
    next(records)
    add(store, received_at=minutes_after_noon(99))
    assert len(list(records)) == 8


@pytest.mark.postgresql
def test_one_that_is_removed_between_list_and_reading_is_not_called_damaged(
    postgresql: PostgresqlServer, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite nobody can write between the two: the reader holds the file."""
    with closing(Database(postgresql.borrow())) as database:
        store = Store(database, keyring, FieldCipher(keyring))
        first, second = add(store), add(store, received_at=minutes_after_noon(1))

        def list_then_remove(*arguments: Any, **options: Any) -> Any:
            listed = queue.list_queue(*arguments, **options)
            remove(store, first)
            return listed

        monkeypatch.setattr(exporting, "list_queue", list_then_remove)
        assert ids_of(records_of_view(store, OPEN)) == [second]
    postgresql.give_back()


# --- how many, and the note -----------------------------------------------------------------------


def test_a_view_may_have_as_many_as_the_cap_and_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exporting.MOST_IN_BROWSER == 5_000
    monkeypatch.setattr(exporting, "MOST_IN_BROWSER", 2)
    for expected in (False, False, True, True):
        add(store)
        assert has_too_many(store, OPEN) is expected
    assert has_too_many(store, QueueFilter(standing=Standing.DONE)) is False


@pytest.mark.parametrize("reason", ["", "An audit"])
def test_the_note_says_who_when_what_and_why_and_is_sealed(reason: str, store: Store) -> None:
    who = clinician(add_person(store, CLINICIAN, "none"))
    told = {"format": "csv", "filters": "status=done"}
    record_table_taken(store, actor=who, action=Action.TABLE_TAKEN, rows=3, reason=reason, now=NOON, **told)
    [entry] = entries(store)
    assert (entry.actor, entry.happened_at, entry.action) == (who, NOON, Action.TABLE_TAKEN)
    assert entry.subject_id is None
    assert b"An audit" not in chain(store)[0]["detail"]
    assert entry.detail == {**told, "rows": 3, **({"reason": reason} if reason else {})}


def test_a_view_is_counted_for_the_note_no_further_than_a_browser_waits_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_IN_BROWSER", 2)
    for expected in (1, 2, 3, 3):
        add(store)
        assert count_of_view(store, OPEN) == expected
