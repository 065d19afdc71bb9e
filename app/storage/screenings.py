"""Stored screenings: added once, listed in pages, opened one at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.domain.codes import Outcome, Urgency
from app.storage.encryption import FieldCipher, Place, UnreadableError
from app.storage.models import URGENCY_RANKS, Screening
from app.storage.statuses import OPEN_STATUSES, ScreeningStatus

COUNT_CAP = 1000


@dataclass(frozen=True)
class StoredScreening:
    """A screening as it is stored, opened. `answers` and `assessment` are plain codes."""

    id: UUID
    received_at: datetime
    status: ScreeningStatus
    outcome: Outcome
    urgency: Urgency
    language: str
    is_demonstration: bool
    answers: dict[str, Any]
    assessment: dict[str, Any]


@dataclass(frozen=True)
class ListedScreening:
    """A screening in a list. `opened` is None when its answers cannot be read."""

    id: UUID
    received_at: datetime
    status: ScreeningStatus
    outcome: Outcome
    urgency: Urgency
    is_demonstration: bool
    opened: StoredScreening | None


@dataclass(frozen=True)
class QueuePlace:
    """A place in the order of the queue: urgency, then time, then id to settle ties."""

    urgency_rank: int
    received_at: datetime
    id: UUID


@dataclass(frozen=True)
class NewScreening:
    """What is needed to store a screening."""

    reference_mac: bytes
    received_at: datetime
    language: str
    outcome: Outcome
    urgency: Urgency
    answers: dict[str, Any]
    assessment: dict[str, Any]
    edition: str
    is_demonstration: bool = False


def _place(column: str, row: Screening) -> Place:
    return Place("screenings", column, row.id, row.row_version)


def add_screening(session: Session, cipher: FieldCipher, new: NewScreening) -> UUID:
    """Store a screening; a second one with the same reference code is refused by the database."""
    versions = new.assessment["versions"]
    row = Screening(
        id=uuid4(),
        row_version=1,
        reference_mac=new.reference_mac,
        received_at=new.received_at,
        status=ScreeningStatus.NEW.value,
        is_open=True,
        outcome=new.outcome.value,
        urgency_rank=URGENCY_RANKS[new.urgency],
        language=new.language,
        questionnaire_version=versions["questionnaire"],
        rules_version=versions["rules"],
        edition=new.edition,
        is_demonstration=new.is_demonstration,
    )
    row.answers = cipher.seal(new.answers, _place("answers", row))
    row.assessment = cipher.seal(new.assessment, _place("assessment", row))
    session.add(row)
    return row.id


def _opened(row: Screening, cipher: FieldCipher) -> StoredScreening:
    return StoredScreening(
        id=row.id,
        received_at=row.received_at,
        status=ScreeningStatus(row.status),
        outcome=Outcome(row.outcome),
        urgency=list(Urgency)[row.urgency_rank],
        language=row.language,
        is_demonstration=row.is_demonstration,
        answers=cipher.open(row.answers, _place("answers", row)),
        assessment=cipher.open(row.assessment, _place("assessment", row)),
    )


def _listed(row: Screening, cipher: FieldCipher) -> ListedScreening:
    """One damaged row must not hide all the others."""
    try:
        opened = _opened(row, cipher)
    except UnreadableError:
        opened = None
    return ListedScreening(
        id=row.id,
        received_at=row.received_at,
        status=ScreeningStatus(row.status),
        outcome=Outcome(row.outcome),
        urgency=list(Urgency)[row.urgency_rank],
        is_demonstration=row.is_demonstration,
        opened=opened,
    )


def get_screening(session: Session, cipher: FieldCipher, screening_id: UUID) -> StoredScreening | None:
    """One screening, or None when there is none with this id."""
    row = session.get(Screening, screening_id)
    return None if row is None else _opened(row, cipher)


def has_screening(session: Session, screening_id: UUID) -> bool:
    return session.get(Screening, screening_id) is not None


def find_screening_id(session: Session, reference_mac: bytes) -> UUID | None:
    """The id of the screening with this reference code."""
    return session.scalar(select(Screening.id).where(Screening.reference_mac == reference_mac))


def list_screenings(
    session: Session,
    cipher: FieldCipher,
    *,
    is_open: bool,
    after: QueuePlace | None,
    most: int,
) -> list[ListedScreening]:
    """The next screenings of the queue after a place: the most urgent first, then the oldest."""
    order = (Screening.urgency_rank, Screening.received_at, Screening.id)
    query = select(Screening).where(Screening.is_open == is_open).order_by(*order).limit(most)
    if after is not None:
        place = tuple_(after.urgency_rank, after.received_at, after.id)
        query = query.where(tuple_(*order) > place)
    return [_listed(row, cipher) for row in session.scalars(query)]


def count_screenings(session: Session, *, is_open: bool) -> int:
    """How many screenings are open or done, counted no further than `COUNT_CAP` + 1."""
    few = select(Screening.id).where(Screening.is_open == is_open).limit(COUNT_CAP + 1)
    return session.scalar(select(func.count()).select_from(few.subquery())) or 0


def set_status(session: Session, screening_id: UUID, status: ScreeningStatus) -> None:
    """Keep the status of the latest review beside the screening, where the queue can use it."""
    row = session.get_one(Screening, screening_id)
    row.status = status.value
    row.is_open = status in OPEN_STATUSES
