"""Journeys that wait to be gone on with: left on one device, found by their code on another.

Once a person has seen the code of a journey it is kept for that code: a shared device whose time is over, or
that the next person takes, lets go of it and does not delete it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.storage.encryption import CodeMacs, token_digest
from app.storage.models import ScreeningDraft


@dataclass(frozen=True)
class WaitingDraft:
    """A journey that was not handed in, without its answers."""

    id: UUID
    started_at: datetime
    ends_at: datetime


def _can_be_gone_on_with(now: datetime) -> ColumnElement[bool]:
    is_there = or_(ScreeningDraft.expires_at > now, ScreeningDraft.kept_until > now)
    return is_there & ScreeningDraft.screening_id.is_(None)


def find_waiting(session: Session, code: CodeMacs, now: datetime) -> WaitingDraft | None:
    """The journey under this code that was used last, unless it was handed in or its time is over.

    One with answers (their first makes version 2 of a row) comes before one that was only begun.
    """
    mine = ScreeningDraft.reference_mac.in_(code.macs)
    order = ((ScreeningDraft.row_version > 1).desc(), ScreeningDraft.seen_at.desc().nulls_last())
    columns = (
        ScreeningDraft.id,
        ScreeningDraft.started_at,
        ScreeningDraft.expires_at,
        ScreeningDraft.kept_until,
    )
    query = select(*columns).where(mine, _can_be_gone_on_with(now)).order_by(*order).limit(1)
    row = session.execute(query).first()
    if row is None:
        return None
    return WaitingDraft(row.id, row.started_at, max(row.expires_at, row.kept_until or row.expires_at))


def keep_for_code(session: Session, draft_id: UUID, until: datetime) -> None:
    """The person has the code: it leads back here until then."""
    session.get_one(ScreeningDraft, draft_id).kept_until = until


def leave_draft(session: Session, draft_id: UUID, until: datetime) -> None:
    """Let no browser hold a journey any more: its code alone leads to it."""
    row = session.get_one(ScreeningDraft, draft_id)
    row.kept_until = until
    _let_go(row)


def _let_go(row: ScreeningDraft) -> None:
    row.token_digest = token_digest(secrets.token_urlsafe(32))
    row.is_shared = False
    row.expires_at = row.kept_until or row.expires_at


def let_go_of_kept(session: Session, now: datetime, *which: ColumnElement[bool]) -> None:
    """Let go of those of these journeys that a shared device holds and a code still leads to."""
    is_kept = (ScreeningDraft.is_shared, ScreeningDraft.kept_until > now)
    unsent = ScreeningDraft.screening_id.is_(None)
    for row in session.scalars(select(ScreeningDraft).where(*which, *is_kept, unsent).with_for_update()):
        _let_go(row)
    session.flush()


def take_draft(session: Session, draft_id: UUID, token: str, *, is_shared: bool, now: datetime) -> bool:
    """Let the browser with this token hold the journey, and no other; False when it is gone meanwhile."""
    wanted = (ScreeningDraft.id == draft_id, _can_be_gone_on_with(now))
    row = session.scalar(select(ScreeningDraft).where(*wanted).with_for_update())
    if row is None:
        return False
    row.kept_until = row.expires_at = max(row.expires_at, row.kept_until or row.expires_at)
    row.token_digest, row.is_shared, row.seen_at = token_digest(token), is_shared, now
    return True
