"""The bands of the statistics: without gaps, and parted at the thresholds."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.bands import (
    DAYS_TO_REVIEW,
    HEADACHE_DAYS,
    MIGRAINE_DAYS,
    PREVENTIVES,
    Band,
    band_of,
    median_band,
)
from app.domain.criteria import HEADACHE_DAYS_PER_30, MIGRAINE_DAYS_PER_30, days_per_30

EVERY = [HEADACHE_DAYS, MIGRAINE_DAYS, PREVENTIVES, DAYS_TO_REVIEW]


def test_the_stored_codes_are_what_they_were() -> None:
    assert [[band.code for band in bands] for bands in EVERY] == [
        ["0_to_4", "5_to_9", "10_to_14", "15_to_19", "20_to_24", "25_to_30"],
        ["0_to_3", "4_to_7", "8_to_11", "12_to_15", "16_to_19", "20_to_23", "24_to_27", "28_to_30"],
        ["0_to_0", "1_to_1", "2_to_2", "3_or_more"],
        ["0_to_0", "1_to_2", "3_to_7", "8_to_14", "15_to_30", "31_or_more"],
    ]


@pytest.mark.parametrize("bands", EVERY)
def test_bands_follow_each_other_without_a_gap(bands: Sequence[Band]) -> None:
    assert bands[0].low == 0
    assert all(one.high == other.low - 1 for one, other in pairwise(bands) if one.high is not None)


@pytest.mark.parametrize(
    ("bands", "threshold"), [(HEADACHE_DAYS, HEADACHE_DAYS_PER_30), (MIGRAINE_DAYS, MIGRAINE_DAYS_PER_30)]
)
@given(days=st.integers(0, 90), window=st.sampled_from([28, 30, 90]))
def test_a_rate_is_on_the_side_of_the_threshold_where_the_rules_see_it(
    bands: Sequence[Band], threshold: int, days: int, window: int
) -> None:
    rate = days_per_30(min(days, window), window)
    assert (band_of(rate, bands).low >= threshold) == (rate >= threshold)
    assert band_of(float(rate), bands) == band_of(rate, bands)


@pytest.mark.parametrize(("rate", "low"), [(Fraction(44, 3), 10), (15, 15), (30, 25), (0, 0)])
def test_examples(rate: Fraction, low: int) -> None:
    assert band_of(rate, HEADACHE_DAYS).low == low


@pytest.mark.parametrize(
    ("counts", "low"),
    [
        ({}, None),
        ({"0_to_0": 0}, None),
        ({"0_to_0": 1}, 0),
        ({"0_to_0": 2, "3_to_7": 2}, 0),
        ({"0_to_0": 2, "3_to_7": 3}, 3),
        ({"31_or_more": 9, "0_to_0": 1, "not_reviewed": 100}, 31),
    ],
)
def test_half_lies_within_the_median_band(counts: dict[str, int], low: int | None) -> None:
    found = median_band(counts, DAYS_TO_REVIEW)
    assert (None if found is None else found.low) == low
