"""The audit log: who did what, each row chained to the one before. Rows are added, never changed.

An entry is written at the very end of the transaction of what it tells about, so that both are stored or
neither, and so that others wait for the end of the chain for a moment only.
"""

import hashlib
import hmac
import json
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.storage.database import StorageUnavailableError, Turn, do_last
from app.storage.encryption import FieldCipher, Place
from app.storage.keyring import Keyring
from app.storage.locks import hold
from app.storage.models import AuditEvent

_PURPOSE: Final = "audit-mac/v1"
_DETAIL_PURPOSE: Final = "audit-detail/v1"
_ADVISORY_LOCK: Final = 72_417_904
_WAITING: Final = "audit entries waiting for the commit"
_END: Final = "screening_audit_end"
BEGINNING: Final = bytes(32)


class ActorKind(StrEnum):
    CLINICIAN = "clinician"
    PATIENT = "patient"
    OPERATOR = "operator"
    SYSTEM = "system"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Actor:
    """Who did it. Only people of the clinic have an id."""

    kind: ActorKind
    id: UUID | None = None


PATIENT: Final = Actor(ActorKind.PATIENT)
OPERATOR: Final = Actor(ActorKind.OPERATOR)
SYSTEM: Final = Actor(ActorKind.SYSTEM)
NOBODY: Final = Actor(ActorKind.NOBODY)


def clinician(account_id: UUID) -> Actor:
    """Somebody of the clinic, clinician or administrator."""
    return Actor(ActorKind.CLINICIAN, account_id)


class Action(StrEnum):
    """What was done. The codes are stored: never rename one."""

    # what happens to screenings
    SCREENING_STORED = "screening_stored"
    SCREENING_FOUND = "screening_found"
    CODE_NOT_FOUND = "code_not_found"
    SCREENING_OPENED = "screening_opened"
    SCREENING_READ_BY_CODE = "screening_read_by_code"
    SCREENING_COPIED_BY_CODE = "screening_copied_by_code"
    DIARY_READ_BY_CODE = "diary_read_by_code"
    DIARY_CHANGED = "diary_changed"
    SCREENING_ASSIGNED = "screening_assigned"
    REVIEW_RECORDED = "review_recorded"
    MEASURE_RECORDED = "measure_recorded"
    SUMMARY_MADE = "summary_made"
    EVIDENCE_PREPARED = "evidence_prepared"
    EVIDENCE_MADE = "evidence_made"
    FHIR_MADE = "fhir_made"
    FHIR_TAKEN_IN = "fhir_taken_in"
    SCREENING_IMPORTED = "screening_imported"
    TABLE_TAKEN = "table_taken"
    SIGNS_TAKEN_BACK = "signs_taken_back"
    SCREENING_REMOVED = "screening_removed"
    SCREENING_UNREADABLE = "screening_unreadable"
    SCREENINGS_PURGED = "screenings_purged"
    SCREENINGS_REASSESSED = "screenings_reassessed"
    # who comes in
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_THROTTLED = "sign_in_throttled"
    FACTOR_GIVEN = "factor_given"
    FACTOR_FAILED = "factor_failed"
    FACTOR_THROTTLED = "factor_throttled"
    RECOVERY_CODE_USED = "recovery_code_used"
    SIGNED_OUT = "signed_out"
    SESSION_EXPIRED = "session_expired"
    SESSIONS_ENDED = "sessions_ended"
    ACCESS_REFUSED = "access_refused"
    FORM_REFUSED = "form_refused"
    LOOKUPS_THROTTLED = "lookups_throttled"
    SUBMISSIONS_DOUBTED = "submissions_doubted"
    # accounts and their factors
    ACCOUNT_INVITED = "account_invited"
    ACCOUNT_MADE = "account_made"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_UNLOCKED = "account_unlocked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_RESET_LINK_MADE = "password_reset_link_made"  # noqa: S105
    TOTP_ENROLLED = "totp_enrolled"
    TOTP_REMOVED = "totp_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    # the installation
    SETTING_CHANGED = "setting_changed"
    KEY_ADDED = "key_added"
    KEY_RETIRED = "key_retired"
    FIELDS_REENCRYPTED = "fields_reencrypted"
    BACKUP_MADE = "backup_made"
    BACKUP_RESTORED = "backup_restored"
    DATA_MOVED = "data_moved"


@dataclass(frozen=True)
class Origin:
    """Where a request comes from: its id, and a MAC of its address that says not which."""

    request_id: str = ""
    source_mac: bytes | None = None


ORIGIN: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 (it is frozen)


@dataclass(frozen=True)
class AuditEntry:
    """What is to be noted. `detail` holds plain JSON and is sealed; it never repeats an answer or a note."""

    action: Action
    actor: Actor
    happened_at: datetime
    subject_id: UUID | None = None
    detail: dict[str, Any] | None = None
    origin: Origin = field(default_factory=ORIGIN.get)


@dataclass(frozen=True)
class ChainEnd:
    """Number and MAC of the last row."""

    seq: int
    mac: bytes


def detail_cipher(keyring: Keyring) -> FieldCipher:
    """What seals the details: a key of its own purpose, that outlives the one for answers."""
    return FieldCipher(keyring, _DETAIL_PURPOSE)


def detail_place(seq: int) -> Place:
    return Place("audit_events", "detail", UUID(int=seq), 1)


def add_audit_entry(session: Session, keyring: Keyring, entry: AuditEntry) -> None:
    """Note an entry in the transaction of `session`, at its end. What cannot be noted is not done."""
    waiting: list[AuditEntry] = session.info.setdefault(_WAITING, [])
    if not waiting:
        do_last(session, Turn.AUDIT, lambda: _append(session, keyring))
    waiting.append(entry)


def _append(session: Session, keyring: Keyring) -> None:
    """Write what waits in one statement, each entry chained to the one before."""
    end = _end_of_chain(session) or ChainEnd(0, BEGINNING)
    rows, key_id = [], keyring.active.id
    for entry in session.info.pop(_WAITING):
        rows.append(_next_row(keyring, key_id, end, entry))
        end = ChainEnd(rows[-1]["seq"], rows[-1]["mac"])
    try:
        session.connection().execute(insert(AuditEvent), rows)
    except IntegrityError as problem:  # no conflict of what was to be done: nobody may take it for one
        raise StorageUnavailableError("the audit log takes no entry") from problem
    session.info[_END] = end


def _next_row(keyring: Keyring, key_id: str, last: ChainEnd, entry: AuditEntry) -> dict[str, Any]:
    row = {
        "seq": last.seq + 1,
        "happened_at": entry.happened_at,
        "actor_kind": entry.actor.kind.value,
        "actor_id": entry.actor.id,
        "action": entry.action.value,
        "subject_id": entry.subject_id,
        "request_id": entry.origin.request_id,
        "source_mac": entry.origin.source_mac,
        "key_id": key_id,
        "previous_mac": last.mac,
    }
    place = detail_place(last.seq + 1)
    sealed = detail_cipher(keyring).seal(entry.detail, place) if entry.detail else None
    return {**row, "detail": sealed, "mac": row_mac(keyring, row, entry.detail)}


def end_written(session: Session) -> ChainEnd | None:
    """The end of the chain that the transaction of `session` has written; None where it noted nothing."""
    end: ChainEnd | None = session.info.get(_END)
    return end


def _end_of_chain(session: Session) -> ChainEnd | None:
    """The last row. Until the end of this transaction nobody else adds one."""
    hold(session, _ADVISORY_LOCK)
    return chain_end(session)


def chain_end(session: Session) -> ChainEnd | None:
    """The last row as it stands now; None in an empty log."""
    query = select(AuditEvent.seq, AuditEvent.mac).order_by(AuditEvent.seq.desc()).limit(1)
    row = session.execute(query).first()
    return None if row is None else ChainEnd(row.seq, row.mac)


def row_mac(keyring: Keyring, row: dict[str, Any], detail: dict[str, Any] | None) -> bytes:
    """The MAC of a row with these columns, and with its detail as it reads.

    Raises:
        KeyringError: the key that it was made with is gone.
    """
    parts = [
        row["seq"],
        row["happened_at"].isoformat(timespec="microseconds"),
        row["actor_kind"],
        row["actor_id"].hex if row["actor_id"] else None,
        row["action"],
        row["subject_id"].hex if row["subject_id"] else None,
        row["request_id"],
        row["source_mac"].hex() if row["source_mac"] else None,
        detail or None,
        row["key_id"],
        row["previous_mac"].hex(),
    ]
    canonical = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(keyring.derive(_PURPOSE, row["key_id"]), canonical, hashlib.sha256).digest()
