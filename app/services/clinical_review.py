"""A clinician's work: the queue, one record, a review."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from app.domain.assessment import Assessment
from app.domain.codes import ConfirmedDiagnosis
from app.domain.comparison import current_edition
from app.domain.reference_code import parse_reference_code
from app.services.self_screening import opened_assessment, stored_assessment
from app.storage import measures, reassessments, reviews, screenings
from app.storage.database import ConflictError
from app.storage.measures import StoredMeasure
from app.storage.models import URGENCY_RANKS
from app.storage.reassessments import StoredReassessment
from app.storage.reviews import Review
from app.storage.screenings import COUNT_CAP, ListedScreening, QueuePlace, StoredScreening
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store

PAGE_SIZE: Final = 25


class NoScreeningError(Exception):
    """There is no such screening."""


@dataclass(frozen=True)
class QueueRow:
    """A line of the queue. `assessment` is None when the answers cannot be read."""

    screening: ListedScreening
    assessment: Assessment | None


@dataclass(frozen=True)
class QueuePage:
    """A page of the queue. `next_place` is where the next page begins, None on the last one."""

    rows: list[QueueRow]
    next_place: QueuePlace | None
    open_count: int
    done_count: int


@dataclass(frozen=True)
class ScreeningRecord:
    """Everything about one screening that a clinician may see."""

    screening: StoredScreening
    assessment: Assessment
    reviews: list[Review]
    measures: list[StoredMeasure]
    reassessment: StoredReassessment | None

    @property
    def reassessed(self) -> Assessment | None:
        """What today's rules say, if that was computed."""
        if self.reassessment is None:
            return None
        return opened_assessment(self.reassessment.assessment, self.screening.answers)


def queue_page(store: Store, *, is_open: bool, after: QueuePlace | None) -> QueuePage:
    """The screenings after a place of the queue: the most urgent first, then the oldest."""
    with store.database.reading() as session:
        found = screenings.list_screenings(
            session, store.cipher, is_open=is_open, after=after, most=PAGE_SIZE + 1
        )
        counts = [screenings.count_screenings(session, is_open=state) for state in (True, False)]
    rows = [
        QueueRow(each, stored_assessment(each.opened) if each.opened else None) for each in found[:PAGE_SIZE]
    ]
    more = len(found) > PAGE_SIZE
    return QueuePage(rows, place_of(rows[-1].screening) if more else None, *counts)


def capped(count: int) -> str:
    """A count that was taken no further than the cap, as it is shown."""
    return f"{COUNT_CAP}+" if count > COUNT_CAP else str(count)


def open_count(store: Store) -> str:
    """How many screenings are open, as it is shown."""
    with store.database.reading() as session:
        return capped(screenings.count_screenings(session, is_open=True))


def place_of(screening: ListedScreening) -> QueuePlace:
    """Where a screening stands in the queue."""
    return QueuePlace(URGENCY_RANKS[screening.urgency], screening.received_at, screening.id)


def open_record(store: Store, screening_id: UUID) -> ScreeningRecord:
    """One screening with everything that was added to it.

    Raises:
        NoScreeningError: there is none with this id.
    """
    with store.database.reading() as session:
        screening = screenings.get_screening(session, store.cipher, screening_id)
        if screening is None:
            raise NoScreeningError
        edition = current_edition(store.policies.policies)
        return ScreeningRecord(
            screening,
            stored_assessment(screening),
            reviews.list_reviews(session, store.cipher, screening_id),
            measures.list_measures(session, store.cipher, screening_id),
            reassessments.find_reassessment(session, store.cipher, screening_id, edition),
        )


def find_by_reference_code(store: Store, typed: str) -> UUID:
    """The screening with this reference code, however it was typed.

    Raises:
        ReferenceCodeError: what was typed is not a reference code.
        NoScreeningError: no screening has this code.
    """
    mac = store.mac_of(parse_reference_code(typed))
    with store.database.reading() as session:
        screening_id = screenings.find_screening_id(session, mac)
    if screening_id is None:
        raise NoScreeningError
    return screening_id


def record_review(
    store: Store,
    screening_id: UUID,
    *,
    review_id: UUID,
    clinician_id: UUID,
    status: ScreeningStatus,
    note: str,
    now: datetime,
    diagnosis: ConfirmedDiagnosis | None = None,
) -> None:
    """Add a review; the screening takes its status. The same review sent twice is added once.

    One that comes again with the same id and other words was corrected, and is another review.

    Raises:
        NoScreeningError: there is no such screening.
    """
    try:
        with store.database.writing() as session:
            if not screenings.has_screening(session, screening_id):
                raise NoScreeningError
            before = reviews.find_review(session, store.cipher, review_id)
            if before is not None and (before.status, before.note, before.diagnosis) == (
                status,
                note,
                diagnosis,
            ):
                return
            reviews.add_review(
                session,
                store.cipher,
                review_id=review_id if before is None else uuid5(review_id, f"{status} {note} {diagnosis}"),
                screening_id=screening_id,
                clinician_id=clinician_id,
                recorded_at=now,
                status=status,
                note=note,
                diagnosis=diagnosis,
            )
            screenings.set_status(session, screening_id, status)
    except ConflictError:  # the same review came twice at the same moment; the other one is stored
        return
