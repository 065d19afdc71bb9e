"""What has been kept long enough: found by status and age along one index."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, delete, func, or_, select
from sqlalchemy.orm import Session

from app.storage.clinic_sessions import delete_old_sessions
from app.storage.diaries import delete_expired_diaries
from app.storage.drafts import delete_expired_drafts
from app.storage.models import AuditEvent, Screening, SetUpLink
from app.storage.reading_grants import delete_expired_grants
from app.storage.statuses import ScreeningStatus
from app.storage.throttles import delete_expired_throttles


@dataclass(frozen=True)
class Due:
    """How many screenings there are, and when the oldest of them came; None for none."""

    n: int = 0
    oldest: datetime | None = None


def _received_before(status: ScreeningStatus, before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Screening.status == status.value, Screening.received_at < before)


def count_received_before(session: Session, status: ScreeningStatus, before: datetime) -> Due:
    """The screenings of a status that came before a moment."""
    query = select(func.count(), func.min(Screening.received_at)).where(*_received_before(status, before))
    n, oldest = session.execute(query).one()
    return Due(n, oldest)


def received_before(session: Session, status: ScreeningStatus, before: datetime, most: int) -> list[UUID]:
    """The oldest screenings of a status that came before a moment. Nobody changes them meanwhile."""
    query = select(Screening.id).where(*_received_before(status, before)).order_by(Screening.received_at)
    return list(session.scalars(query.limit(most).with_for_update()))


def _demonstrations() -> tuple[Any, ...]:
    return (Screening.is_demonstration, Screening.removed_at.is_(None))


def count_demonstrations(session: Session) -> int:
    """How many synthetic screenings there are."""
    return session.scalar(select(func.count()).select_from(Screening).where(*_demonstrations())) or 0


def demonstrations(session: Session, most: int) -> list[UUID]:
    """Synthetic screenings that are there, whatever their age. Nobody changes them meanwhile."""
    query = select(Screening.id).where(*_demonstrations()).limit(most)
    return list(session.scalars(query.with_for_update()))


def newest_moment(session: Session) -> datetime | None:
    """When something was last stored, as the clock said then; None where nothing ever was."""
    moments = [
        session.scalar(select(func.max(Screening.received_at)).where(Screening.status == status.value))
        for status in ScreeningStatus
    ]
    last_event = select(AuditEvent.happened_at).order_by(AuditEvent.seq.desc()).limit(1)
    return max((each for each in [*moments, session.scalar(last_event)] if each is not None), default=None)


def _deleted(session: Session, statement: Delete) -> int:
    return int(getattr(session.execute(statement), "rowcount", 0))


def delete_leftovers(session: Session, now: datetime, sessions_seen_before: datetime) -> dict[str, int]:
    """Remove drafts, diaries, sessions, one-time links and counts of tries whose time is over; how many of
    each."""
    is_used_up = or_(SetUpLink.used_at.is_not(None), SetUpLink.expires_at <= now)
    return {
        "drafts": delete_expired_drafts(session, now),
        "diaries": delete_expired_diaries(session, now),
        "grants": delete_expired_grants(session, now),
        "sessions": delete_old_sessions(session, sessions_seen_before),
        "links": _deleted(session, delete(SetUpLink).where(is_used_up)),
        "throttles": delete_expired_throttles(session, now),
    }
