"""What a person can read with their reference code: looking it up, and opening what stands under it.

A code that is known and one that is not cost the same: the same statements, one new grant, one count, one
entry of the audit, and nothing is opened. Only the page after it finds out. See docs/adr/0021.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.services.assessing import stored_assessment
from app.services.self_screening import ScreeningResult, find_draft
from app.services.throttling import Limit, count_of, count_try, count_within
from app.storage import drafts, own_screenings, reading_grants, screenings, visits
from app.storage.audit import PATIENT, Action, AuditEntry, add_audit_entry
from app.storage.own_screenings import OwnScreening
from app.storage.reading_grants import OpenGrant
from app.storage.store import Store
from app.storage.waiting_drafts import WaitingDraft, find_waiting

IDLE: Final = timedelta(minutes=30)
IDLE_SHARED: Final = timedelta(minutes=3)
LONGEST: Final = timedelta(hours=4)
LOOKUPS: Final = Limit("lookups by code", 10, timedelta(minutes=10))
MISSES: Final = Limit("codes that are not known", 300, timedelta(hours=1))
TAKINGS: Final = Limit("copies and papers for patients", 60, timedelta(minutes=10))
_A_MISS: Final = "miss"
_A_HIT: Final = "hit"
_NOT_WORTH_A_WRITE: Final = timedelta(minutes=1)


class NoGrantError(Exception):
    """This browser may read nothing: no code was typed, or it was a while ago, or it was finished."""


class NothingUnderCodeError(Exception):
    """There is no such screening under the code."""


@dataclass(frozen=True)
class Reading:
    """What a browser may read: the screenings under its code, the newest first, and what was not sent yet."""

    reference_code: str
    is_shared: bool
    screenings: list[OwnScreening]
    waiting: WaitingDraft | None = None


@dataclass(frozen=True)
class OpenedScreening:
    """One screening of the person, opened. `assessment` is what is stored, as plain codes."""

    about: OwnScreening
    result: ScreeningResult
    assessment: dict[str, Any]


def count_lookup(store: Store, source: str, now: datetime) -> None:
    """Count a lookup before it is made.

    Raises:
        TooManyTriesError: there were too many from this source.
    """
    count_try(store, LOOKUPS, source, now)


def count_taking(store: Store, source: str, now: datetime) -> None:
    """Count a copy or a paper before it is made: a paper takes the computer a while.

    Raises:
        TooManyTriesError: there were too many from this source.
    """
    count_try(store, TAKINGS, source, now)


def needs_presence(store: Store, now: datetime) -> bool:
    """Whether so many codes were wrong in this hour that every lookup has to wait a little."""
    return count_of(store, MISSES, _A_MISS, now) > MISSES.most


def _idle(*, is_shared: bool) -> timedelta:
    """How long a browser may read on without being used."""
    return IDLE_SHARED if is_shared else IDLE


def look_up(
    store: Store, reference_code: str, held: str | None, now: datetime, *, is_shared: bool = False
) -> str:
    """Let a browser read what stands under a code; its new token. A journey begun in it goes along.

    `is_shared` is a device that others take next.
    """
    token = secrets.token_urlsafe(32)
    code = store.macs_of(reference_code)
    with store.database.writing() as session:
        found = visits.find_screening_id(session, code)
        is_known = bool(find_waiting(session, code, now)) or found is not None
        is_shared = _hand_over(session, held, token) or is_shared  # drafts before grants, as everywhere
        reading_grants.delete_expired_grants(session, now)
        reading_grants.add_grant(
            session,
            store.cipher,
            token,
            reference_code=reference_code,
            is_shared=is_shared,
            expires_at=now + _idle(is_shared=is_shared),
            ends_at=now + LONGEST,
        )
        _note_lookup(session, store, found, now, is_known=is_known)
    return token


def _hand_over(session: Session, held: str | None, token: str) -> bool:
    """The draft of the browser's old token belongs to the new one; whether the device is a shared one."""
    if held is None:
        return False
    is_shared = drafts.is_shared_draft(session, held)
    drafts.pass_on_draft(session, held, token)
    reading_grants.delete_grant(session, held)
    return is_shared


def _note_lookup(
    session: Session, store: Store, found: UUID | None, now: datetime, *, is_known: bool
) -> None:
    tries = count_within(session, store, MISSES, _A_HIT if is_known else _A_MISS, now)
    action = Action.SCREENING_FOUND if is_known else Action.CODE_NOT_FOUND
    add_audit_entry(session, store.keyring, AuditEntry(action, PATIENT, now, found))
    if not is_known and tries == MISSES.most + 1:
        add_audit_entry(session, store.keyring, AuditEntry(Action.LOOKUPS_THROTTLED, PATIENT, now))


def open_grant(store: Store, token: str | None, now: datetime) -> OpenGrant:
    """The grant of this browser, which lives on while it is used.

    Raises:
        NoGrantError: there is none.
    """
    if token is None:
        raise NoGrantError
    with store.database.reading() as session:
        grant = reading_grants.find_grant(session, store.cipher, token, now)
    if grant is None:
        raise NoGrantError
    expires_at = min(now + _idle(is_shared=grant.is_shared), grant.ends_at)
    if expires_at - grant.expires_at > _NOT_WORTH_A_WRITE:
        with store.database.writing() as session:
            reading_grants.prolong_grant(session, grant.id, expires_at)
    return grant


def find_reading(store: Store, token: str | None, now: datetime) -> Reading:
    """What this browser may read.

    Raises:
        NoGrantError: nothing.
        NothingUnderCodeError: there is nothing under its code.
    """
    grant = open_grant(store, token, now)
    code = store.macs_of(grant.reference_code)
    with store.database.reading() as session:
        found = own_screenings.list_own(session, code)
        waiting = find_waiting(session, code, now)
    if not found and waiting is None:
        raise NothingUnderCodeError
    return Reading(grant.reference_code, grant.is_shared, found, waiting)


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
            stored = screenings.get_screening(session, store.cipher, about.id)
            if stored is None:
                continue
            assessment = stored_assessment(stored)
            result = ScreeningResult(stored.answers, assessment, reference_code, about.received_at)
            opened.append(OpenedScreening(about, result, stored.assessment))
            add_audit_entry(session, store.keyring, AuditEntry(action, PATIENT, now, about.id))
    if not opened:
        raise NothingUnderCodeError
    return opened
