"""Events of versions without an audit log: they go into its chain once, the oldest first."""

from collections.abc import Iterator
from typing import Final

from app.storage.audit import OPERATOR, Action, AuditEntry, Origin, add_audit_entry, clinician
from app.storage.desk_events import EarlierEvent, take_earliest
from app.storage.statuses import EventKind
from app.storage.store import Store

_BATCH: Final = 200
_RENAMED: Final = {
    EventKind.OPENED: Action.SCREENING_OPENED,
    EventKind.ASSIGNED: Action.SCREENING_ASSIGNED,
}


def carry_over_events(store: Store) -> Iterator[int]:
    """Carry them over batch by batch; yields how many so far. It can be stopped and run again."""
    done = 0
    while True:
        with store.database.writing() as session:
            batch = take_earliest(session, store.cipher, _BATCH)
            for event in batch:
                add_audit_entry(session, store.keyring, _as_entry(event))
        if not batch:
            return
        done += len(batch)
        yield done


def _as_entry(event: EarlierEvent) -> AuditEntry:
    return AuditEntry(
        action=_RENAMED.get(event.kind) or Action(event.kind.value),
        actor=OPERATOR if event.clinician_id is None else clinician(event.clinician_id),
        happened_at=event.happened_at,
        subject_id=event.screening_id,
        detail=event.detail,
        origin=Origin(),
    )
