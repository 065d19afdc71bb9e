"""From answers to an assessment: the one place where anything clinical is decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.answers import ScreeningAnswers
from app.domain.codes import (
    Contradiction,
    LookAlike,
    Outcome,
    Status,
    Urgency,
)
from app.domain.contradictions import contradictions_of
from app.domain.criteria import CRITERIA, Criterion
from app.domain.medication_overuse import MedicationOveruse
from app.domain.migraine_features import MigraineFeatures, migraine_features
from app.domain.policies import Case, Phase, Policy, PolicyResult, compare_with_policy
from app.domain.policy_files import shipped_policies
from app.domain.preventive_history import PreventiveHistory, count_preventives
from app.domain.red_flags import RedFlag, is_unsure_of_danger, red_flags_of, urgency_of

RULES_VERSION: Final = "1.3"


@dataclass(frozen=True)
class Assessment:
    """What the rules say about the answers. `questionnaire_version` says how they were asked.

    Assessments stored by rules 1.0 have neither features nor overuse nor policies.
    """

    outcome: Outcome
    criteria: Mapping[str, Criterion]
    red_flags: tuple[RedFlag, ...]
    red_flags_not_sure: bool
    urgency: Urgency
    look_alikes: tuple[LookAlike, ...]
    preventive_history: PreventiveHistory
    contradictions: tuple[Contradiction, ...]
    questionnaire_version: str
    rules_version: str
    migraine_features: MigraineFeatures | None = None
    medication_overuse: MedicationOveruse | None = None
    policies: tuple[PolicyResult, ...] = ()


def _outcome(
    red_flags: tuple[RedFlag, ...],
    criteria: Mapping[str, Criterion],
    look_alikes: tuple[LookAlike, ...],
) -> Outcome:
    """The outcome, in the order that keeps a person safe: danger first, and no "no" for want of an answer."""
    results = criteria.values()
    if any(flag.urgency is Urgency.EMERGENCY for flag in red_flags):
        return Outcome.EMERGENCY
    if any(criterion.is_clearly_not_met for criterion in results):
        return Outcome.NEGATIVE
    if any(criterion.status is Status.CANNOT_TELL for criterion in results):
        return Outcome.CANNOT_TELL
    if look_alikes or any(criterion.status is Status.NOT_MET for criterion in results):
        return Outcome.BORDERLINE
    return Outcome.POSITIVE


def assess(
    answers: ScreeningAnswers, questionnaire_version: str, policies: tuple[Policy, ...] | None = None
) -> Assessment:
    """Compare the answers with the published pattern, and with the policies (those shipped, unless given).

    Total and deterministic. Features, overuse and policies never change the outcome.
    """
    criteria = {name: criterion(answers) for name, criterion in CRITERIA.items()}
    red_flags = red_flags_of(answers)
    look_alikes = answers.look_alikes if isinstance(answers.look_alikes, tuple) else ()
    case, known = Case(answers), shipped_policies() if policies is None else policies
    return Assessment(
        outcome=_outcome(red_flags, criteria, look_alikes),
        criteria=criteria,
        red_flags=red_flags,
        red_flags_not_sure=is_unsure_of_danger(answers),
        urgency=urgency_of(answers),
        look_alikes=look_alikes,
        preventive_history=count_preventives(answers.preventives),
        contradictions=contradictions_of(answers),
        questionnaire_version=questionnaire_version,
        rules_version=RULES_VERSION,
        migraine_features=migraine_features(answers),
        medication_overuse=case.overuse,
        policies=tuple(compare_with_policy(policy, Phase.START, case) for policy in known),
    )
