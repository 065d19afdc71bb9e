"""Invitations and accounts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.services.accounts import (
    LINK_LIFETIME,
    AddressTakenError,
    InvitationError,
    accept_invitation,
    find_invitation,
    invite,
    needs_first_administrator,
)
from app.storage.store import Store
from tests.support.accounts import account_in
from tests.support.product import row_counts
from tests.support.screenings import NOON


def accept(store: Store, token: str, email: str = "ada@example.org") -> None:
    accept_invitation(store, token, name="Ada", email=email, password_hash="hash", now=NOON)


@pytest.mark.requirement("AUTH-13")
def test_the_first_administrator_is_missing_until_there_is_an_account(store: Store) -> None:
    assert needs_first_administrator(store)
    token = invite(store, email=None, is_administrator=True, now=NOON)
    assert needs_first_administrator(store)
    accept(store, token)
    assert not needs_first_administrator(store)


@pytest.mark.parametrize("is_administrator", [True, False])
def test_an_accepted_invitation_makes_the_account_it_promised(store: Store, is_administrator: bool) -> None:
    accept(store, invite(store, email=None, is_administrator=is_administrator, now=NOON), "Ada@Example.org")
    account = account_in(store, "ada@example.org")
    assert account is not None
    assert (account.name, account.is_active) == ("Ada", True)
    assert (account.is_administrator, account.is_clinician) == (is_administrator, True)
    assert not account.has_factor


def test_a_person_signs_in_with_the_address_they_typed(store: Store) -> None:
    accept(store, invite(store, email="ada@example.org", is_administrator=False, now=NOON), "a.l@example.org")
    assert account_in(store, "a.l@example.org") is not None
    assert account_in(store, "ada@example.org") is None


@pytest.mark.requirement("AUTH-13")
def test_an_invitation_works_once(store: Store) -> None:
    token = invite(store, email=None, is_administrator=False, now=NOON)
    accept(store, token)
    with pytest.raises(InvitationError):
        find_invitation(store, token, NOON)
    with pytest.raises(InvitationError):
        accept(store, token, "eve@example.org")
    assert row_counts(store)["clinicians"] == 1


@pytest.mark.requirement("AUTH-13")
def test_an_invitation_works_for_a_day(store: Store) -> None:
    token = invite(store, email=None, is_administrator=False, now=NOON)
    assert find_invitation(store, token, NOON + LINK_LIFETIME - timedelta(seconds=1)).email is None
    with pytest.raises(InvitationError):
        find_invitation(store, token, NOON + LINK_LIFETIME)
    assert timedelta(hours=24) == LINK_LIFETIME


@pytest.mark.parametrize("token", ["", "unknown", "a\x00b", "x" * 10_000])
def test_a_token_that_nobody_was_given_is_refused(store: Store, token: str) -> None:
    invite(store, email=None, is_administrator=True, now=NOON)
    with pytest.raises(InvitationError):
        accept(store, token)


def test_a_taken_address_leaves_the_invitation_for_another_try(store: Store) -> None:
    accept(store, invite(store, email=None, is_administrator=False, now=NOON))
    token = invite(store, email=None, is_administrator=False, now=NOON)
    with pytest.raises(AddressTakenError):
        accept(store, token)
    accept(store, token, "bo@example.org")
    assert row_counts(store)["clinicians"] == 2


@pytest.mark.requirement("AUTH-13")
def test_a_new_link_for_an_administrator_ends_the_older_ones(store: Store) -> None:
    old = invite(store, email=None, is_administrator=True, now=NOON)
    for_clinician = invite(store, email=None, is_administrator=False, now=NOON)
    new = invite(store, email=None, is_administrator=True, now=NOON)
    with pytest.raises(InvitationError):
        find_invitation(store, old, NOON)
    assert find_invitation(store, new, NOON).is_administrator
    assert not find_invitation(store, for_clinician, NOON).is_administrator


@pytest.mark.requirement("AUTH-13")
def test_of_many_at_once_one_makes_an_account(store: Store) -> None:
    token = invite(store, email=None, is_administrator=True, now=NOON)

    def try_it(number: int) -> bool:
        try:
            accept(store, token, f"person{number}@example.org")
        except InvitationError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_it, range(8))) == 1
    assert row_counts(store)["clinicians"] == 1
