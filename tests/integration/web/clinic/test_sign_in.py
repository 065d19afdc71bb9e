"""Signing in and out, and the one-time page on which an account is made."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher, extract_parameters
from flask import Flask
from sqlalchemy import select

from app.clinic.forms import LONGEST_PASSWORD, SHORTEST_PASSWORD
from app.services.accounts import find_account, invite
from app.storage.models import Clinician
from app.storage.store import Store
from config import Settings
from tests.support.accounts import (
    CLINICIAN,
    COLLEAGUE,
    COOKIE,
    INACTIVE,
    PASSWORD,
    SIGN_IN,
    Doorkeeper,
    add_person,
    sign_in,
)
from tests.support.client import Page, WebClient
from tests.support.product import Product, row_counts

WRONG = "The address and the password do not belong together"
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def client(app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper) -> WebClient:
    """A browser at the sign-in page of a desk with one clinician."""
    doorkeeper.make(sqlite_store, CLINICIAN)
    browser = WebClient(app)
    browser.open(SIGN_IN)
    return browser


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the slow function was asked to do: "hash" or "verify"."""
    done: list[str] = []
    context = import_module("passlib.context").CryptContext
    for name in ("hash", "verify"):
        real = getattr(context, name)

        def counted(*given: Any, real: Any = real, name: str = name, **more: Any) -> Any:
            done.append(name)
            return real(*given, **more)

        monkeypatch.setattr(context, name, counted)
    return done


# --- signing in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@Example.org", "  ada@example.org "])
def test_the_right_password_opens_the_desk(email: str, client: WebClient) -> None:
    page = sign_in(client, email)
    assert (page.address, page.h1) == ("/clinic/", "Open screenings")
    assert CLINICIAN.name in page.body


def test_whoever_is_signed_in_is_led_past_the_sign_in_page(clinic_client: WebClient) -> None:
    assert clinic_client.open(SIGN_IN).address == "/clinic/"


@pytest.mark.requirement("AUTH-03", "AUTH-06")
@pytest.mark.parametrize(
    ("email", "password"),
    [
        (CLINICIAN.email, PASSWORD + "x"),
        (CLINICIAN.email, PASSWORD[:-1]),
        (CLINICIAN.email, PASSWORD.upper()),
        (CLINICIAN.email, f" {PASSWORD}"),
        (CLINICIAN.email, f"{PASSWORD} "),
        ("nobody@example.org", PASSWORD),
        ("not an address", PASSWORD),
        (INACTIVE.email, PASSWORD),
    ],
    ids=["longer", "shorter", "capitals", "space before", "space after", "unknown", "no address", "inactive"],
)
def test_every_failure_looks_the_same_and_costs_the_same(
    email: str,
    password: str,
    client: WebClient,
    sqlite_store: Store,
    doorkeeper: Doorkeeper,
    app: Flask,
    work: list[str],
) -> None:
    doorkeeper.make(sqlite_store, INACTIVE)
    work.clear()
    page = client.submit("Sign in", email=email, password=password, status=422)
    assert page.errors == {"email": WRONG}
    assert page.title == "Error: Sign in – Screening desk"
    assert len(work) == 1
    assert page.values()["email"] == [email]
    assert password not in page.body
    assert client.open("/clinic/").address == SIGN_IN


@pytest.mark.parametrize(
    ("email", "password", "errors"),
    [
        ("", "", {"email": "Enter your e-mail address", "password": "Enter your password"}),
        ("", PASSWORD, {"email": "Enter your e-mail address"}),
        (CLINICIAN.email, "", {"password": "Enter your password"}),
    ],
)
def test_what_is_missing_is_said_before_anything_is_computed(
    email: str, password: str, errors: dict[str, str], client: WebClient, work: list[str]
) -> None:
    page = client.submit("Sign in", email=email, password=password, status=422)
    assert page.errors == errors
    assert work == []


@pytest.mark.requirement("AUTH-04")
@pytest.mark.parametrize("email", [CLINICIAN.email, "nobody@example.org"])
@pytest.mark.parametrize("length", [LONGEST_PASSWORD + 1, 60_000])
def test_a_password_that_is_too_long_is_never_hashed(
    email: str, length: int, client: WebClient, work: list[str]
) -> None:
    client.submit("Sign in", email=email, password="x" * length, status=422)
    assert work == []


@pytest.mark.requirement("SESS-03", part="after the password and at sign-out")
def test_the_session_is_a_new_one_after_signing_in(client: WebClient) -> None:
    before, token = client.cookie(COOKIE), client.csrf_token
    sign_in(client)
    client.open("/clinic/find")
    assert client.cookie(COOKIE) != before
    assert client.post("/clinic/find", {"code": "x"}, token=token).status == 400


def test_another_person_can_sign_in_in_the_same_browser(
    client: WebClient, app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper
) -> None:
    doorkeeper.make(sqlite_store, COLLEAGUE)
    token = client.csrf_token
    client.submit("Sign in", email=CLINICIAN.email, password=PASSWORD)
    other = {"email": COLLEAGUE.email, "password": PASSWORD}
    assert client.post(SIGN_IN, other, token=token).status == 400, "the old page is worth nothing"
    other_page = client.post(SIGN_IN, other)
    assert other_page.status == 303
    assert COLLEAGUE.name in client.open("/clinic/").body


@pytest.mark.requirement("WEB-07")
@pytest.mark.parametrize(
    "target",
    [
        *("//evil.example", "https://evil.example", "https:evil.example", "/\\evil.example"),
        *("%2f%2fevil.example", "/clinic/find"),
    ],
)
def test_an_address_to_go_on_to_is_not_listened_to(target: str, client: WebClient) -> None:
    client.open(f"{SIGN_IN}?next={target}")
    data = {"email": CLINICIAN.email, "password": PASSWORD, "next": target}
    assert client.post(f"{SIGN_IN}?next={target}", data).location == "/clinic/"


@pytest.mark.requirement("AUTH-03")
@pytest.mark.parametrize("place", [0, 71, 72, 126, 127])
def test_every_character_of_a_password_counts(place: int, app: Flask, sqlite_store: Store) -> None:
    """Some ways of hashing look at the first 72 only."""
    password = "p" * LONGEST_PASSWORD
    other = password[:place] + "q" + password[place + 1 :]
    stored = PasswordHasher(time_cost=2, memory_cost=47104, parallelism=1).hash(password)
    add_person(sqlite_store, COLLEAGUE, stored)
    client = WebClient(app)
    sign_in(client, COLLEAGUE.email, other, status=422)
    assert sign_in(client, COLLEAGUE.email, password).address == "/clinic/"


@pytest.mark.requirement("AUTH-05")
def test_a_weaker_hash_is_renewed_at_the_next_sign_in(app: Flask, sqlite_store: Store) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    add_person(sqlite_store, COLLEAGUE, weak)
    sign_in(WebClient(app), COLLEAGUE.email)
    account = find_account(sqlite_store, email=COLLEAGUE.email)
    assert account is not None
    assert account.password_hash != weak
    sign_in(WebClient(app), COLLEAGUE.email)


@pytest.mark.requirement("AUTH-05")
def test_a_new_hash_has_the_strength_that_was_chosen(app: Flask, doorkeeper: Doorkeeper) -> None:
    """argon2id with 46 MiB, two rounds and one lane, as docs and code say."""
    found = extract_parameters(doorkeeper.password_hash())
    assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == ("ID", 47104, 2, 1)


def test_strange_texts_are_only_wrong(store: Store, settings: Settings, product: Product) -> None:
    """On both databases: PostgreSQL keeps no NUL in a text."""
    client = WebClient(product.make(settings, store))
    client.open(SIGN_IN)
    for email in ("\x00", "ada@example.org\x00", "\N{RIGHT-TO-LEFT OVERRIDE}", "x" * 300):
        assert client.post(SIGN_IN, {"email": email, "password": "x"}).status == 422, email
    for password in ("\x00", "🧠" * 30):
        form = {"email": "nobody@example.org", "password": password}
        assert client.post(SIGN_IN, form).status == 422, password


@pytest.mark.requirement("AUTH-17", part="hidden, and named for the password manager")
def test_a_password_is_hidden_and_told_to_the_password_manager(
    client: WebClient, sqlite_store: Store
) -> None:
    for address, known_as in ((SIGN_IN, "current-password"), (link(sqlite_store), "new-password")):
        page = client.open(address)
        boxes = [box for box in page.html.iter("input") if "password" in (box.get("name") or "")]
        assert boxes
        assert {(box.get("type"), box.get("autocomplete")) for box in boxes} == {("password", known_as)}


# --- staying and leaving --------------------------------------------------------------------------


@pytest.mark.requirement("SESS-04", part="after an idle hour")
def test_a_session_ends_after_an_hour_without_use(
    app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper
) -> None:
    doorkeeper.make(sqlite_store, CLINICIAN)
    client = WebClient(app)
    with time_machine.travel(MORNING, tick=False) as clock:
        sign_in(client)
        for _ in range(3):
            clock.shift(timedelta(minutes=50))
            assert client.open("/clinic/").address == "/clinic/"
        clock.shift(timedelta(minutes=61))
        assert client.open("/clinic/").address == SIGN_IN


def test_signing_out_needs_the_button(clinic_client: WebClient) -> None:
    clinic_client.open("/clinic/")
    assert clinic_client.request("GET", "/clinic/sign-out").status == 405
    assert clinic_client.open("/clinic/").address == "/clinic/"
    assert clinic_client.submit("Sign out").address == SIGN_IN
    assert clinic_client.open("/clinic/").address == SIGN_IN


@pytest.mark.requirement("SESS-05")
@pytest.mark.requirement("SESS-03", part="after the password and at sign-out")
def test_the_old_cookie_opens_nothing_after_signing_out(app: Flask, clinic_client: WebClient) -> None:
    clinic_client.open("/clinic/")
    old = clinic_client.cookie(COOKIE)
    clinic_client.submit("Sign out")
    thief = WebClient(app)
    thief.set_cookie(COOKIE, old or "")
    assert thief.open("/clinic/").address == SIGN_IN


def test_a_forged_cookie_opens_nothing(app: Flask, clinic_client: WebClient) -> None:
    clinic_client.open("/clinic/")
    value = clinic_client.cookie(COOKIE) or ""
    for forged in (value[:-2], value[1:], value.partition(".")[0], "x", ""):
        thief = WebClient(app)
        thief.set_cookie(COOKIE, forged)
        assert thief.open("/clinic/").address == SIGN_IN


# --- making an account ----------------------------------------------------------------------------

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
    page = sign_in(guest, NEW["email"])
    assert NEW["name"] in page.body


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


@pytest.mark.requirement("AUTH-01", part="counted as typed")
@pytest.mark.parametrize("length", [SHORTEST_PASSWORD - 1, LONGEST_PASSWORD + 1])
def test_a_password_has_its_length(length: int, guest: WebClient, sqlite_store: Store) -> None:
    password = "p" * length
    page = refused(guest, link(sqlite_store), password=password, password_again=password)
    least_or_most = "at least 15" if length < SHORTEST_PASSWORD else "at most 128"
    assert page.errors["password"] == f"Enter a password of {least_or_most} characters"
    assert password not in page.body


@pytest.mark.requirement("AUTH-01", part="counted as typed")
@pytest.mark.parametrize(
    "password",
    ["p" * SHORTEST_PASSWORD, "🧠" * LONGEST_PASSWORD, " spaces count, ½ and ﬁ  "],
)
def test_any_characters_make_a_password_exactly_as_typed(
    password: str, guest: WebClient, sqlite_store: Store
) -> None:
    guest.open(link(sqlite_store))
    guest.submit("Make my account", {**NEW, "password": password, "password_again": password})
    sign_in(guest, NEW["email"], password[:-1], status=422)
    assert sign_in(guest, NEW["email"], password).address == "/clinic/"


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
    monkeypatch.setattr("app.clinic.account_pages.hash_password", lambda _: "not a hash")
    client = WebClient(product.make(settings, store))
    names = ("\x00", "Eve\x00", "<b>Eve</b>", "{{7*7}}", "🧠", "\N{RIGHT-TO-LEFT OVERRIDE}eve")
    for number, name in enumerate(names):
        address = link(store)
        client.open(address)
        reply = client.post(address, {**NEW, "name": name, "email": f"eve{number}@example.org"})
        assert reply.status in (303, 422), name
        account = find_account(store, email=f"eve{number}@example.org")
        assert account is None or account.name == name.replace("\x00", "")


def test_an_administrator_made_by_a_link_is_a_clinician_too(guest: WebClient, sqlite_store: Store) -> None:
    guest.open(link(sqlite_store, administrator=True))
    guest.submit("Make my account", NEW, extra={"is_administrator": "yes", "is_clinician": "no"})
    account = find_account(sqlite_store, email=NEW["email"])
    assert account is not None
    assert (account.is_administrator, account.is_clinician) == (True, True)


@pytest.mark.requirement("PAT-18")
def test_a_role_cannot_be_asked_for(guest: WebClient, sqlite_store: Store) -> None:
    guest.open(link(sqlite_store))
    guest.submit("Make my account", NEW, extra={"is_administrator": "yes", "administrator": "1"})
    account = find_account(sqlite_store, email=NEW["email"])
    assert account is not None
    assert not account.is_administrator


def test_an_address_with_letters_of_any_language_can_sign_in(guest: WebClient, sqlite_store: Store) -> None:
    guest.open(link(sqlite_store))
    guest.submit("Make my account", {**NEW, "email": "Ünal@example.org"})
    assert sign_in(guest, "ünal@example.org").address == "/clinic/"
