"""Every shipped policy against worked cases (clinical reference, section 2.5), and no verdict anywhere."""

import json
from typing import Any, Final

import pytest
from hypothesis import given, settings

from app.domain import ScreeningAnswers, answers_from_mapping, assess, assessment_to_mapping
from app.domain.policies import Case, Phase, PolicyResult, compare_with_policy
from app.domain.policy_files import SHIPPED, shipped_policies
from app.domain.response import DayCount, TreatmentResponse
from tests.support.strategies import screening_answers

POLICIES: Final = {policy.id: policy for policy in shipped_policies()}
IDS: Final = (
    "au-mbs-18377",
    "ca-cadth-sr0584",
    "ca-qc-inesss",
    "eu-ehf-2018",
    "ichd-3-1.3",
    "uk-nice-ta260",
    "us-fda-botox-label",
    "us-wa-lni",
)
# Everything answered so that every policy is met; each case below changes a little.
FULL: Final[dict[str, Any]] = {
    "age_years": 40,
    "window_days": 30,
    "headache_days": 16,
    "migraine_days": 9,
    "months_at_this_frequency": 7,
    "hours_per_headache_day": 5,
    "lifetime_attacks_at_least_5": "yes",
    "any_acute_medication_days": 2,
    "specialist_involved": "yes",
    "diary_months": 3,
    "preventives": [
        {"medicine": "amitriptyline", "weeks": 12, "result": "no_benefit"},
        {"medicine": "topiramate", "weeks": 12, "result": "side_effects"},
        {"medicine": "candesartan", "weeks": 12, "result": "no_benefit"},
    ],
}
BETA_BLOCKERS: Final = [
    {"medicine": "propranolol", "weeks": 12, "result": "no_benefit"},
    {"medicine": "metoprolol", "weeks": 12, "result": "no_benefit"},
]


def start(policy_id: str, **changes: Any) -> PolicyResult:
    answers = answers_from_mapping({**FULL, **changes})
    return compare_with_policy(POLICIES[policy_id], Phase.START, Case(answers))


def going_on(policy_id: str, baseline: int, *later: int, cycles: int | None = 2) -> PolicyResult:
    counts = tuple(DayCount(days, 30) for days in later)
    case = Case(ScreeningAnswers(), TreatmentResponse(DayCount(baseline, 30), counts, cycles))
    return compare_with_policy(POLICIES[policy_id], Phase.CONTINUE, case)


def by_id(result: PolicyResult) -> dict[str, str]:
    return {each.id: each.status.value for each in result.requirements}


def test_the_eight_policies_of_the_contract_are_shipped() -> None:
    assert tuple(POLICIES) == IDS
    assert all(policy.source.startswith("https://") for policy in POLICIES.values())


@pytest.mark.parametrize("policy_id", IDS)
def test_full_answers_meet_and_no_answers_are_missing(policy_id: str) -> None:
    assert start(policy_id).status == "met"
    nothing = compare_with_policy(POLICIES[policy_id], Phase.START, Case(ScreeningAnswers()))
    assert nothing.status == "missing"
    assert {each.status for each in nothing.requirements} == {"missing"}


WORKED: Final = {
    "months_at_this_frequency": 4,
    "hours_per_headache_day": 3,
    "preventives": BETA_BLOCKERS,
}


@pytest.mark.parametrize(
    ("policy_id", "not_met"),
    [
        ("ichd-3-1.3", []),
        ("us-fda-botox-label", ["four-hours"]),
        ("uk-nice-ta260", ["three-preventives"]),
        ("eu-ehf-2018", []),
        ("us-wa-lni", ["three-preventives", "two-classes"]),
        ("au-mbs-18377", ["six-months", "three-preventives"]),
        ("ca-cadth-sr0584", ["four-hours", "three-oral-preventives"]),
        ("ca-qc-inesss", ["four-hours", "three-preventives", "an-antidepressant", "an-anticonvulsant"]),
    ],
)
def test_the_same_person_differs_by_policy(policy_id: str, not_met: list[str]) -> None:
    found = start(policy_id, **WORKED)
    assert [name for name, status in by_id(found).items() if status != "met"] == not_met
    assert found.status == ("not_met" if not_met else "met")


THREE_MONTHS: Final = {"months_at_this_frequency": 3}
UNSUITABLE: Final = {"preventives": [{**trial, "result": "unsuitable"} for trial in FULL["preventives"]]}
ANTIBODIES: Final = {
    "preventives": [
        {"medicine": name, "weeks": 12, "result": "no_benefit"}
        for name in ("erenumab", "fremanezumab", "galcanezumab")
    ]
}
FLUNARIZINE: Final = {
    "preventives": [
        *FULL["preventives"][:2],
        {"medicine": "flunarizine", "weeks": 12, "result": "no_benefit"},
    ]
}
OVERUSED: Final = {
    "any_acute_medication_days": 12,
    "triptan_days": 12,
    "months_of_acute_medication_use": 6,
    "medication_overuse_managed": "no",
}
BOUNDARIES: Final[list[tuple[str, dict[str, Any], str]]] = [
    ("ichd-3-1.3", {"headache_days": 15}, "met"),
    ("ichd-3-1.3", {"headache_days": 14}, "not_met"),
    ("ichd-3-1.3", {"migraine_days": 8}, "met"),
    ("ichd-3-1.3", {"migraine_days": 7}, "not_met"),
    ("ichd-3-1.3", THREE_MONTHS, "not_met"),
    ("ichd-3-1.3", {"months_at_this_frequency": 3.1}, "met"),
    ("ichd-3-1.3", {"lifetime_attacks_at_least_5": "not_sure"}, "missing"),
    ("ichd-3-1.3", {"window_days": "not_sure"}, "missing"),
    ("us-fda-botox-label", {"headache_days": 14, "migraine_days": 8}, "not_met"),
    ("us-fda-botox-label", {"hours_per_headache_day": 4}, "met"),
    ("us-fda-botox-label", {"hours_per_headache_day": 3.5}, "not_met"),
    ("us-fda-botox-label", {"migraine_days": 0, "preventives": [], **THREE_MONTHS}, "met"),
    ("us-fda-botox-label", {"age_years": 17}, "not_met"),
    ("us-fda-botox-label", {"age_years": 18}, "met"),
    ("uk-nice-ta260", {"months_at_this_frequency": 0, "hours_per_headache_day": 1}, "met"),
    ("uk-nice-ta260", UNSUITABLE, "met"),
    ("uk-nice-ta260", OVERUSED, "not_met"),
    ("uk-nice-ta260", {**OVERUSED, "medication_overuse_managed": "yes"}, "met"),
    ("uk-nice-ta260", {"migraine_days": 7}, "not_met"),
    ("eu-ehf-2018", THREE_MONTHS, "not_met"),
    ("eu-ehf-2018", OVERUSED, "met"),
    ("eu-ehf-2018", UNSUITABLE, "not_met"),
    ("eu-ehf-2018", {"preventives": FULL["preventives"][:2]}, "met"),
    ("eu-ehf-2018", {"preventives": FULL["preventives"][:1]}, "not_met"),
    ("au-mbs-18377", {"months_at_this_frequency": 6}, "met"),
    ("au-mbs-18377", {"months_at_this_frequency": 5.5}, "not_met"),
    ("au-mbs-18377", {"specialist_involved": "no"}, "not_met"),
    ("au-mbs-18377", UNSUITABLE, "met"),
    ("us-wa-lni", THREE_MONTHS, "not_met"),
    ("us-wa-lni", {"diary_months": 2.5}, "not_met"),
    ("us-wa-lni", UNSUITABLE, "not_met"),
    ("us-wa-lni", OVERUSED, "not_met"),
    (
        "us-wa-lni",
        {"preventives": [*BETA_BLOCKERS, {"medicine": "nadolol", "weeks": 9, "result": "no_benefit"}]},
        "not_met",
    ),
    ("us-wa-lni", {"preventives": [*BETA_BLOCKERS, FULL["preventives"][0]]}, "met"),
    ("ca-cadth-sr0584", UNSUITABLE, "met"),
    ("ca-cadth-sr0584", ANTIBODIES, "not_met"),
    ("ca-cadth-sr0584", {"hours_per_headache_day": 3.9}, "not_met"),
    ("ca-qc-inesss", {"preventives": [*BETA_BLOCKERS, FULL["preventives"][0]]}, "not_met"),
    ("ca-qc-inesss", {"preventives": [BETA_BLOCKERS[0], *FULL["preventives"][:2]]}, "met"),
    ("ca-qc-inesss", FLUNARIZINE, "not_met"),
    ("ca-qc-inesss", UNSUITABLE, "not_met"),
]


@pytest.mark.parametrize(("policy_id", "changes", "status"), BOUNDARIES)
def test_the_boundaries_of_each_policy(policy_id: str, changes: dict[str, Any], status: str) -> None:
    assert start(policy_id, **changes).status == status


GOING_ON: Final[list[tuple[str, int, tuple[int, ...], int, str, dict[str, str]]]] = [
    ("uk-nice-ta260", 20, (13,), 2, "missing", {"fall-of-30-percent": "met", "still-chronic": "missing"}),
    ("au-mbs-18377", 20, (13,), 2, "not_met", {"fall-of-50-percent": "not_met"}),
    ("us-wa-lni", 20, (13,), 2, "not_met", {"fall-of-more-than-50-percent": "not_met"}),
    ("au-mbs-18377", 20, (10,), 2, "met", {"fall-of-50-percent": "met"}),
    ("us-wa-lni", 20, (10,), 2, "not_met", {"fall-of-more-than-50-percent": "not_met"}),
    ("us-wa-lni", 20, (9,), 2, "met", {"fall-of-more-than-50-percent": "met"}),
    ("us-wa-lni", 20, (9,), 5, "not_met", {"at-most-five-courses": "not_met"}),
    ("uk-nice-ta260", 20, (14,), 2, "missing", {"fall-of-30-percent": "met", "still-chronic": "missing"}),
    ("uk-nice-ta260", 20, (14, 14, 14), 2, "not_met", {"still-chronic": "not_met"}),
    ("uk-nice-ta260", 30, (15, 15, 15), 2, "met", {"still-chronic": "met"}),
    ("uk-nice-ta260", 20, (15,), 2, "not_met", {"fall-of-30-percent": "not_met"}),
    ("eu-ehf-2018", 20, (14,), 2, "met", {"fall-of-30-percent": "met", "not-yet-under-10-days": "met"}),
    ("eu-ehf-2018", 20, (10, 10, 10), 3, "met", {"not-yet-under-10-days": "met"}),
    ("eu-ehf-2018", 20, (9, 9, 9), 3, "not_met", {"not-yet-under-10-days": "not_met"}),
    ("eu-ehf-2018", 20, (15,), 2, "missing", {"fall-of-30-percent": "missing"}),
    ("eu-ehf-2018", 20, (15,), 3, "not_met", {"fall-of-30-percent": "not_met"}),
]


@pytest.mark.parametrize(("policy_id", "baseline", "later", "cycles", "status", "parts"), GOING_ON)
def test_going_on(
    policy_id: str, baseline: int, later: tuple[int, ...], cycles: int, status: str, parts: dict[str, str]
) -> None:
    found = going_on(policy_id, baseline, *later, cycles=cycles)
    assert found.status == status
    assert parts.items() <= by_id(found).items()


def test_a_policy_that_says_nothing_of_going_on_settles_nothing() -> None:
    assert going_on("us-fda-botox-label", 20, 5).status == "missing"


def test_each_requirement_is_written_with_the_answer_behind_it() -> None:
    made = assess(answers_from_mapping({**FULL, "headache_days": 14}), "1.0")
    written = {each["id"]: each for each in assessment_to_mapping(made)["policies"]}
    label = written["us-fda-botox-label"]
    assert (label["version"], label["phase"], label["status"]) == ("2026-06-03", "start", "not_met")
    assert label["requirements"][1] == {
        "id": "headache-days",
        "status": "not_met",
        "answer": {"headache_days": 14, "window_days": 30},
        "needed": {"kind": "days_at_least", "count": "headache_days", "days": 15},
    }


def test_only_the_policies_given_are_compared() -> None:
    label = POLICIES["us-fda-botox-label"]
    assert [each.id for each in assess(ScreeningAnswers(), "1.0", (label,)).policies] == [label.id]
    assert "policies" not in assessment_to_mapping(assess(ScreeningAnswers(), "1.0", ()))


VERDICTS: Final = ("approved", "eligible", "qualif")


@settings(deadline=None, max_examples=100)
@given(screening_answers())
def test_no_assessment_reads_as_a_verdict(answers: ScreeningAnswers) -> None:
    made = assess(answers, "1.0")
    written = json.dumps(assessment_to_mapping(made)).lower()
    assert not [word for word in VERDICTS if word in written]
    assert made.outcome is assess(answers, "1.0", ()).outcome


def test_no_policy_file_reads_as_a_verdict() -> None:
    for path in SHIPPED.glob("*.toml"):
        text = path.read_text(encoding="utf-8").lower()
        assert not [word for word in VERDICTS if word in text], path.name
