"""What a person does with their own account: password, app, sessions, and what they have to hear of.

Whatever changes how they sign in asks for the password again and signs every other browser out.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.services import passwords
from app.services.one_time_codes import SEED_BYTES, step_of_code
from app.services.second_factor import WrongCodeError, count_code, give_back_code
from app.services.sign_in import (
    ABSOLUTE,
    IDLE,
    OWN_PASSWORD_LIMIT,
    WrongCredentialsError,
    note,
    note_in,
    note_throttled,
)
from app.services.throttling import TooManyTriesError, count_try, give_back_try
from app.storage import account_history, clinic_sessions, clinicians, factors
from app.storage.account_history import AccountEvent
from app.storage.account_models import ClinicSession
from app.storage.audit import Action
from app.storage.clinic_sessions import SignedInSession
from app.storage.store import Store

_FAILURES: Final = (Action.SIGN_IN_FAILED, Action.FACTOR_FAILED, Action.FACTOR_THROTTLED)


@dataclass(frozen=True)
class SignInHistory:
    """The sign-in before this one, and how many tries since then were wrong."""

    last: AccountEvent | None
    failures: int


def check_own_password(store: Store, found: SignedInSession, password: str, now: datetime) -> None:
    """Check the password of somebody who is signed in.

    Raises:
        WrongCredentialsError: it is another one.
        TooManyTriesError: even the right one is refused for a while.
    """
    whose = found.account.id.hex
    try:
        count_try(store, OWN_PASSWORD_LIMIT, whose, now)
    except TooManyTriesError as problem:
        note_throttled(store, Action.SIGN_IN_THROTTLED, problem, now, found.account.id)
        raise
    if not passwords.is_right(found.account.password_hash, password):
        note(store, Action.SIGN_IN_FAILED, now, found.account.id)
        raise WrongCredentialsError
    give_back_try(store, OWN_PASSWORD_LIMIT, whose, now)


def change_password(store: Store, found: SignedInSession, password_hash: str, now: datetime) -> None:
    """The new password counts; every other browser is signed out, and links to choose one are void."""
    account_id = found.account.id
    with store.database.writing() as session:
        clinicians.set_password_hash(session, account_id, password_hash)
        clinicians.withdraw_password_links(session, account_id, now)
        clinic_sessions.end_sessions(session, account_id, but=found.id)
        note_in(session, store, Action.PASSWORD_CHANGED, now, account_id)


# --- another app ----------------------------------------------------------------------------------


def seed_of_new_app(store: Store, found: SignedInSession) -> bytes:
    """The seed for another app. It is the same on every page of this session until it is in use."""
    with store.database.reading() as session:
        version = factors.seed_version(session, found.account.id)
    text = f"{found.id.hex}|{found.account.id.hex}|{version}"
    return hmac.digest(store.keyring.derive("new-app/v1"), text.encode(), hashlib.sha256)[:SEED_BYTES]


def set_up_new_app(store: Store, found: SignedInSession, typed: str, now: datetime) -> None:
    """Put another app in the place of the old one, once it shows the right code.

    Raises:
        WrongCodeError: the old app stays in use.
        TooManyTriesError: there were too many tries.
    """
    count_code(store, found, now)
    account_id, seed = found.account.id, seed_of_new_app(store, found)
    step = step_of_code(seed, typed, now)
    if step is None:
        note(store, Action.FACTOR_FAILED, now, account_id)
        raise WrongCodeError
    with store.database.writing() as session:
        factors.set_totp_seed(session, store.cipher, account_id, seed)
        factors.confirm_totp(session, account_id, now)
        factors.use_totp_step(session, account_id, step)
        clinic_sessions.end_sessions(session, account_id, but=found.id)
        note_in(session, store, Action.TOTP_ENROLLED, now, account_id)
    give_back_code(store, found, now)


# --- sessions -------------------------------------------------------------------------------------


def own_sessions(store: Store, found: SignedInSession, now: datetime) -> list[ClinicSession]:
    """The browsers that are signed in, the last seen first."""
    with store.database.reading() as session:
        rows = clinic_sessions.list_sessions(session, found.account.id, now - IDLE)
    return [row for row in rows if now - row.started_at < ABSOLUTE]


def end_own_session(store: Store, found: SignedInSession, session_id: UUID, now: datetime) -> bool:
    """Sign one browser out; False when it is none of this person's."""
    with store.database.writing() as session:
        ended = clinic_sessions.end_session(session, session_id, found.account.id)
        if ended:
            note_in(session, store, Action.SESSIONS_ENDED, now, found.account.id)
    return ended


def end_other_sessions(store: Store, found: SignedInSession, now: datetime) -> int:
    """Sign every other browser out; how many there were."""
    with store.database.writing() as session:
        ended = clinic_sessions.end_sessions(session, found.account.id, but=found.id)
        if ended:
            note_in(session, store, Action.SESSIONS_ENDED, now, found.account.id)
    return ended


# --- what the person has to hear of ---------------------------------------------------------------


def sign_in_history(store: Store, found: SignedInSession) -> SignInHistory:
    """When the person signed in before this session, and what others may have tried since then."""
    with store.database.reading() as session:
        events = account_history.recent_events(session, found.account.id)
    sign_ins = [each for each in events if each.action is Action.SIGNED_IN]
    before = [each for each in sign_ins if each.happened_at < found.started_at]
    last = before[0] if before else None
    since = last.seq if last else 0
    return SignInHistory(last, sum(each.action in _FAILURES and each.seq > since for each in events))


def notices(store: Store, found: SignedInSession) -> list[AccountEvent]:
    """The changes of password, factors and roles that the person has not put away, the latest first."""
    with store.database.reading() as session:
        unseen = account_history.unseen_notices(session, found.account.id, found.account.notices_seen)
        changes = [each for each in unseen if each.action is Action.ACCOUNT_CHANGED]
        if not changes:
            return unseen
        read = {each.seq: each for each in account_history.with_details(session, store.keyring, changes)}
    return [read.get(each.seq, each) for each in unseen]


def put_away_notices(store: Store, found: SignedInSession, seen: int) -> None:
    """The person has seen every notice up to this one."""
    with store.database.writing() as session:
        account_history.put_away_notices(session, found.account.id, seen)
