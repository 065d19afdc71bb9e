"""The assessment as plain JSON values and back, with the names of the interface contract."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import attrgetter
from typing import Any

from app.domain.assessment import Assessment
from app.domain.codes import Contradiction, LookAlike, Outcome, RedFlagCode, Status, Urgency
from app.domain.criteria import Criterion
from app.domain.medication_overuse import ClassUse, MedicationOveruse, OveruseStatus
from app.domain.migraine_features import MigraineFeatures
from app.domain.policies import Phase, PolicyResult, RequirementResult, RequirementStatus
from app.domain.preventive_history import CountedTrial, CountReason, PreventiveHistory
from app.domain.red_flags import RedFlag
from app.domain.trials import PreventiveTrial
from app.domain.written import Written

_Part = Callable[[Written], dict[str, Any]]


def _policy_to_mapping(policy: PolicyResult, part: _Part) -> dict[str, Any]:
    return {
        "id": policy.id,
        "version": policy.version,
        "phase": policy.phase.value,
        "status": policy.status.value,
        "requirements": [part(each) for each in policy.requirements],
    }


def _beside_to_mapping(assessment: Assessment, part: _Part) -> dict[str, Any]:
    """What rules 1.1 added beside the outcome; nothing for an older assessment."""
    mapping: dict[str, Any] = {}
    if assessment.migraine_features is not None:
        mapping["migraine_features"] = part(assessment.migraine_features)
    if assessment.medication_overuse is not None:
        mapping["medication_overuse"] = part(assessment.medication_overuse)
    if assessment.policies:
        mapping["policies"] = [_policy_to_mapping(policy, part) for policy in assessment.policies]
    return mapping


def assessment_to_mapping(assessment: Assessment) -> dict[str, Any]:
    """The assessment as JSON values, with the names of the interface contract."""
    return _to_mapping(assessment, lambda part: part.to_mapping())


def assessment_to_look_at(assessment: Assessment) -> dict[str, Any]:
    """As `assessment_to_mapping`, of parts that others share: it must not be changed."""
    return _to_mapping(assessment, attrgetter("mapping"))


def _to_mapping(assessment: Assessment, part: _Part) -> dict[str, Any]:
    history = assessment.preventive_history
    return {
        "outcome": assessment.outcome.value,
        "criteria": {name: part(criterion) for name, criterion in assessment.criteria.items()},
        "red_flags": [
            {"code": flag.code.value, "urgency": flag.urgency.value} for flag in assessment.red_flags
        ],
        "red_flags_not_sure": assessment.red_flags_not_sure,
        "urgency": assessment.urgency.value,
        "look_alikes": [code.value for code in assessment.look_alikes],
        "preventive_history": {
            "asked": history.asked,
            "medicines": history.medicines,
            "classes": history.classes,
            "trials": [verdict.to_mapping() for verdict in history.trials],
        },
        "contradictions": [code.value for code in assessment.contradictions],
        "versions": {
            "questionnaire": assessment.questionnaire_version,
            "rules": assessment.rules_version,
        },
        **_beside_to_mapping(assessment, part),
    }


def _as_typed(value: int | float) -> Fraction:
    return Fraction(str(value))


def _exact(value: int | float) -> Fraction:
    """The rate that was written: 8.571… is 60/7. No window of days gives a denominator above 14."""
    return Fraction(value).limit_denominator(14)


def _criterion_from_mapping(name: str, stored: Mapping[str, Any]) -> Criterion:
    """Days are rates and may be fractions such as 60/7; months are decimals as they were typed."""
    value = stored.get("value")
    read = _as_typed if name == "duration" else _exact
    return Criterion(
        status=Status(stored["status"]),
        borderline=stored["borderline"],
        value=None if value is None else read(value),
        threshold=stored["threshold"],
    )


def _history_from_mapping(
    stored: Mapping[str, Any], trials: tuple[PreventiveTrial, ...]
) -> PreventiveHistory:
    verdicts = tuple(
        CountedTrial(trial, item["counted"], CountReason(item["reason"]), item["short"], item["class_again"])
        for trial, item in zip(trials, stored["trials"], strict=True)
    )
    return PreventiveHistory(stored["medicines"], stored["classes"], verdicts, asked=stored["asked"])


def _features_from_mapping(stored: Mapping[str, Any] | None) -> MigraineFeatures | None:
    return None if stored is None else MigraineFeatures(*(Status(stored[each]) for each in "abcd"))


def _overuse_from_mapping(stored: Mapping[str, Any] | None) -> MedicationOveruse | None:
    if stored is None:
        return None
    classes = tuple(
        ClassUse(
            item["class"],
            None if item["days"] is None else _exact(item["days"]),
            item["threshold"],
            OveruseStatus(item["status"]),
        )
        for item in stored["classes"]
    )
    return MedicationOveruse(OveruseStatus(stored["status"]), classes)


def _policy_from_mapping(stored: Mapping[str, Any]) -> PolicyResult:
    requirements = tuple(
        RequirementResult(each["id"], RequirementStatus(each["status"]), each["answer"], each["needed"])
        for each in stored["requirements"]
    )
    phase, status = Phase(stored["phase"]), RequirementStatus(stored["status"])
    return PolicyResult(stored["id"], stored["version"], phase, status, requirements)


def assessment_from_mapping(stored: Mapping[str, Any], trials: tuple[PreventiveTrial, ...]) -> Assessment:
    """A stored assessment as it was made, whatever the rules are now.

    `trials` are the preventive trials of the answers it was made from, in the same order. What rules 1.0
    did not write is None or empty.
    """
    return Assessment(
        outcome=Outcome(stored["outcome"]),
        criteria={name: _criterion_from_mapping(name, item) for name, item in stored["criteria"].items()},
        red_flags=tuple(
            RedFlag(RedFlagCode(item["code"]), Urgency(item["urgency"])) for item in stored["red_flags"]
        ),
        red_flags_not_sure=stored["red_flags_not_sure"],
        urgency=Urgency(stored["urgency"]),
        look_alikes=tuple(LookAlike(code) for code in stored["look_alikes"]),
        preventive_history=_history_from_mapping(stored["preventive_history"], trials),
        contradictions=tuple(Contradiction(code) for code in stored["contradictions"]),
        questionnaire_version=stored["versions"]["questionnaire"],
        rules_version=stored["versions"]["rules"],
        migraine_features=_features_from_mapping(stored.get("migraine_features")),
        medication_overuse=_overuse_from_mapping(stored.get("medication_overuse")),
        policies=tuple(map(_policy_from_mapping, stored.get("policies", ()))),
    )
