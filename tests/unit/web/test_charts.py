"""Where the columns of a chart stand, and how high they are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.small_cells import Hidden, Shown
from app.web.charts import BASE, TOP, Chart, Entry, column_chart

SHOWN = st.one_of(st.sampled_from(list(Hidden)), st.integers(0, 0), st.integers(5, 60), st.integers(5, 10**6))
FULL = BASE - TOP


def chart(*counts: Shown, reached_from: int = 0) -> Chart:
    return column_chart("label", [Entry(count, str(count)) for count in counts], reached_from=reached_from)


@given(st.lists(SHOWN, min_size=1, max_size=27))
def test_columns_stand_side_by_side_on_one_line_within_the_chart(counts: list[Shown]) -> None:
    columns = chart(*counts).columns
    assert columns[0].x > 0
    assert columns[-1].x + columns[-1].width < 100
    assert all(one.x + one.width < other.x for one, other in pairwise(columns))
    for column in columns:
        assert column.x < column.middle < column.x + column.width
        assert column.y + column.height == BASE
        assert 0 <= column.height <= FULL


@given(st.lists(SHOWN, min_size=1, max_size=27), st.sampled_from([1, 2, 3, 4]))
def test_what_is_hidden_looks_the_same_whatever_it_is(counts: list[Shown], small: int) -> None:
    columns = chart(*counts, Hidden.UNDER_5, Hidden.NOT_SHOWN).columns
    under_5, not_shown = columns[-2:]
    assert (under_5.kind, not_shown.kind) == ("under_5", "not_shown")
    assert not_shown.height == FULL
    assert 0 < under_5.height <= FULL / 2
    assert {column.height for column in columns if column.kind == "under_5"} == {under_5.height}


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 10), (10, 10), (11, 20), (45, 60), (81, 100), (101, 200), (999, 1000), (4001, 6000)],
)
def test_the_scale_ends_at_a_round_number_that_can_be_halved(highest: int, top: int) -> None:
    assert chart(highest, 0).top == top


def test_heights_are_in_proportion() -> None:
    assert [column.height for column in chart(0, 25, 50, 100).columns] == [0, FULL / 4, FULL / 2, FULL]


def test_the_line_stands_before_the_first_column_that_reaches_it() -> None:
    found = chart(5, 6, 7, 8, reached_from=2)
    assert [column.kind for column in found.columns] == ["below", "below", "reached", "reached"]
    assert found.threshold is not None
    assert found.columns[1].x + found.columns[1].width < found.threshold.x < found.columns[2].x


def test_without_a_threshold_there_is_no_line() -> None:
    assert chart(5, 6).threshold is None
