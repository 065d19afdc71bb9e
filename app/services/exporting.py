"""Records one after the other, for tables and FHIR; and the note of who took them and why."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.services.clinical_review import NoScreeningError, ScreeningRecord, read_answers
from app.storage import events
from app.storage.clinicians import clinician_names
from app.storage.encryption import UnreadableError
from app.storage.queue import QueueFilter, QueuePlace, Standing, count_queue, list_queue, place_of
from app.storage.screenings import ListedScreening
from app.storage.statuses import EventKind
from app.storage.store import Store

_BATCH: Final = 50
MOST_IN_BROWSER: Final = 5_000


def has_too_many(store: Store, wanted: QueueFilter) -> bool:
    """Whether a view has more screenings than a browser should wait for."""
    with store.database.reading() as session:
        return count_queue(session, wanted, MOST_IN_BROWSER) > MOST_IN_BROWSER


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
    store: Store, *, clinician_id: UUID | None, kind: EventKind, reason: str, now: datetime, **what: str
) -> None:
    """Note that a table or bundle of many screenings was taken: of which, as what, and why with texts."""
    with store.database.writing() as session:
        detail = {**what, "reason": reason} if what or reason else None
        events.add_event(session, store.cipher, kind=kind, clinician_id=clinician_id, now=now, detail=detail)
