"""What a clinician decides about a screening: a review with its status and diagnosis, and who has it."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from app.domain.codes import TAKEN_BACK, ConfirmedDiagnosis, DiagnosisEntry, DiagnosisTakenBack
from app.services.clinical_review import NoScreeningError, latest_diagnosis
from app.services.counting import count_diagnosis, count_first_review
from app.storage import clinicians, reviews, screenings
from app.storage.audit import Action, AuditEntry, add_audit_entry, clinician
from app.storage.reviews import Review
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store


@dataclass(frozen=True)
class NewReview:
    """What a clinician wrote. `id` comes from the page, and `seen` is the newest review it showed."""

    id: UUID
    status: ScreeningStatus
    note: str
    diagnosis: DiagnosisEntry | None = None
    seen: UUID | None = None

    def diagnosis_after(self, known: ConfirmedDiagnosis | None) -> ConfirmedDiagnosis | None:
        """The diagnosis that holds from now on, where `known` held before."""
        if isinstance(self.diagnosis, DiagnosisTakenBack):
            return None
        return self.diagnosis or known

    def says_the_same(self, other: Review) -> bool:
        return (other.status, other.note, other.diagnosis) == (self.status, self.note, self.diagnosis)


class NewerReviewError(Exception):
    """Somebody else has recorded a review that the page did not show yet."""

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review


class AssignedMeanwhileError(Exception):
    """Somebody else was faster: the screening is not with whom the page showed."""


class NotAClinicianError(Exception):
    """A screening can only be given to a clinician who is active."""


def record_review(
    store: Store, screening_id: UUID, new: NewReview, *, clinician_id: UUID, now: datetime
) -> None:
    """Add a review; the screening takes its status. The same review sent twice is added once.

    One that comes again with the same id and other words was corrected, and is another review. So is one
    that goes back to its first words after that: what was sent last is the newest.

    Raises:
        NoScreeningError: there is no such screening.
        NewerReviewError: a colleague's review came since the page was shown; nothing was stored.
    """
    with store.database.writing() as session:
        if not screenings.hold_screening(session, screening_id):
            raise NoScreeningError
        entries = reviews.list_reviews(session, store.cipher, screening_id)
        sent_before, review_id = _sent_before(entries, _id_here(session, screening_id, new.id))
        if sent_before is not None and new.says_the_same(sent_before):
            return
        unseen = _unseen(entries, new.seen, clinician_id)
        if unseen:
            raise NewerReviewError(unseen[0])
        if new.diagnosis is TAKEN_BACK and latest_diagnosis(entries) is None:
            new = replace(new, diagnosis=None)  # an old page: there is nothing to take back
        _add(session, store, screening_id, review_id, new, clinician_id, now)
        _count(session, store, screening_id, new, entries, now)


def _id_here(session: Session, screening_id: UUID, review_id: UUID) -> UUID:
    """The id from the page; another one where a page has sent the id of a review of another screening."""
    if reviews.is_elsewhere(session, review_id, screening_id):
        return uuid5(screening_id, review_id.hex)
    return review_id


def _sent_before(entries: list[Review], page_id: UUID) -> tuple[Review | None, UUID]:
    """The newest review that came from a page, and the id for the next: each follows from the one before."""
    by_id = {entry.id: entry for entry in entries}
    newest, next_id = None, page_id
    while next_id in by_id:
        newest, next_id = by_id[next_id], uuid5(next_id, "corrected")
    return newest, next_id


def _unseen(entries: list[Review], seen: UUID | None, clinician_id: UUID) -> list[Review]:
    """The reviews of others that are newer than the newest one the page showed."""
    newer = []
    for entry in entries:
        if entry.id == seen:
            break
        newer.append(entry)
    return [entry for entry in newer if entry.clinician_id != clinician_id]


def _add(
    session: Session,
    store: Store,
    screening_id: UUID,
    review_id: UUID,
    new: NewReview,
    clinician_id: UUID,
    now: datetime,
) -> None:
    reviews.add_review(
        session,
        store.cipher,
        review_id=review_id,
        screening_id=screening_id,
        clinician_id=clinician_id,
        recorded_at=now,
        status=new.status,
        note=new.note,
        diagnosis=new.diagnosis,
    )
    screenings.set_status(session, screening_id, new.status)
    detail = {"status": new.status.value}
    entry = AuditEntry(Action.REVIEW_RECORDED, clinician(clinician_id), now, screening_id, detail)
    add_audit_entry(session, store.keyring, entry)


def _count(
    session: Session, store: Store, screening_id: UUID, new: NewReview, entries: list[Review], now: datetime
) -> None:
    """Keep the counts of the statistics; `entries` are the reviews before this one."""
    # One of an earlier version is counted with its first review when it gets its line.
    if not entries and screenings.has_line(session, screening_id):
        count_first_review(session, screening_id, now, store.zone)
    known = latest_diagnosis(entries)
    count_diagnosis(session, screening_id, known, new.diagnosis_after(known), store.zone)


def assign(
    store: Store,
    screening_id: UUID,
    *,
    to: UUID | None,
    shown: UUID | None,
    clinician_id: UUID,
    now: datetime,
) -> None:
    """Give a screening to a clinician, or to nobody. `shown` is who had it when the page was made.

    Raises:
        NoScreeningError: there is no such screening.
        NotAClinicianError: it is given to somebody who is no active clinician.
        AssignedMeanwhileError: somebody else has changed who has it; nothing was stored.
    """
    with store.database.writing() as session:
        if not screenings.hold_screening(session, screening_id):
            raise NoScreeningError
        has_it = screenings.assigned_clinician(session, screening_id)
        if has_it == to:
            return
        if has_it != shown:
            raise AssignedMeanwhileError
        names = dict(clinicians.active_clinicians(session))
        if to is not None and to not in names:
            raise NotAClinicianError
        screenings.set_assigned(session, screening_id, to)
        detail = {"name": "" if to is None else names[to]}
        entry = AuditEntry(Action.SCREENING_ASSIGNED, clinician(clinician_id), now, screening_id, detail)
        add_audit_entry(session, store.keyring, entry)


def all_clinicians(store: Store) -> dict[UUID, str]:
    """The names of all clinicians, those who left too."""
    with store.database.reading() as session:
        return clinicians.clinician_names(session)


def colleagues(store: Store) -> list[tuple[UUID, str]]:
    """The clinicians who can take a screening, by name."""
    with store.database.reading() as session:
        return clinicians.active_clinicians(session)
