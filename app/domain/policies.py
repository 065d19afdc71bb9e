"""Published policies as data: what a body asks for before a treatment is started, and to go on with it.

Comparing answers with a policy decides nothing: each requirement is met, not met, or missing an answer,
with the answer behind it. Requirements come from a small fixed vocabulary of pure functions
(requirement_kinds.py); there is no expression language. Sources: each file in policies/, and clinical
reference, section 2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from app.domain.answers import ScreeningAnswers
from app.domain.codes import Status
from app.domain.medication_overuse import MedicationOveruse, medication_overuse
from app.domain.response import TreatmentResponse


class Phase(StrEnum):
    START = "start"
    CONTINUE = "continue"


class RequirementStatus(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    MISSING = "missing"


@dataclass(frozen=True)
class Case:
    """What a requirement looks at: the answers, and for going on the response so far."""

    answers: ScreeningAnswers
    response: TreatmentResponse | None = None

    @cached_property
    def overuse(self) -> MedicationOveruse:
        """Medication overuse, compared once for all policies."""
        return medication_overuse(self.answers)


@dataclass(frozen=True)
class Finding:
    """What a requirement found: its status, and the answer behind it as plain values."""

    status: Status
    answer: Mapping[str, Any]


@dataclass(frozen=True)
class Requirement:
    """One requirement of a policy. `needed` is its kind and its settings as plain values."""

    id: str
    needed: Mapping[str, Any]
    check: Callable[[Case], Finding]


@dataclass(frozen=True)
class Policy:
    """One published policy. `version`, `published` and `checked` are a year, a month or a day, as text."""

    id: str
    version: str
    issuer: str
    jurisdiction: str
    title: str
    published: str
    source: str
    checked: str
    start: tuple[Requirement, ...]
    continuing: tuple[Requirement, ...]

    def requirements(self, phase: Phase) -> tuple[Requirement, ...]:
        return self.start if phase is Phase.START else self.continuing


@dataclass(frozen=True)
class RequirementResult:
    """A requirement with what was found."""

    id: str
    status: RequirementStatus
    answer: Mapping[str, Any]
    needed: Mapping[str, Any]


@dataclass(frozen=True)
class PolicyResult:
    """A policy beside one person's answers. `status` sums up the requirements and decides nothing."""

    id: str
    version: str
    phase: Phase
    status: RequirementStatus
    requirements: tuple[RequirementResult, ...]


_WORDS = {
    Status.MET: RequirementStatus.MET,
    Status.NOT_MET: RequirementStatus.NOT_MET,
    Status.CANNOT_TELL: RequirementStatus.MISSING,
}


def _summed_up(statuses: set[RequirementStatus]) -> RequirementStatus:
    """Not met when one is not; no requirement at all settles nothing."""
    if RequirementStatus.NOT_MET in statuses:
        return RequirementStatus.NOT_MET
    return RequirementStatus.MET if statuses == {RequirementStatus.MET} else RequirementStatus.MISSING


def compare_with_policy(policy: Policy, phase: Phase, case: Case) -> PolicyResult:
    """Each requirement of the phase with its status and the answer behind it."""
    results = []
    for requirement in policy.requirements(phase):
        found = requirement.check(case)
        status = _WORDS[found.status]
        results.append(RequirementResult(requirement.id, status, found.answer, requirement.needed))
    overall = _summed_up({result.status for result in results})
    return PolicyResult(policy.id, policy.version, phase, overall, tuple(results))
