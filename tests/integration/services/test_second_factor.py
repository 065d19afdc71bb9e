"""Codes and tries under load and on both databases: each code once, each limit over all that try."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.services.own_account import seed_of_new_app, set_up_new_app
from app.services.passkeys import Site, registration_options
from app.services.recovery_codes import make_codes, put_away, shown_codes
from app.services.second_factor import WrongCodeError, give_code, give_recovery_code
from app.services.sign_in import current_session
from app.services.throttling import (
    Limit,
    TooManyTriesError,
    count_try,
    forget_tries,
    give_back_try,
    tries_left,
)
from app.storage.audit import Action
from app.storage.clinic_sessions import SignedInSession
from app.storage.keyring import ACTIVE, AUDIT_ONLY, Keyring, MasterKey, load_keyring
from app.storage.keyring_changes import activate_key, add_key
from app.storage.store import Store
from app.web.token_session import new_token
from tests.support.accounts import code_at, open_session
from tests.support.audit import entries
from tests.support.product import row_counts

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SITE = Site("clinic.example", "https://clinic.example", "Headache screening")
LIMIT = Limit("of a test", 3, timedelta(minutes=5))


def session_under(store: Store, token: str) -> SignedInSession:
    found = current_session(store, token, datetime.now(UTC))
    assert found is not None
    return found


def session_of(store: Store, account_id: UUID) -> SignedInSession:
    return session_under(store, open_session(store, account_id, factor_at=None))


@pytest.mark.requirement("AUTH-09")
def test_of_many_requests_with_one_code_one_is_let_in(store: Store, ada: UUID) -> None:
    sessions = [session_of(store, ada) for _ in range(4)]
    code = code_at(NOON)

    def give(found: SignedInSession) -> bool:
        try:
            give_code(store, found, code, new_token(), NOON)
        except WrongCodeError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(give, sessions)) == 1


@pytest.mark.requirement("AUTH-09")
def test_after_a_clock_that_was_ahead_another_app_works_each_code_once(store: Store, ada: UUID) -> None:
    token, ahead = new_token(), NOON + timedelta(days=1)
    give_code(store, session_of(store, ada), code_at(ahead), token, ahead)
    found = session_under(store, token)
    with pytest.raises(WrongCodeError):
        give_code(store, found, code_at(NOON), new_token(), NOON)
    seed = seed_of_new_app(store, found)
    set_up_new_app(store, found, code_at(NOON, seed), NOON)
    with pytest.raises(WrongCodeError):
        give_code(store, found, code_at(NOON, seed), new_token(), NOON)
    later = NOON + timedelta(seconds=30)
    give_code(store, found, code_at(later, seed), new_token(), later)


@pytest.mark.requirement("AUTH-11")
def test_of_many_requests_with_one_recovery_code_one_is_let_in(store: Store, ada: UUID) -> None:
    token = open_session(store, ada, factor_at=NOON)
    make_codes(store, session_under(store, token), NOON)
    (code, *_) = shown_codes(store, session_under(store, token))
    sessions = [session_of(store, ada) for _ in range(4)]

    def give(found: SignedInSession) -> bool:
        try:
            give_recovery_code(store, found, code, new_token(), NOON)
        except WrongCodeError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(give, sessions)) == 1


@pytest.mark.requirement("AUTH-11")
def test_codes_are_shown_until_they_are_put_away_whatever_comes_between(
    store: Store, ada: UUID, keyring_path: Path, tmp_path: Path
) -> None:
    """A passkey that is asked for, a second factor given again, and another active key."""
    path = Path(shutil.copy(keyring_path, tmp_path / "ring"))
    found = session_under(store, open_session(store, ada, factor_at=NOON))
    make_codes(store, found, NOON)
    token = new_token()
    registration_options(store, found, SITE)
    give_code(store, found, code_at(NOON), token, NOON)
    codes = shown_codes(store, session_under(store, token))
    assert len(codes) == 10
    activate_key(path, add_key(path).id)
    rotated = replace(store, keyring=load_keyring(path))
    assert shown_codes(rotated, session_under(store, token)) == codes
    give_recovery_code(rotated, session_of(store, ada), codes[-1], new_token(), NOON)
    put_away(store, session_under(store, token))
    assert shown_codes(store, session_under(store, token)) == []


@pytest.mark.requirement("AUTH-11")
def test_no_codes_are_shown_that_would_not_work(store: Store, ada: UUID) -> None:
    """The key that they were derived with is retired."""
    token = open_session(store, ada, factor_at=NOON)
    make_codes(store, session_under(store, token), NOON)
    retired = MasterKey(store.keyring.active.id, AUDIT_ONLY, store.keyring.active.secret)
    later = replace(store, keyring=Keyring((retired, MasterKey("0" * 8, ACTIVE, bytes(range(32))))))
    assert shown_codes(later, session_under(store, token)) == []


@pytest.mark.requirement("AUTH-10")
@pytest.mark.parametrize(("most", "seconds"), [(5, 1), (20, 76), (50, 1200)], ids=["minutes", "hour", "day"])
def test_codes_are_limited_in_minutes_hours_and_days(
    most: int, seconds: int, store: Store, ada: UUID
) -> None:
    """Five in five minutes, twenty in an hour, fifty in a day: who comes to one limit keeps to the others."""
    found = session_of(store, ada)
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    pace = timedelta(seconds=seconds)
    for place in range(most):
        with pytest.raises(WrongCodeError):
            give_code(store, found, "000000", new_token(), midnight + place * pace)
    when = midnight + most * pace
    with pytest.raises(TooManyTriesError):
        give_code(store, found, code_at(when), new_token(), when)


@pytest.mark.requirement("DAT-11", part="second factors that had to wait")
def test_of_tries_beyond_a_limit_the_first_is_noted(store: Store, ada: UUID) -> None:
    found = session_of(store, ada)
    for _ in range(5):
        with pytest.raises(WrongCodeError):
            give_code(store, found, "000000", new_token(), NOON)
    for _ in range(3):
        with pytest.raises(TooManyTriesError):
            give_code(store, found, "000000", new_token(), NOON)
    noted = [each.action for each in entries(store)]
    assert noted == [Action.FACTOR_FAILED] * 5 + [Action.FACTOR_THROTTLED]


def test_right_codes_do_not_count(store: Store, ada: UUID) -> None:
    found = session_of(store, ada)
    for place in range(60):
        when = NOON + place * timedelta(seconds=30)
        give_code(store, found, code_at(when), new_token(), when)


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.requirement("AUTH-07", part="over all that try at once")
def test_a_limit_holds_however_many_try_at_once(store: Store) -> None:
    def try_it(_: int) -> bool:
        try:
            count_try(store, LIMIT, "ada", NOON)
        except TooManyTriesError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_it, range(12))) == LIMIT.most


def test_a_limit_is_over_with_its_stretch_of_time_and_says_how_long_to_wait(store: Store) -> None:
    start = NOON + timedelta(minutes=1)
    for _ in range(LIMIT.most):
        count_try(store, LIMIT, "ada", start)
    for later, wait in ((0, 240), (100, 140), (239, 1)):
        with pytest.raises(TooManyTriesError) as refused:
            count_try(store, LIMIT, "ada", start + timedelta(seconds=later))
        assert refused.value.retry_after == wait
    assert count_try(store, LIMIT, "ada", start + timedelta(seconds=240)) == 1


def test_a_try_given_back_does_not_count_and_others_are_others(store: Store) -> None:
    for _ in range(LIMIT.most * 2):
        count_try(store, LIMIT, "ada", NOON)
        give_back_try(store, LIMIT, "ada", NOON)
    assert tries_left(store, LIMIT, "ada", NOON) == LIMIT.most
    count_try(store, LIMIT, "ada", NOON)
    assert tries_left(store, LIMIT, "ada", NOON) == LIMIT.most - 1
    assert tries_left(store, LIMIT, "bo", NOON) == LIMIT.most
    forget_tries(store, LIMIT, "ada", NOON)
    assert tries_left(store, LIMIT, "ada", NOON) == LIMIT.most


def test_who_tried_is_nowhere_in_the_database_and_old_counts_go(store: Store) -> None:
    count_try(store, LIMIT, "ada@example.org", NOON)
    with store.database.reading() as session:
        stored = str(session.connection().exec_driver_sql("SELECT * FROM throttles").all())
    assert "ada" not in stored
    count_try(store, LIMIT, "bo", NOON + timedelta(hours=2))
    assert row_counts(store)["throttles"] == 1
