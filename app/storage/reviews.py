"""What clinicians recorded about a screening; rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.codes import DiagnosisEntry, diagnosis_entry
from app.storage.encryption import FieldCipher, Place
from app.storage.models import Clinician, ScreeningReview
from app.storage.statuses import ScreeningStatus


@dataclass(frozen=True)
class Review:
    """One entry: who, when, the status it set, a note (empty when none was written), and a diagnosis.

    That the diagnosis recorded before is taken back stands in place of one.
    """

    id: UUID
    recorded_at: datetime
    clinician_name: str
    status: ScreeningStatus
    note: str
    diagnosis: DiagnosisEntry | None = None
    clinician_id: UUID | None = None


def _place(review_id: UUID, column: str = "note") -> Place:
    return Place("screening_reviews", column, review_id, 1)


def add_review(
    session: Session,
    cipher: FieldCipher,
    *,
    review_id: UUID,
    screening_id: UUID,
    clinician_id: UUID,
    recorded_at: datetime,
    status: ScreeningStatus,
    note: str,
    diagnosis: DiagnosisEntry | None = None,
) -> None:
    """Add an entry to a screening that is held (`hold_screening`), as the newest.

    The id comes from the page, so that pressing twice adds one.
    """
    last = select(func.max(ScreeningReview.number)).where(ScreeningReview.screening_id == screening_id)
    session.add(
        ScreeningReview(
            id=review_id,
            screening_id=screening_id,
            number=(session.scalar(last) or 0) + 1,
            clinician_id=clinician_id,
            recorded_at=recorded_at,
            status=status.value,
            note=cipher.seal(note, _place(review_id)) if note else None,
            diagnosis=cipher.seal(diagnosis, _place(review_id, "diagnosis")) if diagnosis else None,
        )
    )


def is_elsewhere(session: Session, review_id: UUID, screening_id: UUID) -> bool:
    """Whether a review with this id belongs to another screening."""
    row = session.get(ScreeningReview, review_id)
    return row is not None and row.screening_id != screening_id


def list_reviews(session: Session, cipher: FieldCipher, screening_id: UUID) -> list[Review]:
    """All entries of a screening, the newest first."""
    query = (
        select(ScreeningReview, Clinician.name)
        .join(Clinician, Clinician.id == ScreeningReview.clinician_id)
        .where(ScreeningReview.screening_id == screening_id)
        .order_by(ScreeningReview.number.desc())
    )
    return [_opened(row, name, cipher) for row, name in session.execute(query)]


def _opened(row: ScreeningReview, name: str, cipher: FieldCipher) -> Review:
    return Review(
        row.id,
        row.recorded_at,
        name,
        ScreeningStatus(row.status),
        cipher.open(row.note, _place(row.id)) if row.note else "",
        diagnosis_entry(cipher.open(row.diagnosis, _place(row.id, "diagnosis"))) if row.diagnosis else None,
        row.clinician_id,
    )
