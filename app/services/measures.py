"""What a clinician adds to a record: scores of instruments, and how headache days went under treatment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from app.domain import answers_from_mapping
from app.domain.policies import Case, Phase, PolicyResult, compare_with_policy
from app.domain.response import DayCount, TreatmentResponse
from app.domain.scores import Instrument, Score
from app.services.clinical_review import NoScreeningError
from app.storage import measures, screenings
from app.storage.audit import Action, AuditEntry, add_audit_entry, clinician
from app.storage.database import ConflictError
from app.storage.measures import StoredMeasure
from app.storage.screenings import StoredScreening
from app.storage.store import Store

Measure = Score | TreatmentResponse
_SCORE, _COURSE = "score", "course"


@dataclass(frozen=True)
class RecordedScore:
    """A score with who entered it and when."""

    recorded_at: datetime
    clinician_name: str
    score: Score


@dataclass(frozen=True)
class RecordedCourse:
    """Headache days before and under a treatment, with who entered them and when."""

    recorded_at: datetime
    clinician_name: str
    course: TreatmentResponse


def _to_codes(measure: Measure) -> dict[str, Any]:
    if isinstance(measure, Score):
        return {"kind": _SCORE, "instrument": measure.instrument.value, "total": measure.total}
    return {
        "kind": _COURSE,
        "window_days": measure.baseline.window_days,
        "baseline": measure.baseline.days,
        "later": [count.days for count in measure.later],
        "cycles": measure.cycles,
    }


def _course(codes: dict[str, Any]) -> TreatmentResponse:
    window = codes["window_days"]
    later = tuple(DayCount(days, window) for days in codes["later"])
    return TreatmentResponse(DayCount(codes["baseline"], window), later, codes["cycles"])


def recorded_scores(stored: Iterable[StoredMeasure]) -> list[RecordedScore]:
    """The scores among the measures of a screening, in the same order."""
    return [
        RecordedScore(
            each.recorded_at,
            each.clinician_name,
            Score(Instrument(each.content["instrument"]), each.content["total"]),
        )
        for each in stored
        if each.content is not None and each.content["kind"] == _SCORE
    ]


def count_unreadable(stored: Iterable[StoredMeasure]) -> int:
    """How many entries are damaged."""
    return sum(each.content is None for each in stored)


def recorded_courses(stored: Iterable[StoredMeasure]) -> list[RecordedCourse]:
    """The courses of treatment among the measures of a screening, in the same order."""
    return [
        RecordedCourse(each.recorded_at, each.clinician_name, _course(each.content))
        for each in stored
        if each.content is not None and each.content["kind"] == _COURSE
    ]


def latest_course(stored: Iterable[StoredMeasure]) -> RecordedCourse | None:
    """The newest course of treatment among measures that come newest first."""
    return next(iter(recorded_courses(stored)), None)


def record_measure(
    store: Store, screening_id: UUID, *, measure_id: UUID, clinician_id: UUID, measure: Measure, now: datetime
) -> None:
    """Add a measure to a screening. The same one sent twice is added once; a corrected one is another.

    What was sent last is the newest, also when it goes back to what was sent first.

    Raises:
        NoScreeningError: there is no such screening.
    """
    content = _to_codes(measure)
    try:
        with store.database.writing() as session:
            if not screenings.hold_screening(session, screening_id):
                raise NoScreeningError
            sent_before, entry_id = _sent_before(session, store, measure_id)
            if sent_before == content:
                return
            measures.add_measure(
                session,
                store.cipher,
                measure_id=entry_id,
                screening_id=screening_id,
                clinician_id=clinician_id,
                recorded_at=now,
                content=content,
            )
            _note(session, store, screening_id, clinician_id, content["kind"], now)
    except ConflictError:  # the same entry came twice at the same moment; the other one is stored
        return


def _sent_before(session: Session, store: Store, page_id: UUID) -> tuple[dict[str, Any] | None, UUID]:
    """The newest measure that came from a page, and the id for the next: each follows from the one before."""
    newest, next_id = None, page_id
    while (content := measures.find_content(session, store.cipher, next_id)) is not None:
        newest, next_id = content, uuid5(next_id, "corrected")
    return newest, next_id


def _note(
    session: Session, store: Store, screening_id: UUID, clinician_id: UUID, kind: str, now: datetime
) -> None:
    """Note that a measure was recorded, and of which kind; never what it says."""
    entry = AuditEntry(Action.MEASURE_RECORDED, clinician(clinician_id), now, screening_id, {"kind": kind})
    add_audit_entry(session, store.keyring, entry)


def going_on(store: Store, stored: StoredScreening, course: TreatmentResponse) -> list[PolicyResult]:
    """What today's policies ask for to go on with a treatment, beside this course of it.

    A policy that says nothing of going on is left out.
    """
    case = Case(answers_from_mapping(stored.answers), course)
    return [
        compare_with_policy(policy, Phase.CONTINUE, case)
        for policy in store.policies.policies
        if policy.continuing
    ]
