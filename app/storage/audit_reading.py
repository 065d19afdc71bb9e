"""Reading the audit log: the chain row by row, and its entries with the names of the people in them."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.storage.audit import Action, Actor, ActorKind, ChainEnd, detail_cipher, detail_place, row_mac
from app.storage.encryption import UnreadableError
from app.storage.keyring import Keyring, KeyringError
from app.storage.models import AuditEvent, Clinician

MOST_OF_A_SUBJECT: Final = 500
_MALFORMED: Final = (AttributeError, KeyError, TypeError, ValueError)  # a value that no entry has


class Fault(StrEnum):
    """What can be wrong with a row of the chain."""

    MISSING = "missing"
    OUT_OF_PLACE = "out_of_place"
    NOT_LINKED = "not_linked"
    CHANGED = "changed"
    DETAIL_UNREADABLE = "detail_unreadable"
    KEY_GONE = "key_gone"
    NOT_AS_ANCHORED = "not_as_anchored"


@dataclass(frozen=True)
class RecordedEntry:
    """An entry of the log. An `action` that is not known is its code.

    A name is that of somebody of the clinic, else it is empty: a screening has none. `detail` is None
    where there is none, and where it cannot be read.
    """

    seq: int
    happened_at: datetime
    actor: Actor
    actor_name: str
    action: Action | str
    subject_id: UUID | None
    subject_name: str
    request_id: str
    detail: dict[str, Any] | None
    is_unreadable: bool = False


@dataclass(frozen=True)
class EntryFilter:
    """Which entries are wanted; None is any. Times: from this moment on, and before that one."""

    actor_id: UUID | None = None
    actor_kind: ActorKind | None = None
    action: Action | None = None
    subject_id: UUID | None = None
    happened_from: datetime | None = None
    happened_before: datetime | None = None


# --- the chain ------------------------------------------------------------------------------------


def last_number(session: Session) -> int:
    """The number of the last row; 0 in an empty log."""
    return session.scalar(select(func.max(AuditEvent.seq))) or 0


def read_chain(session: Session, after: int | None, most: int) -> list[dict[str, Any]]:
    """The next rows of the chain in their order. Of a row with a value that no entry has, only `seq`."""
    query = select(*AuditEvent.__table__.columns)
    try:
        return [dict(row._mapping) for row in session.execute(_next(query, after, most))]
    except _MALFORMED:
        numbers = list(session.scalars(_next(select(AuditEvent.seq), after, most)))
        return [_row_alone(session, query, seq) for seq in numbers]


def _next(query: Select[Any], after: int | None, most: int) -> Select[Any]:
    further = query if after is None else query.where(AuditEvent.seq > after)
    return further.order_by(AuditEvent.seq).limit(most)


def _row_alone(session: Session, query: Select[Any], seq: int) -> dict[str, Any]:
    try:
        return dict(session.execute(query.where(AuditEvent.seq == seq)).one()._mapping)
    except _MALFORMED:
        return {"seq": seq}


def fault_of(keyring: Keyring, row: dict[str, Any], before: ChainEnd) -> Fault | None:
    """What is wrong with the row that comes after `before`; None when it is as it was written."""
    try:
        if row["seq"] != before.seq + 1:
            return Fault.MISSING if row["seq"] > before.seq else Fault.OUT_OF_PLACE
        if row["previous_mac"] != before.mac:
            return Fault.NOT_LINKED
        is_whole = hmac.compare_digest(row["mac"], row_mac(keyring, row, _detail(keyring, row)))
        return None if is_whole else Fault.CHANGED
    except KeyringError:
        return Fault.KEY_GONE
    except UnreadableError as problem:
        return Fault.KEY_GONE if isinstance(problem.__cause__, KeyringError) else Fault.DETAIL_UNREADABLE
    except _MALFORMED:
        return Fault.CHANGED


def _detail(keyring: Keyring, row: Any) -> dict[str, Any] | None:
    """The detail of a row as it reads.

    Raises:
        UnreadableError: it is not what was sealed for this row.
    """
    if row["detail"] is None:
        return None
    detail: dict[str, Any] = detail_cipher(keyring).open(row["detail"], detail_place(row["seq"]))
    return detail


# --- entries --------------------------------------------------------------------------------------


def entries_of(session: Session, keyring: Keyring, subject_id: UUID) -> list[RecordedEntry]:
    """The newest entries about one screening or account, the newest first.

    What was carried over from an earlier version stands further back in the chain than it happened.
    """
    found = list_entries(session, keyring, EntryFilter(subject_id=subject_id), None, MOST_OF_A_SUBJECT)
    return sorted(found, key=lambda entry: (entry.happened_at, entry.seq), reverse=True)


def list_entries(
    session: Session, keyring: Keyring, wanted: EntryFilter, before: int | None, most: int
) -> list[RecordedEntry]:
    """The entries that a filter wants, the newest first: from the end, or before the one with this number."""
    actor, subject = aliased(Clinician), aliased(Clinician)
    names = (actor.name.label("actor_name"), subject.name.label("subject_name"))
    query = (
        select(*AuditEvent.__table__.columns, *names)
        .outerjoin(actor, actor.id == AuditEvent.actor_id)
        .outerjoin(subject, subject.id == AuditEvent.subject_id)
        .where(*_conditions(wanted))
        .order_by(AuditEvent.seq.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    return [_opened(keyring, row._mapping) for row in session.execute(query)]


def _conditions(wanted: EntryFilter) -> list[Any]:
    same = {
        AuditEvent.actor_id: wanted.actor_id,
        AuditEvent.actor_kind: wanted.actor_kind,
        AuditEvent.action: wanted.action,
        AuditEvent.subject_id: wanted.subject_id,
    }
    conditions: list[Any] = [column == value for column, value in same.items() if value is not None]
    if wanted.happened_from is not None:
        conditions.append(AuditEvent.happened_at >= wanted.happened_from)
    if wanted.happened_before is not None:
        conditions.append(AuditEvent.happened_at < wanted.happened_before)
    return conditions


def _opened(keyring: Keyring, row: Any) -> RecordedEntry:
    """One damaged detail must not hide the others."""
    detail, is_unreadable = None, False
    try:
        detail = _detail(keyring, row)
    except UnreadableError:
        is_unreadable = True
    action = row["action"]
    return RecordedEntry(
        seq=row["seq"],
        happened_at=row["happened_at"],
        actor=Actor(ActorKind(row["actor_kind"]), row["actor_id"]),
        actor_name=row["actor_name"] or "",
        action=Action(action) if action in list(Action) else action,
        subject_id=row["subject_id"],
        subject_name=row["subject_name"] or "",
        request_id=row["request_id"],
        detail=detail,
        is_unreadable=is_unreadable,
    )
