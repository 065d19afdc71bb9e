"""Accounts and set-up links."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.storage.clinicians import (
    Invitation,
    add_set_up_link,
    find_invitation,
    has_accounts,
    set_password_hash,
    use_link,
    withdraw_administrator_links,
)
from app.storage.database import ConflictError
from app.storage.store import Store
from tests.support.accounts import ADMINISTRATOR_ONLY, CLINICIAN, INACTIVE, Person, account_in, add_person
from tests.support.screenings import NOON

LATER = NOON + timedelta(hours=24)
TOKEN = "a-token-in-a-link"


def add_link(store: Store, token: str = TOKEN, *, administrator: bool = False) -> None:
    with store.database.writing() as session:
        add_set_up_link(
            session, token, email="a@example.org", is_administrator=administrator, now=NOON, expires_at=LATER
        )


def invitation(store: Store, token: str = TOKEN, now: object = NOON) -> Invitation | None:
    with store.database.reading() as session:
        return find_invitation(session, token, NOON if now is NOON else LATER)


def test_an_account_is_found_by_its_address_in_any_case(store: Store) -> None:
    add_person(store, CLINICIAN, "hash")
    for typed in ("ada@example.org", "ADA@Example.ORG", "  ada@example.org "):
        found = account_in(store, typed)
        assert found is not None
        assert (found.name, found.password_hash) == ("Dr Ada Example", "hash")
    assert account_in(store, "nobody@example.org") is None
    assert account_in(store, "") is None


@pytest.mark.parametrize("person", [CLINICIAN, ADMINISTRATOR_ONLY, INACTIVE], ids=lambda each: each.name)
def test_what_a_person_may_do_is_stored(store: Store, person: Person) -> None:
    add_person(store, person, "hash")
    found = account_in(store, person.email)
    assert found is not None
    assert (found.is_administrator, found.is_clinician, found.is_active) == (
        person.is_administrator,
        person.is_clinician,
        person.is_active,
    )


def test_an_address_belongs_to_one_account(store: Store) -> None:
    add_person(store, CLINICIAN, "hash")
    with pytest.raises(ConflictError):
        add_person(store, Person("ADA@EXAMPLE.ORG", "Somebody else"), "hash")


@pytest.mark.requirement("AUTH-13")
def test_a_new_installation_has_no_account(store: Store) -> None:
    with store.database.reading() as session:
        assert not has_accounts(session)
    add_person(store, CLINICIAN, "hash")
    with store.database.reading() as session:
        assert has_accounts(session)


def test_a_password_can_be_hashed_anew(store: Store) -> None:
    account_id = add_person(store, CLINICIAN, "old")
    with store.database.writing() as session:
        set_password_hash(session, account_id, "new")
    found = account_in(store, CLINICIAN.email)
    assert found is not None
    assert found.password_hash == "new"


def test_a_link_works_once(store: Store) -> None:
    add_link(store)
    found = invitation(store)
    assert found is not None
    assert (found.email, found.is_administrator) == ("a@example.org", False)
    with store.database.writing() as session:
        assert use_link(session, found, NOON)
    assert invitation(store) is None
    with store.database.writing() as session:
        assert not use_link(session, found, NOON)


def test_a_link_does_not_work_after_its_time(store: Store) -> None:
    add_link(store)
    assert invitation(store, now=LATER) is None


def test_another_token_is_no_link(store: Store) -> None:
    add_link(store)
    assert invitation(store, TOKEN + "x") is None
    assert invitation(store, "") is None


def test_the_token_of_a_link_is_nowhere_in_its_row(store: Store) -> None:
    add_link(store)
    with store.database.reading() as session:
        row = session.execute(text("SELECT * FROM set_up_links")).one()
    assert TOKEN not in str(row)


def test_of_many_at_once_one_uses_a_link(store: Store) -> None:
    add_link(store)
    found = invitation(store)
    assert found is not None

    def use(_: int) -> bool:
        with store.database.writing() as session:
            return use_link(session, found, NOON)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1


def test_older_links_for_an_administrator_are_withdrawn_and_others_stay(store: Store) -> None:
    add_link(store, "administrator", administrator=True)
    add_link(store, "clinician")
    with store.database.writing() as session:
        withdraw_administrator_links(session, NOON)
    assert invitation(store, "administrator") is None
    assert invitation(store, "clinician") is not None
