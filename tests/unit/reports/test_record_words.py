"""An assessment in the words of the desk: features, overuse, answers by section, and what has changed."""

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

import pytest

from app.domain import answers_from_mapping, assess
from app.domain.assessment import Assessment
from app.domain.codes import Contradiction, LookAlike, RedFlagCode, Status
from app.domain.comparison import Difference, differences
from app.domain.criteria import Criterion
from app.domain.medication_overuse import ClassUse, MedicationOveruse, OveruseStatus
from app.domain.migraine_features import MigraineFeatures
from app.questionnaire.desk_labels import LOOK_ALIKES
from app.questionnaire.draft_answers import draft_answers
from app.questionnaire.summary import summary_rows
from app.reports.answer_words import answer_groups
from app.reports.record_words import (
    difference_rows,
    feature_rows,
    overuse_rows,
    overuse_warning,
    tile,
    treatment_rows,
)
from tests.support.journeys import ABOUT_HEADACHES, COST, EMERGENCY, MEDICINES, POSITIVE, answers_of

MET, NOT_MET, OPEN = Status.MET, Status.NOT_MET, Status.CANNOT_TELL


def assessed(**changes: Any) -> Assessment:
    return assess(answers_from_mapping({**POSITIVE, **changes}), "1.0")


def plain(rows: list[list[Any]]) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in rows]


# --- tiles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criterion", "value", "state", "distance"),
    [
        (Criterion(MET, False, Fraction(20), 15), "20", "Reached", "5 days past the line"),
        (Criterion(MET, True, Fraction(15), 15), "15", "Reached, close to the line", "exactly on the line"),
        (
            Criterion(NOT_MET, True, Fraction(44, 3), 15),
            "14.7",
            "Not reached, close to the line",
            "0.3 days short of the line",
        ),
        (Criterion(NOT_MET, False, Fraction(0), 15), "0", "Not reached", "15 days short of the line"),
        (Criterion(OPEN, False, None, 15), "?", "Cannot tell yet", "distance not known"),
    ],
    ids=["past", "on", "close", "short", "open"],
)
def test_a_tile_says_value_state_and_distance(
    criterion: Criterion, value: str, state: str, distance: str
) -> None:
    shown = tile("headache_days", criterion)
    assert (shown.value, str(shown.state), shown.distance) == (value, state, distance)
    assert (shown.threshold, str(shown.name)) == ("≥ 15 days", "Headache days a month")
    assert (shown.bar.fill is None) == (criterion.value is None)


def test_months_have_their_own_unit() -> None:
    assert tile("duration", Criterion(MET, True, Fraction(3), 3)).threshold == "≥ 3 months"


# --- features and overuse -------------------------------------------------------------------------

ONE_FEATURE: Final = {"photophobia": "not_sure"}
ONE_CLASS: Final = {"ergot_days": 0}


def test_features_are_shown_one_by_one_and_as_a_whole() -> None:
    rows = plain(feature_rows(MigraineFeatures(MET, MET, NOT_MET, NOT_MET), ONE_FEATURE))
    assert rows == [
        ["A. 5 or more attacks", "Met"],
        ["B. 4–72 h untreated, 2–72 under 18 (lower bound only)", "Met"],
        ["C. 2 of: one side, pulsating, moderate or severe, worse with activity", "Not met"],
        ["D. Nausea or vomiting, or light and sound together", "Not met"],
        ["ICHD-3 1.1 as a whole", "Not met"],
    ]


@pytest.mark.parametrize(
    ("features", "whole"),
    [
        (MigraineFeatures(MET, MET, MET, MET), "Met"),
        (MigraineFeatures(MET, OPEN, MET, MET), "Cannot tell"),
        (
            MigraineFeatures(MET, MET, MET, NOT_MET),
            "Not met: one criterion is missing (probable migraine, ICHD-3 1.5)",
        ),
    ],
    ids=["met", "open", "one missing"],
)
def test_the_whole_says_when_one_criterion_is_missing(features: MigraineFeatures, whole: str) -> None:
    assert plain(feature_rows(features, ONE_FEATURE))[-1] == ["ICHD-3 1.1 as a whole", whole]


def test_an_assessment_of_rules_that_had_neither_shows_neither() -> None:
    assert feature_rows(None, ONE_FEATURE) == []
    assert overuse_rows(None, ONE_CLASS) == []
    assert overuse_warning(None) == ""


def test_each_class_stands_with_its_days_line_and_status() -> None:
    overuse = MedicationOveruse(
        OveruseStatus.LIKELY,
        (
            ClassUse("triptan", Fraction(75, 7), 10, OveruseStatus.LIKELY),
            ClassUse("ergot", None, 10, OveruseStatus.CANNOT_TELL),
            ClassUse("opioid", Fraction(0), 10, OveruseStatus.NOT_LIKELY),
            ClassUse("simple_analgesic", Fraction(15), 15, OveruseStatus.WATCH),
            ClassUse("several_classes", None, 10, OveruseStatus.WATCH),
        ),
    )
    watch = "Watch: days reached, but not the months or the headache days"
    assert plain(overuse_rows(overuse, ONE_CLASS)) == [
        ["Triptans", "10.7", "10 days", "Likely"],
        ["Ergots", "not known", "10 days", "Cannot tell"],
        ["Opioid pain medicine", "0", "10 days", "Not likely"],
        ["Simple painkillers", "15", "15 days", watch],
        ["Several kinds together", "not known", "10 days", watch],
    ]


def test_what_nobody_answered_has_no_table() -> None:
    assessment = assessed()
    assert feature_rows(assessment.migraine_features, dict(POSITIVE)) == []
    assert overuse_rows(assessment.medication_overuse, dict(POSITIVE)) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (OveruseStatus.LIKELY, "Medication overuse: Likely"),
        (
            OveruseStatus.WATCH,
            "Medication overuse: Watch: days reached, but not the months or the headache days",
        ),
        (
            OveruseStatus.CANNOT_TELL,
            "Medication overuse: the days reach the line, the months or headache days are not known",
        ),
    ],
)
def test_overuse_is_warned_of_once_the_days_of_a_class_reach_their_line(
    status: OveruseStatus, words: str
) -> None:
    below = ClassUse("opioid", Fraction(99, 10), 10, OveruseStatus.CANNOT_TELL)
    reached = ClassUse("triptan", Fraction(10), 10, status)
    assert str(overuse_warning(MedicationOveruse(status, (below, reached)))) == words


@pytest.mark.parametrize("days", [None, Fraction(99, 10)])
def test_below_every_line_nothing_is_said_first(days: Fraction | None) -> None:
    use = ClassUse("triptan", days, 10, OveruseStatus.CANNOT_TELL)
    assert overuse_warning(MedicationOveruse(OveruseStatus.CANNOT_TELL, (use,))) == ""
    assert overuse_warning(MedicationOveruse(OveruseStatus.NOT_LIKELY, ())) == ""


def test_classes_together_are_warned_of_without_an_exact_count() -> None:
    use = ClassUse("several_classes", None, 10, OveruseStatus.LIKELY)
    assert str(overuse_warning(MedicationOveruse(OveruseStatus.LIKELY, (use,)))).endswith(": Likely")


# --- treatment and answers ------------------------------------------------------------------------


def test_a_short_trial_and_a_class_again_say_so() -> None:
    trials = [
        {"medicine": "propranolol", "weeks": 2, "result": "no_benefit", "taken_for": "migraine"},
        {"medicine": "metoprolol", "weeks": 12, "result": "no_benefit", "taken_for": "migraine"},
    ]
    rows = plain(treatment_rows(assessed(preventives=trials)))
    assert [row[0] for row in rows] == ["Propranolol", "Metoprolol"]
    assert rows[0][4].startswith("Yes; shorter than the 8 weeks")
    assert rows[1][4] == "Yes; same class as another, so the class counts once"


def test_answers_stand_by_section_with_the_core_first_and_untitled() -> None:
    stored = {**POSITIVE, **answers_of(ABOUT_HEADACHES), **answers_of(COST)}
    groups = answer_groups(stored)
    assert [str(group["title"]) for group in groups] == ["", ABOUT_HEADACHES, COST]
    lines = {str(line["label"]): [str(each) for each in line["value"]] for line in groups[2]["lines"]}
    assert list(lines.values()) == [["3 days"], ["5 days"]]


@pytest.mark.parametrize("stored", [POSITIVE, EMERGENCY, {**POSITIVE, **answers_of(MEDICINES)}])
def test_no_answer_is_lost_between_the_groups(stored: dict[str, Any]) -> None:
    shown = [str(line["label"]) for group in answer_groups(stored) for line in group["lines"]]
    assert shown == [str(row.question) for row in summary_rows(draft_answers(stored))]


# --- what differs ---------------------------------------------------------------------------------


WATCH: Final = "Watch: days reached, but not the months or the headache days"


@pytest.mark.parametrize(
    ("part", "then", "now", "row"),
    [
        ("outcome", "positive", "borderline", ["Outcome", "Screen positive", "Borderline"]),
        ("outcome", "cannot_tell", "negative", ["Outcome", "Cannot tell", "Screen negative"]),
        ("headache_days", "met", "not_met", ["Headache days", "Met", "Not met"]),
        ("urgency", "routine", "soon", ["Urgency", "Routine", "Soon"]),
        ("preventive_medicines", "1", "2", ["Preventive medicines counted", "1", "2"]),
        ("medication_overuse", "", "likely", ["Medication overuse", "not there", "Likely"]),
        ("migraine_features", "cannot_tell", "", ["Migraine features", "Cannot tell", "not there"]),
        ("headache_days", "met, close", "met", ["Headache days", "Met, close to the line", "Met"]),
        ("duration", "met", "not_met, close", ["Duration", "Met", "Not met, close to the line"]),
        (
            "red_flags",
            "thunderclap_onset, onset_after_50",
            "",
            ["Warning signs", "Thunderclap onset; Onset after 50", "none"],
        ),
        (
            "look_alikes",
            "",
            "constant_from_first_day",
            ["Look-alikes", "none", str(LOOK_ALIKES[LookAlike.CONSTANT_FROM_FIRST_DAY])],
        ),
        ("overuse/triptan", "watch", "likely", ["Triptans", WATCH, "Likely"]),
        ("overuse/several_classes", "", "not_likely", ["Several kinds together", "not there", "Not likely"]),
    ],
)
def test_a_difference_is_shown_in_words(part: str, then: str, now: str, row: list[str]) -> None:
    assert plain(difference_rows([Difference(part, then, now)], assessed(), assessed())) == [row]


def test_the_rows_keep_the_order_of_the_differences() -> None:
    then, now = assessed(headache_days=9, migraine_days=5, preventives=[]), assessed()
    assert [row[0] for row in plain(difference_rows(differences(then, now), then, now))][:3] == [
        "Outcome",
        "Headache days",
        "Migraine days",
    ]


CODE: Final = re.compile(r"[a-z]_[a-z]")


@pytest.mark.parametrize("contradictions", [(each,) for each in Contradiction] + [tuple(Contradiction)])
def test_no_difference_is_shown_as_a_code(contradictions: tuple[Contradiction, ...]) -> None:
    now = replace(assessed(), contradictions=contradictions)
    then = replace(assess(answers_from_mapping(dict(EMERGENCY)), "1.0", ()), migraine_features=None)
    for row in plain(difference_rows(differences(then, now), then, now)):
        assert not [cell for cell in row if CODE.search(cell)], row


@pytest.mark.parametrize(
    "changes",
    [
        {"look_alikes": [each.value for each in LookAlike]},
        {"red_flags": [each.value for each in RedFlagCode]},
        {"headache_days": 14, "migraine_days": 8},
        {"triptan_days": 20, "opioid_days": 0, "months_of_acute_medication_use": 3},
    ],
    ids=["look-alikes", "signs", "close", "overuse"],
)
def test_whatever_differs_has_words_on_both_sides(changes: dict[str, Any]) -> None:
    then, now = assessed(), assessed(**changes)
    for one, other in ((then, now), (now, then)):
        rows = plain(difference_rows(differences(one, other), one, other))
        assert rows
        assert not [cell for row in rows for cell in row if CODE.search(cell) or not cell], rows


def test_a_policy_of_another_version_is_named_with_both_versions() -> None:
    now = assessed()
    first, *others = now.policies
    then = replace(now, policies=(replace(first, version="1999"), *others))
    rows = plain(difference_rows(differences(then, now), then, now))
    assert rows == [[f"{first.id}: version", "1999", first.version]]


def test_a_requirement_that_differs_is_named_by_its_policy_and_in_words() -> None:
    then, now = assessed(age_years=17), assessed(age_years=18)
    rows = plain(difference_rows(differences(then, now), then, now))
    assert ["us-fda-botox-label: Age in years: 18 or more", "Not met", "Met"] in rows
