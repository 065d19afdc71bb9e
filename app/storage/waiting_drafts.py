"""Journeys that wait to be gone on with: left on one device, found by their code on another."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.encryption import CodeMacs, token_digest
from app.storage.models import ScreeningDraft


@dataclass(frozen=True)
class WaitingDraft:
    """A journey that was not handed in, without its answers."""

    id: UUID
    started_at: datetime
    expires_at: datetime


def find_waiting(session: Session, code: CodeMacs, now: datetime) -> WaitingDraft | None:
    """The journey under this code that was used last, unless it was handed in or its time is over."""
    columns = (ScreeningDraft.id, ScreeningDraft.started_at, ScreeningDraft.expires_at)
    query = (
        select(*columns)
        .where(
            ScreeningDraft.reference_mac.in_(code.macs),
            ScreeningDraft.screening_id.is_(None),
            ScreeningDraft.expires_at > now,
        )
        .order_by(ScreeningDraft.seen_at.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else WaitingDraft(*row)


def leave_draft(session: Session, draft_id: UUID, expires_at: datetime) -> None:
    """Let no browser hold a journey any more: only its code leads to it, and no device clears it."""
    row = session.get_one(ScreeningDraft, draft_id)
    row.token_digest = token_digest(secrets.token_urlsafe(32))
    row.is_shared = False
    row.expires_at = expires_at


def take_draft(session: Session, draft_id: UUID, token: str, *, is_shared: bool, now: datetime) -> bool:
    """Let the browser with this token hold the journey, and no other; False when it is gone meanwhile."""
    wanted = (ScreeningDraft.id == draft_id, ScreeningDraft.screening_id.is_(None))
    row = session.scalar(
        select(ScreeningDraft).where(*wanted, ScreeningDraft.expires_at > now).with_for_update()
    )
    if row is None:
        return False
    row.token_digest, row.is_shared, row.seen_at = token_digest(token), is_shared, now
    return True
