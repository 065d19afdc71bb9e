"""Assessments by later rules: beside the stored one, one for each edition, sealed for their row."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from app.storage.database import ConflictError
from app.storage.models import Screening, ScreeningReassessment
from app.storage.reassessments import (
    StoredReassessment,
    add_reassessment,
    count_screenings_without,
    find_reassessment,
    screenings_without,
)
from app.storage.store import Store
from tests.support.product import row_counts
from tests.support.screenings import NOON, add

EDITION, OTHER = "1.2+000000000000", "1.1+ffffffffffff"
CANARY = "borderline canary"


def reassess(store: Store, screening_id: UUID, edition: str = EDITION, outcome: str = "positive") -> None:
    with store.database.writing() as session:
        add_reassessment(
            session,
            store.cipher,
            screening_id=screening_id,
            made_at=NOON,
            edition=edition,
            assessment={"outcome": outcome},
        )


def found(store: Store, screening_id: UUID, edition: str = EDITION) -> StoredReassessment | None:
    with store.database.reading() as session:
        return find_reassessment(session, store.cipher, screening_id, edition)


def without(store: Store, edition: str = EDITION, after: UUID | None = None, most: int = 100) -> list[UUID]:
    with store.database.reading() as session:
        return screenings_without(session, edition, after, most)


def test_a_reassessment_comes_back_as_it_was_stored(store: Store) -> None:
    screening_id = add(store)
    reassess(store, screening_id)
    assert found(store, screening_id) == StoredReassessment(NOON, EDITION, {"outcome": "positive"})


def test_each_edition_and_each_screening_has_its_own(store: Store) -> None:
    first, second = add(store), add(store)
    reassess(store, first, outcome="positive")
    reassess(store, first, OTHER, "negative")
    assert found(store, second) is None
    assert found(store, uuid4()) is None
    assert found(store, first, "9.9+") is None
    shown = [found(store, first, edition) for edition in (EDITION, OTHER)]
    assert [each and each.assessment["outcome"] for each in shown] == ["positive", "negative"]


def test_an_edition_is_stored_once_for_a_screening(store: Store) -> None:
    screening_id = add(store)
    reassess(store, screening_id)
    with pytest.raises(ConflictError):
        reassess(store, screening_id, outcome="negative")
    stored = found(store, screening_id)
    assert stored is not None
    assert stored.assessment == {"outcome": "positive"}
    assert row_counts(store)["screening_reassessments"] == 1


def test_a_reassessment_needs_a_screening(store: Store) -> None:
    with pytest.raises(ConflictError):
        reassess(store, uuid4())


def test_what_is_left_comes_in_the_order_of_the_ids_and_batch_by_batch(store: Store) -> None:
    ids = sorted(add(store) for _ in range(7))
    assert without(store) == ids
    walked: list[UUID] = []
    for _ in range(3):
        walked += without(store, after=walked[-1] if walked else None, most=3)
    assert walked == ids
    assert without(store, after=walked[-1]) == []


def test_what_is_done_is_left_out_for_its_edition_alone(store: Store) -> None:
    ids = sorted(add(store) for _ in range(3))
    reassess(store, ids[1])
    assert without(store) == [ids[0], ids[2]]
    assert without(store, after=ids[0]) == [ids[2]]
    assert without(store, OTHER) == ids
    with store.database.reading() as session:
        counts = [count_screenings_without(session, each) for each in (EDITION, OTHER)]
    assert counts == [2, 3]


def test_an_empty_database_has_nothing_to_do(store: Store) -> None:
    assert without(store) == []
    with store.database.reading() as session:
        assert count_screenings_without(session, EDITION) == 0


def test_nothing_of_a_reassessment_can_be_read_in_its_row(store: Store) -> None:
    reassess(store, add(store), outcome=CANARY)
    with store.database.reading() as session:
        (row,) = session.execute(text("SELECT * FROM screening_reassessments")).mappings()
    for column in row.values():
        shown = bytes(column) if isinstance(column, bytes | memoryview) else str(column).encode()
        assert b"canary" not in shown


def test_what_was_stored_with_this_edition_is_never_without_it(store: Store) -> None:
    ids = sorted(add(store) for _ in range(4))
    with store.database.writing() as session:
        for screening_id, edition in zip(ids, (EDITION, OTHER, None, EDITION), strict=True):
            session.get_one(Screening, screening_id).edition = edition
    assert without(store) == ids[1:3]
    assert without(store, after=ids[1]) == [ids[2]]
    assert without(store, OTHER) == [ids[0], ids[2], ids[3]]
    with store.database.reading() as session:
        counts = [count_screenings_without(session, each) for each in (EDITION, OTHER, "9.9+")]
    assert counts == [2, 3, 4]


def test_reassessments_swapped_between_two_rows_are_like_none(store: Store) -> None:
    ids = [add(store), add(store)]
    for each in ids:
        reassess(store, each)
    with store.database.writing() as session:
        first, second = session.scalars(select(ScreeningReassessment)).all()
        first.assessment, second.assessment = second.assessment, first.assessment
    assert [found(store, each) for each in ids] == [None, None]


def test_a_damaged_reassessment_is_like_none_and_is_never_computed_twice(store: Store) -> None:
    damaged, whole = add(store), add(store)
    for each in (damaged, whole):
        reassess(store, each)
    with store.database.writing() as session:
        row = session.scalars(select(ScreeningReassessment).filter_by(screening_id=damaged)).one()
        row.assessment = b"damaged"
    assert found(store, damaged) is None
    assert found(store, whole) is not None
    assert without(store) == []
