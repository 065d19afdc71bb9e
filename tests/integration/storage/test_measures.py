"""Scores and courses of treatment: added, never changed, sealed for their row, newest first."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from app.storage.database import ConflictError
from app.storage.measures import StoredMeasure, add_measure, find_content, list_measures
from app.storage.models import ScreeningMeasure
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, COLLEAGUE, add_person
from tests.support.product import row_counts
from tests.support.screenings import add, minutes_after_noon

CANARY = 918_273_645


@pytest.fixture
def clinician_id(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "no password")


def measure(
    store: Store, screening_id: UUID, clinician_id: UUID, content: dict[str, Any], minute: float = 0
) -> UUID:
    measure_id = uuid4()
    with store.database.writing() as session:
        add_measure(
            session,
            store.cipher,
            measure_id=measure_id,
            screening_id=screening_id,
            clinician_id=clinician_id,
            recorded_at=minutes_after_noon(minute),
            content=content,
        )
    return measure_id


def measures(store: Store, screening_id: UUID) -> list[StoredMeasure]:
    with store.database.reading() as session:
        return list_measures(session, store.cipher, screening_id)


def test_a_measure_comes_back_with_its_author_and_time(store: Store, clinician_id: UUID) -> None:
    content = {"kind": "score", "instrument": "midas", "total": 21}
    screening_id = add(store)
    measure(store, screening_id, clinician_id, content)
    assert measures(store, screening_id) == [StoredMeasure(minutes_after_noon(0), "Dr Ada Example", content)]


def test_the_newest_comes_first_whoever_entered_it(store: Store, clinician_id: UUID) -> None:
    colleague, screening_id, other = add_person(store, COLLEAGUE, "none"), add(store), add(store)
    for minute, author in ((1, clinician_id), (3, colleague), (2, clinician_id)):
        measure(store, screening_id, author, {"total": minute}, minute)
    measure(store, other, colleague, {"total": 9}, 9)
    assert [(each.content, each.clinician_name) for each in measures(store, screening_id)] == [
        ({"total": 3}, "Dr Bo Example"),
        ({"total": 2}, "Dr Ada Example"),
        ({"total": 1}, "Dr Ada Example"),
    ]


def test_measures_of_the_same_moment_keep_one_order(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    for total in range(5):
        measure(store, screening_id, clinician_id, {"total": total})
    first = measures(store, screening_id)
    assert len(first) == 5
    assert measures(store, screening_id) == first


def test_a_screening_without_any_has_none(store: Store, clinician_id: UUID) -> None:
    measure(store, add(store), clinician_id, {"total": 1})
    assert measures(store, add(store)) == []
    assert measures(store, uuid4()) == []


def test_what_an_entry_says_is_found_by_its_id(store: Store, clinician_id: UUID) -> None:
    stored = measure(store, add(store), clinician_id, {"total": 1})
    measure(store, add(store), clinician_id, {"total": 2})
    with store.database.reading() as session:
        assert find_content(session, store.cipher, stored) == {"total": 1}
        assert find_content(session, store.cipher, uuid4()) is None


def test_an_id_is_stored_once(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    stored = measure(store, screening_id, clinician_id, {"total": 1})
    with pytest.raises(ConflictError), store.database.writing() as session:
        add_measure(
            session,
            store.cipher,
            measure_id=stored,
            screening_id=screening_id,
            clinician_id=clinician_id,
            recorded_at=minutes_after_noon(1),
            content={"total": 2},
        )
    assert [each.content for each in measures(store, screening_id)] == [{"total": 1}]


def test_a_measure_needs_a_screening_and_an_author(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    with pytest.raises(ConflictError):
        measure(store, uuid4(), clinician_id, {"total": 1})
    with pytest.raises(ConflictError):
        measure(store, screening_id, uuid4(), {"total": 1})
    assert row_counts(store)["screening_measures"] == 0


def test_nothing_of_a_measure_can_be_read_in_its_row(store: Store, clinician_id: UUID) -> None:
    measure(store, add(store), clinician_id, {"instrument": "midas", "total": CANARY})
    with store.database.reading() as session:
        (row,) = session.execute(text("SELECT * FROM screening_measures")).mappings()
    for column in row.values():
        shown = bytes(column) if isinstance(column, bytes | memoryview) else str(column).encode()
        assert str(CANARY).encode() not in shown
        assert b"midas" not in shown
        assert CANARY.to_bytes(4, "big") not in shown


def test_nothing_of_a_measure_can_be_read_in_the_database_file(sqlite_store: Store) -> None:
    author = add_person(sqlite_store, CLINICIAN, "no password")
    measure(sqlite_store, add(sqlite_store), author, {"instrument": "midas", "total": CANARY})
    file = sqlite_store.database.engine.url.database
    folder = Path(str(file)).parent
    for path in folder.glob("screening.db*"):
        contents = path.read_bytes()
        assert str(CANARY).encode() not in contents, path
        assert b"midas" not in contents, path
    assert CLINICIAN.email.encode() in Path(str(file)).read_bytes(), "the file that was looked into is not it"


def test_measures_swapped_between_two_rows_are_shown_in_neither_and_a_third_is(
    store: Store, clinician_id: UUID
) -> None:
    screening_id = add(store)
    ids = [measure(store, screening_id, clinician_id, {"total": minute}, minute) for minute in (1, 2, 3)]
    with store.database.writing() as session:
        first, second = (session.get_one(ScreeningMeasure, each) for each in ids[:2])
        first.content, second.content = second.content, first.content
    assert [(each.recorded_at, each.content) for each in measures(store, screening_id)] == [
        (minutes_after_noon(3), {"total": 3}),
        (minutes_after_noon(2), None),
        (minutes_after_noon(1), None),
    ]
    with store.database.reading() as session:
        assert find_content(session, store.cipher, ids[0]) is None


@pytest.mark.parametrize("damaged", [b"", b"damaged", b"\0" * 200])
def test_a_damaged_measure_keeps_its_author_and_time(
    damaged: bytes, store: Store, clinician_id: UUID
) -> None:
    screening_id = add(store)
    measure(store, screening_id, clinician_id, {"total": 1})
    with store.database.writing() as session:
        session.scalars(select(ScreeningMeasure)).one().content = damaged
    assert measures(store, screening_id) == [StoredMeasure(minutes_after_noon(0), "Dr Ada Example", None)]
