"""Today's rules and policies over screenings that were stored with earlier ones: beside, never over."""

from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain import answers_from_mapping, assess, assessment_to_mapping
from app.domain.assessment import Assessment
from app.domain.comparison import current_edition, differences
from app.services.assessing import stored_assessment
from app.services.listing import complete_policies
from app.storage import reassessments, screenings
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.encryption import UnreadableError
from app.storage.screenings import StoredScreening
from app.storage.store import Store

_BATCH: Final = 100


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


def reassess(store: Store, now: datetime) -> Generator[Tally, None, None]:
    """Compute what is missing, batch by batch; yields how far it has come. It can be run again at any time.

    However it ends, what was computed is noted once. A screening that was stored with today's rules needs
    no second assessment.
    """
    tally = Tally()
    try:
        for tally in _batches(store, now):
            yield tally
    finally:
        if tally.computed:
            _note(store, tally, now)


def _batches(store: Store, now: datetime) -> Iterator[Tally]:
    """Others wait while a batch is read or stored, never while it is computed.

    A reader, too, holds up a writer on SQLite.
    """
    tally, after = Tally(), None
    edition = current_edition(store.policies.policies)
    while True:
        with store.database.reading() as session:
            batch = reassessments.screenings_without(session, edition, after, _BATCH)
            opened = {screening_id: _opened(session, store, screening_id) for screening_id in batch}
        if not batch:
            return
        made = [_made_anew(store, screening_id, stored) for screening_id, stored in opened.items()]
        with store.database.writing() as session:
            for each in made:
                _store(session, store, each, edition, now)
        after, tally = batch[-1], _counted(tally, made)
        yield tally


def _note(store: Store, tally: Tally, now: datetime) -> None:
    entry = AuditEntry(Action.SCREENINGS_REASSESSED, OPERATOR, now, detail=asdict(tally))
    with store.database.writing() as session:
        add_audit_entry(session, store.keyring, entry)


@dataclass(frozen=True)
class _Made:
    """One screening with what today's rules say of it; None when it cannot be read."""

    screening_id: UUID
    today: Assessment | None
    is_different: bool = False


def _opened(session: Session, store: Store, screening_id: UUID) -> StoredScreening | None:
    try:
        return screenings.get_screening(session, store.cipher, screening_id)
    except UnreadableError:
        return None


def _made_anew(store: Store, screening_id: UUID, stored: StoredScreening | None) -> _Made:
    if stored is None:
        return _Made(screening_id, None)
    try:
        then = stored_assessment(stored)
        today = assessment_now(store, stored, then.questionnaire_version)
    except (ValueError, KeyError):
        return _Made(screening_id, None)
    return _Made(screening_id, today, is_different=bool(differences(then, today)))


def _store(session: Session, store: Store, made: _Made, edition: str, now: datetime) -> None:
    if made.today is not None:
        today = assessment_to_mapping(made.today)
        # Held, else a review and this wait for each other; one that was removed meanwhile says nothing more.
        if not screenings.hold_screening(session, made.screening_id):
            return
        screenings.set_complete_policies(session, made.screening_id, complete_policies(today))
        reassessments.add_reassessment(
            session,
            store.cipher,
            screening_id=made.screening_id,
            made_at=now,
            edition=edition,
            assessment=today,
        )


def _counted(tally: Tally, made: list[_Made]) -> Tally:
    computed = sum(each.today is not None for each in made)
    return Tally(
        seen=tally.seen + len(made),
        computed=tally.computed + computed,
        different=tally.different + sum(each.is_different for each in made),
        unreadable=tally.unreadable + len(made) - computed,
    )
