"""Stored screenings: added once, listed in pages, opened one at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain.codes import Outcome, Urgency
from app.storage.encryption import FieldCipher, Place, UnreadableError
from app.storage.models import Screening, ScreeningPolicy
from app.storage.new_screenings import SHARED_WITH_POLICIES, NewScreening, columns_of
from app.storage.statuses import OPEN_STATUSES, ScreeningStatus
from app.storage.visits import last_visit

COUNT_CAP = 1000
MOST_VISITS: Final = 50
LISTED_COLUMNS: Final[tuple[Any, ...]] = (
    Screening.id,
    Screening.received_at,
    Screening.status,
    Screening.outcome,
    Screening.urgency_rank,
    Screening.is_demonstration,
    Screening.is_unread,
    Screening.is_unverified,
    Screening.signs_taken_back_at,
    Screening.assigned_to_id,
    Screening.visit,
    Screening.row_version,
    Screening.listing,
)
_URGENCIES: Final = tuple(Urgency)


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
    assigned_to_id: UUID | None = None
    visit: int = 1
    is_unverified: bool = False
    signs_taken_back_at: datetime | None = None


@dataclass(frozen=True)
class ListedScreening:
    """A screening in a list. `listing` is its line as plain codes, None when it cannot be read."""

    id: UUID
    received_at: datetime
    status: ScreeningStatus
    outcome: Outcome
    urgency: Urgency
    is_demonstration: bool
    is_unread: bool
    is_unverified: bool
    signs_taken_back_at: datetime | None
    assigned_to_id: UUID | None
    visit: int
    listing: dict[str, Any] | None


def _place(column: str, row: Any) -> Place:
    return Place("screenings", column, row.id, row.row_version)


def add_screening(
    session: Session,
    cipher: FieldCipher,
    new: NewScreening,
    *,
    listing: dict[str, Any],
    complete_policies: Iterable[str],
) -> UUID:
    """Store a screening. One with a reference code that is known is the next visit under it.

    Raises:
        ValueError: its language is not known.
    """
    before, key_id, mac = last_visit(session, new.code)
    row = Screening(**columns_of(new, visit=before + 1))
    row.reference_key_id, row.reference_mac = key_id, mac
    row.answers = cipher.seal(new.answers, _place("answers", row))
    row.assessment = cipher.seal(new.assessment, _place("assessment", row))
    row.listing = cipher.seal(listing, _place("listing", row))
    session.add(row)
    session.flush()
    set_complete_policies(session, row.id, complete_policies)
    return row.id


def set_complete_policies(session: Session, screening_id: UUID, policy_ids: Iterable[str]) -> None:
    """Note the policies that lack no answer for a screening, in place of those noted before."""
    row = session.get_one(Screening, screening_id)
    session.execute(delete(ScreeningPolicy).where(ScreeningPolicy.screening_id == screening_id))
    shared = {name: getattr(row, name) for name in SHARED_WITH_POLICIES}
    session.add_all(
        ScreeningPolicy(screening_id=screening_id, policy_id=policy_id, **shared) for policy_id in policy_ids
    )


def set_listing(session: Session, cipher: FieldCipher, screening_id: UUID, listing: dict[str, Any]) -> None:
    """Keep the line of a screening that was stored before there were any."""
    row = session.get_one(Screening, screening_id)
    row.listing = cipher.seal(listing, _place("listing", row))


def has_line(session: Session, screening_id: UUID) -> bool:
    """Whether a screening has its line in the queue, readable or not."""
    line = select(Screening.id).where(Screening.id == screening_id, Screening.listing.is_not(None))
    return session.scalar(line) is not None


def unlisted_screenings(session: Session, after: UUID | None, most: int) -> list[UUID]:
    """The next screenings, in the order of their ids, that have no line in the queue yet.

    Nobody else gives them one until the end of this transaction.
    """
    unlisted = select(Screening.id).where(Screening.listing.is_(None))
    query = unlisted.order_by(Screening.id).limit(most).with_for_update()
    return list(session.scalars(query if after is None else query.where(Screening.id > after)))


def _opened(row: Screening, cipher: FieldCipher) -> StoredScreening:
    return StoredScreening(
        id=row.id,
        received_at=row.received_at,
        status=ScreeningStatus(row.status),
        outcome=Outcome(row.outcome),
        urgency=_URGENCIES[row.urgency_rank],
        language=row.language,
        is_demonstration=row.is_demonstration,
        answers=cipher.open(row.answers, _place("answers", row)),
        assessment=cipher.open(row.assessment, _place("assessment", row)),
        assigned_to_id=row.assigned_to_id,
        visit=row.visit,
        is_unverified=row.is_unverified,
        signs_taken_back_at=row.signs_taken_back_at,
    )


def take_signs_back(session: Session, screening_id: UUID, now: datetime) -> None:
    """Say of a screening that its warning signs were ticked by mistake. The signs stay."""
    session.get_one(Screening, screening_id).signs_taken_back_at = now


def listed_screening(row: Any, cipher: FieldCipher) -> ListedScreening:
    """A row of `LISTED_COLUMNS`, opened. One damaged row must not hide all the others."""
    try:
        listing = cipher.open(row.listing or b"", _place("listing", row))
    except UnreadableError:
        listing = None
    return ListedScreening(
        id=row.id,
        received_at=row.received_at,
        status=ScreeningStatus(row.status),
        outcome=Outcome(row.outcome),
        urgency=_URGENCIES[row.urgency_rank],
        is_demonstration=row.is_demonstration,
        is_unread=row.is_unread,
        is_unverified=row.is_unverified,
        signs_taken_back_at=row.signs_taken_back_at,
        assigned_to_id=row.assigned_to_id,
        visit=row.visit,
        listing=listing,
    )


def get_listed(session: Session, cipher: FieldCipher, screening_id: UUID) -> ListedScreening | None:
    """One screening as a line of a list, or None when there is none with this id, or none any more."""
    query = select(*LISTED_COLUMNS).where(Screening.id == screening_id, Screening.removed_at.is_(None))
    row = session.execute(query).first()
    return None if row is None else listed_screening(row, cipher)


def get_screening(session: Session, cipher: FieldCipher, screening_id: UUID) -> StoredScreening | None:
    """One screening, or None when there is none with this id, or none any more."""
    row = session.get(Screening, screening_id)
    return None if row is None or row.removed_at is not None else _opened(row, cipher)


def hold_screening(session: Session, screening_id: UUID) -> bool:
    """Whether there is such a screening; nobody else changes it until the end of this transaction."""
    here = select(Screening.id).where(Screening.id == screening_id, Screening.removed_at.is_(None))
    return session.scalar(here.with_for_update()) is not None


def assigned_clinician(session: Session, screening_id: UUID) -> UUID | None:
    """Who has the screening, None for nobody."""
    return session.scalar(select(Screening.assigned_to_id).where(Screening.id == screening_id))


def list_same_code(session: Session, cipher: FieldCipher, screening_id: UUID) -> list[ListedScreening]:
    """The newest screenings with the code of this one, itself too, the oldest first."""
    code = select(Screening.reference_mac).where(Screening.id == screening_id).scalar_subquery()
    query = (
        select(*LISTED_COLUMNS)
        .where(Screening.reference_mac == code)
        .order_by(Screening.visit.desc())
        .limit(MOST_VISITS)
    )
    newest_first = [listed_screening(row, cipher) for row in session.execute(query)]
    return newest_first[::-1]


def set_status(session: Session, screening_id: UUID, status: ScreeningStatus) -> None:
    """Keep the status of the latest review beside the screening, where the queue can use it."""
    row = session.get_one(Screening, screening_id)
    row.status = status.value
    row.is_open = status in OPEN_STATUSES
    _repeat_beside_policies(session, row)


def set_assigned(session: Session, screening_id: UUID, clinician_id: UUID | None) -> None:
    """Give a screening to a clinician, or to nobody."""
    row = session.get_one(Screening, screening_id)
    row.assigned_to_id = clinician_id
    _repeat_beside_policies(session, row)


def set_read(session: Session, screening_id: UUID) -> None:
    """Somebody has opened the screening."""
    session.get_one(Screening, screening_id).is_unread = False


def _repeat_beside_policies(session: Session, row: Screening) -> None:
    shared = {name: getattr(row, name) for name in SHARED_WITH_POLICIES}
    session.execute(update(ScreeningPolicy).where(ScreeningPolicy.screening_id == row.id).values(**shared))
