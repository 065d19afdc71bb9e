"""Signing in: a password, then a second factor; and the session that goes on from there.

Limits follow OWASP ASVS 5.0 (6.3.1, 7.3) and NIST SP 800-63B-4: docs/threat-model.md.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.services import passwords
from app.services.accounts import find_account
from app.services.throttling import (
    Limit,
    TooManyTriesError,
    count_try,
    count_within,
    forget_tries,
    give_back_try,
    tries_left,
)
from app.storage import clinic_sessions, clinicians
from app.storage.audit import NOBODY, Action, Actor, AuditEntry, add_audit_entry, clinician
from app.storage.clinic_sessions import SignedInSession
from app.storage.clinicians import ClinicianAccount
from app.storage.store import Store

IDLE: Final = timedelta(minutes=15)
ABSOLUTE: Final = timedelta(hours=10)
FRESH: Final = timedelta(minutes=10)
VERY_FRESH: Final = timedelta(minutes=5)
PASSWORD_LIMIT: Final = Limit("password by account", 10, timedelta(minutes=5))
SOURCE_LIMIT: Final = Limit("password by source", 10, timedelta(minutes=5))
OWN_PASSWORD_LIMIT: Final = Limit("password at the own account", 10, timedelta(minutes=5))
IN_A_ROW_LIMIT: Final = Limit("passwords in a row", 100, timedelta(days=36_500))
REFUSED_FORMS_NOTED: Final = Limit("refused forms", 1, timedelta(minutes=5))
CODE_LIMITS: Final = (
    Limit("code in minutes", 5, timedelta(minutes=5)),
    Limit("code in an hour", 20, timedelta(hours=1)),
    Limit("code in a day", 50, timedelta(days=1)),
)


class WrongCredentialsError(Exception):
    """Address and password do not belong together, or the account is not in use."""


@dataclass(frozen=True)
class Visitor:
    """Who tries to sign in: a MAC of where from, and the mark of a browser that this person used before."""

    source: str
    device: str = ""


def note_in(
    session: Session,
    store: Store,
    action: Action,
    now: datetime,
    account_id: UUID | None,
    *,
    actor: Actor | None = None,
) -> None:
    """Note in this transaction what somebody did with an account, or tried."""
    who = actor or (NOBODY if account_id is None else clinician(account_id))
    add_audit_entry(session, store.keyring, AuditEntry(action, who, now, account_id))


def note(store: Store, action: Action, now: datetime, account_id: UUID | None) -> None:
    """Note what somebody did with an account, or tried."""
    with store.database.writing() as session:
        note_in(session, store, action, now, account_id)


def note_throttled(
    store: Store, action: Action, problem: TooManyTriesError, now: datetime, account_id: UUID | None
) -> None:
    """Note the first try beyond a limit. Who tries on and on does not fill the audit log."""
    if problem.is_first:
        note(store, action, now, account_id)


def _subject(email: str, visitor: Visitor) -> str:
    """A browser that this person has used before counts for itself: strangers cannot lock them out."""
    return f"{email.strip().lower()}|{visitor.device}"


def _row(email: str, *, is_known: bool) -> str:
    """Two rows of wrong passwords for each account: that of strangers, and that of all known browsers."""
    return f"{email.strip().lower()}|{'known' if is_known else ''}"


def _source(visitor: Visitor) -> str:
    """Where the visitor is. A known browser is not one with the strangers on its network."""
    return f"{visitor.source}|{visitor.device}"


def sign_in(store: Store, token: str, email: str, password: str, visitor: Visitor, now: datetime) -> None:
    """Check a password and begin a session under this token, good for nothing but a second factor.

    Raises:
        WrongCredentialsError: which of the two was wrong is not said.
        TooManyTriesError: even the right password is refused for a while.
    """
    source, subject = _source(visitor), _subject(email, visitor)
    row = _row(email, is_known=bool(visitor.device))
    try:
        for limit, whose in (
            (SOURCE_LIMIT, source),
            (PASSWORD_LIMIT, subject),
            (IN_A_ROW_LIMIT, row),
        ):
            count_try(store, limit, whose, now)
    except TooManyTriesError as problem:
        note_throttled(store, Action.SIGN_IN_THROTTLED, problem, now, None)
        raise
    account = find_account(store, email)
    is_right = passwords.is_right(None if account is None else account.password_hash, password)
    if account is None or not is_right or not account.is_active:
        note(store, Action.SIGN_IN_FAILED, now, None if account is None else account.id)
        raise WrongCredentialsError
    give_back_try(store, SOURCE_LIMIT, source, now)
    give_back_try(store, PASSWORD_LIMIT, subject, now)
    forget_tries(store, IN_A_ROW_LIMIT, row, now)
    _begin(store, token, account, password, now)


def _rows(account: ClinicianAccount) -> list[str]:
    return [_row(account.email, is_known=is_known) for is_known in (False, True)]


def is_locked(store: Store, account: ClinicianAccount, now: datetime) -> bool:
    """Whether so many tries in a row were wrong that somebody has to unlock the account.

    Strangers may have locked themselves out alone, or known browsers.
    """
    return any(tries_left(store, IN_A_ROW_LIMIT, row, now) == 0 for row in _rows(account))


def has_to_wait(store: Store, account: ClinicianAccount, now: datetime) -> bool:
    """Whether the right code is refused for a while, or the right password in a browser that is not known."""
    waits = [(PASSWORD_LIMIT, _subject(account.email, Visitor("")))]
    waits += [(limit, account.id.hex) for limit in CODE_LIMITS]
    return any(tries_left(store, limit, whose, now) == 0 for limit, whose in waits)


def forget_failures(store: Store, account: ClinicianAccount, now: datetime) -> None:
    """Let a person try again who has to wait, or who was wrong too often."""
    forget_tries(store, PASSWORD_LIMIT, _subject(account.email, Visitor("")), now)
    for row in _rows(account):
        forget_tries(store, IN_A_ROW_LIMIT, row, now)
    for limit in CODE_LIMITS:
        forget_tries(store, limit, account.id.hex, now)


def _begin(store: Store, token: str, account: ClinicianAccount, password: str, now: datetime) -> None:
    fresh_hash = passwords.hash_password(password) if passwords.is_outdated(account.password_hash) else None
    with store.database.writing() as session:
        if clinicians.hold_account(session, account.id) != account:
            raise WrongCredentialsError  # the password or the rights were changed meanwhile
        clinic_sessions.delete_old_sessions(session, now - ABSOLUTE)
        clinic_sessions.add_session(session, token, account.id, now)
        if fresh_hash is not None:
            clinicians.set_password_hash(session, account.id, fresh_hash)


def current_session(
    store: Store, token: str, now: datetime, *, is_used: bool = True
) -> SignedInSession | None:
    """The session of a token with its account as it is now; None when its time is over.

    `is_used` is False for what a page asks by itself: that keeps nobody signed in.
    """
    with store.database.reading() as session:
        found = clinic_sessions.find_session(session, token)
    if found is None:
        return None
    if not found.account.is_active or _is_over(found, now):
        _end_for_good(store, found, now)
        return None
    if is_used and clinic_sessions.is_seen_long_ago(found, now):
        with store.database.writing() as session:
            clinic_sessions.set_seen(session, found.id, now)
        return replace(found, last_seen_at=now)
    return found


def _is_over(found: SignedInSession, now: datetime) -> bool:
    """By the server's clock. One that was set back makes no session older than it is."""
    return now - found.last_seen_at >= IDLE or now - found.started_at >= ABSOLUTE


def _end_for_good(store: Store, found: SignedInSession, now: datetime) -> None:
    with store.database.writing() as session:
        if clinic_sessions.end_session(session, found.id, found.account.id):
            note_in(session, store, Action.SESSION_EXPIRED, now, found.account.id)


def note_refused_form(store: Store, found: SignedInSession, now: datetime) -> None:
    """Note that a form came with this session and was refused: of many, the first in a stretch of time."""
    with store.database.writing() as session:
        tries = count_within(session, store, REFUSED_FORMS_NOTED, found.account.id.hex, now)
        if tries <= REFUSED_FORMS_NOTED.most:
            note_in(session, store, Action.FORM_REFUSED, now, found.account.id)


def has_fresh_factor(found: SignedInSession, now: datetime, within: timedelta = FRESH) -> bool:
    """Whether a second factor was given a moment ago: what takes data away asks for it."""
    return found.factor_at is not None and now - found.factor_at < within


def time_left(found: SignedInSession, now: datetime) -> tuple[timedelta, timedelta]:
    """How long a session goes on if nothing happens, and how long it can go on at most."""
    return found.last_seen_at + IDLE - now, found.started_at + ABSOLUTE - now


def sign_out(store: Store, found: SignedInSession, now: datetime) -> None:
    """End this session. Other browsers of the person stay signed in."""
    with store.database.writing() as session:
        clinic_sessions.end_session(session, found.id, found.account.id)
        note_in(session, store, Action.SIGNED_OUT, now, found.account.id)
