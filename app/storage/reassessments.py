"""Assessments by later rules, stored beside the first one and never over it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.storage.encryption import FieldCipher, Place, UnreadableError
from app.storage.models import Screening, ScreeningReassessment


@dataclass(frozen=True)
class StoredReassessment:
    """When it was made, by which edition of rules and policies, and what it says as plain codes."""

    made_at: datetime
    edition: str
    assessment: dict[str, Any]


def _place(reassessment_id: UUID) -> Place:
    return Place("screening_reassessments", "assessment", reassessment_id, 1)


def add_reassessment(
    session: Session,
    cipher: FieldCipher,
    *,
    screening_id: UUID,
    made_at: datetime,
    edition: str,
    assessment: dict[str, Any],
) -> None:
    """Add what this edition says; a second one of the same edition is refused by the database."""
    row_id = uuid4()
    session.add(
        ScreeningReassessment(
            id=row_id,
            screening_id=screening_id,
            made_at=made_at,
            edition=edition,
            assessment=cipher.seal(assessment, _place(row_id)),
        )
    )


def find_reassessment(
    session: Session, cipher: FieldCipher, screening_id: UUID, edition: str
) -> StoredReassessment | None:
    """What this edition says of a screening, or None when it was not computed or cannot be read."""
    row = session.scalar(
        select(ScreeningReassessment).where(
            ScreeningReassessment.screening_id == screening_id, ScreeningReassessment.edition == edition
        )
    )
    if row is None:
        return None
    try:
        return StoredReassessment(row.made_at, row.edition, cipher.open(row.assessment, _place(row.id)))
    except UnreadableError:
        return None  # the stored assessment is what counts; the record must open


def _without(edition: str) -> ColumnElement[bool]:
    """Screenings that were stored with another edition and not assessed with this one since."""
    done = exists().where(
        ScreeningReassessment.screening_id == Screening.id, ScreeningReassessment.edition == edition
    )
    is_older = or_(Screening.edition.is_(None), Screening.edition != edition)
    return and_(is_older, Screening.removed_at.is_(None), ~done)


def screenings_without(session: Session, edition: str, after: UUID | None, most: int) -> list[UUID]:
    """The next screenings, in the order of their ids, that this edition has not been computed for."""
    query = select(Screening.id).where(_without(edition)).order_by(Screening.id).limit(most)
    return list(session.scalars(query if after is None else query.where(Screening.id > after)))


def count_screenings_without(session: Session, edition: str) -> int:
    """How many screenings this edition has not been computed for."""
    return session.scalar(select(func.count()).select_from(Screening).where(_without(edition))) or 0
