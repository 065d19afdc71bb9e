"""The second factor: the app that is set up first, its codes, and the recovery codes that stand in for it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.services import recovery_codes
from app.services.one_time_codes import new_seed, step_of_code
from app.services.sign_in import CODE_LIMITS, note_in, note_throttled
from app.services.throttling import TooManyTriesError, count_try, give_back_try
from app.storage import account_history, clinic_sessions, clinicians, factors
from app.storage.audit import Action
from app.storage.clinic_sessions import SignedInSession
from app.storage.store import Store


class WrongCodeError(Exception):
    """The code is wrong, too old, or was used before."""


def begin_enrolment(store: Store, account_id: UUID) -> bytes | None:
    """The seed that a person puts into their app now; None when they have done so meanwhile.

    Until it is confirmed, asking again shows the same.
    """
    with store.database.writing() as session:
        if clinicians.get_account(session, account_id).has_factor:
            return None
        seed = factors.totp_seed(session, store.cipher, account_id)
        if seed is None:
            seed = new_seed()
            factors.set_totp_seed(session, store.cipher, account_id, seed)
    return seed


def give_code(store: Store, found: SignedInSession, typed: str, token: str, now: datetime) -> None:
    """Check a one-time code: the session goes on under the new token. The first code confirms the seed.

    Raises:
        WrongCodeError: nothing has changed.
        TooManyTriesError: there were too many tries.
    """
    count_code(store, found, now)
    with store.database.writing() as session:
        is_right = takes_code(session, store, found.account.id, typed, now)
        if is_right:
            enter(session, store, found, token, now, _confirmed(session, found, now))
        else:
            note_in(session, store, Action.FACTOR_FAILED, now, found.account.id)
    if not is_right:
        raise WrongCodeError
    give_back_code(store, found, now)


def give_recovery_code(store: Store, found: SignedInSession, typed: str, token: str, now: datetime) -> None:
    """Check a recovery code, which stands in for the app once.

    Raises:
        WrongCodeError: nothing has changed.
        TooManyTriesError: there were too many tries.
    """
    count_code(store, found, now)
    digest = recovery_codes.digest_of(typed)
    with store.database.writing() as session:
        is_right = factors.use_recovery_code(session, found.account.id, digest, now)
        if is_right:
            enter(session, store, found, token, now, [Action.RECOVERY_CODE_USED])
        else:
            note_in(session, store, Action.FACTOR_FAILED, now, found.account.id)
    if not is_right:
        raise WrongCodeError
    give_back_code(store, found, now)


def count_code(store: Store, found: SignedInSession, now: datetime) -> None:
    """Count a try of a second factor, of whatever kind."""
    try:
        for limit in CODE_LIMITS:
            count_try(store, limit, found.account.id.hex, now)
    except TooManyTriesError as problem:
        note_throttled(store, Action.FACTOR_THROTTLED, problem, now, found.account.id)
        raise


def give_back_code(store: Store, found: SignedInSession, now: datetime) -> None:
    """The last try of a second factor was right, and only wrong ones count."""
    for limit in CODE_LIMITS:
        give_back_try(store, limit, found.account.id.hex, now)


def takes_code(session: Session, store: Store, account_id: UUID, typed: str, now: datetime) -> bool:
    """Whether it is a code of the person's app. It is not taken again."""
    seed = factors.totp_seed(session, store.cipher, account_id)
    step = None if seed is None else step_of_code(seed, typed, now)
    return step is not None and factors.use_totp_step(session, account_id, step)


def _confirmed(session: Session, found: SignedInSession, now: datetime) -> list[Action]:
    if found.account.has_factor:
        return []
    factors.confirm_totp(session, found.account.id, now)
    return [Action.TOTP_ENROLLED]


def enter(
    session: Session,
    store: Store,
    found: SignedInSession,
    token: str,
    now: datetime,
    besides: Iterable[Action] = (),
) -> None:
    """Let somebody in whose second factor was right, or note that they have given it again."""
    if found.factor_at is None:
        account_history.put_away_what_needs_no_notice(session, found.account.id)
    for action in besides:
        note_in(session, store, action, now, found.account.id)
    if clinic_sessions.replace_token(session, found.id, token, now):
        action = Action.SIGNED_IN if found.factor_at is None else Action.FACTOR_GIVEN
        note_in(session, store, action, now, found.account.id)
