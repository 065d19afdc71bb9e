"""Leave to read what stands under a reference code, found by the digest of the browser's token."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.storage.encryption import FieldCipher, Place, token_digest
from app.storage.models import ReadingGrant


@dataclass(frozen=True)
class OpenGrant:
    """A grant opened for use. `expires_at` moves with each use, never past `ends_at`."""

    id: UUID
    reference_code: str
    expires_at: datetime
    ends_at: datetime
    is_shared: bool


def _place(grant_id: UUID) -> Place:
    return Place("reading_grants", "content", grant_id, 1)


def add_grant(
    session: Session,
    cipher: FieldCipher,
    token: str,
    *,
    reference_code: str,
    is_shared: bool,
    expires_at: datetime,
    ends_at: datetime,
) -> None:
    """Let the browser with this token read what stands under the code, whether or not something does."""
    grant_id = uuid4()
    session.add(
        ReadingGrant(
            id=grant_id,
            token_digest=token_digest(token),
            expires_at=expires_at,
            ends_at=ends_at,
            is_shared=is_shared,
            content=cipher.seal({"reference_code": reference_code}, _place(grant_id)),
        )
    )


def find_grant(session: Session, cipher: FieldCipher, token: str, now: datetime) -> OpenGrant | None:
    """The grant of this token unless its time is over."""
    mine = (ReadingGrant.token_digest == token_digest(token), ReadingGrant.expires_at > now)
    row = session.scalar(select(ReadingGrant).where(*mine))
    if row is None:
        return None
    content = cipher.open(row.content, _place(row.id))
    return OpenGrant(
        row.id, **content, expires_at=row.expires_at, ends_at=row.ends_at, is_shared=row.is_shared
    )


def prolong_grant(session: Session, grant_id: UUID, expires_at: datetime) -> None:
    """Move the end of a grant that is in use; one that was ended meanwhile does not come back."""
    session.execute(update(ReadingGrant).where(ReadingGrant.id == grant_id).values(expires_at=expires_at))


def delete_grant(session: Session, token: str) -> None:
    """End the grant of this token, if there is one."""
    session.execute(delete(ReadingGrant).where(ReadingGrant.token_digest == token_digest(token)))


def delete_expired_grants(session: Session, now: datetime) -> int:
    """Remove every grant whose time is over; how many there were."""
    result = session.execute(delete(ReadingGrant).where(ReadingGrant.expires_at <= now))
    return int(getattr(result, "rowcount", 0))
