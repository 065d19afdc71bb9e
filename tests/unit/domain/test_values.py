"""What each kind of answer says of itself: the words of the error sentences and the data dictionary."""

import pytest

from app.domain.answers import KINDS


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("age_years", "whole number 0 to 120"),
        ("headache_days", "whole number 0 to 90"),
        ("months_at_this_frequency", "number 0 to 1200"),
        ("window_days", "28, 30, 90"),
        ("counted_from", "memory, diary"),
        ("aura", "yes, no"),
        ("look_alikes", "list of constant_from_first_day, always_one_side_with_watering_eye"),
        ("preventives", "list of trials (medicine, weeks, result)"),
    ],
)
def test_a_kind_describes_what_it_takes(name: str, words: str) -> None:
    assert KINDS[name].describes == words
