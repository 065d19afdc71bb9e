"""Two assessments of the same answers: which edition each is of, and every part in which they differ."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from app.domain import ScreeningAnswers, answers_from_mapping, assess, assessment_to_mapping
from app.domain.assessment import RULES_VERSION, Assessment
from app.domain.codes import Contradiction, LookAlike, Outcome, RedFlagCode, Status, Urgency
from app.domain.comparison import Difference, current_edition, differences, edition_of
from app.domain.exchange import assessment_from_mapping
from app.domain.medication_overuse import ClassUse, MedicationOveruse, OveruseStatus
from app.domain.migraine_features import MigraineFeatures
from app.domain.policies import RequirementStatus
from app.domain.policy_files import shipped_policies
from app.domain.red_flags import RedFlag
from tests.support.journeys import POSITIVE
from tests.support.strategies import screening_answers

SHIPPED = shipped_policies()


def assessed(**changes: Any) -> Assessment:
    return assess(answers_from_mapping({**POSITIVE, **changes}), "1.0")


# --- editions -------------------------------------------------------------------------------------


def test_an_assessment_made_now_is_of_the_current_edition() -> None:
    assert edition_of(assessed()) == current_edition(SHIPPED)


def test_an_edition_begins_with_the_rules_and_fits_its_column() -> None:
    for policies in (SHIPPED, SHIPPED * 50, ()):
        edition = current_edition(policies)
        assert edition.startswith(f"{RULES_VERSION}+")
        assert len(edition) <= 40


def test_other_rules_are_another_edition() -> None:
    assert edition_of(replace(assessed(), rules_version="1.0")) != current_edition(SHIPPED)


def test_a_policy_that_came_went_or_was_renewed_makes_another_edition() -> None:
    newer = replace(SHIPPED[0], version="2099")
    other = replace(SHIPPED[0], id="xx-own")
    lists = (SHIPPED, SHIPPED[1:], (newer, *SHIPPED[1:]), (other, *SHIPPED), ())
    assert len({current_edition(each) for each in lists}) == len(lists)


def test_what_is_printed_about_a_policy_makes_no_other_edition() -> None:
    reworded = replace(SHIPPED[0], title="Something else", checked="2099")
    assert current_edition((reworded, *SHIPPED[1:])) == current_edition(SHIPPED)


def test_the_answers_and_the_questionnaire_make_no_other_edition() -> None:
    other = replace(assessed(headache_days=9, migraine_days=1), questionnaire_version="9.9")
    assert edition_of(other) == edition_of(assessed())


# --- differences ----------------------------------------------------------------------------------


@given(screening_answers())
def test_an_assessment_never_differs_from_itself_nor_from_how_it_is_stored(answers: ScreeningAnswers) -> None:
    assessment = assess(answers, "1.0")
    trials = answers.preventives if isinstance(answers.preventives, tuple) else ()
    stored = assessment_from_mapping(assessment_to_mapping(assessment), trials)
    assert differences(assessment, assessment) == ()
    assert differences(stored, assessment) == ()
    assert edition_of(stored) == edition_of(assessment)


@given(screening_answers(), screening_answers())
def test_a_difference_reads_the_same_from_both_sides(one: ScreeningAnswers, two: ScreeningAnswers) -> None:
    then, now = assess(one, "1.0"), assess(two, "1.0")
    back = {each.part: (each.now, each.then) for each in differences(now, then)}
    assert {each.part: (each.then, each.now) for each in differences(then, now)} == back
    assert all(then_codes != now_codes for then_codes, now_codes in back.values())


def test_a_version_alone_is_no_difference() -> None:
    then = replace(assessed(), rules_version="1.0", questionnaire_version="0.9")
    assert differences(then, assessed()) == ()


CHANGED = RedFlag(RedFlagCode.RECENT_CHANGE_OF_PATTERN, Urgency.SOON)
BOTH = (
    Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP,
    Contradiction.ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP,
)
CASES: dict[str, tuple[dict[str, Any], Difference]] = {
    "outcome": ({"outcome": Outcome.NEGATIVE}, Difference("outcome", "negative", "positive")),
    "urgency": ({"urgency": Urgency.SOON}, Difference("urgency", "soon", "routine")),
    "contradictions": (
        {"contradictions": BOTH},
        Difference(
            "contradictions",
            "headache_free_days_do_not_add_up, acute_medication_days_do_not_add_up",
            "",
        ),
    ),
    "no features yet": (
        {"migraine_features": None},
        Difference("migraine_features", "", "cannot_tell"),
    ),
    "features": (
        {"migraine_features": MigraineFeatures(Status.MET, Status.MET, Status.MET, Status.MET)},
        Difference("migraine_features", "met", "cannot_tell"),
    ),
    "warning signs": (
        {"red_flags": (RedFlag(RedFlagCode.ONSET_AFTER_50, Urgency.URGENT), CHANGED)},
        Difference("red_flags", "onset_after_50, recent_change_of_pattern", ""),
    ),
    "look-alikes": (
        {"look_alikes": tuple(LookAlike)},
        Difference("look_alikes", ", ".join(LookAlike), ""),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_part_that_differs_is_named_with_both_codes(case: str) -> None:
    changes, expected = CASES[case]
    assert differences(replace(assessed(), **changes), assessed()) == (expected,)


def test_medication_overuse_is_compared_as_a_whole_and_class_by_class() -> None:
    classes = (
        ClassUse("triptan", None, 10, OveruseStatus.LIKELY),
        ClassUse("several_classes", None, 10, OveruseStatus.CANNOT_TELL),
    )
    then = replace(assessed(), medication_overuse=MedicationOveruse(OveruseStatus.LIKELY, classes))
    now = replace(assessed(), medication_overuse=MedicationOveruse(OveruseStatus.WATCH, classes[1:]))
    assert differences(then, now) == (
        Difference("medication_overuse", "likely", "watch"),
        Difference("overuse/triptan", "likely", ""),
    )


def test_overuse_that_was_not_assessed_then_is_empty_in_every_class() -> None:
    now = assessed()
    assert now.medication_overuse is not None
    names = [f"overuse/{use.name}" for use in now.medication_overuse.classes]
    assert len(names) == 6
    assert differences(replace(now, medication_overuse=None), now) == tuple(
        Difference(part, "", "cannot_tell") for part in ("medication_overuse", *names)
    )


@pytest.mark.parametrize("status", Status)
def test_a_criterion_that_came_close_to_the_line_is_marked(status: Status) -> None:
    criterion = replace(assessed().criteria["duration"], status=status, borderline=False)
    far = replace(assessed(), criteria={**assessed().criteria, "duration": criterion})
    close = replace(far, criteria={**far.criteria, "duration": replace(criterion, borderline=True)})
    assert differences(far, close) == (Difference("duration", status.value, f"{status.value}, close"),)
    assert differences(close, far) == (Difference("duration", f"{status.value}, close", status.value),)


@pytest.mark.parametrize("name", ["headache_days", "migraine_days", "duration"])
def test_a_criterion_differs_by_its_status(name: str) -> None:
    now = assessed()
    other = replace(now.criteria[name], status=Status.NOT_MET)
    then = replace(now, criteria={**now.criteria, name: other})
    assert differences(then, now) == (Difference(name, "not_met", "met"),)


def test_the_number_of_preventives_that_count_is_compared() -> None:
    now = assessed()
    then = replace(now, preventive_history=replace(now.preventive_history, medicines=1, classes=0))
    assert differences(then, now) == (
        Difference("preventive_medicines", "1", "2"),
        Difference("preventive_classes", "0", "2"),
    )


def test_a_policy_that_came_or_went_is_empty_on_one_side() -> None:
    now = assessed()
    first, *others = now.policies
    then = replace(now, policies=tuple(others))
    came = (
        Difference(f"{first.id}/version", "", first.version),
        *(Difference(f"{first.id}/{each.id}", "", each.status.value) for each in first.requirements),
    )
    assert differences(then, now) == came
    assert [(each.then, each.now) for each in differences(now, then)] == [(each.now, "") for each in came]


def test_a_policy_is_compared_by_its_requirements_and_never_as_a_whole() -> None:
    now = assessed()
    first, *others = now.policies
    changed = replace(first.requirements[0], status=RequirementStatus.MET)
    renewed = replace(
        first, status=RequirementStatus.NOT_MET, requirements=(changed, *first.requirements[1:])
    )
    then = replace(now, policies=(renewed, *others))
    part = f"{first.id}/{changed.id}"
    assert differences(then, now) == (Difference(part, "met", first.requirements[0].status.value),)


def test_a_policy_of_another_version_differs_even_where_it_says_the_same() -> None:
    now = assessed()
    first, *others = now.policies
    then = replace(now, policies=(replace(first, version="1999"), *others))
    assert differences(then, now) == (Difference(f"{first.id}/version", "1999", first.version),)


def test_differences_stand_in_the_order_of_a_record() -> None:
    then, now = assessed(headache_days=9, migraine_days=5, preventives=[]), assessed()
    assert [each.part for each in differences(then, now)][:4] == [
        "outcome",
        "headache_days",
        "migraine_days",
        "preventive_medicines",
    ]
