"""Records one after the other, for tables and FHIR; and the note of who took them and why."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.services.clinical_review import NoScreeningError, ScreeningRecord, read_answers
from app.storage.audit import Action, Actor, AuditEntry, add_audit_entry
from app.storage.clinicians import clinician_names
from app.storage.encryption import UnreadableError
from app.storage.queue import QueueFilter, QueuePlace, Standing, count_queue, list_queue, place_of
from app.storage.screenings import ListedScreening
from app.storage.store import Store

_BATCH: Final = 50
MOST_IN_BROWSER: Final = 5_000


def has_too_many(store: Store, wanted: QueueFilter) -> bool:
    """Whether a view has more screenings than a browser should wait for."""
    return count_of_view(store, wanted) > MOST_IN_BROWSER


def count_of_view(store: Store, wanted: QueueFilter) -> int:
    """How many screenings a view has now; not counted further than to where a browser has too many."""
    with store.database.reading() as session:
        return count_queue(session, wanted, MOST_IN_BROWSER)


def records_of_view(store: Store, wanted: QueueFilter) -> Iterator[ScreeningRecord | None]:
    """The records of a view in the order of the queue; None for one that cannot be read.

    Each batch is read in a transaction of its own, so that others can write meanwhile. A screening that
    changes its place in the order meanwhile does not exist: urgency and time received never change.
    """
    place: QueuePlace | None = None
    while True:
        with store.database.reading() as session:
            batch = list_queue(session, store.cipher, wanted, place, _BATCH)
            found = list(_records(store, session, batch))
        yield from found
        if len(batch) < _BATCH:
            return
        place = place_of(batch[-1])


def _records(
    store: Store, session: Session, batch: list[ListedScreening]
) -> Iterator[ScreeningRecord | None]:
    names = clinician_names(session)
    for each in batch:
        try:
            yield read_answers(session, store, each.id, names)
        except NoScreeningError:  # deleted since it was listed: it is not there, and not damaged
            continue
        except (UnreadableError, ValueError, KeyError):
            yield None


def stored_records(store: Store, since: datetime | None = None) -> Iterator[ScreeningRecord | None]:
    """Every stored record, or those received since a moment; None for one that cannot be read."""
    return records_of_view(store, QueueFilter(standing=Standing.ANY, received_from=since))


def record_table_taken(
    store: Store, *, actor: Actor, action: Action, rows: int, reason: str, now: datetime, **what: str
) -> None:
    """Note that a table or bundle was taken: of how many screenings, which, as what, and why with texts."""
    detail = {**what, "rows": rows, **({"reason": reason} if reason else {})}
    with store.database.writing() as session:
        add_audit_entry(session, store.keyring, AuditEntry(action, actor, now, detail=detail))
