"""The audit log as administrators read it, and the receipts of what was removed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from app.storage import audit_listing, clinicians
from app.storage.audit import Action
from app.storage.audit_listing import AuditFilter, ListedEntry
from app.storage.store import Store

PAGE_SIZE: Final = 50
_MOST_RECEIPTS: Final = 20


@dataclass(frozen=True)
class AuditPage:
    """A page of the log, the newest entry first. `next_before` is where the next page begins.

    `names` are those of everybody who ever had an account.
    """

    entries: list[ListedEntry]
    next_before: int | None
    names: dict[UUID, str]
    end: tuple[int, str] | None


def audit_page(store: Store, wanted: AuditFilter, before: int | None) -> AuditPage:
    """The newest entries below a number."""
    with store.database.reading() as session:
        found = audit_listing.list_entries(session, store.keyring, wanted, before, PAGE_SIZE + 1)
        names = clinicians.clinician_names(session)
        end = audit_listing.end_of_log(session)
    entries = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return AuditPage(entries, entries[-1].seq if more else None, names, end)


@dataclass(frozen=True)
class Receipt:
    """What one run has removed: how many of what."""

    happened_at: datetime
    removed: dict[str, int] = field(default_factory=dict)


def receipts(store: Store) -> list[Receipt]:
    """What the last runs have removed, the newest first. The batches of a run stand together."""
    wanted = AuditFilter(action=Action.SCREENINGS_PURGED)
    with store.database.reading() as session:
        entries = audit_listing.list_entries(session, store.keyring, wanted, None, 10 * _MOST_RECEIPTS)
    runs: dict[datetime, dict[str, int]] = {}
    for entry in entries:
        removed = runs.setdefault(entry.happened_at, {})
        for what, n in (entry.detail or {}).items():
            removed[what] = removed.get(what, 0) + int(n)
    return [Receipt(when, removed) for when, removed in list(runs.items())[:_MOST_RECEIPTS]]
