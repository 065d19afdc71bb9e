"""The audit log as administrators read it, and the receipts of what was removed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.storage.audit import Action, ChainEnd, chain_end
from app.storage.audit_reading import EntryFilter, RecordedEntry, list_entries
from app.storage.store import Store

PAGE_SIZE: Final = 50
_MOST_RECEIPTS: Final = 20


@dataclass(frozen=True)
class AuditPage:
    """A page of the log, the newest entry first. `next_before` is where the next page begins."""

    entries: list[RecordedEntry]
    next_before: int | None
    end: ChainEnd | None


def audit_page(store: Store, wanted: EntryFilter, before: int | None) -> AuditPage:
    """The newest entries below a number."""
    with store.database.reading() as session:
        found = list_entries(session, store.keyring, wanted, before, PAGE_SIZE + 1)
        end = chain_end(session)
    entries = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return AuditPage(entries, entries[-1].seq if more else None, end)


@dataclass(frozen=True)
class Receipt:
    """What one run has removed: how many of what."""

    happened_at: datetime
    removed: dict[str, int] = field(default_factory=dict)


def receipts(store: Store) -> list[Receipt]:
    """What the last runs have removed, the newest first. The batches of a run stand together."""
    wanted = EntryFilter(action=Action.SCREENINGS_PURGED)
    with store.database.reading() as session:
        entries = list_entries(session, store.keyring, wanted, None, 10 * _MOST_RECEIPTS)
    runs: dict[datetime, dict[str, int]] = {}
    for entry in entries:
        removed = runs.setdefault(entry.happened_at, {})
        for what, n in (entry.detail or {}).items():
            removed[what] = removed.get(what, 0) + int(n)
    return [Receipt(when, removed) for when, removed in list(runs.items())[:_MOST_RECEIPTS]]
