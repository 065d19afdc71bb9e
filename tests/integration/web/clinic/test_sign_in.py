"""The first half of signing in: an address and a password."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher, extract_parameters
from flask import Flask

from app.services import passwords
from app.services.passwords import LONGEST
from app.storage.store import Store
from config import Settings
from tests.support.accounts import (
    CLINICIAN,
    COLLEAGUE,
    FACTOR,
    INACTIVE,
    PASSWORD,
    SIGN_IN,
    Doorkeeper,
    account_in,
    add_person,
    code_at,
    give_password,
    sign_in,
)
from tests.support.client import WebClient
from tests.support.product import Product, row_counts

WRONG = "The address and the password do not belong together"


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

    class Counted(PasswordHasher):
        def hash(self, *given: Any, **more: Any) -> str:
            done.append("hash")
            return super().hash(*given, **more)

        def verify(self, *given: Any, **more: Any) -> Any:
            done.append("verify")
            return super().verify(*given, **more)

    monkeypatch.setattr(passwords, "_HASHER", Counted(memory_cost=47_104, time_cost=2, parallelism=1))
    return done


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@Example.org", "  ada@example.org "])
def test_password_and_code_open_the_desk(email: str, client: WebClient) -> None:
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
@pytest.mark.parametrize("length", [LONGEST + 1, 60_000])
def test_a_password_that_is_too_long_is_never_hashed(
    email: str, length: int, client: WebClient, work: list[str]
) -> None:
    client.submit("Sign in", email=email, password="x" * length, status=422)
    assert work == []


@pytest.mark.requirement("AUTH-03", "AUTH-06")
def test_the_first_page_of_a_stranger_says_nothing_of_who_is_there(client: WebClient) -> None:
    """Known or not, the same page, but for the address that was typed and the token of the form."""
    pages = []
    for email in (CLINICIAN.email, "xx@example.org"):
        page = client.submit("Sign in", email=email, password="not the password", status=422)
        pages.append(page.body.replace(email, "").replace(client.csrf_token, ""))
    assert pages[0] == pages[1]


def test_another_person_can_sign_in_in_the_same_browser(
    client: WebClient, sqlite_store: Store, doorkeeper: Doorkeeper
) -> None:
    doorkeeper.make(sqlite_store, COLLEAGUE)
    token = client.csrf_token
    client.submit("Sign in", email=CLINICIAN.email, password=PASSWORD)
    other = {"email": COLLEAGUE.email, "password": PASSWORD}
    assert client.post(SIGN_IN, other, token=token).status == 400, "the old page is worth nothing"
    assert client.post(SIGN_IN, other).location == FACTOR
    client.open(FACTOR)
    page = client.submit("Continue", code=code_at(datetime.now(UTC)))
    assert COLLEAGUE.name in page.body
    assert row_counts(sqlite_store)["clinic_sessions"] == 1


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "/nowhere",
        "/sign-in",
        "/sign-out",
        "/find\x00",
        "http://[",
    ],
)
def test_nobody_is_led_elsewhere(target: str, client: WebClient) -> None:
    client.open(f"{SIGN_IN}?{urlencode({'next': target})}")
    client.submit("Sign in", email=CLINICIAN.email, password=PASSWORD)
    assert client.submit("Continue", code=code_at(datetime.now(UTC))).address == "/clinic/"


def test_whoever_wanted_a_page_comes_to_it(client: WebClient) -> None:
    client.open("/clinic/find?x=1")
    client.submit("Sign in", email=CLINICIAN.email, password="not the password", status=422)
    client.submit("Sign in", email=CLINICIAN.email, password=PASSWORD)
    client.submit("Continue", code="000000", status=422)
    assert client.submit("Continue", code=code_at(datetime.now(UTC))).address == "/clinic/find?x=1"


@pytest.mark.requirement("AUTH-05")
def test_a_weaker_hash_is_renewed_at_the_next_sign_in(app: Flask, sqlite_store: Store) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    add_person(sqlite_store, COLLEAGUE, weak)
    give_password(WebClient(app), COLLEAGUE.email)
    account = account_in(sqlite_store, COLLEAGUE.email)
    assert account is not None
    assert account.password_hash != weak
    assert give_password(WebClient(app), COLLEAGUE.email).address == FACTOR


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
