"""The assessment as a text of JSON, put together from parts that are written once (see `written`).

It is letter by letter what `json.dumps` makes of `assessment_to_mapping`, at a small part of its cost.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from app.domain.assessment import Assessment
from app.domain.policies import PolicyResult
from app.domain.preventive_history import CountedTrial, CountReason, PreventiveHistory
from app.domain.red_flags import RedFlag
from app.domain.trials import PreventiveTrial
from app.domain.written import COMPACT, KEPT, SPACED, Written


@dataclass(frozen=True, eq=False)  # looked up by what it is, not by what it holds
class Style:
    """How JSON is written: its separators, plain values, and parts that are written already."""

    comma: str
    colon: str
    plain: Callable[[Any], str]
    part: Callable[[Written], str]

    def mapping(self, texts: Mapping[str, str]) -> str:
        colon = self.colon
        return "{" + self.comma.join([f'"{name}"{colon}{text}' for name, text in texts.items()]) + "}"

    def array(self, texts: Iterable[str]) -> str:
        return "[" + self.comma.join(texts) + "]"


LINE: Final = Style(", ", ": ", SPACED.encode, attrgetter("spaced"))
SEALED: Final = Style(",", ":", COMPACT.encode, attrgetter("compact"))


def assessment_texts(assessment: Assessment, style: Style) -> dict[str, str]:
    """The text of each part, by the names of the interface contract and in their order."""
    texts = {
        "outcome": _word(assessment.outcome),
        "criteria": style.mapping({name: style.part(each) for name, each in assessment.criteria.items()}),
        "red_flags": _red_flags(assessment.red_flags, style),
        "red_flags_not_sure": _TRUE_OR_FALSE[assessment.red_flags_not_sure],
        "urgency": _word(assessment.urgency),
        "look_alikes": style.array(map(_word, assessment.look_alikes)),
        "preventive_history": _history(assessment.preventive_history, style),
        "contradictions": style.array(map(_word, assessment.contradictions)),
        "versions": _versions(assessment.questionnaire_version, assessment.rules_version, style),
    }
    if assessment.migraine_features is not None:
        texts["migraine_features"] = style.part(assessment.migraine_features)
    if assessment.medication_overuse is not None:
        texts["medication_overuse"] = style.part(assessment.medication_overuse)
    if assessment.policies:
        texts["policies"] = style.array([_policy(each, style) for each in assessment.policies])
    return texts


_TRUE_OR_FALSE: Final = {True: "true", False: "false"}


def _word(code: str) -> str:
    """A code of ours has nothing in it that JSON escapes."""
    return f'"{code}"'


@lru_cache(maxsize=KEPT)
def _red_flags(flags: tuple[RedFlag, ...], style: Style) -> str:
    return style.plain([{"code": flag.code.value, "urgency": flag.urgency.value} for flag in flags])


@lru_cache(maxsize=KEPT)
def _versions(questionnaire: str, rules: str, style: Style) -> str:
    return style.plain({"questionnaire": questionnaire, "rules": rules})


def _history(history: PreventiveHistory, style: Style) -> str:
    texts = {
        "asked": _TRUE_OR_FALSE[history.asked],
        "medicines": str(history.medicines),
        "classes": str(history.classes),
        "trials": style.array([_trial(verdict, style) for verdict in history.trials]),
    }
    return style.mapping(texts)


def _trial(verdict: CountedTrial, style: Style) -> str:
    reason, medicine = verdict.reason, verdict.trial.medicine
    return _trial_text(medicine, verdict.counted, reason, verdict.is_short, verdict.is_class_again, style)


@lru_cache(maxsize=KEPT)
def _trial_text(
    medicine: str, counted: bool, reason: CountReason, is_short: bool, is_class_again: bool, style: Style
) -> str:
    """Of a trial nothing is written but these."""
    trial = PreventiveTrial(medicine=medicine)
    return style.plain(CountedTrial(trial, counted, reason, is_short, is_class_again).to_mapping())


def _policy(policy: PolicyResult, style: Style) -> str:
    head = _policy_head(policy.id, policy.version, policy.phase, policy.status, style)
    return head + style.comma.join(map(style.part, policy.requirements)) + "]}"


@lru_cache(maxsize=KEPT)
def _policy_head(policy_id: str, version: str, phase: str, status: str, style: Style) -> str:
    """All of a policy up to its first requirement."""
    head = {"id": policy_id, "version": version, "phase": phase, "status": status, "requirements": []}
    return style.plain(head).removesuffix("]}")
