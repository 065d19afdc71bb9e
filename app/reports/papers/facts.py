"""What both papers say, as plain values: one record in words, before anything is set."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from app.domain.codes import Outcome
from app.domain.medication_overuse import MedicationOveruse
from app.domain.policies import Policy, PolicyResult
from app.domain.policy_files import shipped_policies
from app.questionnaire.desk_labels import OVERUSE_STATUSES
from app.questionnaire.labels import OUTCOMES
from app.questionnaire.policy_words import ANSWERS, answer_words
from app.reports.papers import signs, treatment
from app.reports.papers.bars import Bar, day_bars, days_words, overuse_bars, window_of
from app.reports.papers.treatment import Trial
from app.reports.papers.words import COUNTED_FROM, DAYS, NOT_ANSWERED
from app.reports.policy_tables import policy_tables
from app.reports.record_words import feature_rows
from app.services.clinical_review import ScreeningRecord
from app.web.templating import moment

Pair = tuple[str, str]
Answers = dict[str, Any]
_COUNTS: Final = ("headache_days", "migraine_days", "months_at_this_frequency", "headache_free_days")
_MEDICINE: Final = (
    "any_acute_medication_days",
    "gepant_or_ditan_days",
    "months_of_acute_medication_use",
    "medication_overuse_managed",
)
_ABOUT: Final = (
    "age_years",
    "hours_per_headache_day",
    "aura",
    "specialist_involved",
    "current_cgrp_treatment",
    "diary_months",
    "work_days_missed",
    "work_days_half_done",
)


@dataclass(frozen=True)
class PaperFacts:
    """One record in words. What was not answered says so; a part that is empty was not answered at all.

    `policies` are each with the counts of what is met, not met and missing, to start treatment; `answered`
    names the parts of which something was answered or entered.
    """

    outcome: Outcome
    outcome_words: str
    received: str
    counted: str
    is_demonstration: bool
    warning_signs: tuple[str, ...]
    warning_state: str
    look_alikes: tuple[str, ...]
    contradictions: tuple[str, ...]
    cautions: tuple[str, ...]
    days: tuple[Bar, ...]
    features: tuple[Pair, ...]
    overuse: tuple[Bar, ...]
    overuse_words: str
    medicine: tuple[Pair, ...]
    about: tuple[Pair, ...]
    treatment_words: str
    trials: tuple[Trial, ...]
    scores: tuple[tuple[str, ...], ...]
    scores_missing: str
    course: tuple[str, ...]
    unreadable: str
    policies: tuple[Pair, ...]
    own_words: tuple[Pair, ...]
    versions: str
    answered: tuple[str, ...]


def compared_policies(record: ScreeningRecord) -> tuple[PolicyResult, ...]:
    """The policies beside the answers: by today's rules where these were computed, as in the record."""
    return (record.reassessed or record.assessment).policies


def paper_facts(record: ScreeningRecord, policies: Iterable[Policy] | None = None) -> PaperFacts:
    """Everything the papers say of a record; `policies` (those shipped, unless given) have the names."""
    assessment, answers = record.assessment, record.screening.answers
    known = shipped_policies() if policies is None else tuple(policies)
    return PaperFacts(
        outcome=assessment.outcome,
        outcome_words=str(OUTCOMES[assessment.outcome]),
        received=moment(record.screening.received_at),
        counted=counted_words(answers),
        is_demonstration=record.screening.is_demonstration,
        warning_signs=signs.warning_signs(record),
        warning_state=signs.warning_state(answers),
        look_alikes=signs.look_alikes(record),
        contradictions=signs.contradictions(record),
        cautions=signs.cautions(record),
        days=day_bars(assessment, answers),
        features=_features(record),
        overuse=overuse_bars(assessment, answers),
        overuse_words=_overuse_words(assessment.medication_overuse),
        medicine=_pairs(answers, _MEDICINE),
        about=_pairs(answers, _ABOUT),
        treatment_words=treatment.treatment_words(record),
        trials=treatment.trials(record),
        scores=treatment.scores(record),
        scores_missing=treatment.scores_missing(record),
        course=treatment.course(record),
        unreadable=treatment.unreadable(record),
        policies=_policies(record, known),
        own_words=treatment.own_words(record),
        versions=_versions(record),
        answered=_answered(record),
    )


def _policies(record: ScreeningRecord, known: tuple[Policy, ...]) -> tuple[Pair, ...]:
    """A line a policy, so without its issuer. One that is no longer in use is named by its id."""
    titles = {policy.id: f"{policy.title} ({policy.jurisdiction})" for policy in known}
    results = compared_policies(record)
    tables = policy_tables(results, known)
    return tuple(
        (titles.get(result.id, result.id), table.counts)
        for result, table in zip(results, tables, strict=True)
    )


def counted_words(answers: Answers) -> str:
    """How the days were counted, and over how many."""
    if answers.get("headache_days") is None and answers.get("migraine_days") is None:
        return str(_("No days were counted"))
    how = COUNTED_FROM.get(answers.get("counted_from", "")) or _(
        "Not known how the days were counted, so taken as from memory"
    )
    window = window_of(answers)
    if window is None:
        return str(_("%(how)s; not known over how many days", how=how))
    return str(_("%(how)s, over %(window)s days", how=how, window=window))


def _features(record: ScreeningRecord) -> tuple[Pair, ...]:
    rows = feature_rows(record.assessment.migraine_features, record.screening.answers)
    return tuple((str(name), str(status)) for name, status in rows)


def _overuse_words(overuse: MedicationOveruse | None) -> str:
    return (
        str(_("Medication overuse: %(status)s", status=OVERUSE_STATUSES[overuse.status])) if overuse else ""
    )


def _pairs(answers: Answers, names: tuple[str, ...]) -> tuple[Pair, ...]:
    """Questions, each with its answer; none when not one was answered."""
    if all(answers.get(name) is None for name in names):
        return ()
    return tuple((str(DAYS.get(name) or ANSWERS[name]), _value(name, answers)) for name in names)


def _value(name: str, answers: Answers) -> str:
    given = answers.get(name)
    if name in DAYS:
        return days_words(given, window_of(answers))
    return str(NOT_ANSWERED) if given is None else answer_words({"given": given})


def _answered(record: ScreeningRecord) -> tuple[str, ...]:
    answers = record.screening.answers
    given = {
        "days": any(answers.get(name) is not None for name in _COUNTS),
        "features": bool(_features(record)),
        "overuse": bool(overuse_bars(record.assessment, answers)),
        "about": bool(_pairs(answers, _ABOUT)),
        "treatment": answers.get("preventives") is not None,
        "scores": bool(treatment.scores(record)),
        "course": bool(treatment.course(record)),
        "policies": bool(compared_policies(record)),
    }
    return tuple(part for part, is_given in given.items() if is_given)


def _versions(record: ScreeningRecord) -> str:
    assessment = record.assessment
    parts = (
        _("questionnaire %(version)s", version=assessment.questionnaire_version),
        _("rules %(version)s", version=assessment.rules_version),
        _("language %(code)s", code=record.screening.language),
    )
    return " · ".join(str(part) for part in parts)
