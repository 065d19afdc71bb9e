"""Opening what a person may read: all of it, one screening, or several to stand beside each other.

What is done with each screening is noted in the transaction that opens it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.services.assessing import stored_assessment
from app.services.clinical_review import ScreeningRecord
from app.services.reading_by_code import NothingUnderCodeError, find_reading
from app.services.self_screening import ScreeningResult, find_draft
from app.storage import own_screenings, screenings
from app.storage.audit import PATIENT, Action, AuditEntry, add_audit_entry
from app.storage.encryption import UnreadableError
from app.storage.own_screenings import OwnScreening
from app.storage.screenings import StoredScreening
from app.storage.store import Store

MOST_BESIDE: Final = 12


@dataclass(frozen=True)
class OpenedScreening:
    """One screening of the person, opened: its result, and all that is stored as plain codes."""

    about: OwnScreening
    result: ScreeningResult
    stored: StoredScreening

    @property
    def record(self) -> ScreeningRecord:
        """As what leaves the desk is made of, with nothing that the desk added to it."""
        return ScreeningRecord(self.stored, self.result.assessment, [], [], None)


@dataclass(frozen=True)
class BesideOthers:
    """One screening to stand beside others of the same code; `result` is None when it cannot be read."""

    about: OwnScreening
    result: ScreeningResult | None


def open_by_code(
    store: Store, token: str | None, now: datetime, action: Action, visit: int | None = None
) -> list[OpenedScreening]:
    """The screenings that this browser may read, opened, or one of them; what is done with them is noted.

    Raises:
        NoGrantError: it may read nothing.
        NothingUnderCodeError: there is no such screening under its code.
    """
    reading = find_reading(store, token, now)
    wanted = [each for each in reading.screenings if visit is None or each.visit == visit]
    return _opened(store, wanted, reading.reference_code, now, action)


def open_beside(store: Store, token: str | None, now: datetime, action: Action) -> list[BesideOthers]:
    """The newest screenings that this browser may read, the oldest of them first; each one is noted.

    One that cannot be read hides no other.

    Raises:
        NoGrantError: it may read nothing.
        NothingUnderCodeError: there is nothing under its code.
    """
    reading = find_reading(store, token, now)
    wanted = reversed(reading.screenings[:MOST_BESIDE])
    with store.database.writing() as session:
        opened = (_beside(session, store, about, reading.reference_code) for about in wanted)
        found = [each for each in opened if each is not None]
        for each in found:
            noted = Action.SCREENING_UNREADABLE if each.result is None else action
            add_audit_entry(session, store.keyring, AuditEntry(noted, PATIENT, now, each.about.id))
    return found


def _beside(session: Session, store: Store, about: OwnScreening, reference_code: str) -> BesideOthers | None:
    """One screening; None when it was deleted since it was listed."""
    try:
        opened = _open(session, store, about, reference_code)
    except (UnreadableError, ValueError, KeyError):
        return BesideOthers(about, None)
    return None if opened is None else BesideOthers(about, opened.result)


def open_handed_in(store: Store, token: str | None, now: datetime, action: Action) -> list[OpenedScreening]:
    """The screening that this browser handed in, opened; what is done with it is noted.

    Raises:
        NoDraftError: there is no draft.
        NothingUnderCodeError: nothing was handed in yet, or it was removed.
    """
    draft = find_draft(store, token, now)
    with store.database.reading() as session:
        listed = own_screenings.list_own(session, store.macs_of(draft.reference_code))
    wanted = [each for each in listed if each.id == draft.screening_id]
    return _opened(store, wanted, draft.reference_code, now, action)


def _opened(
    store: Store, wanted: list[OwnScreening], reference_code: str, now: datetime, action: Action
) -> list[OpenedScreening]:
    opened = []
    with store.database.writing() as session:
        for about in wanted:
            found = _open(session, store, about, reference_code)
            if found is None:
                continue
            opened.append(found)
            add_audit_entry(session, store.keyring, AuditEntry(action, PATIENT, now, about.id))
    if not opened:
        raise NothingUnderCodeError
    return opened


def _open(session: Session, store: Store, about: OwnScreening, reference_code: str) -> OpenedScreening | None:
    """One screening; None when it was deleted since it was listed."""
    stored = screenings.get_screening(session, store.cipher, about.id)
    if stored is None:
        return None
    assessment = stored_assessment(stored)
    result = ScreeningResult(stored.answers, assessment, reference_code, about.received_at)
    return OpenedScreening(about, result, stored)
