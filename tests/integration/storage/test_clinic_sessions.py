"""Sessions as rows: found by the digest of their token, changed only while they are there."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.storage.account_models import ClinicSession
from app.storage.clinic_sessions import (
    Purpose,
    SignedInSession,
    add_session,
    challenge_for,
    count_sessions,
    delete_old_sessions,
    end_session,
    end_sessions,
    find_session,
    is_seen_long_ago,
    list_sessions,
    new_challenge,
    replace_token,
    set_challenge,
    set_codes_seed,
    set_seen,
    use_challenge,
)
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, COLLEAGUE, add_person
from tests.support.screenings import NOON

TOKEN = "a-token-in-a-cookie"


@pytest.fixture
def ada(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "hash")


@pytest.fixture
def bo(store: Store) -> UUID:
    return add_person(store, COLLEAGUE, "hash")


def add(store: Store, person: UUID, token: str = TOKEN, minutes: int = 0) -> UUID:
    with store.database.writing() as session:
        return add_session(session, token, person, NOON + timedelta(minutes=minutes))


def found(store: Store, token: str = TOKEN) -> SignedInSession | None:
    with store.database.reading() as session:
        return find_session(session, token)


@pytest.mark.requirement("SESS-01")
def test_a_session_is_found_by_its_token_alone_which_is_nowhere_in_it(store: Store, ada: UUID) -> None:
    row_id = add(store, ada)
    session = found(store)
    assert session is not None
    assert (session.id, session.account.id, session.factor_at) == (row_id, ada, None)
    for other in ("", TOKEN + "x", TOKEN.upper(), str(row_id)):
        assert found(store, other) is None
    with store.database.reading() as reading:
        assert TOKEN not in str(reading.execute(text("SELECT * FROM clinic_sessions")).one())


@pytest.mark.requirement("SESS-03")
def test_after_a_factor_only_the_new_token_works(store: Store, ada: UUID) -> None:
    row_id = add(store, ada)
    with store.database.writing() as session:
        set_challenge(session, row_id, b"asked")
        set_codes_seed(session, row_id, b"shown")
        assert replace_token(session, row_id, "another", NOON)
    assert found(store) is None
    session_now = found(store, "another")
    assert session_now is not None
    assert (session_now.factor_at, session_now.challenge, session_now.codes_seed) == (NOON, None, b"shown")


@pytest.mark.requirement("SESS-08")
def test_what_comes_late_changes_nothing(store: Store, ada: UUID) -> None:
    row_id = add(store, ada)
    with store.database.writing() as session:
        assert end_session(session, row_id, ada)
        assert not end_session(session, row_id, ada)
        set_seen(session, row_id, NOON)
        set_challenge(session, row_id, b"x")
        set_codes_seed(session, row_id, b"x")
        assert not replace_token(session, row_id, "another", NOON)
        assert not use_challenge(session, row_id, b"x")
        assert session.query(ClinicSession).count() == 0


def test_a_person_ends_only_their_own(store: Store, ada: UUID, bo: UUID) -> None:
    mine, other = add(store, ada), add(store, bo, "other")
    with store.database.writing() as session:
        assert not end_session(session, other, ada)
        assert not end_session(session, uuid4(), ada)
        assert end_sessions(session, ada, but=mine) == 0
        assert end_sessions(session, ada) == 1
    assert found(store, "other") is not None


def test_sessions_are_listed_last_seen_first_and_counted(store: Store, ada: UUID, bo: UUID) -> None:
    old, new = add(store, ada, "old", 1), add(store, ada, "new", 2)
    add(store, ada, "long ago", -60)
    add(store, bo, "other")
    with store.database.reading() as session:
        listed = list_sessions(session, ada, NOON - timedelta(minutes=15))
        counted = count_sessions(session, NOON - timedelta(minutes=15))
    assert [row.id for row in listed] == [new, old]
    assert counted == {ada: 2, bo: 1}


def test_those_that_nobody_used_for_long_are_removed(store: Store, ada: UUID) -> None:
    add(store, ada, "old", -600)
    add(store, ada, "new")
    with store.database.writing() as session:
        assert delete_old_sessions(session, NOON - timedelta(hours=1)) == 1
    assert found(store, "new") is not None


def test_a_page_that_is_read_costs_no_write(store: Store, ada: UUID) -> None:
    add(store, ada)
    session = found(store)
    assert session is not None
    assert not is_seen_long_ago(session, NOON + timedelta(seconds=59))
    assert is_seen_long_ago(session, NOON + timedelta(seconds=60))


@pytest.mark.requirement("AUTH-12")
def test_a_challenge_is_taken_once_and_for_one_purpose(store: Store, ada: UUID) -> None:
    row_id = add(store, ada)
    challenge = new_challenge(Purpose.SIGN_IN)
    assert len(challenge) > 32
    with store.database.writing() as session:
        set_challenge(session, row_id, challenge)
    held = found(store)
    assert held is not None
    assert challenge_for(held, Purpose.SIGN_IN) == challenge
    assert challenge_for(held, Purpose.REGISTER) is None
    with store.database.writing() as session:
        assert not use_challenge(session, row_id, new_challenge(Purpose.SIGN_IN))
        assert use_challenge(session, row_id, challenge)
        assert not use_challenge(session, row_id, challenge)
