"""Stored screenings: as they were handed in, visit by visit, with what the queue keeps beside them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.codes import Outcome
from app.domain.reference_code import new_reference_code
from app.storage.database import ConflictError
from app.storage.models import Screening, ScreeningPolicy
from app.storage.queue import QueueFilter, Standing, list_queue
from app.storage.screenings import (
    ListedScreening,
    StoredScreening,
    assigned_clinician,
    get_listed,
    get_screening,
    hold_screening,
    list_same_code,
    set_assigned,
    set_complete_policies,
    set_listing,
    set_read,
    set_status,
    unlisted_screenings,
)
from app.storage.statuses import OPEN_STATUSES, ScreeningStatus
from app.storage.store import Store
from app.storage.visits import find_screening_id
from tests.support.accounts import CLINICIAN, add_person
from tests.support.journeys import BORDERLINE, EMERGENCY, NEGATIVE, POSITIVE
from tests.support.product import row_counts
from tests.support.screenings import NOON, URGENT_ANSWERS, add, keep, keep_unlisted, made, minutes_after_noon

REPEATED = ("is_open", "status", "outcome", "language", "assigned_to_id", "urgency_rank", "received_at")


def opened(store: Store, screening_id: UUID) -> StoredScreening:
    with store.database.reading() as session:
        found = get_screening(session, store.cipher, screening_id)
    assert found is not None
    return found


def listed(store: Store, screening_id: UUID) -> ListedScreening:
    with store.database.reading() as session:
        found = get_listed(session, store.cipher, screening_id)
    assert found is not None
    return found


def visits(store: Store, screening_id: UUID) -> list[ListedScreening]:
    with store.database.reading() as session:
        return list_same_code(session, store.cipher, screening_id)


# --- one screening --------------------------------------------------------------------------------


def test_a_screening_comes_back_as_it_was_stored(store: Store) -> None:
    stored = opened(store, add(store, POSITIVE))
    assert stored.answers == POSITIVE
    assert (stored.outcome, stored.urgency, stored.status) == ("positive", "routine", "new")
    assert stored.assessment["outcome"] == "positive"
    assert stored.received_at == NOON
    assert (stored.language, stored.is_demonstration) == ("en", False)
    assert (stored.visit, stored.assigned_to_id) == (1, None)


def test_a_screening_that_is_not_there_is_none(store: Store) -> None:
    with store.database.reading() as session:
        assert get_screening(session, store.cipher, uuid4()) is None
        assert get_listed(session, store.cipher, uuid4()) is None
        assert find_screening_id(session, store.macs_of(new_reference_code())) is None
        assert assigned_clinician(session, uuid4()) is None
        assert not hold_screening(session, uuid4())
        assert list_same_code(session, store.cipher, uuid4()) == []


def test_a_language_that_the_queue_cannot_find_is_refused(store: Store) -> None:
    new = replace(made(store), language="xx")
    with pytest.raises(ValueError, match="language"):
        keep(store, new)
    assert row_counts(store)["screenings"] == 0


# --- visits under one code ------------------------------------------------------------------------


def test_a_code_leads_to_its_newest_screening_alone(store: Store) -> None:
    code = new_reference_code()
    add(store, code=code, received_at=minutes_after_noon(5))
    add(store)
    newest = add(store, NEGATIVE, code=code, received_at=minutes_after_noon(1))
    with store.database.reading() as session:
        assert find_screening_id(session, store.macs_of(code)) == newest


def test_a_code_that_comes_again_is_the_next_visit(store: Store) -> None:
    code = new_reference_code()
    other = add(store)
    ids = [add(store, answers, code=code) for answers in (POSITIVE, NEGATIVE, EMERGENCY)]
    for number, outcome in enumerate(("positive", "negative", "emergency")):
        screening_id = ids[number]
        stored = opened(store, screening_id)
        assert (stored.visit, stored.outcome) == (number + 1, outcome)
        assert [row.id for row in visits(store, screening_id)] == ids
    assert [row.id for row in visits(store, other)] == [other]
    assert opened(store, other).visit == 1


def test_a_visit_is_new_whatever_became_of_the_one_before(store: Store) -> None:
    code, clinician_id = new_reference_code(), add_person(store, CLINICIAN, "no password")
    first = add(store, code=code)
    with store.database.writing() as session:
        set_status(session, first, ScreeningStatus.CLOSED)
        set_assigned(session, first, clinician_id)
        set_read(session, first)
    second = listed(store, add(store, code=code))
    assert (second.status, second.assigned_to_id, second.is_unread) == ("new", None, True)
    before = listed(store, first)
    assert (before.status, before.assigned_to_id, before.is_unread) == ("closed", clinician_id, False)


def test_two_visits_under_one_code_at_once_lose_nothing(store: Store) -> None:
    """Each is stored, or is refused as a whole and goes through when it comes again."""
    code = new_reference_code()

    def hand_in(_: int) -> bool:
        try:
            add(store, code=code)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(hand_in, range(6)))
    assert any(taken)
    for _ in range(taken.count(False)):
        assert hand_in(0)
    with store.database.reading() as session:
        newest = find_screening_id(session, store.macs_of(code))
    assert newest is not None
    assert [row.visit for row in visits(store, newest)] == [1, 2, 3, 4, 5, 6]


# --- what the queue keeps beside ------------------------------------------------------------------


@pytest.fixture
def screening_id(store: Store) -> UUID:
    """A screening that lacks no answer for some policies."""
    screening_id = add(store, URGENT_ANSWERS)
    with store.database.writing() as session:
        set_complete_policies(session, screening_id, ["one", "two", "three"])
    return screening_id


def repeated(store: Store, screening_id: UUID) -> Iterator[tuple[Any, Any]]:
    """For each column that stands in both tables: what the screening says, and what its policies say."""
    with store.database.reading() as session:
        row = session.get_one(Screening, screening_id)
        beside = session.scalars(select(ScreeningPolicy).where(ScreeningPolicy.screening_id == screening_id))
        lines = beside.all()
        assert lines
        for name in REPEATED:
            for line in lines:
                yield (name, getattr(row, name)), (name, getattr(line, name))


def policies(store: Store, screening_id: UUID) -> set[str]:
    with store.database.reading() as session:
        beside = select(ScreeningPolicy.policy_id).where(ScreeningPolicy.screening_id == screening_id)
        return set(session.scalars(beside))


def test_policies_repeat_what_the_screening_says(store: Store, screening_id: UUID) -> None:
    assert policies(store, screening_id) == {"one", "two", "three"}
    assert all(here == there for here, there in repeated(store, screening_id))


@pytest.mark.parametrize("status", ScreeningStatus)
def test_a_status_is_kept_beside_the_screening_and_its_policies(
    status: ScreeningStatus, store: Store, screening_id: UUID
) -> None:
    other = add(store)
    with store.database.writing() as session:
        set_complete_policies(session, other, ["one"])
        set_status(session, screening_id, status)
    assert opened(store, screening_id).status is status
    assert all(here == there for here, there in repeated(store, screening_id))
    assert all(here == there for here, there in repeated(store, other))
    assert opened(store, other).status is ScreeningStatus.NEW
    assert ids_of(store, Standing.OPEN, "two") == ([screening_id] if status in OPEN_STATUSES else [])
    assert ids_of(store, Standing.DONE, "two") == ([] if status in OPEN_STATUSES else [screening_id])


def ids_of(store: Store, standing: Standing, policy_id: str) -> list[UUID]:
    wanted = QueueFilter(standing, policy_id=policy_id)
    with store.database.reading() as session:
        return [row.id for row in list_queue(session, store.cipher, wanted, None, 10)]


def test_who_has_it_is_kept_beside_the_screening_and_its_policies(store: Store, screening_id: UUID) -> None:
    clinician_id = add_person(store, CLINICIAN, "no password")
    for owner in (clinician_id, None, clinician_id):
        with store.database.writing() as session:
            set_assigned(session, screening_id, owner)
        with store.database.reading() as session:
            assert assigned_clinician(session, screening_id) == owner
        assert listed(store, screening_id).assigned_to_id == owner
        assert all(here == there for here, there in repeated(store, screening_id))


def test_a_screening_is_given_to_somebody_who_exists(store: Store, screening_id: UUID) -> None:
    with pytest.raises(ConflictError), store.database.writing() as session:
        set_assigned(session, screening_id, uuid4())
    assert listed(store, screening_id).assigned_to_id is None


def test_new_policies_take_the_place_of_the_old_and_repeat_what_is_true_now(
    store: Store, screening_id: UUID
) -> None:
    with store.database.writing() as session:
        set_status(session, screening_id, ScreeningStatus.CLOSED)
    for wanted in (["two", "four"], ["four"], [], ["one"]):
        with store.database.writing() as session:
            set_complete_policies(session, screening_id, wanted)
        assert policies(store, screening_id) == set(wanted)
        if wanted:
            assert all(here == there for here, there in repeated(store, screening_id))


def test_what_was_opened_is_read_and_stays_so(store: Store, screening_id: UUID) -> None:
    assert listed(store, screening_id).is_unread
    for _ in range(2):
        with store.database.writing() as session:
            set_read(session, screening_id)
        assert not listed(store, screening_id).is_unread


# --- the line in the queue ------------------------------------------------------------------------


def test_a_line_of_the_queue_holds_the_numbers_of_its_assessment(store: Store) -> None:
    line = listed(store, add(store, BORDERLINE)).listing
    assert line is not None
    assert line["days"] == [14, 8, 24]
    assert (line["preventives"], line["red_flags"], line["unsure"]) == (0, [], False)


@pytest.mark.parametrize(
    "damage", [b"damaged", b"", None, b"\x01" * 600], ids=["words", "empty", "none", "key"]
)
def test_a_line_that_cannot_be_read_leaves_the_screening_in_its_place(
    damage: bytes | None, store: Store
) -> None:
    ids = [add(store, received_at=minutes_after_noon(minute)) for minute in range(3)]
    with store.database.writing() as session:
        session.get_one(Screening, ids[1]).listing = damage
    with store.database.reading() as session:
        rows = list_queue(session, store.cipher, QueueFilter(), None, 10)
    assert [(row.id, row.listing is None, row.outcome) for row in rows] == [
        (ids[0], False, Outcome.POSITIVE),
        (ids[1], True, Outcome.POSITIVE),
        (ids[2], False, Outcome.POSITIVE),
    ]


def test_a_line_is_sealed_for_its_row_and_its_column(store: Store) -> None:
    one, two = add(store), add(store, NEGATIVE)
    with store.database.writing() as session:
        first, second = session.get_one(Screening, one), session.get_one(Screening, two)
        assert b"days" not in (first.listing or b"")
        first.listing, second.listing = second.listing, second.assessment
    assert listed(store, one).listing is None
    assert listed(store, two).listing is None


def test_what_has_no_line_yet_is_found_in_pages_and_each_once(store: Store) -> None:
    without = sorted(keep_unlisted(store, made(store)) for _ in range(5))
    add(store)
    found: list[UUID] = []
    with store.database.reading() as session:
        while page := unlisted_screenings(session, found[-1] if found else None, 2):
            assert len(page) <= 2
            found += page
    assert found == without
    with store.database.writing() as session:
        set_listing(session, store.cipher, without[0], {"days": [1, 2, 3]})
    assert listed(store, without[0]).listing == {"days": [1, 2, 3]}
    with store.database.reading() as session:
        assert unlisted_screenings(session, None, 10) == without[1:]
