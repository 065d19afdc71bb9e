"""What the audit says about one account, for the person themselves. Read by its index, never as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.storage.account_models import Clinician
from app.storage.audit import Action, detail_cipher, detail_place
from app.storage.audit_reading import last_number
from app.storage.encryption import UnreadableError
from app.storage.keyring import Keyring
from app.storage.models import AuditEvent

# What the person has to hear of, whoever did it.
NOTICES: Final = (
    Action.PASSWORD_CHANGED,
    Action.PASSWORD_RESET_LINK_MADE,
    Action.TOTP_ENROLLED,
    Action.TOTP_REMOVED,
    Action.PASSKEY_ADDED,
    Action.PASSKEY_REMOVED,
    Action.RECOVERY_CODES_MADE,
    Action.RECOVERY_CODE_USED,
    Action.ACCOUNT_CHANGED,
)
_MOST_EVENTS: Final = 500


@dataclass(frozen=True)
class AccountEvent:
    """One thing that happened with an account: what, when, a mark of from where; more where it was read."""

    seq: int
    action: Action
    happened_at: datetime
    source_mac: bytes | None
    detail: Mapping[str, Any] = field(default_factory=dict)


def recent_events(session: Session, account_id: UUID) -> list[AccountEvent]:
    """The last 500 events about an account, the latest first."""
    columns = (AuditEvent.seq, AuditEvent.action, AuditEvent.happened_at, AuditEvent.source_mac)
    query = select(*columns).where(AuditEvent.subject_id == account_id)
    rows = session.execute(query.order_by(AuditEvent.seq.desc()).limit(_MOST_EVENTS))
    return [AccountEvent(row.seq, Action(row.action), row.happened_at, row.source_mac) for row in rows]


def unseen_notices(session: Session, account_id: UUID, seen: int) -> list[AccountEvent]:
    """The changes of password, factors and roles that the person has not put away, the latest first."""
    mine = (AuditEvent.subject_id == account_id, AuditEvent.seq > seen, AuditEvent.action.in_(NOTICES))
    columns = (AuditEvent.seq, AuditEvent.action, AuditEvent.happened_at, AuditEvent.source_mac)
    rows = session.execute(select(*columns).where(*mine).order_by(AuditEvent.seq.desc()).limit(_MOST_EVENTS))
    return [AccountEvent(row.seq, Action(row.action), row.happened_at, row.source_mac) for row in rows]


def with_details(session: Session, keyring: Keyring, events: list[AccountEvent]) -> list[AccountEvent]:
    """The same events with what else is noted of them; nothing where it cannot be read."""
    query = select(AuditEvent.seq, AuditEvent.detail).where(
        AuditEvent.seq.in_([each.seq for each in events]), AuditEvent.detail.is_not(None)
    )
    sealed = {row.seq: row.detail for row in session.execute(query)}
    return [
        replace(each, detail=_opened(keyring, each.seq, sealed[each.seq])) if each.seq in sealed else each
        for each in events
    ]


def _opened(keyring: Keyring, seq: int, sealed: bytes) -> dict[str, Any]:
    try:
        detail: dict[str, Any] = detail_cipher(keyring).open(sealed, detail_place(seq))
    except UnreadableError:
        return {}
    return detail


def put_away_notices(session: Session, account_id: UUID, seen: int) -> None:
    """The person has seen every event up to this one. What is still to come, nobody has seen."""
    query = select(func.max(AuditEvent.seq)).where(AuditEvent.subject_id == account_id)
    seen = min(seen, session.scalar(query) or 0)
    mine = (Clinician.id == account_id, Clinician.notices_seen < seen)
    session.execute(update(Clinician).where(*mine).values(notices_seen=seen))


def put_away_what_needs_no_notice(session: Session, account_id: UUID) -> None:
    """Where there is nothing to hear of, look only at what comes from now on."""
    seen = session.get_one(Clinician, account_id).notices_seen
    if not unseen_notices(session, account_id, seen):
        put_away_notices(session, account_id, last_number(session))
