"""Today's rules and policies over screenings that were stored with earlier ones: beside, never over."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain import answers_from_mapping, assess, assessment_to_mapping
from app.domain.assessment import Assessment
from app.domain.comparison import current_edition, differences, edition_of
from app.services.self_screening import stored_assessment
from app.storage import reassessments, screenings
from app.storage.encryption import UnreadableError
from app.storage.screenings import StoredScreening
from app.storage.store import Store

_BATCH: Final = 100  # a patient who hands in meanwhile waits for one batch at most


@dataclass(frozen=True)
class Tally:
    """How far the work has come: screenings seen, computed anew, of these different, and not readable."""

    seen: int = 0
    computed: int = 0
    different: int = 0
    unreadable: int = 0


def assessment_now(store: Store, stored: StoredScreening, questionnaire_version: str) -> Assessment:
    """What today's rules say about stored answers, asked by the questionnaire of their time."""
    return assess(answers_from_mapping(stored.answers), questionnaire_version, store.policies.policies)


def count_to_reassess(store: Store) -> int:
    """How many screenings today's rules have not been computed for."""
    with store.database.reading() as session:
        return reassessments.count_screenings_without(session, current_edition(store.policies.policies))


def reassess(store: Store, now: datetime) -> Iterator[Tally]:
    """Compute what is missing, batch by batch; yields how far it has come. It can be run again at any time.

    A screening that was stored with today's rules needs no second assessment.
    """
    tally, after = Tally(), None
    edition = current_edition(store.policies.policies)
    while True:
        with store.database.writing() as session:
            batch = reassessments.screenings_without(session, edition, after, _BATCH)
            for screening_id in batch:
                tally = _reassess_one(session, store, screening_id, edition, tally, now)
        if not batch:
            return
        after = batch[-1]
        yield tally


def _reassess_one(
    session: Session, store: Store, screening_id: UUID, edition: str, tally: Tally, now: datetime
) -> Tally:
    tally = replace(tally, seen=tally.seen + 1)
    try:
        stored = screenings.get_screening(session, store.cipher, screening_id)
    except UnreadableError:
        return replace(tally, unreadable=tally.unreadable + 1)
    if stored is None:
        return tally
    then = stored_assessment(stored)
    if edition_of(then) == edition:
        return tally
    today = assessment_now(store, stored, then.questionnaire_version)
    reassessments.add_reassessment(
        session,
        store.cipher,
        screening_id=screening_id,
        made_at=now,
        edition=edition,
        assessment=assessment_to_mapping(today),
    )
    is_different = bool(differences(then, today))
    return replace(tally, computed=tally.computed + 1, different=tally.different + is_different)
