"""Reading the audit log for people: the newest first, page by page along its numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.storage.audit import Action, ActorKind, detail_cipher, detail_place
from app.storage.encryption import UnreadableError
from app.storage.keyring import Keyring
from app.storage.models import AuditEvent


@dataclass(frozen=True)
class AuditFilter:
    """What is looked for; None is no condition. Times: from is included, before is not."""

    actor: UUID | ActorKind | None = None
    action: Action | None = None
    happened_from: datetime | None = None
    happened_before: datetime | None = None


@dataclass(frozen=True)
class ListedEntry:
    """An entry as people read it. `detail` is empty where there is none, None where it cannot be read."""

    seq: int
    happened_at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None
    action: str
    subject_id: UUID | None
    detail: dict[str, Any] | None


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if isinstance(wanted.actor, UUID):
        found.append(AuditEvent.actor_id == wanted.actor)
    elif wanted.actor is not None:
        found.append(AuditEvent.actor_kind == wanted.actor.value)
    if wanted.action is not None:
        found.append(AuditEvent.action == wanted.action.value)
    if wanted.happened_from is not None:
        found.append(AuditEvent.happened_at >= wanted.happened_from)
    if wanted.happened_before is not None:
        found.append(AuditEvent.happened_at < wanted.happened_before)
    return found


def list_entries(
    session: Session, keyring: Keyring, wanted: AuditFilter, before: int | None, most: int
) -> list[ListedEntry]:
    """The newest entries with a number below `before`."""
    query = select(AuditEvent).where(*_conditions(wanted)).order_by(AuditEvent.seq.desc()).limit(most)
    rows = session.scalars(query if before is None else query.where(AuditEvent.seq < before))
    return [_opened(row, keyring) for row in rows]


def _opened(row: AuditEvent, keyring: Keyring) -> ListedEntry:
    """One damaged detail must not hide the others; `audit verify` tells of it."""
    detail: dict[str, Any] | None = {}
    if row.detail is not None:
        try:
            detail = detail_cipher(keyring).open(row.detail, detail_place(row.seq))
        except UnreadableError:
            detail = None
    return ListedEntry(
        row.seq,
        row.happened_at,
        ActorKind(row.actor_kind),
        row.actor_id,
        row.action,
        row.subject_id,
        detail,
    )


def end_of_log(session: Session) -> tuple[int, str] | None:
    """Number and MAC of the last entry, to be compared with a note elsewhere; None for an empty log."""
    row = session.execute(
        select(AuditEvent.seq, AuditEvent.mac).order_by(AuditEvent.seq.desc()).limit(1)
    ).first()
    return None if row is None else (row.seq, row.mac.hex())
