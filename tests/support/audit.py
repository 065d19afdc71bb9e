"""Entries of the audit log for tests: made in bulk, and read as they stand in the table."""

from typing import Any, Final

from sqlalchemy import select

from app.storage.audit import OPERATOR, Action, Actor, AuditEntry, add_audit_entry
from app.storage.audit_reading import EntryFilter, RecordedEntry, list_entries
from app.storage.models import AuditEvent
from app.storage.store import Store
from tests.support.screenings import NOON

_EVERY: Final = 10_000


def note(store: Store, *actions: Action, actor: Actor = OPERATOR, **more: Any) -> None:
    """Add entries in one transaction."""
    with store.database.writing() as session:
        for action in actions:
            add_audit_entry(session, store.keyring, AuditEntry(action, actor, NOON, **more))


def chain(store: Store) -> list[dict[str, Any]]:
    """Every row as it stands, in the order of the chain."""
    columns = AuditEvent.__table__.columns
    with store.database.reading() as session:
        found = session.execute(select(*columns).order_by(AuditEvent.seq))
        return [dict(row._mapping) for row in found]


def entries(store: Store) -> list[RecordedEntry]:
    """Every entry, the oldest first."""
    with store.database.reading() as session:
        return list_entries(session, store.keyring, EntryFilter(), None, _EVERY)[::-1]
