"""The one-time links that can still be used: for whom they are, never what they say."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.storage.models import Clinician, SetUpLink


@dataclass(frozen=True)
class OpenLink:
    """A link that is neither used nor expired. With an account it is for a new password, else for an account.

    `email` is that of the account, or what was given with the invitation; None where none was.
    """

    id: UUID
    account_id: UUID | None
    email: str | None
    is_administrator: bool
    expires_at: datetime


def list_open_links(session: Session, now: datetime) -> list[OpenLink]:
    """Every link that can still be used, the one that lasts longest first."""
    query = (
        select(SetUpLink, Clinician.email)
        .outerjoin(Clinician, Clinician.id == SetUpLink.clinician_id)
        .where(SetUpLink.used_at.is_(None), SetUpLink.expires_at > now)
        .order_by(SetUpLink.expires_at.desc(), SetUpLink.id)
    )
    return [
        OpenLink(row.id, row.clinician_id, email or row.email, row.is_administrator, row.expires_at)
        for row, email in session.execute(query)
    ]


def withdraw_link(session: Session, link_id: UUID, now: datetime) -> bool:
    """Let a link stop working; False when somebody was faster."""
    mine = (SetUpLink.id == link_id, SetUpLink.used_at.is_(None))
    result = session.execute(update(SetUpLink).where(*mine).values(used_at=now))
    return int(getattr(result, "rowcount", 0)) == 1
