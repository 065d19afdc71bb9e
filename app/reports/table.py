"""The columns of a table of screenings, and the cells of one record in them.

A cell is a code, a number, a date, or true or false, by the names of docs/data-dictionary.md. What
somebody typed, and the minute it came, are there only where they are asked for (`with_text`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final

from app.domain.answers import KINDS
from app.domain.assessment import Assessment
from app.domain.criteria import CRITERIA
from app.domain.medication_overuse import SEVERAL_CLASSES, THRESHOLDS_PER_30
from app.domain.policies import RequirementStatus
from app.domain.policy_files import shipped_policies
from app.domain.trials import PREVENTIVE_TRIALS
from app.domain.values import CodeList, Kind, Number, OneCode, OneOfNumbers, WholeNumber
from app.services.clinical_review import ScreeningRecord

Cell = str | int | float | bool | date | datetime | None

NOT_A_DIAGNOSIS: Final = "self_reported_not_a_diagnosis"
_NARROW, _CODE, _LIST, _TEXT = 12, 18, 30, 60
# An answer of another kind may be free text: it gets no column before somebody has decided where.
_CODED_KINDS: Final = (WholeNumber, Number, OneOfNumbers, OneCode, CodeList)
_CRITERION_VALUES: Final = {
    "headache_days": "headache_days_per_30",
    "migraine_days": "migraine_days_per_30",
    "duration": "duration_months",
}
_FEATURES: Final = {"a": "attacks", "b": "hours", "c": "pain", "d": "company", "status": "whole"}


@dataclass(frozen=True)
class Column:
    """A column: its name in the header, its cell for a record, its width in a spreadsheet in characters."""

    name: str
    cell: Callable[[ScreeningRecord], Cell]
    width: int = _CODE


def columns(
    with_text: bool, *, policy_ids: Iterable[str] | None = None, zone: tzinfo = UTC
) -> tuple[Column, ...]:
    """The columns of a table, in their order; those with text come last.

    `policy_ids` are the policies that get a column, those shipped unless given; `zone` is the clinic's,
    for days and minutes.
    """
    policies = [policy.id for policy in shipped_policies()] if policy_ids is None else policy_ids
    return (
        *_about_the_screening(zone),
        *(Column(name, _answer(name), _answer_width(kind)) for name, kind in KINDS.items() if _coded(kind)),
        *(column for name in CRITERIA for column in _about_a_criterion(name)),
        *_beside_the_outcome(),
        *(Column(f"policy_{policy_id}", _policy(policy_id), _LIST) for policy_id in policies),
        Column("confirmed_diagnosis", lambda record: record.diagnosis),
        *(_texts(zone) if with_text else ()),
    )


def row_of(record: ScreeningRecord, of: Sequence[Column]) -> list[Cell]:
    """The cells of a record, one for each column; None is an empty cell."""
    return [column.cell(record) for column in of]


def _about_the_screening(zone: tzinfo) -> tuple[Column, ...]:
    return (
        Column("received_on", lambda record: _day(record.screening.received_at, zone), _NARROW),
        Column("status", lambda record: record.screening.status, _NARROW),
        Column("first_reviewed_on", lambda record: _first_reviewed_on(record, zone), _NARROW),
        Column("outcome", lambda record: record.screening.outcome, _NARROW),
        Column("outcome_basis", lambda _: NOT_A_DIAGNOSIS, _LIST),
        Column("urgency", lambda record: record.screening.urgency, _NARROW),
        Column("language", lambda record: record.screening.language, _NARROW),
        Column("visit", lambda record: record.screening.visit, _NARROW),
        Column("is_demonstration", lambda record: record.screening.is_demonstration, _NARROW),
        Column("questionnaire_version", lambda record: record.assessment.questionnaire_version, _NARROW),
        Column("rules_version", lambda record: record.assessment.rules_version, _NARROW),
    )


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def _first_reviewed_on(record: ScreeningRecord, zone: tzinfo) -> date | None:
    return _day(record.reviews[-1].recorded_at, zone) if record.reviews else None


# --- answers --------------------------------------------------------------------------------------


def _coded(kind: Kind) -> bool:
    return kind is PREVENTIVE_TRIALS or isinstance(kind, _CODED_KINDS)


def _answer_width(kind: Kind) -> int:
    return _NARROW if isinstance(kind, WholeNumber | Number | OneOfNumbers | OneCode) else _LIST


def _answer(name: str) -> Callable[[ScreeningRecord], Cell]:
    return lambda record: _answer_cell(record.screening.answers.get(name))


def _answer_cell(value: Any) -> Cell:
    """A stored answer as a file of answers has it: items by `;`, an empty list is `none`."""
    if not isinstance(value, list):
        cell: Cell = value
        return cell
    return _listed(item if isinstance(item, str) else _trial(item) for item in value)


def _listed(items: Iterable[str]) -> str:
    return ";".join(items) or "none"


def _trial(trial: dict[str, Any]) -> str:
    """A trial in the form `medicine:weeks:result`."""
    parts = (trial.get(name) for name in ("medicine", "weeks", "result"))
    return ":".join("" if part is None else str(part) for part in parts)


# --- what the rules say ---------------------------------------------------------------------------


def _of_assessment(cell: Callable[[Assessment], Cell]) -> Callable[[ScreeningRecord], Cell]:
    return lambda record: cell(record.assessment)


def _about_a_criterion(name: str) -> tuple[Column, ...]:
    def value(assessment: Assessment) -> Cell:
        known = assessment.criteria[name].value
        if known is None:
            return None
        return known.numerator if known.denominator == 1 else float(known)

    return (
        Column(_CRITERION_VALUES[name], _of_assessment(value), _NARROW),
        Column(f"{name}_status", _of_assessment(lambda each: each.criteria[name].status), _NARROW),
        Column(f"{name}_borderline", _of_assessment(lambda each: each.criteria[name].borderline), _NARROW),
    )


def _beside_the_outcome() -> tuple[Column, ...]:
    def counted(each: Assessment, number: int) -> Cell:
        return number if each.preventive_history.asked else None

    classes = (*THRESHOLDS_PER_30, SEVERAL_CLASSES)
    return (
        *(Column(f"migraine_features_{name}", _feature(part)) for name, part in _FEATURES.items()),
        Column("contradictions", _of_assessment(lambda each: _listed(each.contradictions)), _LIST),
        Column("medication_overuse_status", _of_assessment(_overuse)),
        *(Column(f"medication_overuse_{name}", _overuse_of(name)) for name in classes),
        Column(
            "preventive_medicines",
            _of_assessment(lambda each: counted(each, each.preventive_history.medicines)),
        ),
        Column(
            "preventive_classes", _of_assessment(lambda each: counted(each, each.preventive_history.classes))
        ),
    )


def _feature(part: str) -> Callable[[ScreeningRecord], Cell]:
    def cell(assessment: Assessment) -> Cell:
        features = assessment.migraine_features
        status: Cell = None if features is None else getattr(features, part)
        return status

    return _of_assessment(cell)


def _overuse(assessment: Assessment) -> Cell:
    return assessment.medication_overuse.status if assessment.medication_overuse else None


def _overuse_of(name: str) -> Callable[[ScreeningRecord], Cell]:
    def cell(assessment: Assessment) -> Cell:
        classes = assessment.medication_overuse.classes if assessment.medication_overuse else ()
        return next((use.status for use in classes if use.name == name), None)

    return _of_assessment(cell)


def _policy(policy_id: str) -> Callable[[ScreeningRecord], Cell]:
    """How many requirements for starting are met, not met and missing; no form that looks like a date."""

    def cell(assessment: Assessment) -> Cell:
        for policy in assessment.policies:
            if policy.id == policy_id:
                statuses = [each.status for each in policy.requirements]
                return _listed(f"{status}:{statuses.count(status)}" for status in RequirementStatus)
        return None

    return _of_assessment(cell)


# --- what somebody typed --------------------------------------------------------------------------


def _texts(zone: tzinfo) -> tuple[Column, ...]:
    return (
        Column(
            "received_at",
            lambda record: record.screening.received_at.astimezone(zone).replace(second=0, microsecond=0),
        ),
        Column("assigned_to", lambda record: record.assigned_to or None),
        Column("preventives_as_typed", _preventives_as_typed, _TEXT),
        Column("review_notes", lambda record: _review_notes(record, zone), _TEXT),
    )


def _preventives_as_typed(record: ScreeningRecord) -> Cell:
    trials = record.assessment.preventive_history.trials
    names = [verdict.trial.name_given for verdict in trials if verdict.trial.name_given]
    return "\n".join(names) or None


def _review_notes(record: ScreeningRecord, zone: tzinfo) -> Cell:
    """Every note with its minute, author and status, the oldest first."""
    notes = (
        f"{review.recorded_at.astimezone(zone):%Y-%m-%d %H:%M} {review.clinician_name} ({review.status}): "
        f"{review.note}"
        for review in reversed(record.reviews)
        if review.note
    )
    return "\n".join(notes) or None
