"""Published policies as data: what a body asks for before a treatment is started, and to go on with it.

Comparing answers with a policy decides nothing: each requirement is met, not met, or missing an answer,
with the answer behind it. Requirements come from a small fixed vocabulary of pure functions
(requirement_kinds.py); there is no expression language. Sources: each file in policies/, and clinical
reference, section 2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from app.domain.answers import ScreeningAnswers
from app.domain.codes import Status
from app.domain.medication_overuse import MedicationOveruse, medication_overuse
from app.domain.response import TreatmentResponse
from app.domain.written import KEPT, Written


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

    @cached_property
    def window(self) -> int | None:
        """The days over which days were counted, looked up once."""
        return self.answers.window


@dataclass(frozen=True)
class Finding:
    """What a requirement found: its status, and the answer behind it as plain values."""

    status: Status
    answer: Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """How a case is looked at: `facts` picks the few values that matter, `find` says what they come to."""

    facts: Callable[[Case], tuple[Any, ...]]
    find: Callable[..., Finding]

    def __call__(self, case: Case) -> Finding:
        return self.find(*self.facts(case))


@dataclass(frozen=True)
class RequirementResult(Written):
    """A requirement with what was found."""

    id: str
    status: RequirementStatus
    answer: Mapping[str, Any]
    needed: Mapping[str, Any]

    def to_mapping(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "status": self.status.value,
            "answer": dict(self.answer),
            "needed": dict(self.needed),
        }


_WORDS = {
    Status.MET: RequirementStatus.MET,
    Status.NOT_MET: RequirementStatus.NOT_MET,
    Status.CANNOT_TELL: RequirementStatus.MISSING,
}


@dataclass(frozen=True)
class Requirement:
    """One requirement of a policy. `needed` is its kind and its settings as plain values."""

    id: str
    needed: Mapping[str, Any]
    check: Check

    def result(self, case: Case) -> RequirementResult:
        """What is found in a case; one result for all in which the facts are the same."""
        return self._result_of(*self.check.facts(case))

    @cached_property
    def _result_of(self) -> Callable[..., RequirementResult]:
        return lru_cache(maxsize=KEPT, typed=True)(self._made_of)

    def _made_of(self, *facts: Any) -> RequirementResult:
        found = self.check.find(*facts)
        return RequirementResult(self.id, _WORDS[found.status], found.answer, self.needed)


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
class PolicyResult:
    """A policy beside one person's answers. `status` sums up the requirements and decides nothing."""

    id: str
    version: str
    phase: Phase
    status: RequirementStatus
    requirements: tuple[RequirementResult, ...]


def _summed_up(statuses: set[RequirementStatus]) -> RequirementStatus:
    """Not met when one is not; no requirement at all settles nothing."""
    if RequirementStatus.NOT_MET in statuses:
        return RequirementStatus.NOT_MET
    return RequirementStatus.MET if statuses == {RequirementStatus.MET} else RequirementStatus.MISSING


def compare_with_policy(policy: Policy, phase: Phase, case: Case) -> PolicyResult:
    """Each requirement of the phase with its status and the answer behind it."""
    results = tuple([requirement.result(case) for requirement in policy.requirements(phase)])
    overall = _summed_up({result.status for result in results})
    return PolicyResult(policy.id, policy.version, phase, overall, results)
