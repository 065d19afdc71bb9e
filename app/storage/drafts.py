"""Journeys that are not finished: stored encrypted, found by the digest of the browser's token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from app.storage.encryption import CodeMacs, FieldCipher, Place, token_digest
from app.storage.models import ScreeningDraft
from app.storage.waiting_drafts import let_go_of_kept


@dataclass(frozen=True)
class Consent:
    """The version of the words that a person agreed to, and when."""

    version: str
    given_at: datetime


@dataclass(frozen=True)
class Draft:
    """A draft opened for use. `answers` are plain codes by contract name."""

    id: UUID
    answers: dict[str, Any]
    reference_code: str
    language: str
    screening_id: UUID | None
    started_at: datetime
    expires_at: datetime
    seen_at: datetime | None
    submitted_at: datetime | None
    is_shared: bool
    kept_until: datetime | None = None
    consent: Consent | None = None
    row_version: int = 1

    @property
    def is_submitted(self) -> bool:
        return self.screening_id is not None


# Made once: to put a statement together takes longer than to run it.
_IS_OPEN: Final = (
    ScreeningDraft.token_digest == bindparam("digest"),
    ScreeningDraft.expires_at > bindparam("now"),
)
_OPEN: Final = select(*ScreeningDraft.__table__.columns).where(*_IS_OPEN)
_HELD: Final = _OPEN.with_for_update()
_CHANGED: Final = ("row_version", "content", "expires_at", "seen_at", "submitted_at", "screening_id")
_SAVED: Final = (
    update(ScreeningDraft.__table__)  # type: ignore[arg-type]
    .where(ScreeningDraft.id == bindparam("draft_id"))
    .values({name: bindparam(name) for name in _CHANGED})
)


def _place_of(draft_id: UUID, version: int) -> Place:
    return Place("screening_drafts", "content", draft_id, version)


def _opened(row: ScreeningDraft | Row[Any], cipher: FieldCipher) -> Draft:
    content: dict[str, Any] = cipher.open(row.content, _place_of(row.id, row.row_version))
    agreed = content.pop("consent", None)  # drafts of earlier versions have none
    return Draft(
        row.id,
        **content,
        screening_id=row.screening_id,
        started_at=row.started_at,
        expires_at=row.expires_at,
        seen_at=row.seen_at,
        submitted_at=row.submitted_at,
        is_shared=row.is_shared,
        kept_until=row.kept_until,
        row_version=row.row_version,
        consent=Consent(agreed[0], datetime.fromisoformat(agreed[1])) if agreed else None,
    )


def _kept(consent: Consent | None) -> list[str] | None:
    return None if consent is None else [consent.version, consent.given_at.isoformat()]


def add_draft(
    session: Session,
    cipher: FieldCipher,
    token: str,
    *,
    reference_code: str,
    reference_mac: bytes,
    language: str,
    now: datetime,
    expires_at: datetime,
    consent: Consent | None = None,
    is_shared: bool = False,
) -> Draft:
    """A new, empty draft under this token."""
    row = ScreeningDraft(
        id=uuid4(),
        token_digest=token_digest(token),
        started_at=now,
        expires_at=expires_at,
        seen_at=now,
        is_shared=is_shared,
        reference_mac=reference_mac,
        row_version=1,
    )
    content: dict[str, Any] = {
        "answers": {},
        "reference_code": reference_code,
        "language": language,
        "consent": _kept(consent),
    }
    row.content = cipher.seal(content, _place_of(row.id, 1))
    session.add(row)
    return _opened(row, cipher)


def find_draft(connection: Connection, cipher: FieldCipher, token: str, now: datetime) -> Draft | None:
    """The draft of this token unless it has expired."""
    return _found(connection, _OPEN, cipher, token, now)


def hold_draft(session: Session, cipher: FieldCipher, token: str, now: datetime) -> Draft | None:
    """As `find_draft`; nobody else can change or hold it until the end of the transaction."""
    session.flush()  # whom a draft was given to before, in this transaction, is who has it
    return _found(session.connection(), _HELD, cipher, token, now)


def _found(
    connection: Connection, query: Select[Any], cipher: FieldCipher, token: str, now: datetime
) -> Draft | None:
    row = connection.execute(query, {"digest": token_digest(token), "now": now}).first()
    return None if row is None else _opened(row, cipher)


def save_draft(session: Session, cipher: FieldCipher, draft: Draft) -> None:
    """Store a draft that was found for update, as it is now, as a new version of its row.

    What its device and its code decide (`is_shared`, `kept_until`) is not changed by it.
    """
    version = draft.row_version + 1
    content: dict[str, Any] = {
        "answers": draft.answers,
        "reference_code": draft.reference_code,
        "language": draft.language,
        "consent": _kept(draft.consent),
    }
    new = {
        "draft_id": draft.id,
        "row_version": version,
        "content": cipher.seal(content, _place_of(draft.id, version)),
        "expires_at": draft.expires_at,
        "seen_at": draft.seen_at,
        "submitted_at": draft.submitted_at,
        "screening_id": draft.screening_id,
    }
    session.connection().execute(_SAVED, new)


def pass_on_draft(session: Session, token: str, new_token: str) -> None:
    """Let the draft of a token, if there is one, be found by another."""
    mine = ScreeningDraft.token_digest == token_digest(token)
    session.execute(update(ScreeningDraft).where(mine).values(token_digest=token_digest(new_token)))


def is_shared_draft(session: Session, token: str) -> bool:
    """Whether the draft of this token is on a device that others take next."""
    mine = ScreeningDraft.token_digest == token_digest(token)
    return bool(session.scalar(select(ScreeningDraft.is_shared).where(mine)))


def delete_drafts_with_code(session: Session, code: CodeMacs) -> int:
    """Remove every draft that has this reference code; how many there were."""
    result = session.execute(delete(ScreeningDraft).where(ScreeningDraft.reference_mac.in_(code.macs)))
    return int(getattr(result, "rowcount", 0))


def mark_seen(session: Session, draft: Draft, now: datetime, expires_at: datetime) -> None:
    """Somebody has used the draft now. One that was handed in, left or taken meanwhile keeps its own end."""
    unchanged = (
        ScreeningDraft.submitted_at.is_not_distinct_from(draft.submitted_at),
        ScreeningDraft.is_shared.is_(draft.is_shared),
    )
    query = update(ScreeningDraft).where(ScreeningDraft.id == draft.id, *unchanged)
    session.execute(query.values(seen_at=now, expires_at=expires_at))


def count_drafts(session: Session) -> int:
    """How many drafts there are."""
    return session.scalar(select(func.count()).select_from(ScreeningDraft)) or 0


def delete_draft(session: Session, token: str, now: datetime) -> None:
    """Remove the draft of this token, if there is one. What is kept for a code is only let go of."""
    mine = ScreeningDraft.token_digest == token_digest(token)
    let_go_of_kept(session, now, mine)
    session.execute(delete(ScreeningDraft).where(mine))


def delete_expired_draft(session: Session, token: str, now: datetime) -> None:
    """Remove the draft of this token if its time is over. What is kept for a code is only let go of."""
    mine = ScreeningDraft.token_digest == token_digest(token)
    let_go_of_kept(session, now, mine, ScreeningDraft.expires_at <= now)
    session.execute(delete(ScreeningDraft).where(mine, ScreeningDraft.expires_at <= now))


def has_draft(session: Session, token: str) -> bool:
    """Whether there is a draft under this token, expired or not."""
    mine = ScreeningDraft.token_digest == token_digest(token)
    return session.scalar(select(ScreeningDraft.id).where(mine)) is not None


def delete_expired_drafts(session: Session, now: datetime) -> int:
    """Remove every draft whose time is over; how many there were. What is kept for a code stays."""
    let_go_of_kept(session, now, ScreeningDraft.expires_at <= now)
    result = session.execute(delete(ScreeningDraft).where(ScreeningDraft.expires_at <= now))
    return int(getattr(result, "rowcount", 0))
