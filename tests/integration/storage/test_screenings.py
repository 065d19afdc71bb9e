"""Stored screenings: once each, in the order of the desk, in pages that lose and repeat nothing."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.domain.reference_code import new_reference_code
from app.storage import screenings
from app.storage.database import ConflictError
from app.storage.models import URGENCY_RANKS, Screening
from app.storage.screenings import (
    ListedScreening,
    QueuePlace,
    StoredScreening,
    count_screenings,
    find_screening_id,
    get_screening,
    list_screenings,
    set_status,
)
from app.storage.statuses import OPEN_STATUSES, ScreeningStatus
from app.storage.store import Store
from tests.support.journeys import NEGATIVE, POSITIVE
from tests.support.product import row_counts
from tests.support.screenings import BY_URGENCY, NOON, add, minutes_after_noon


def listed(
    store: Store, after: QueuePlace | None = None, *, is_open: bool = True, most: int = 100
) -> list[ListedScreening]:
    with store.database.reading() as session:
        return list_screenings(session, store.cipher, is_open=is_open, after=after, most=most)


def place(row: ListedScreening) -> QueuePlace:
    return QueuePlace(URGENCY_RANKS[row.urgency], row.received_at, row.id)


def walk(store: Store, most: int) -> list[UUID]:
    """The ids of the whole queue, page by page."""
    ids: list[UUID] = []
    after = None
    while page := listed(store, after, most=most):
        ids += [row.id for row in page]
        after = place(page[-1])
    return ids


def opened(store: Store, screening_id: UUID) -> StoredScreening:
    with store.database.reading() as session:
        found = get_screening(session, store.cipher, screening_id)
    assert found is not None
    return found


def test_a_screening_comes_back_as_it_was_stored(store: Store) -> None:
    stored = opened(store, add(store, POSITIVE))
    assert stored.answers == POSITIVE
    assert (stored.outcome, stored.urgency, stored.status) == ("positive", "routine", "new")
    assert stored.assessment["outcome"] == "positive"
    assert stored.received_at == NOON
    assert (stored.language, stored.is_demonstration) == ("en", False)


def test_a_screening_that_is_not_there_is_none(store: Store) -> None:
    with store.database.reading() as session:
        assert get_screening(session, store.cipher, uuid4()) is None
        assert find_screening_id(session, b"\0" * 32) is None


def test_a_code_leads_to_its_screening_alone(store: Store) -> None:
    code = new_reference_code()
    wanted = add(store, code=code)
    add(store)
    with store.database.reading() as session:
        assert find_screening_id(session, store.mac_of(code)) == wanted


def test_a_code_is_stored_once(store: Store) -> None:
    code = new_reference_code()
    add(store, code=code)
    with pytest.raises(ConflictError):
        add(store, NEGATIVE, code=code)
    assert row_counts(store)["screenings"] == 1


def test_the_most_urgent_come_first_and_then_the_oldest(store: Store) -> None:
    expected = []
    for answers in BY_URGENCY:
        newer = add(store, answers, received_at=minutes_after_noon(2))
        older = add(store, answers, received_at=minutes_after_noon(1))
        expected += [older, newer]
    assert [row.id for row in listed(store)] == expected


@pytest.mark.parametrize("most", [1, 3, 20])
def test_pages_lose_and_repeat_nothing_where_times_are_equal(store: Store, most: int) -> None:
    moments = [NOON, NOON, NOON, NOON + timedelta(microseconds=1), NOON.replace(microsecond=999_999)]
    ids = {add(store, answers, received_at=moment) for answers in BY_URGENCY[2:] for moment in moments}
    walked = walk(store, most)
    assert len(walked) == len(ids)
    assert set(walked) == ids


def test_what_arrives_while_paging_repeats_nothing_that_was_seen(store: Store) -> None:
    for minute in range(6):
        add(store, received_at=minutes_after_noon(minute))
    first = listed(store, most=3)
    earlier = add(store, received_at=minutes_after_noon(-1))
    urgent = add(store, BY_URGENCY[0], received_at=minutes_after_noon(9))
    later = add(store, received_at=minutes_after_noon(10))
    rest = [row.id for row in listed(store, place(first[-1]))]
    assert not {row.id for row in first} & set(rest)
    assert later in rest
    assert {earlier, urgent}.isdisjoint(rest)
    assert len(rest) == 4


def test_what_leaves_while_paging_loses_nothing_else(store: Store) -> None:
    ids = [add(store, received_at=minutes_after_noon(minute)) for minute in range(6)]
    first = listed(store, most=3)
    with store.database.writing() as session:
        set_status(session, ids[2], ScreeningStatus.CLOSED)
    assert [row.id for row in listed(store, place(first[-1]))] == ids[3:]


@pytest.mark.parametrize("status", ScreeningStatus)
def test_a_status_decides_which_list_a_screening_is_on(store: Store, status: ScreeningStatus) -> None:
    screening_id = add(store)
    with store.database.writing() as session:
        set_status(session, screening_id, status)
    is_open = status in OPEN_STATUSES
    assert [row.id for row in listed(store, is_open=is_open)] == [screening_id]
    assert listed(store, is_open=not is_open) == []
    assert opened(store, screening_id).status is status
    with store.database.reading() as session:
        assert count_screenings(session, is_open=is_open) == 1
        assert count_screenings(session, is_open=not is_open) == 0


def test_counting_stops_at_its_cap(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenings, "COUNT_CAP", 3)
    with store.database.reading() as session:
        assert count_screenings(session, is_open=True) == 0
    for _ in range(6):
        add(store)
    with store.database.reading() as session:
        assert count_screenings(session, is_open=True) == 4


def test_a_screening_that_cannot_be_read_is_listed_without_its_answers(store: Store) -> None:
    damaged, whole = add(store), add(store, received_at=minutes_after_noon(1))
    with store.database.writing() as session:
        session.get_one(Screening, damaged).answers = b"damaged"
    rows = listed(store)
    assert [(row.id, row.opened is None, row.outcome) for row in rows] == [
        (damaged, True, "positive"),
        (whole, False, "positive"),
    ]
