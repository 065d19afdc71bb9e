"""One-time links that were made and not used yet: seeing them, and withdrawing them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.storage import open_links
from app.storage.audit import Action, Actor, AuditEntry, add_audit_entry
from app.storage.open_links import OpenLink
from app.storage.store import Store


def list_open_links(store: Store, now: datetime) -> list[OpenLink]:
    """Every link that can still be used."""
    with store.database.reading() as session:
        return open_links.list_open_links(session, now)


def withdraw_link(store: Store, link_id: UUID, actor: Actor, now: datetime) -> bool:
    """Let one link stop working; False when it did not work any more."""
    with store.database.writing() as session:
        found = [each for each in open_links.list_open_links(session, now) if each.id == link_id]
        return _withdraw(session, store, found, actor, now) == 1


def withdraw_links(store: Store, actor: Actor, now: datetime) -> int:
    """Let every link stop working; how many there were."""
    with store.database.writing() as session:
        found = open_links.list_open_links(session, now)
        return _withdraw(session, store, found, actor, now)


def _withdraw(session: Session, store: Store, links: list[OpenLink], actor: Actor, now: datetime) -> int:
    withdrawn = [each for each in links if open_links.withdraw_link(session, each.id, now)]
    for link in withdrawn:
        changed = AuditEntry(Action.ACCOUNT_CHANGED, actor, now, link.account_id, {"links": 1})
        add_audit_entry(session, store.keyring, changed)
    return len(withdrawn)
