"""Keeping a screening: its row, its line in the queue, its complete policies and its counts. One place."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.assessment import Assessment
from app.domain.assessment_text import SEALED, assessment_texts
from app.domain.comparison import current_edition
from app.services.counting import count_earlier, count_submission
from app.services.listing import complete_policies, listing_codes
from app.storage import reassessments, screenings
from app.storage.encryption import UnreadableError
from app.storage.new_screenings import NewScreening
from app.storage.screening_batches import SealedScreening, add_screenings, seal_screening
from app.storage.screenings import StoredScreening
from app.storage.store import Store

_BATCH: Final = 200


def keep_screening(session: Session, store: Store, new: NewScreening) -> UUID:
    """Store a screening with all that is kept beside it, in the transaction of `session`; its id."""
    count_submission(session, new, store.zone)
    return screenings.add_screening(
        session,
        store.cipher,
        new,
        listing=listing_codes(new.assessment),
        complete_policies=complete_policies(new.assessment),
    )


def sealed_new(store: Store, new: NewScreening, assessment: Assessment) -> SealedScreening:
    """A screening with a code that was just drawn, ready to be stored: nobody waits for the sealing."""
    return seal_screening(
        store.cipher,
        new,
        assessment_text=SEALED.mapping(assessment_texts(assessment, SEALED)),
        listing=listing_codes(new.assessment),
        complete_policies=complete_policies(new.assessment),
    )


def keep_screenings(session: Session, store: Store, batch: Sequence[SealedScreening]) -> None:
    """As `keep_screening`, for many with codes that were just drawn."""
    for each in batch:
        count_submission(session, each.new, store.zone)
    add_screenings(session, batch)


def complete_listings(store: Store) -> Iterator[int]:
    """Give screenings of earlier versions their line in the queue, batch by batch; yields how many so far.

    A screening without a line was not counted either, and is counted with it: once, in one transaction.
    It can be stopped and run again. What cannot be read keeps no line, says so in the queue, and is not
    among those yielded.
    """
    after, done = None, 0
    while True:
        with store.database.writing() as session:
            batch = screenings.unlisted_screenings(session, after, _BATCH)
            completed = [each for each in batch if _complete_listing(session, store, each)]
        if not batch:
            return
        after, done = batch[-1], done + len(completed)
        yield done


def _complete_listing(session: Session, store: Store, screening_id: UUID) -> bool:
    readable = _readable(session, store, screening_id)
    if readable is None:
        return False
    stored, listing = readable
    screenings.set_listing(session, store.cipher, screening_id, listing)
    edition = current_edition(store.policies.policies)
    today = reassessments.find_reassessment(session, store.cipher, screening_id, edition)
    policies = complete_policies(today.assessment if today else stored.assessment)
    screenings.set_complete_policies(session, screening_id, policies)
    count_earlier(session, stored, store.zone)
    return True


def _readable(
    session: Session, store: Store, screening_id: UUID
) -> tuple[StoredScreening, dict[str, Any]] | None:
    """A screening with its line; None when it is gone, damaged, or lacks a part."""
    try:
        stored = screenings.get_screening(session, store.cipher, screening_id)
        return None if stored is None else (stored, listing_codes(stored.assessment))
    except (UnreadableError, KeyError, TypeError, ValueError):
        return None
