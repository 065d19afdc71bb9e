"""The one-time page on which a person makes their account."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.services.accounts import invite
from app.services.passwords import LONGEST, SHORTEST
from app.storage.models import Clinician
from app.storage.store import Store
from config import Settings
from tests.support.accounts import (
    CLINICIAN,
    FACTOR,
    PASSWORD,
    SIGN_IN,
    Doorkeeper,
    account_in,
    give_password,
)
from tests.support.client import Page, WebClient
from tests.support.product import Product, row_counts

NEW = {
    "name": "Eve Example",
    "email": "eve@example.org",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


def link(store: Store, *, email: str | None = None, administrator: bool = False, hours: int = 0) -> str:
    made = datetime.now(UTC) - timedelta(hours=hours)
    return f"/clinic/set-up/{invite(store, email=email, is_administrator=administrator, now=made)}"


def refused(client: WebClient, address: str, **fields: str) -> Page:
    client.open(address)
    return client.submit("Make my account", {**NEW, **fields}, status=422)


@pytest.fixture
def guest(app: Flask) -> WebClient:
    return WebClient(app)


def test_a_link_makes_an_account_with_which_one_can_sign_in(guest: WebClient, sqlite_store: Store) -> None:
    guest.open(link(sqlite_store))
    made = guest.submit("Make my account", NEW)
    assert made.address == f"{SIGN_IN}?made=yes"
    assert "Your account is made" in made.main
    assert give_password(guest, NEW["email"]).h1 == "Set up your second factor"


def test_the_address_of_an_invitation_is_filled_in(guest: WebClient, sqlite_store: Store) -> None:
    page = guest.open(link(sqlite_store, email="eve@example.org"))
    assert page.values()["email"] == ["eve@example.org"]


@pytest.mark.requirement("AUTH-13")
def test_a_link_works_once(guest: WebClient, sqlite_store: Store) -> None:
    address = link(sqlite_store)
    guest.open(address)
    token = guest.csrf_token
    guest.submit("Make my account", NEW)
    page = guest.open(address, status=410)
    assert page.h1 == "This link does not work any more"
    again = guest.post(address, {**NEW, "email": "second@example.org"}, token=token)
    assert again.status == 410
    assert row_counts(sqlite_store)["clinicians"] == 1


@pytest.mark.parametrize("token", ["unknown", "%00", "x" * 3000, "..", "%F0%9F%A7%A0"])
def test_a_link_that_nobody_was_given_is_gone(token: str, guest: WebClient) -> None:
    guest.open(SIGN_IN)
    assert guest.request("GET", f"/clinic/set-up/{token}").status in (303, 410)
    assert guest.post(f"/clinic/set-up/{token}", NEW).status in (303, 410)


@pytest.mark.requirement("AUTH-13")
def test_a_link_is_gone_after_a_day(guest: WebClient, sqlite_store: Store) -> None:
    guest.open(link(sqlite_store, hours=23))
    guest.open(link(sqlite_store, hours=24), status=410)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"name": ""}, {"name": "Enter your name"}),
        ({"name": "x" * 101}, {"name": "Enter a name of at most 100 letters"}),
        ({"email": ""}, {"email": "Enter your e-mail address"}),
        ({"email": "nobody"}, {"email": "Enter an e-mail address such as name@example.org"}),
        ({"email": "a@b@c.org"}, {"email": "Enter an e-mail address such as name@example.org"}),
        (
            {"password": ""},
            {"password": "Enter a password", "password_again": "Enter the same password in both boxes"},
        ),
        ({"password_again": ""}, {"password_again": "Enter the password a second time"}),
        ({"password_again": f"{PASSWORD} "}, {"password_again": "Enter the same password in both boxes"}),
    ],
)
def test_what_is_wrong_is_said_and_the_link_still_works(
    fields: dict[str, str], errors: dict[str, str], guest: WebClient, sqlite_store: Store
) -> None:
    address = link(sqlite_store)
    page = refused(guest, address, **fields)
    assert page.errors == errors
    assert page.title.startswith("Error: ")
    kept = page.values()
    assert (kept["name"], kept["password"], kept["password_again"]) == (
        [fields.get("name", NEW["name"])],
        [""],
        [""],
    )
    assert row_counts(sqlite_store)["clinicians"] == 0
    guest.open(address)


def test_a_long_address_is_kept_whole(guest: WebClient, sqlite_store: Store) -> None:
    email = f"{'x' * 60}@{'y' * 60}.{'y' * 60}.{'y' * 40}.org"
    guest.open(link(sqlite_store))
    guest.submit("Make my account", {**NEW, "email": email})
    with sqlite_store.database.reading() as session:
        assert session.scalars(select(Clinician.email)).one() == email


@pytest.mark.requirement("AUTH-01", "AUTH-04")
@pytest.mark.parametrize("length", [SHORTEST - 1, LONGEST + 1])
def test_a_password_has_its_length(length: int, guest: WebClient, sqlite_store: Store) -> None:
    password = "".join(chr(0x4E00 + place * 7) for place in range(length))
    page = refused(guest, link(sqlite_store), password=password, password_again=password)
    least_or_most = "at least 15" if length < SHORTEST else "at most 128"
    assert page.errors["password"] == f"Enter a password of {least_or_most} characters"
    assert password not in page.body


@pytest.mark.requirement("AUTH-01", "AUTH-03")
@pytest.mark.parametrize(
    "password",
    [
        "a rope, two towels 🧠 and 竹林" + "🧠" * (LONGEST - 28),
        " spaces count, ½ and ﬁ  ",
        "no rules of composition",
    ],
)
def test_any_characters_make_a_password_exactly_as_typed(
    password: str, guest: WebClient, sqlite_store: Store
) -> None:
    guest.open(link(sqlite_store))
    guest.submit("Make my account", {**NEW, "password": password, "password_again": password})
    give_password(guest, NEW["email"], password[:-1], status=422)
    assert give_password(guest, NEW["email"], password).address == FACTOR


def test_an_address_that_has_an_account_is_refused_and_the_link_still_works(
    guest: WebClient, app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper
) -> None:
    doorkeeper.make(sqlite_store, CLINICIAN)
    page = refused(guest, link(sqlite_store), email=CLINICIAN.email.upper())
    assert page.errors == {"email": "Enter another address: this one has an account"}
    made = guest.submit("Make my account", NEW)
    assert made.address == f"{SIGN_IN}?made=yes"
    assert "Your account is made" in made.main


def test_a_strange_name_is_kept_as_text_or_refused(
    store: Store, settings: Settings, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On both databases: PostgreSQL keeps no NUL in a text."""
    monkeypatch.setattr("app.clinic.link_pages.hash_password", lambda _: "not a hash")
    client = WebClient(product.make(settings, store))
    names = ("\x00", "Eve\x00", "<b>Eve</b>", "{{7*7}}", "🧠", "\N{RIGHT-TO-LEFT OVERRIDE}eve")
    for number, name in enumerate(names):
        address = link(store)
        client.open(address)
        reply = client.post(address, {**NEW, "name": name, "email": f"eve{number}@example.org"})
        assert reply.status in (303, 422), name
        account = account_in(store, f"eve{number}@example.org")
        assert account is None or account.name == name.replace("\x00", "")


def test_an_administrator_made_by_a_link_is_a_clinician_too(guest: WebClient, sqlite_store: Store) -> None:
    guest.open(link(sqlite_store, administrator=True))
    guest.submit("Make my account", NEW, extra={"is_administrator": "yes", "is_clinician": "no"})
    account = account_in(sqlite_store, NEW["email"])
    assert account is not None
    assert (account.is_administrator, account.is_clinician) == (True, True)


def test_a_role_cannot_be_asked_for(guest: WebClient, sqlite_store: Store) -> None:
    guest.open(link(sqlite_store))
    guest.submit("Make my account", NEW, extra={"is_administrator": "yes", "administrator": "1"})
    account = account_in(sqlite_store, NEW["email"])
    assert account is not None
    assert not account.is_administrator


def test_an_address_with_letters_of_any_language_can_sign_in(guest: WebClient, sqlite_store: Store) -> None:
    guest.open(link(sqlite_store))
    guest.submit("Make my account", {**NEW, "email": "Ünal@example.org"})
    assert give_password(guest, "ünal@example.org").address == FACTOR
