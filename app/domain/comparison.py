"""How an assessment by today's rules differs from the one that was stored."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.assessment import RULES_VERSION, Assessment
from app.domain.criteria import Criterion
from app.domain.policies import Policy


@dataclass(frozen=True)
class Difference:
    """One part that differs: what it is, and its codes then and now (empty when there was none)."""

    part: str
    then: str
    now: str


def _edition(rules_version: str, policies: Iterable[tuple[str, str]]) -> str:
    names = ";".join(f"{policy_id}@{version}" for policy_id, version in policies)
    return f"{rules_version}+{hashlib.sha256(names.encode()).hexdigest()[:12]}"


def current_edition(policies: Iterable[Policy]) -> str:
    """A short name for today's rules together with the versions of these policies."""
    return _edition(RULES_VERSION, ((policy.id, policy.version) for policy in policies))


def edition_of(assessment: Assessment) -> str:
    """The edition that an assessment was made with."""
    return _edition(assessment.rules_version, ((each.id, each.version) for each in assessment.policies))


def requirement_part(policy_id: str, requirement_id: str) -> str:
    """The part that one requirement of a policy is in a comparison."""
    return f"{policy_id}/{requirement_id}"


def version_part(policy_id: str) -> str:
    """The part that the version of a policy is in a comparison."""
    return f"{policy_id}/version"


def _criterion(criterion: Criterion) -> str:
    return f"{criterion.status.value}, close" if criterion.borderline else criterion.status.value


def _parts(assessment: Assessment) -> Mapping[str, str]:
    """What of an assessment is compared, as codes. A policy has no verdict: its requirements are compared."""
    features, overuse = assessment.migraine_features, assessment.medication_overuse
    history = assessment.preventive_history
    return {
        "outcome": assessment.outcome.value,
        **{name: _criterion(each) for name, each in assessment.criteria.items()},
        "red_flags": ", ".join(flag.code for flag in assessment.red_flags),
        "urgency": assessment.urgency.value,
        "look_alikes": ", ".join(assessment.look_alikes),
        "contradictions": ", ".join(assessment.contradictions),
        "preventive_medicines": str(history.medicines),
        "preventive_classes": str(history.classes),
        "migraine_features": "" if features is None else features.whole.value,
        "medication_overuse": "" if overuse is None else overuse.status.value,
        **{f"overuse/{use.name}": use.status.value for use in (overuse.classes if overuse else ())},
        **{version_part(policy.id): policy.version for policy in assessment.policies},
        **{
            requirement_part(policy.id, each.id): each.status.value
            for policy in assessment.policies
            for each in policy.requirements
        },
    }


def differences(then: Assessment, now: Assessment) -> tuple[Difference, ...]:
    """Every part in which two assessments differ, in the order of a record."""
    before, after = _parts(then), _parts(now)
    return tuple(
        Difference(part, before.get(part, ""), after.get(part, ""))
        for part in dict.fromkeys([*before, *after])
        if before.get(part, "") != after.get(part, "")
    )
