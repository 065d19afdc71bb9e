"""A view of the queue: its pages, what stands around a record, its counts, and views kept by name."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.domain.codes import Outcome, Urgency
from app.domain.medication_overuse import OveruseStatus
from app.services.clinical_review import note_action
from app.services.queue import (
    PAGE_SIZE,
    DeskCounts,
    TooManyViewsError,
    ViewNameTakenError,
    capped,
    desk_counts,
    forget_view,
    keep_view,
    neighbours,
    queue_page,
    saved_views,
    waiting,
)
from app.services.reviewing import assign
from app.storage.audit import Action
from app.storage.database import ConflictError
from app.storage.models import Clinician, Screening
from app.storage.queue import Nobody, QueueFilter, Standing
from app.storage.screenings import set_status
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from app.storage.views import MOST_VIEWS, find_filters
from tests.support.journeys import NEGATIVE, POSITIVE
from tests.support.product import row_counts
from tests.support.reviews import Save
from tests.support.screenings import BY_URGENCY, NOON, add, minutes_after_noon


def add_many(store: Store, count: int) -> list[UUID]:
    """Screenings, three a minute, so that some share their moment; in the order of the queue."""
    moments = [minutes_after_noon(number // 3) for number in range(count)]
    return [each for _, each in sorted((moment, add(store, received_at=moment)) for moment in moments)]


def move(store: Store, screening_id: UUID, status: ScreeningStatus) -> None:
    with store.database.writing() as session:
        set_status(session, screening_id, status)


def give(store: Store, screening_id: UUID, to: UUID) -> None:
    assign(store, screening_id, to=to, shown=None, clinician_id=to, now=NOON)


# --- pages ----------------------------------------------------------------------------------------


def test_an_empty_queue_is_one_empty_page(store: Store) -> None:
    page = queue_page(store, QueueFilter(), None)
    assert (page.rows, page.next_place, page.count) == ([], None, 0)


@pytest.mark.parametrize("many", [PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 2 * PAGE_SIZE])
def test_the_pages_of_the_queue_hold_every_screening_once_in_order(store: Store, many: int) -> None:
    ids = add_many(store, many)
    found: list[UUID] = []
    after = None
    for _ in range(5):
        page = queue_page(store, QueueFilter(), after)
        assert 0 < len(page.rows) <= PAGE_SIZE
        assert page.count == many
        found += [row.screening.id for row in page.rows]
        after = page.next_place
        if after is None:
            break
    assert found == ids


def test_what_arrives_while_paging_repeats_nothing_that_was_seen(store: Store) -> None:
    ids = add_many(store, PAGE_SIZE + 3)
    first = queue_page(store, QueueFilter(), None)
    earlier = add(store, received_at=minutes_after_noon(-1))
    urgent = add(store, BY_URGENCY[0], received_at=minutes_after_noon(9))
    later = add(store, received_at=minutes_after_noon(100))
    rest = [row.screening.id for row in queue_page(store, QueueFilter(), first.next_place).rows]
    assert rest == [*ids[PAGE_SIZE:], later]
    assert {earlier, urgent}.isdisjoint(rest)


def test_what_leaves_while_paging_loses_nothing_else(store: Store) -> None:
    ids = add_many(store, PAGE_SIZE + 3)
    first = queue_page(store, QueueFilter(), None)
    move(store, ids[PAGE_SIZE - 1], ScreeningStatus.CLOSED)
    rest = [row.screening.id for row in queue_page(store, QueueFilter(), first.next_place).rows]
    assert rest == ids[PAGE_SIZE:]


def test_a_row_carries_the_numbers_of_its_screening_and_who_has_it(store: Store, ada: UUID) -> None:
    ids = [add(store, answers) for answers in BY_URGENCY]
    give(store, ids[3], ada)
    rows = queue_page(store, QueueFilter(), None).rows
    assert [row.screening.id for row in rows] == ids
    assert [row.assigned_to for row in rows] == ["", "", "", "Dr Ada Example"]
    flags = [row.listing and [str(flag) for flag in row.listing.red_flags] for row in rows]
    assert flags == [["loss_of_vision"], ["onset_after_50"], ["recent_change_of_pattern"], []]
    line = rows[3].listing
    assert line is not None
    assert (line.headache_days, line.migraine_days, line.months, line.preventives) == (20, 10, 24, 2)
    assert (line.overuse, line.is_unsure_of_danger) == (OveruseStatus.CANNOT_TELL, False)
    stopped = rows[0].listing
    assert stopped is not None
    assert (stopped.headache_days, stopped.migraine_days, stopped.preventives) == (None, None, None)


def test_one_damaged_screening_does_not_hide_the_others(store: Store) -> None:
    damaged, whole = add(store), add(store, received_at=minutes_after_noon(1))
    with store.database.writing() as session:
        session.get_one(Screening, damaged).listing = b"damaged"
    rows = queue_page(store, QueueFilter(), None).rows
    assert [(row.screening.id, row.listing is None) for row in rows] == [(damaged, True), (whole, False)]


# --- around a record ------------------------------------------------------------------------------


def around(
    store: Store, wanted: QueueFilter, screening_id: UUID
) -> tuple[list[UUID], UUID | None, UUID | None]:
    found = neighbours(store, wanted, screening_id)
    return [row.screening.id for row in found.rows], found.previous_id, found.next_id


def test_next_and_previous_walk_through_the_whole_view_and_back(store: Store) -> None:
    ids = add_many(store, 30)
    for at, screening_id in enumerate(ids):
        rows, before, after = around(store, QueueFilter(), screening_id)
        assert before == (ids[at - 1] if at else None)
        assert after == (ids[at + 1] if at + 1 < len(ids) else None)
        assert rows == ids[max(0, at - 6) : at + 13]


def test_next_and_previous_stay_within_the_view(store: Store, ada: UUID) -> None:
    ids = add_many(store, 9)
    mine = ids[1::3]
    for each in mine:
        give(store, each, ada)
    wanted = QueueFilter(assigned_to=ada)
    assert around(store, wanted, mine[1]) == (mine, mine[0], mine[2])
    assert around(store, wanted, mine[2]) == (mine, mine[1], None)


def test_a_record_that_has_left_the_view_still_knows_what_is_next(store: Store) -> None:
    """The review that was just saved takes it out of the list; the work goes on from there."""
    ids = add_many(store, 3)
    move(store, ids[1], ScreeningStatus.CLOSED)
    assert around(store, QueueFilter(), ids[1]) == (ids, ids[0], ids[2])
    assert around(store, QueueFilter(standing=Standing.DONE), ids[1]) == ([ids[1]], None, None)


def test_around_what_is_not_there_is_nothing(store: Store) -> None:
    add(store)
    assert around(store, QueueFilter(), uuid4()) == ([], None, None)


# --- counts ---------------------------------------------------------------------------------------


def test_counts_of_an_empty_desk_are_nought(store: Store, ada: UUID) -> None:
    assert desk_counts(store, ada) == DeskCounts(0, 0, 0, 0, 0, 0)
    assert waiting(store) == (0, 0)


def test_each_count_is_that_of_its_view(store: Store, ada: UUID, bo: UUID) -> None:
    ids = [add(store, answers) for answers in (*BY_URGENCY, NEGATIVE, POSITIVE)]
    give(store, ids[0], ada)
    give(store, ids[4], bo)
    give(store, ids[5], ada)
    for screening_id in (ids[4], ids[5]):
        move(store, screening_id, ScreeningStatus.REVIEWED)
    note_action(store, ids[1], Action.SCREENING_OPENED, ada, NOON)
    counts = DeskCounts(open=4, unread=3, urgent=2, mine=1, nobodys=3, done=2)
    assert desk_counts(store, ada) == counts
    views = {
        "open": QueueFilter(),
        "urgent": QueueFilter(urgency=Urgency.URGENT),
        "mine": QueueFilter(assigned_to=ada),
        "nobodys": QueueFilter(assigned_to=Nobody.NOBODY),
        "done": QueueFilter(standing=Standing.DONE),
    }
    for name, wanted in views.items():
        assert len(queue_page(store, wanted, None).rows) == getattr(counts, name), name
    assert waiting(store) == (4, 3)


def test_a_review_takes_it_from_the_unread_once_somebody_opened_it(
    store: Store, screening_id: UUID, ada: UUID, save: Save
) -> None:
    assert waiting(store) == (1, 1)
    note_action(store, screening_id, Action.SCREENING_OPENED, ada, NOON)
    assert waiting(store) == (1, 0)
    save(ada, status=ScreeningStatus.CLOSED)
    assert waiting(store) == (0, 0)


def test_a_count_is_shown_with_its_cap() -> None:
    assert [capped(count) for count in (0, 999, 1000, 1001)] == ["0", "999", "1000", "1000+"]


# --- views kept by name ---------------------------------------------------------------------------


def named(store: Store, clinician_id: UUID) -> dict[str, str]:
    return {view.name: view.filters for view in saved_views(store, clinician_id)}


def test_a_view_is_kept_by_name_and_the_same_twice_is_kept_once(store: Store, ada: UUID) -> None:
    keep_view(store, ada, "Zebra", "status=done")
    for _ in range(2):
        keep_view(store, ada, "Ältere <b>", "assigned=me")
    assert [view.name for view in saved_views(store, ada)] == sorted(["Zebra", "Ältere <b>"])
    assert named(store, ada) == {"Zebra": "status=done", "Ältere <b>": "assigned=me"}


def test_a_view_is_replaced_only_when_it_may_be(store: Store, ada: UUID, bo: UUID) -> None:
    for who in (ada, bo):
        keep_view(store, who, "Mine", "status=done")
    with pytest.raises(ViewNameTakenError):
        keep_view(store, ada, "Mine", "assigned=me")
    assert named(store, ada) == {"Mine": "status=done"}
    keep_view(store, ada, "Mine", "assigned=me", may_replace=True)
    assert (named(store, ada), named(store, bo)) == ({"Mine": "assigned=me"}, {"Mine": "status=done"})


def test_views_are_their_owners_alone(store: Store, ada: UUID, bo: UUID) -> None:
    for who, filters in ((ada, "status=done"), (bo, "status=any")):
        keep_view(store, who, "Same name", filters)
    assert (named(store, ada), named(store, bo)) == (
        {"Same name": "status=done"},
        {"Same name": "status=any"},
    )
    (theirs,) = saved_views(store, bo)
    forget_view(store, ada, theirs.id)
    assert named(store, bo) == {"Same name": "status=any"}
    forget_view(store, bo, theirs.id)
    forget_view(store, bo, theirs.id)
    assert (named(store, ada), named(store, bo)) == ({"Same name": "status=done"}, {})


def test_there_is_room_for_twenty_views_and_for_a_change_of_each(store: Store, ada: UUID, bo: UUID) -> None:
    names = [f"View {number}" for number in range(MOST_VIEWS)]
    assert MOST_VIEWS == 20
    for name in names:
        keep_view(store, ada, name, "")
    for may_replace in (False, True):
        with pytest.raises(TooManyViewsError):
            keep_view(store, ada, "One more", "", may_replace=may_replace)
    keep_view(store, ada, names[3], "status=done", may_replace=True)
    keep_view(store, bo, "One more", "")
    assert set(named(store, ada)) == set(names)
    forget_view(store, ada, saved_views(store, ada)[0].id)
    keep_view(store, ada, "One more", "")


def kept_at_once(store: Store, clinician_id: UUID, filters: Sequence[str], *, may_replace: bool) -> list[str]:
    """The filters that were kept, of all that came under one name at the same moment."""

    def keep(each: str) -> str:
        try:
            keep_view(store, clinician_id, "Same name", each, may_replace=may_replace)
        except ViewNameTakenError:
            return ""
        return each

    with ThreadPoolExecutor(len(filters)) as pool:
        return [each for each in pool.map(keep, filters) if each]


@pytest.fixture
def looked_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who keep a view at once both find the name free, if the database lets them look together."""
    both = Barrier(2)

    def find(*given: Any) -> str | None:
        found = find_filters(*given)
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.3)
        return found

    monkeypatch.setattr("app.services.queue.views.find_filters", find)


def test_of_two_views_that_come_at_once_one_is_kept_and_the_other_is_told(
    store: Store, ada: UUID, looked_together: None
) -> None:
    (kept,) = kept_at_once(store, ada, ["status=done", "status=any"], may_replace=False)
    assert named(store, ada) == {"Same name": kept}


def test_a_view_sent_many_times_at_once_is_kept_once_and_nobody_is_told_otherwise(
    store: Store, ada: UUID
) -> None:
    assert len(kept_at_once(store, ada, ["status=done"] * 8, may_replace=False)) == 8
    assert row_counts(store)["saved_views"] == 1


def test_of_many_that_may_replace_at_once_each_is_kept_in_its_turn(
    store: Store, ada: UUID, looked_together: None
) -> None:
    filters = ["status=done", "status=any"]
    assert kept_at_once(store, ada, filters, may_replace=True) == filters
    assert named(store, ada)["Same name"] in filters


def test_a_view_needs_an_owner_who_exists(store: Store) -> None:
    with pytest.raises(ConflictError):
        keep_view(store, uuid4(), "Nobody’s", "")
    assert row_counts(store)["saved_views"] == 0


def ids_in(store: Store, wanted: QueueFilter) -> Sequence[UUID]:
    return [row.screening.id for row in queue_page(store, wanted, None).rows]


def test_who_left_is_still_named_in_the_queue(store: Store, screening_id: UUID, ada: UUID) -> None:
    give(store, screening_id, ada)
    with store.database.writing() as session:
        session.get_one(Clinician, ada).is_active = False
    assert [row.assigned_to for row in queue_page(store, QueueFilter(), None).rows] == ["Dr Ada Example"]
    assert ids_in(store, QueueFilter(assigned_to=ada)) == [screening_id]
    assert ids_in(store, QueueFilter(outcome=Outcome.NEGATIVE)) == []
