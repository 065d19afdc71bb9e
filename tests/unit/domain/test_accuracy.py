"""The Wilson interval, beside the values that Newcombe printed and what must hold for any numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.accuracy import Proportion

PROPORTIONS = st.integers(1, 5000).flatmap(
    lambda whole: st.builds(Proportion, st.integers(0, whole), st.just(whole))
)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_newcombe_1998_table_1_method_3(
    part: int, whole: int, low: float, high: float
) -> None:
    assert Proportion(part, whole).interval == pytest.approx((low, high), abs=5e-5)


@given(PROPORTIONS)
def test_the_interval_holds_the_share_and_stays_between_0_and_1(seen: Proportion) -> None:
    low, high = seen.interval
    assert 0 <= low <= seen.value <= high <= 1
    assert low < high


@given(PROPORTIONS)
def test_what_was_not_seen_has_the_interval_turned_round(seen: Proportion) -> None:
    low, high = Proportion(seen.whole - seen.part, seen.whole).interval
    assert seen.interval == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(PROPORTIONS)
def test_ten_times_as_many_make_it_narrower(seen: Proportion) -> None:
    low, high = seen.interval
    closer_low, closer_high = Proportion(10 * seen.part, 10 * seen.whole).interval
    assert closer_high - closer_low < high - low


def test_none_and_all_reach_the_ends_exactly() -> None:
    assert Proportion(0, 7).interval[0] == 0
    assert Proportion(7, 7).interval[1] == 1
