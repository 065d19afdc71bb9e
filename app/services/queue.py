"""The queue of the desk: a page of a view, what stands beside a screening in it, and views kept by name."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.codes import Urgency
from app.services.listing import Listing, opened_listing
from app.storage import clinicians, screenings, views
from app.storage.database import ConflictError
from app.storage.queue import (
    Nobody,
    QueueFilter,
    QueuePlace,
    Standing,
    count_queue,
    count_unread,
    list_queue,
    place_of,
)
from app.storage.screenings import COUNT_CAP, ListedScreening
from app.storage.store import Store
from app.storage.views import MOST_VIEWS, NamedView

PAGE_SIZE: Final = 25
_BEFORE, _AFTER = 6, 12  # lines around an open record


@dataclass(frozen=True)
class QueueRow:
    """A line of the queue. `listing` is None when it cannot be read; no `assigned_to`: nobody has it."""

    screening: ListedScreening
    listing: Listing | None
    assigned_to: str


@dataclass(frozen=True)
class QueuePage:
    """A page of a view. `next_place` is where the next page begins, None on the last one."""

    rows: list[QueueRow]
    next_place: QueuePlace | None
    count: int


@dataclass(frozen=True)
class Neighbours:
    """The lines around a screening in a view, itself among them, and the screenings next to it."""

    rows: list[QueueRow]
    previous_id: UUID | None
    next_id: UUID | None


@dataclass(frozen=True)
class DeskCounts:
    """What waits; each count is taken no further than the cap."""

    open: int
    unread: int
    urgent: int
    mine: int
    nobodys: int
    done: int


class ViewNameTakenError(Exception):
    """The clinician keeps another view under this name."""


class TooManyViewsError(Exception):
    """The clinician keeps as many views as there is room for."""


def _rows(store: Store, session: Session, found: list[ListedScreening]) -> list[QueueRow]:
    names = clinicians.clinician_names(session) if any(each.assigned_to_id for each in found) else {}
    return [
        QueueRow(
            each, opened_listing(each), names.get(each.assigned_to_id, "") if each.assigned_to_id else ""
        )
        for each in found
    ]


def queue_page(store: Store, wanted: QueueFilter, after: QueuePlace | None) -> QueuePage:
    """The screenings of a view after a place: the most urgent first, then the oldest."""
    with store.database.reading() as session:
        found = list_queue(session, store.cipher, wanted, after, PAGE_SIZE + 1)
        rows = _rows(store, session, found[:PAGE_SIZE])
        count = count_queue(session, wanted)
    more = len(found) > PAGE_SIZE
    return QueuePage(rows, place_of(rows[-1].screening) if more else None, count)


def neighbours(store: Store, wanted: QueueFilter, screening_id: UUID) -> Neighbours:
    """What stands around a screening in a view, whether or not the view still has it."""
    with store.database.reading() as session:
        here = screenings.get_listed(session, store.cipher, screening_id)
        if here is None:
            return Neighbours([], None, None)
        place = place_of(here)
        before = list_queue(session, store.cipher, wanted, place, _BEFORE, backwards=True)
        after = list_queue(session, store.cipher, wanted, place, _AFTER)
        rows = _rows(store, session, [*reversed(before), here, *after])
    return Neighbours(rows, before[0].id if before else None, after[0].id if after else None)


def desk_counts(store: Store, clinician_id: UUID) -> DeskCounts:
    """How much is open, unread, urgent, mine, nobody's and done."""
    views_counted = (
        QueueFilter(),
        QueueFilter(urgency=Urgency.URGENT),
        QueueFilter(assigned_to=clinician_id),
        QueueFilter(assigned_to=Nobody.NOBODY),
        QueueFilter(standing=Standing.DONE),
    )
    with store.database.reading() as session:
        opened, urgent, mine, nobodys, done = (count_queue(session, each) for each in views_counted)
        return DeskCounts(opened, count_unread(session), urgent, mine, nobodys, done)


def capped(count: int) -> str:
    """A count that was taken no further than the cap, as it is shown."""
    return f"{COUNT_CAP}+" if count > COUNT_CAP else str(count)


def waiting(store: Store) -> tuple[int, int]:
    """How many screenings are open and how many of them nobody has opened; no further than the cap."""
    with store.database.reading() as session:
        return count_queue(session, QueueFilter()), count_unread(session)


def saved_views(store: Store, clinician_id: UUID) -> list[NamedView]:
    """The views of a clinician by name."""
    with store.database.reading() as session:
        return views.list_views(session, clinician_id)


def keep_view(
    store: Store, clinician_id: UUID, name: str, filters: str, *, may_replace: bool = False
) -> None:
    """Keep a view under a name. The same one twice is kept once.

    Raises:
        ViewNameTakenError: the name has another view, and that may not be replaced; nothing was changed.
        TooManyViewsError: there is no room for another view.
    """
    try:
        _keep_view(store, clinician_id, name, filters, may_replace)
    except ConflictError:  # the same name came at the same moment: now it is taken
        _keep_view(store, clinician_id, name, filters, may_replace)


def _keep_view(store: Store, clinician_id: UUID, name: str, filters: str, may_replace: bool) -> None:
    with store.database.writing() as session:
        kept = views.find_filters(session, clinician_id, name)
        if kept is None:
            if views.count_views(session, clinician_id) >= MOST_VIEWS:
                raise TooManyViewsError
            views.add_view(session, clinician_id, name, filters)
        elif kept != filters:
            if not may_replace:
                raise ViewNameTakenError
            views.replace_view(session, clinician_id, name, filters)


def forget_view(store: Store, clinician_id: UUID, view_id: UUID) -> None:
    with store.database.writing() as session:
        views.delete_view(session, clinician_id, view_id)
