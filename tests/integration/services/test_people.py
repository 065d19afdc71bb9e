"""What administrators do with the accounts of others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.services.accounts import InvitationError, accept_invitation, find_invitation, invite
from app.services.people import (
    LastAdministratorError,
    NoSuchPersonError,
    choose_password,
    end_sessions_of,
    find_password_link,
    find_person,
    list_people,
    make_password_link,
    remove_factor,
    set_active,
    set_roles,
    unlock,
)
from app.services.sign_in import (
    IN_A_ROW_LIMIT,
    PASSWORD_LIMIT,
    Visitor,
    WrongCredentialsError,
    current_session,
    sign_in,
)
from app.services.throttling import TooManyTriesError
from app.storage.audit import OPERATOR
from app.storage.models import AuditEvent
from app.storage.store import Store
from tests.support.accounts import ADMINISTRATOR_ONLY, CLINICIAN, Person, add_person, open_session

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND_ADMINISTRATOR = Person("ed@example.org", "Ed Example", True, False)


@pytest.fixture
def ada(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "hash")


@pytest.fixture
def cy(store: Store) -> UUID:
    """The only administrator."""
    return add_person(store, ADMINISTRATOR_ONLY, "hash")


def noted(store: Store, subject: UUID) -> list[str]:
    with store.database.reading() as session:
        query = select(AuditEvent.action).where(AuditEvent.subject_id == subject)
        return list(session.scalars(query.order_by(AuditEvent.seq)))


def is_signed_in(store: Store, token: str) -> bool:
    return current_session(store, token, datetime.now(UTC)) is not None


@pytest.mark.requirement("SESS-06")
def test_shutting_an_account_signs_the_person_out_and_is_noted(store: Store, ada: UUID, cy: UUID) -> None:
    token = open_session(store, ada, factor_at=datetime.now(UTC))
    set_active(store, ada, False, OPERATOR, NOW)
    set_active(store, ada, False, OPERATOR, NOW)
    assert not find_person(store, ada).is_active
    set_active(store, ada, True, OPERATOR, NOW)
    assert find_person(store, ada).is_active
    assert not is_signed_in(store, token), "an old session does not come back with the account"
    assert noted(store, ada) == ["account_changed", "account_changed"], "what changes nothing is not noted"


@pytest.mark.requirement("SESS-03", "SESS-06")
def test_another_role_needs_another_session(store: Store, ada: UUID, cy: UUID) -> None:
    token = open_session(store, ada, factor_at=datetime.now(UTC))
    set_roles(store, ada, is_administrator=True, is_clinician=False, actor=OPERATOR, now=NOW)
    account = find_person(store, ada)
    assert (account.is_administrator, account.is_clinician) == (True, False)
    assert not is_signed_in(store, token)
    assert noted(store, ada) == ["account_changed"]


def test_the_last_administrator_stays(store: Store, ada: UUID, cy: UUID) -> None:
    with pytest.raises(LastAdministratorError):
        set_active(store, cy, False, OPERATOR, NOW)
    with pytest.raises(LastAdministratorError):
        set_roles(store, cy, is_administrator=False, is_clinician=True, actor=OPERATOR, now=NOW)
    account = find_person(store, cy)
    assert (account.is_active, account.is_administrator) == (True, True)
    add_person(store, SECOND_ADMINISTRATOR, "hash")
    set_active(store, cy, False, OPERATOR, NOW)
    assert not find_person(store, cy).is_active


def test_an_administrator_whose_account_is_shut_does_not_count(store: Store, cy: UUID) -> None:
    other = add_person(store, SECOND_ADMINISTRATOR, "hash")
    set_active(store, other, False, OPERATOR, NOW)
    with pytest.raises(LastAdministratorError):
        set_active(store, cy, False, OPERATOR, NOW)


def test_two_administrators_cannot_shut_each_other_out(store: Store, cy: UUID) -> None:
    other = add_person(store, SECOND_ADMINISTRATOR, "hash")

    def shut(account_id: UUID) -> bool:
        try:
            set_active(store, account_id, False, OPERATOR, NOW)
        except LastAdministratorError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(shut, (cy, other))) == 1


@pytest.mark.requirement("SESS-07", part="by an administrator")
def test_all_sessions_of_one_person_are_ended_and_nobody_elses(store: Store, ada: UUID, cy: UUID) -> None:
    mine = [open_session(store, ada, factor_at=None) for _ in range(2)]
    other = open_session(store, cy, factor_at=None)
    assert end_sessions_of(store, ada, OPERATOR, NOW) == 2
    assert end_sessions_of(store, ada, OPERATOR, NOW) == 0
    assert [is_signed_in(store, token) for token in (*mine, other)] == [False, False, True]
    assert noted(store, ada) == ["sessions_ended"]


def test_a_lost_factor_is_set_up_again(store: Store, ada: UUID) -> None:
    token = open_session(store, ada, factor_at=datetime.now(UTC))
    remove_factor(store, ada, OPERATOR, NOW)
    assert not find_person(store, ada).has_factor
    assert not is_signed_in(store, token)
    assert noted(store, ada) == ["totp_removed"]


@pytest.mark.parametrize("devices", [("",), ("desk", "laptop")], ids=["stranger", "known browsers"])
def test_who_is_locked_out_is_let_try_again(
    devices: tuple[str, ...], store: Store, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.passwords.is_right", lambda _hash, typed: typed == "right")
    monkeypatch.setattr("app.services.passwords.is_outdated", lambda _hash: False)
    for number in range(IN_A_ROW_LIMIT.most):
        visitor = Visitor(str(number), devices[number % len(devices)])
        with pytest.raises(WrongCredentialsError):
            sign_in(store, "t", CLINICIAN.email, "wrong", visitor, NOW + number * timedelta(minutes=1))
    later = NOW + timedelta(days=1)
    with pytest.raises(TooManyTriesError):
        sign_in(store, "t", CLINICIAN.email, "right", Visitor("here", devices[0]), later)
    other_kind = Visitor("there", "" if devices[0] else "desk")
    sign_in(store, "other", CLINICIAN.email, "right", other_kind, later)
    assert [each.is_locked for each in list_people(store, NOW)] == [True]
    unlock(store, ada, OPERATOR, NOW)
    assert [each.is_locked for each in list_people(store, NOW)] == [False]
    assert noted(store, ada)[-1] == "account_unlocked"
    sign_in(store, "mine", CLINICIAN.email, "right", Visitor("here", devices[0]), later)


def test_who_has_to_wait_after_wrong_passwords_is_listed_until_unlocked(store: Store, ada: UUID) -> None:
    for _ in range(PASSWORD_LIMIT.most):
        assert [each.has_to_wait for each in list_people(store, NOW)] == [False]
        with pytest.raises(WrongCredentialsError):
            sign_in(store, "t", CLINICIAN.email, "wrong", Visitor("here"), NOW)
    assert [(each.has_to_wait, each.is_locked) for each in list_people(store, NOW)] == [(True, False)]
    assert [each.has_to_wait for each in list_people(store, NOW + PASSWORD_LIMIT.window)] == [False]
    unlock(store, ada, OPERATOR, NOW)
    assert [each.has_to_wait for each in list_people(store, NOW)] == [False]


def test_people_are_listed_by_name_with_their_sessions(store: Store, ada: UUID, cy: UUID) -> None:
    open_session(store, ada, factor_at=None)
    listed = list_people(store, datetime.now(UTC))
    assert [(each.account.name, each.open_sessions) for each in listed] == [
        ("Cy Example", 0),
        (CLINICIAN.name, 1),
    ]
    assert [each.open_sessions for each in list_people(store, datetime.now(UTC) + timedelta(hours=1))] == [
        0,
        0,
    ]


def test_somebody_who_is_not_there(store: Store) -> None:
    nobody = uuid4()
    for work in (end_sessions_of, remove_factor, unlock, make_password_link):
        with pytest.raises(NoSuchPersonError):
            work(store, nobody, OPERATOR, NOW)
    with pytest.raises(NoSuchPersonError):
        set_active(store, nobody, False, OPERATOR, NOW)


# --- a new password -------------------------------------------------------------------------------


@pytest.mark.requirement("AUTH-14")
def test_a_link_lets_the_person_choose_and_leaves_the_factor(store: Store, ada: UUID) -> None:
    session_token = open_session(store, ada, factor_at=datetime.now(UTC))
    token = make_password_link(store, ada, OPERATOR, NOW)
    assert find_person(store, ada).password_hash == "hash", "until then the old one works"
    assert find_password_link(store, token, NOW).email == CLINICIAN.email
    choose_password(store, token, "another", NOW)
    account = find_person(store, ada)
    assert (account.password_hash, account.has_factor) == ("another", True)
    assert not is_signed_in(store, session_token)
    assert noted(store, ada) == ["password_reset_link_made", "password_changed"]


@pytest.mark.requirement("AUTH-14")
def test_a_password_link_works_once_for_a_day_and_only_the_newest(store: Store, ada: UUID) -> None:
    old, new = (make_password_link(store, ada, OPERATOR, NOW) for _ in range(2))
    for token, when in ((old, NOW), ("unknown", NOW), (new, NOW + timedelta(hours=24))):
        with pytest.raises(InvitationError):
            choose_password(store, token, "another", when)
    choose_password(store, new, "another", NOW)
    with pytest.raises(InvitationError):
        choose_password(store, new, "a third", NOW)
    assert find_person(store, ada).password_hash == "another"


def test_of_many_at_once_one_chooses(store: Store, ada: UUID) -> None:
    token = make_password_link(store, ada, OPERATOR, NOW)

    def choose(number: int) -> bool:
        try:
            choose_password(store, token, f"hash {number}", NOW)
        except InvitationError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(choose, range(4))) == 1


def test_a_password_link_makes_no_account_and_an_invitation_sets_no_password(store: Store, ada: UUID) -> None:
    link = make_password_link(store, ada, OPERATOR, NOW)
    with pytest.raises(InvitationError):
        accept_invitation(store, link, name="Eve", email="eve@example.org", password_hash="h", now=NOW)
    invitation = invite(store, email=None, is_administrator=False, now=NOW)
    with pytest.raises(InvitationError):
        choose_password(store, invitation, "another", NOW)
    find_invitation(store, invitation, NOW)
    find_password_link(store, link, NOW)


def test_a_link_of_an_account_that_is_shut_does_not_work(store: Store, ada: UUID) -> None:
    token = make_password_link(store, ada, OPERATOR, NOW)
    set_active(store, ada, False, OPERATOR, NOW)
    with pytest.raises(InvitationError):
        choose_password(store, token, "another", NOW)
