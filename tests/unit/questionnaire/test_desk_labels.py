"""Words of the desk: one for every code there is, each different, and none that judges or diagnoses."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import pytest

from app.domain import answers_from_mapping, assess
from app.domain.codes import Contradiction, LookAlike, Status
from app.domain.comparison import differences
from app.domain.medication_overuse import OveruseStatus
from app.domain.policies import RequirementStatus
from app.domain.scores import Instrument
from app.questionnaire import desk_labels
from app.questionnaire.labels import ACUTE_CLASSES
from tests.support.journeys import EMERGENCY, POSITIVE

BY_CODE: Final[dict[str, tuple[type[StrEnum], Mapping[Any, Any]]]] = {
    "look-alikes": (LookAlike, desk_labels.LOOK_ALIKES),
    "contradictions": (Contradiction, desk_labels.CONTRADICTIONS),
    "feature statuses": (Status, desk_labels.FEATURE_STATUSES),
    "overuse statuses": (OveruseStatus, desk_labels.OVERUSE_STATUSES),
    "requirement statuses": (RequirementStatus, desk_labels.REQUIREMENT_STATUSES),
    "instruments": (Instrument, desk_labels.INSTRUMENTS),
}
NAMED: Final[dict[str, Mapping[Any, Any]]] = {
    **{name: words for name, (_, words) in BY_CODE.items()},
    "features": desk_labels.FEATURES,
    "parts": desk_labels.PARTS,
}
JUDGING: Final = re.compile(r"approv|eligib|qualif|entitle|reject|diagnos|you have|does not have", re.I)


@pytest.mark.parametrize("name", BY_CODE)
def test_every_code_has_words(name: str) -> None:
    codes, words = BY_CODE[name]
    assert list(words) == list(codes)


@pytest.mark.parametrize("name", NAMED)
def test_words_are_no_codes_and_tell_apart_what_they_name(name: str) -> None:
    words = [str(each) for each in NAMED[name].values()]
    assert len(set(words)) == len(words)
    for each in words:
        assert each[0].isupper(), each
        assert "_" not in each
        assert "%(" not in each
        assert not each.endswith(".")


@pytest.mark.parametrize("name", NAMED)
def test_no_word_judges_or_diagnoses(name: str) -> None:
    assert not [str(each) for each in NAMED[name].values() if JUDGING.search(str(each))]


def test_a_look_alike_is_something_to_consider_with_its_place_in_the_classification() -> None:
    for words in desk_labels.LOOK_ALIKES.values():
        assert "consider" in str(words)
        assert re.search(r"\(ICHD-3 \d\.\d+\)$", str(words))


def test_every_part_in_which_assessments_can_differ_has_a_name() -> None:
    one = assess(answers_from_mapping(dict(EMERGENCY)), "1.0", ())
    answers = {
        **POSITIVE,
        "look_alikes": ["constant_from_first_day"],
        "headache_free_days": 30,
        "age_years": 40,
        "triptan_days": 0,
        "any_acute_medication_days": 0,
        "hours_per_headache_day": 1,
    }
    two = assess(answers_from_mapping(answers), "1.0", ())
    parts = {each.part for each in differences(one, two)}
    by_class = {part for part in parts if part.startswith("overuse/")}
    assert parts - by_class == set(desk_labels.PARTS)
    assert {part.removeprefix("overuse/") for part in by_class} == set(ACUTE_CLASSES)


def test_the_features_are_those_of_the_assessment() -> None:
    features = assess(answers_from_mapping(dict(POSITIVE)), "1.0").migraine_features
    assert all(isinstance(getattr(features, name), Status) for name in desk_labels.FEATURES)
