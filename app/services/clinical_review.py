"""One screening at the desk: opening it, and finding it by its reference code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.assessment import Assessment
from app.domain.codes import ConfirmedDiagnosis, DiagnosisTakenBack
from app.domain.comparison import current_edition
from app.domain.reference_code import parse_reference_code
from app.services.assessing import opened_assessment, stored_assessment
from app.services.throttling import Limit, count_try
from app.storage import clinicians, measures, reassessments, removal, reviews, screenings, visits
from app.storage.audit import Action, AuditEntry, add_audit_entry, clinician
from app.storage.audit_reading import RecordedEntry, entries_of
from app.storage.measures import StoredMeasure
from app.storage.reassessments import StoredReassessment
from app.storage.removal import Removal
from app.storage.reviews import Review
from app.storage.screenings import ListedScreening, StoredScreening
from app.storage.store import Store
from app.storage.waiting_drafts import find_waiting

SEARCHES: Final = Limit("searches for a code at the desk", 60, timedelta(minutes=10))


class NoScreeningError(Exception):
    """There is no such screening."""


class NotSentError(NoScreeningError):
    """There is no screening with this code yet: answers under it were begun."""


@dataclass(frozen=True)
class ScreeningRecord:
    """Everything about one screening that a clinician may see; lists have the newest first.

    `visits` are all screenings under the same reference code, itself too, the oldest first. An empty
    `assigned_to` is nobody.
    """

    screening: StoredScreening
    assessment: Assessment
    reviews: list[Review]
    measures: list[StoredMeasure]
    reassessment: StoredReassessment | None
    visits: list[ListedScreening] = field(default_factory=list)
    entries: list[RecordedEntry] = field(default_factory=list)
    assigned_to: str = ""

    @property
    def reassessed(self) -> Assessment | None:
        """What today's rules say, if that was computed."""
        if self.reassessment is None:
            return None
        return opened_assessment(self.reassessment.assessment, self.screening.answers)

    @property
    def diagnosis(self) -> ConfirmedDiagnosis | None:
        """The diagnosis that was confirmed last, unless it was taken back."""
        return latest_diagnosis(self.reviews)


def latest_diagnosis(entries: list[Review]) -> ConfirmedDiagnosis | None:
    """The newest diagnosis among reviews that come newest first; None where it was taken back since."""
    newest = next((each.diagnosis for each in entries if each.diagnosis is not None), None)
    return None if isinstance(newest, DiagnosisTakenBack) else newest


def read_record(session: Session, store: Store, screening_id: UUID) -> ScreeningRecord:
    """One screening with everything that was added to it.

    Raises:
        NoScreeningError: there is none with this id.
        UnreadableError: its answers are damaged.
    """
    screening = screenings.get_screening(session, store.cipher, screening_id)
    if screening is None:
        raise NoScreeningError
    edition = current_edition(store.policies.policies)
    owner = screening.assigned_to_id
    return ScreeningRecord(
        screening,
        stored_assessment(screening),
        reviews.list_reviews(session, store.cipher, screening_id),
        measures.list_measures(session, store.cipher, screening_id),
        reassessments.find_reassessment(session, store.cipher, screening_id, edition),
        screenings.list_same_code(session, store.cipher, screening_id),
        entries_of(session, store.keyring, screening_id),
        clinicians.clinician_names(session).get(owner, "") if owner else "",
    )


def read_answers(
    session: Session, store: Store, screening_id: UUID, names: Mapping[UUID, str]
) -> ScreeningRecord:
    """As `read_record`, with what a table or a bundle tells: no scores, visits, audit entries or later rules.

    `names` are those of the clinicians.
    """
    screening = screenings.get_screening(session, store.cipher, screening_id)
    if screening is None:
        raise NoScreeningError
    found = reviews.list_reviews(session, store.cipher, screening_id)
    owner = screening.assigned_to_id
    assigned_to = names.get(owner, "") if owner else ""
    return ScreeningRecord(screening, stored_assessment(screening), found, [], None, assigned_to=assigned_to)


def open_record(store: Store, screening_id: UUID) -> ScreeningRecord:
    """One screening, for work that notes by itself what it does with it.

    Raises:
        NoScreeningError: there is none with this id.
    """
    with store.database.reading() as session:
        return read_record(session, store, screening_id)


def find_removal(store: Store, screening_id: UUID) -> Removal | None:
    """What became of a screening that was removed; None for one that is there, or never was."""
    with store.database.reading() as session:
        return removal.find_removal(session, screening_id)


def note_action(
    store: Store,
    screening_id: UUID,
    action: Action,
    clinician_id: UUID,
    now: datetime,
    detail: dict[str, str] | None = None,
) -> None:
    """Note what a clinician does with a screening, before it is done.

    Raises:
        NoScreeningError: there is no such screening.
    """
    with store.database.writing() as session:
        if not screenings.hold_screening(session, screening_id):
            raise NoScreeningError
        entry = AuditEntry(action, clinician(clinician_id), now, screening_id, detail)
        add_audit_entry(session, store.keyring, entry)
        if action is Action.SCREENING_OPENED:
            screenings.set_read(session, screening_id)


def count_search(store: Store, clinician_id: UUID, now: datetime) -> None:
    """Count a search for a code before it is made.

    Raises:
        TooManyTriesError: this account has searched too often.
    """
    count_try(store, SEARCHES, str(clinician_id), now)


def find_by_reference_code(store: Store, typed: str) -> UUID:
    """The newest screening with this reference code, however it was typed.

    Raises:
        ReferenceCodeError: what was typed is not a reference code.
        NoScreeningError: no screening has this code.
    """
    code = store.macs_of(parse_reference_code(typed))
    with store.database.reading() as session:
        screening_id = visits.find_screening_id(session, code)
    if screening_id is None:
        raise NoScreeningError
    return screening_id


def look_up(store: Store, typed: str, *, clinician_id: UUID, now: datetime) -> UUID:
    """As `find_by_reference_code`; that somebody looked is noted before it is told, and never the code.

    Raises:
        ReferenceCodeError: what was typed is not a reference code.
        NotSentError: no screening has this code, but somebody has begun one under it.
        NoScreeningError: no screening has this code.
    """
    try:
        found = find_by_reference_code(store, typed)
    except NoScreeningError:
        _note(store, AuditEntry(Action.CODE_NOT_FOUND, clinician(clinician_id), now))
        if _is_begun(store, typed, now):
            raise NotSentError from None
        raise
    _note(store, AuditEntry(Action.SCREENING_FOUND, clinician(clinician_id), now, found))
    return found


def _is_begun(store: Store, typed: str, now: datetime) -> bool:
    """Whether a journey waits under this code; nothing of it is read."""
    with store.database.reading() as session:
        return find_waiting(session, store.macs_of(parse_reference_code(typed)), now) is not None


def _note(store: Store, entry: AuditEntry) -> None:
    with store.database.writing() as session:
        add_audit_entry(session, store.keyring, entry)
