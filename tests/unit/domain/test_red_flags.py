"""Warning signs: which there are, how urgent each is, and what being unsure means."""

import random
from typing import Any, Final

import pytest

from app.domain.answers import ScreeningAnswers
from app.domain.assessment import assess
from app.domain.codes import NOT_SURE, NotSure, Outcome, RedFlagCode, RedFlagGroup, Urgency
from app.domain.red_flags import (
    EMERGENCY_CODES,
    OTHER_CODES,
    URGENCY,
    RedFlag,
    red_flags_of,
    urgency_of,
)

# As the contract lists them.
BY_URGENCY: Final = {
    Urgency.EMERGENCY: (
        "thunderclap_onset",
        "recent_head_injury",
        "new_neurological_deficit",
        "loss_of_vision",
        "fever_with_stiff_neck",
        "painful_red_eye",
    ),
    Urgency.URGENT: (
        "onset_after_50",
        "jaw_or_scalp_pain",
        "double_vision",
        "pregnancy_or_postpartum",
        "cancer_or_immune_suppression",
        "brought_on_by_cough_or_exertion",
        "changes_with_posture",
        "vomiting_with_weight_loss",
    ),
    Urgency.SOON: ("recent_change_of_pattern",),
}


def test_the_warning_signs_and_their_urgency_are_those_of_the_contract() -> None:
    found = {
        urgency: tuple(code.value for code, of_code in URGENCY.items() if of_code is urgency)
        for urgency in BY_URGENCY
    }
    assert found == BY_URGENCY


def test_every_warning_sign_has_an_urgency() -> None:
    assert set(URGENCY) == set(RedFlagCode)


def test_the_emergency_codes_are_those_of_the_first_page() -> None:
    assert tuple(code.value for code in EMERGENCY_CODES) == BY_URGENCY[Urgency.EMERGENCY]


def test_the_other_codes_are_all_that_are_no_emergency() -> None:
    others = BY_URGENCY[Urgency.URGENT] + BY_URGENCY[Urgency.SOON]
    assert tuple(code.value for code in OTHER_CODES) == others


def test_urgencies_are_ordered_the_most_urgent_first() -> None:
    assert tuple(Urgency) == (
        Urgency.EMERGENCY,
        Urgency.URGENT,
        Urgency.SOON,
        Urgency.ROUTINE,
    )


@pytest.mark.parametrize("code", RedFlagCode)
def test_a_single_sign_has_its_own_urgency(code: RedFlagCode) -> None:
    answers = ScreeningAnswers(red_flags=(code,))
    assert red_flags_of(answers) == (RedFlag(code, URGENCY[code]),)
    assert urgency_of(answers) is URGENCY[code]


@pytest.mark.parametrize("code", RedFlagCode)
def test_only_an_emergency_sign_makes_the_outcome_an_emergency(code: RedFlagCode) -> None:
    outcome = assess(ScreeningAnswers(red_flags=(code,)), "1.0").outcome
    assert (outcome is Outcome.EMERGENCY) == (code in EMERGENCY_CODES)


@pytest.mark.parametrize(
    ("codes", "urgency"),
    [
        (("recent_change_of_pattern", "painful_red_eye"), Urgency.EMERGENCY),
        (("recent_change_of_pattern", "double_vision"), Urgency.URGENT),
        (("double_vision", "onset_after_50"), Urgency.URGENT),
        (("recent_change_of_pattern",), Urgency.SOON),
        ((), Urgency.ROUTINE),
    ],
)
def test_the_most_urgent_sign_decides(codes: tuple[str, ...], urgency: Urgency) -> None:
    flags = tuple(RedFlagCode(code) for code in codes)
    assert urgency_of(ScreeningAnswers(red_flags=flags)) is urgency


def test_signs_are_listed_the_most_urgent_first_however_they_were_reported() -> None:
    codes = list(RedFlagCode)
    expected = tuple(RedFlag(code, urgency) for code, urgency in URGENCY.items())
    for seed in range(5):
        random.Random(seed).shuffle(codes)
        assert red_flags_of(ScreeningAnswers(red_flags=tuple(codes))) == expected
    places = [list(Urgency).index(flag.urgency) for flag in expected]
    assert places == sorted(places)


@pytest.mark.parametrize("missing", [None, NOT_SURE, ()])
def test_without_a_reported_sign_there_is_none(missing: NotSure | tuple[()] | None) -> None:
    assert red_flags_of(ScreeningAnswers(red_flags=missing)) == ()


def test_being_unsure_of_a_sign_is_urgent_and_marked() -> None:
    answers = ScreeningAnswers(red_flags=NOT_SURE)
    assert urgency_of(answers) is Urgency.URGENT
    found = assess(answers, "1.0")
    assert (found.red_flags_not_sure, found.urgency) == (True, Urgency.URGENT)


def test_not_being_asked_is_routine() -> None:
    assert urgency_of(ScreeningAnswers()) is Urgency.ROUTINE


@pytest.mark.parametrize(
    ("flags", "unsure", "urgency"),
    [
        ((), (RedFlagGroup.EMERGENCY,), Urgency.URGENT),
        ((), (RedFlagGroup.OTHER,), Urgency.URGENT),
        ((), NOT_SURE, Urgency.URGENT),
        ((), (), Urgency.ROUTINE),
        ((), None, Urgency.ROUTINE),
        ((RedFlagCode.RECENT_CHANGE_OF_PATTERN,), (RedFlagGroup.EMERGENCY,), Urgency.URGENT),
        ((RedFlagCode.DOUBLE_VISION,), (RedFlagGroup.EMERGENCY,), Urgency.URGENT),
        ((RedFlagCode.LOSS_OF_VISION,), (RedFlagGroup.OTHER,), Urgency.EMERGENCY),
    ],
)
def test_being_unsure_of_one_group_is_urgent_beside_what_was_reported(
    flags: Any, unsure: Any, urgency: Urgency
) -> None:
    answers = ScreeningAnswers(red_flags=flags, unsure_red_flags=unsure)
    assert urgency_of(answers) is urgency
    assert assess(answers, "1.0").red_flags_not_sure == bool(unsure)
    assert tuple(flag.code for flag in red_flags_of(answers)) == flags
