"""One more answer never turns what is met into what is not, unless it is an answer to just that."""

from dataclasses import replace
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import ScreeningAnswers, Status, assess
from app.domain.answers import KINDS, WINDOWS_DAYS
from app.domain.assessment import Assessment
from app.domain.codes import NOT_SURE
from app.domain.policies import RequirementStatus
from tests.support.strategies import _values, screening_answers

QUICK: Final = settings(deadline=None, max_examples=150)
NAMES: Final = st.sampled_from(sorted(KINDS))
# What a status may depend on. The window belongs to every count of days.
WINDOW: Final = {"window_days"}
OWN: Final[dict[str, set[str]]] = {
    "headache_days": {"headache_days", *WINDOW},
    "migraine_days": {"migraine_days", *WINDOW},
    "duration": {"months_at_this_frequency"},
    "attacks": {"lifetime_attacks_at_least_5"},
    "hours": {"hours_per_headache_day", "age_years"},
    "pain": {
        "unilateral_location",
        "pulsating_quality",
        "moderate_or_severe_pain",
        "aggravated_by_routine_activity",
    },
    "company": {"nausea_or_vomiting", "photophobia", "phonophobia"},
}
OVERUSE: Final = {
    "headache_days",
    "months_of_acute_medication_use",
    "medication_overuse_managed",
    *(name for name in KINDS if name.endswith(("_analgesic_days", "triptan_days", "ergot_days"))),
    "opioid_days",
    "gepant_or_ditan_days",
    "any_acute_medication_days",
    *WINDOW,
}
NEEDED: Final = ("count", "amount", "answer")


def statuses(made: Assessment) -> dict[str, Status]:
    """Each criterion and each feature."""
    features = made.migraine_features
    found = {name: each.status for name, each in made.criteria.items()}
    return found | {name: getattr(features, name) for name in ("attacks", "hours", "pain", "company")}


@st.composite
def with_and_without(draw: st.DrawFn) -> tuple[str, ScreeningAnswers, ScreeningAnswers]:
    """An answer by its name, a person who was not asked for it, and the same person who was."""
    name, answers = draw(NAMES), draw(screening_answers())
    if name == "window_days":
        values: st.SearchStrategy[Any] = st.sampled_from(WINDOWS_DAYS)
    else:
        kind: Any = KINDS[name]
        most = answers.headache_days if name == "migraine_days" else None
        values = _values(kind, most if isinstance(most, int) else answers.window or 90)
    given = draw(st.just(NOT_SURE) | values)
    return name, replace(answers, **{name: None}), replace(answers, **{name: given})


@QUICK
@given(with_and_without())
def test_one_more_answer_turns_no_other_criterion_into_not_met(
    drawn: tuple[str, ScreeningAnswers, ScreeningAnswers],
) -> None:
    name, answers, more = drawn
    before, after = statuses(assess(answers, "2.0", ())), statuses(assess(more, "2.0", ()))
    for criterion, status in before.items():
        if status is Status.MET and name not in OWN[criterion]:
            assert after[criterion] is Status.MET, criterion


def own_answers(needed: dict[str, Any]) -> set[str]:
    """The answers that a requirement of a policy looks at."""
    if needed["kind"] == "overuse_managed":
        return OVERUSE
    if needed["kind"] in ("medicines_tried", "classes_tried"):
        return {"preventives"}
    return {needed[key] for key in NEEDED if key in needed} | WINDOW


@QUICK
@given(with_and_without())
def test_one_more_answer_turns_no_other_requirement_into_not_met(
    drawn: tuple[str, ScreeningAnswers, ScreeningAnswers],
) -> None:
    name, answers, more = drawn
    for before, after in zip(assess(answers, "2.0").policies, assess(more, "2.0").policies, strict=True):
        for was, is_now in zip(before.requirements, after.requirements, strict=True):
            if was.status is RequirementStatus.MET and name not in own_answers(dict(was.needed)):
                assert is_now.status is RequirementStatus.MET, (before.id, was.id)
