"""Small counts: never shown, and never to be computed from what is shown beside them."""

from collections.abc import Collection
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.small_cells import Hidden, ShownCounts, is_small, shown, shown_counts

U, N = Hidden.UNDER_5, Hidden.NOT_SHOWN
COUNTS = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 400)), min_size=1, max_size=30)
NO_END = 10**9


def as_shown(*counts: int, elsewhere: Collection[int] = ()) -> list[int | Hidden]:
    """The cells as shown, and the total last."""
    found = shown_counts(dict(enumerate(counts)), elsewhere)
    return [*found.cells.values(), found.total]


def could_be(found: ShownCounts[int], cell: int) -> set[int]:
    """The small counts that a hidden cell could be, for who adds and subtracts all that is shown."""
    assert isinstance(found.total, int)
    rest = found.total - sum(each for each in found.cells.values() if not isinstance(each, Hidden))
    others = [each for key, each in found.cells.items() if key != cell and isinstance(each, Hidden)]
    least = sum(1 if each is U else 5 for each in others)
    most = sum(4 if each is U else NO_END for each in others)
    return {count for count in range(1, 5) if least <= rest - count <= most}


def check(counts: list[int], elsewhere: Collection[int] = ()) -> ShownCounts[int]:
    """What must hold of every table."""
    found = shown_counts(dict(enumerate(counts)), elsewhere)
    for place, count in enumerate(counts):
        cell = found.cells[place]
        assert cell in (count, U, N)
        assert not is_small(count) or isinstance(cell, Hidden)
        assert cell is not U or is_small(count)
        if cell is U:
            assert count in could_be(found, place)
            assert len(could_be(found, place)) > 1
    assert found.total == shown(sum(counts))
    return found


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 0), [0, 0, 0]),
        ((5, 0, 9), [5, 0, 9, 14]),  # nothing small, nothing hidden
        ((12, 3, 0, 40), [N, U, 0, 40, 55]),  # one alone: the smallest other is hidden too
        ((2, 1, 6, 40), [U, U, N, 40, 49]),  # 3 in all is under 5 and would say too much
        ((1, 4, 6, 40), [U, U, 6, 40, 51]),  # 5 in all could be 1 and 4, or 2 and 3
        ((4, 4, 6), [U, U, N, 14]),  # 8 in all is 4 and 4 alone
        ((1, 5, 9), [U, N, N, 15]),  # 6 in all is 1 and 5 alone
        ((1, 5), [N, N, 6]),  # nothing left that could hide it
        ((3, 0), [N, N, U]),  # under 5 in all
        ((7,), [7, 7]),
    ],
)
def test_examples(counts: tuple[int, ...], expected: list[int | Hidden]) -> None:
    assert as_shown(*counts) == expected


@given(COUNTS)
def test_no_small_count_is_shown_or_can_be_computed(counts: list[int]) -> None:
    check(counts)


def test_nor_in_any_small_table() -> None:
    for counts in product(range(11), repeat=4):
        check(list(counts))


@given(COUNTS)
def test_without_a_small_count_nothing_is_hidden(counts: list[int]) -> None:
    large = [count + 5 if is_small(count) else count for count in counts]
    assert as_shown(*large) == [*large, sum(large)]


@given(COUNTS, st.integers(0, 29))
def test_a_large_count_that_stands_elsewhere_hides_nothing(counts: list[int], place: int) -> None:
    cell = place % len(counts)
    found = check(counts, elsewhere=[cell])
    is_all_hidden = all(each is N for each in found.cells.values())
    assert counts[cell] < 5 or found.cells[cell] == counts[cell] or is_all_hidden


@given(st.integers(0, 40), COUNTS, COUNTS)
def test_two_tables_of_the_same_people_do_not_tell_a_count_that_is_in_both(
    shared: int, one: list[int], other: list[int]
) -> None:
    """As emergencies by outcome and by urgency: the same cell, the same total."""
    missing = sum(one) - sum(other)
    tables = ([shared, *one, max(0, -missing)], [shared, *other, max(0, missing)])
    found = [check(counts, elsewhere=[0]) for counts in tables]
    if is_small(shared) and all(each.cells[0] is U for each in found):
        assert len(could_be(found[0], 0) & could_be(found[1], 0)) > 1
    if shared >= 5:  # it is shown in both, or everything is hidden in both
        assert found[0].cells[0] == found[1].cells[0] or N in (found[0].cells[0], found[1].cells[0])


@given(COUNTS)
def test_the_share_of_one_cell_tells_no_small_remainder(counts: list[int]) -> None:
    """A predictive value is told where the cell and the total are; their difference then is not small."""
    found = check(counts)
    for cell, total in ((each, found.total) for each in found.cells.values()):
        if isinstance(cell, int) and isinstance(total, int):
            assert not is_small(total - cell)


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, U), (4, U), (5, 5)])
def test_a_count_alone(count: int, expected: int | Hidden) -> None:
    assert shown(count) == expected
