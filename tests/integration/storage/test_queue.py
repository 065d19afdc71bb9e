"""The queue: whatever is filtered, its pages hold what a plain filter and sort over all rows says."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.codes import Outcome, Urgency
from app.storage.models import Screening
from app.storage.queue import (
    Nobody,
    QueueFilter,
    QueuePlace,
    Standing,
    count_queue,
    count_unread,
    list_queue,
    place_of,
)
from app.storage.screenings import ListedScreening
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, COLLEAGUE, INACTIVE, add_person
from tests.support.scattered import (
    LANGUAGES,
    MOMENTS,
    Scattered,
    fits,
    in_order,
    pairs_of_filters,
    scatter,
    single_filters,
    store_scattered,
)
from tests.support.screenings import NOON, add

MANY = 160


@pytest.fixture
def two_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one language yet; the queue must hold with more."""
    monkeypatch.setattr("app.storage.queue.LANGUAGES", LANGUAGES)


@pytest.fixture
def owners(store: Store) -> list[UUID]:
    """Two clinicians who have screenings, and one who never gets any."""
    return [add_person(store, person, "no password") for person in (CLINICIAN, COLLEAGUE, INACTIVE)]


@pytest.fixture
def rows(store: Store, owners: list[UUID], two_languages: None) -> list[Scattered]:
    """All there is, in the order of the queue."""
    scattered = scatter(MANY, owners[:2], seed=5)
    store_scattered(store, scattered)
    return in_order(scattered)


def pages(
    store: Store, wanted: QueueFilter, most: int, place: QueuePlace | None = None, *, backwards: bool = False
) -> Iterator[list[ListedScreening]]:
    """Every page of a view, to its end."""
    with store.database.reading() as session:
        while page := list_queue(session, store.cipher, wanted, place, most, backwards=backwards):
            yield page
            place = place_of(page[-1])


def walk(
    store: Store, wanted: QueueFilter, most: int, place: QueuePlace | None = None, *, backwards: bool = False
) -> list[UUID]:
    found = pages(store, wanted, most, place, backwards=backwards)
    return [row.id for page in found for row in page]


def ids(scattered: list[Scattered], wanted: QueueFilter) -> list[UUID]:
    return [each.id for each in scattered if fits(each, wanted)]


def test_what_is_scattered_shares_its_moments_and_leaves_no_filter_empty(rows: list[Scattered]) -> None:
    """Else the tests beside this one would hold for a queue that sorts by nothing or finds nothing."""
    assert {each.received_at for each in rows} == set(MOMENTS)
    assert len({(each.urgency_rank, each.received_at) for each in rows}) == 4 * len(MOMENTS)
    for wanted in (
        QueueFilter(Standing.ANY, assigned_to=Nobody.NOBODY, policy_id="one"),
        QueueFilter(Standing.DONE, Outcome.EMERGENCY, Urgency.SOON),
        QueueFilter(Standing.ANY, language="de", received_from=MOMENTS[1], received_before=MOMENTS[2]),
    ):
        assert ids(rows, wanted), wanted


def assert_holds(store: Store, wanted: QueueFilter, expected: list[UUID]) -> None:
    """A view in about four pages, there and back, with its count."""
    most = len(expected) // 4 + 1
    assert walk(store, wanted, most) == expected, wanted
    assert walk(store, wanted, most, backwards=True) == expected[::-1], wanted
    with store.database.reading() as session:
        assert count_queue(session, wanted) == len(expected), wanted


def test_each_filter_alone_holds_what_fits_in_its_order(
    store: Store, rows: list[Scattered], owners: list[UUID]
) -> None:
    for wanted in single_filters(owners):
        assert_holds(store, wanted, ids(rows, wanted))


def test_filters_combine(store: Store, rows: list[Scattered], owners: list[UUID]) -> None:
    """Each value of each filter beside each value of every other."""
    for wanted in pairs_of_filters(owners, seed=1):
        assert_holds(store, wanted, ids(rows, wanted))


@pytest.mark.parametrize("most", [1, 2, MANY - 1, MANY, MANY + 1])
def test_a_page_may_have_any_length(most: int, store: Store, rows: list[Scattered]) -> None:
    everything = [each.id for each in rows]
    assert walk(store, QueueFilter(Standing.ANY), most) == everything
    assert walk(store, QueueFilter(Standing.ANY), most, backwards=True) == everything[::-1]


@pytest.mark.parametrize(
    "wanted",
    [
        QueueFilter(Standing.ANY),
        QueueFilter(Standing.ANY, urgency=Urgency.SOON),
        QueueFilter(Standing.ANY, received_from=MOMENTS[1], received_before=MOMENTS[4]),
        QueueFilter(Standing.ANY, Outcome.POSITIVE),
        QueueFilter(Standing.DONE, policy_id="two", assigned_to=Nobody.NOBODY),
    ],
    ids=["all", "urgency", "dates", "outcome", "policy of nobody"],
)
def test_from_any_place_the_rest_lies_after_it_and_the_beginning_before_it(
    wanted: QueueFilter, store: Store, rows: list[Scattered]
) -> None:
    """A place is any screening's, in the view or not, or one that is gone."""
    gone = [
        QueuePlace(-1, NOON, UUID(int=1)),
        QueuePlace(9, NOON, UUID(int=1)),
        QueuePlace(3, NOON - timedelta(days=9000), UUID(int=0)),
        QueuePlace(2, NOON + timedelta(hours=1), UUID(int=2**128 - 1)),
    ]
    for place in [*(each.place for each in rows[::9]), *gone]:
        at = (place.urgency_rank, place.received_at, place.id)
        places = {each.id: (each.urgency_rank, each.received_at, each.id) for each in rows}
        fitting = ids(rows, wanted)
        later = [each for each in fitting if places[each] > at]
        earlier = [each for each in fitting if places[each] < at]
        assert walk(store, wanted, 11, place) == later, place
        assert walk(store, wanted, 11, place, backwards=True) == earlier[::-1], place


def test_a_page_holds_no_more_than_was_asked_for_and_is_full_until_the_last(
    store: Store, rows: list[Scattered]
) -> None:
    for wanted in (QueueFilter(Standing.ANY), QueueFilter(Standing.ANY, Outcome.NEGATIVE, Urgency.SOON)):
        sizes = [len(page) for page in pages(store, wanted, 6)]
        assert len(sizes) > 2
        assert set(sizes[:-1]) == {6}
        assert 0 < sizes[-1] <= 6


def test_a_line_says_what_stands_in_its_row(store: Store, rows: list[Scattered], owners: list[UUID]) -> None:
    by_id = {each.id: each for each in rows}
    for page in pages(store, QueueFilter(Standing.ANY, policy_id="one"), 50):
        for line in page:
            row = by_id[line.id]
            assert (line.status, line.outcome, line.received_at) == (row.status, row.outcome, row.received_at)
            assert list(Urgency).index(line.urgency) == row.urgency_rank
            assert (line.assigned_to_id, line.is_unread) == (row.assigned_to, row.status == "new")
            assert line.listing is not None
            assert (line.visit, line.is_demonstration) == (1, False)


# --- counts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cap", [0, 1, 5])
def test_a_count_stops_one_past_its_cap(
    cap: int, store: Store, rows: list[Scattered], owners: list[UUID]
) -> None:
    with store.database.reading() as session:
        for wanted in pairs_of_filters(owners, seed=4):
            assert count_queue(session, wanted, cap) == min(len(ids(rows, wanted)), cap + 1), wanted


def test_unread_counts_what_is_open_and_nobody_has_opened(
    store: Store, rows: list[Scattered], monkeypatch: pytest.MonkeyPatch
) -> None:
    unread = sum(each.status == "new" for each in rows)
    with store.database.reading() as session:
        assert count_unread(session) == unread
        monkeypatch.setattr("app.storage.queue.COUNT_CAP", unread - 2)
        assert count_unread(session) == unread - 1


def test_what_is_done_does_not_count_as_unread(store: Store) -> None:
    waiting, done = add(store), add(store)
    with store.database.writing() as session:
        session.get_one(Screening, done).is_open = False
        assert session.get_one(Screening, waiting).is_unread
    with store.database.reading() as session:
        assert count_unread(session) == 1


def test_an_empty_queue_is_empty_whatever_is_asked(store: Store, owners: list[UUID]) -> None:
    for wanted in single_filters(owners):
        assert_holds(store, wanted, [])
