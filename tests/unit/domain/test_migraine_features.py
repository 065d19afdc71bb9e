"""ICHD-3 1.1 A to D: two of four, light *and* sound, and what is unknown counted both ways."""

from typing import Any

import pytest

from app.domain import Status, answers_from_mapping
from app.domain.migraine_features import MigraineFeatures, migraine_features
from app.domain.three_valued import all_of, any_of, at_least

MET, NOT_MET, CANNOT_TELL = Status.MET, Status.NOT_MET, Status.CANNOT_TELL


def features(**raw: Any) -> MigraineFeatures:
    return migraine_features(answers_from_mapping(raw))


@pytest.mark.parametrize(
    ("answer", "status"), [("yes", MET), ("no", NOT_MET), ("not_sure", CANNOT_TELL), (None, CANNOT_TELL)]
)
def test_five_attacks(answer: Any, status: Status) -> None:
    assert features(lifetime_attacks_at_least_5=answer).attacks is status


@pytest.mark.parametrize(
    ("hours", "age", "status"),
    [
        (4, 40, MET),
        (3.9, 40, NOT_MET),
        (24, 40, MET),
        (4, None, MET),
        (3, None, NOT_MET),
        (3, "not_sure", NOT_MET),
        (3, 18, NOT_MET),
        (3, 17, MET),
        (2, 17, MET),
        (1.9, 17, NOT_MET),
        (None, 40, CANNOT_TELL),
        ("not_sure", 17, CANNOT_TELL),
    ],
)
def test_hours_are_4_for_adults_and_2_under_18(hours: Any, age: Any, status: Status) -> None:
    assert features(hours_per_headache_day=hours, age_years=age).hours is status


@pytest.mark.parametrize(
    ("pain", "status"),
    [
        (("yes", "yes", "no", "no"), MET),
        (("no", "no", "yes", "yes"), MET),
        (("yes", "no", "no", "no"), NOT_MET),
        (("yes", "no", "no", None), CANNOT_TELL),
        (("no", "no", "no", "not_sure"), NOT_MET),
        (("no", "no", "not_sure", None), CANNOT_TELL),
        (("yes", "yes", None, None), MET),
    ],
)
def test_two_of_four_kinds_of_pain(pain: tuple[Any, ...], status: Status) -> None:
    names = (
        "unilateral_location",
        "pulsating_quality",
        "moderate_or_severe_pain",
        "aggravated_by_routine_activity",
    )
    assert features(**dict(zip(names, pain, strict=True))).pain is status


@pytest.mark.parametrize(
    ("nausea", "light", "sound", "status"),
    [
        ("yes", "no", "no", MET),
        ("no", "yes", "yes", MET),
        ("no", "yes", "no", NOT_MET),
        ("no", "no", "yes", NOT_MET),
        ("no", "yes", None, CANNOT_TELL),
        ("no", "no", None, NOT_MET),
        (None, "yes", "no", CANNOT_TELL),
        (None, "yes", "yes", MET),
    ],
)
def test_light_and_sound_count_only_together(nausea: Any, light: Any, sound: Any, status: Status) -> None:
    assert features(nausea_or_vomiting=nausea, photophobia=light, phonophobia=sound).company is status


@pytest.mark.parametrize(
    ("four", "whole", "misses_one"),
    [
        ((MET, MET, MET, MET), MET, False),
        ((NOT_MET, MET, MET, MET), NOT_MET, True),
        ((MET, MET, MET, NOT_MET), NOT_MET, True),
        ((NOT_MET, NOT_MET, MET, MET), NOT_MET, False),
        ((NOT_MET, CANNOT_TELL, MET, MET), NOT_MET, False),
        ((CANNOT_TELL, MET, MET, MET), CANNOT_TELL, False),
    ],
)
def test_the_whole_and_probable_migraine(four: tuple[Status, ...], whole: Status, misses_one: bool) -> None:
    found = MigraineFeatures(*four)
    assert (found.whole, found.misses_one) == (whole, misses_one)


def test_statuses_combine_without_an_unknown_becoming_a_no() -> None:
    assert all_of() is MET
    assert any_of() is NOT_MET
    assert any_of(NOT_MET, CANNOT_TELL) is CANNOT_TELL
    assert all_of(MET, CANNOT_TELL) is CANNOT_TELL
    assert all_of(NOT_MET, CANNOT_TELL) is NOT_MET
    assert at_least(2, [MET, CANNOT_TELL, NOT_MET]) is CANNOT_TELL
