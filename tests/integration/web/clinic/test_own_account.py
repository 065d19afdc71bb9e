"""A person's own account: how they sign in, where they are signed in, what they have to hear of."""

from base64 import b32decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from app.services import people
from app.services.accounts import invite
from app.services.open_links import withdraw_links
from app.services.people import make_password_link
from app.storage.audit import OPERATOR
from app.storage.store import Store
from tests.support.accounts import (
    CLINICIAN,
    COLLEAGUE,
    COOKIE,
    FACTOR,
    PASSWORD,
    SEED,
    Doorkeeper,
    Person,
    account_in,
    code_at,
    give_password,
    open_session,
)
from tests.support.client import Page, WebClient
from tests.support.product import row_counts

Enter = Callable[[Person], WebClient]
ACCOUNT = "/clinic/account"
NEW = "lantern biscuit anchor violet"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHANGES = (f"{ACCOUNT}/password", f"{ACCOUNT}/app", f"{ACCOUNT}/recovery-codes")


@pytest.fixture
def ada(sqlite_store: Store, doorkeeper: Doorkeeper) -> UUID:
    return doorkeeper.make(sqlite_store, CLINICIAN)


@pytest.fixture
def client(app: Flask, sqlite_store: Store, ada: UUID) -> WebClient:
    """A browser in which a second factor was given this moment."""
    return browser(app, sqlite_store, ada, datetime.now(UTC))


def browser(app: Flask, store: Store, account_id: UUID, factor_at: datetime) -> WebClient:
    client = WebClient(app)
    client.set_cookie(COOKIE, open_session(store, account_id, factor_at=factor_at))
    return client


def is_in(client: WebClient) -> bool:
    return client.request("GET", "/clinic/find").status == 200


# --- changing how one signs in --------------------------------------------------------------------


@pytest.mark.requirement("AUTH-15")
@pytest.mark.parametrize("address", CHANGES)
def test_a_factor_of_six_minutes_ago_is_too_old(
    address: str, app: Flask, sqlite_store: Store, ada: UUID
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = browser(app, sqlite_store, ada, NOON)
        clock.shift(timedelta(minutes=5))
        page = client.open(address)
        assert page.address == f"{FACTOR}?next={address.removeprefix('/clinic')}"
        assert "a code that is only minutes old" in page.main
        late = client.post(address, {"old_password": PASSWORD, "password": NEW})
        assert (late.status, late.h1) == (401, "Send it once more")
        assert "This needs a fresh code from your app" in late.main
        assert PASSWORD not in late.body
        assert NEW not in late.body
        client.page = page
        assert client.submit("Continue", code=code_at(datetime.now(UTC))).address == address


def change(client: WebClient, status: int = 200, **fields: str) -> Page:
    client.open(f"{ACCOUNT}/password")
    typed = {"old_password": PASSWORD, "password": NEW, "password_again": NEW, **fields}
    return client.submit("Change my password", typed, status=status)


@pytest.mark.requirement("AUTH-15")
def test_a_new_password_counts_and_signs_every_other_browser_out(
    app: Flask, sqlite_store: Store, ada: UUID, client: WebClient
) -> None:
    other = browser(app, sqlite_store, ada, datetime.now(UTC))
    link = make_password_link(sqlite_store, ada, OPERATOR, datetime.now(UTC))
    page = change(client)
    assert page.address == f"{ACCOUNT}?done=password"
    assert "Your password is changed." in page.main
    assert (is_in(client), is_in(other)) == (True, False)
    guest = WebClient(app)
    give_password(guest, status=422)
    assert give_password(guest, password=NEW).address == FACTOR
    guest.open(f"/clinic/new-password/{link}", status=410)


@pytest.mark.requirement("AUTH-15")
@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"old_password": ""}, {"old_password": "Enter your password"}),
        ({"old_password": "x"}, {"old_password": "Enter the password with which you sign in now"}),
        ({"password_again": "x"}, {"password_again": "Enter the same password in both boxes"}),
        (
            {"password": "Ada Example 12345", "password_again": "Ada Example 12345"},
            {
                "password": "Enter a password that is harder to guess: four or more words that do not belong "
                "together, without your name"
            },
        ),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said(
    fields: dict[str, str], errors: dict[str, str], client: WebClient, sqlite_store: Store
) -> None:
    assert change(client, 422, **fields).errors == errors
    assert account_in(sqlite_store, CLINICIAN.email).password_hash.startswith("$argon2id$")  # type: ignore[union-attr]


def test_who_guesses_the_password_at_an_open_desk_has_to_wait(
    client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.passwords.is_right", lambda _hash, typed: typed == PASSWORD)
    for _ in range(10):
        change(client, 422, old_password="x")
    page = change(client, 429)
    assert "There were too many tries" in page.errors["old_password"]


def test_another_app_takes_the_place_of_the_old_one(
    app: Flask, sqlite_store: Store, ada: UUID, client: WebClient
) -> None:
    other = browser(app, sqlite_store, ada, datetime.now(UTC))
    page = client.open(f"{ACCOUNT}/app")
    key = next(each for each in page.html.iter("p") if each.get("class") == "code")
    seed = b32decode("".join("".join(key.itertext()).split()))
    assert seed != SEED
    old = code_at(datetime.now(UTC))
    wrong = client.submit("Use the new app", old_password=PASSWORD, code=old, status=422)
    assert wrong.errors == {"code": "Enter the code that your app shows now for the new key"}
    done = client.submit("Use the new app", old_password=PASSWORD, code=code_at(datetime.now(UTC), seed))
    assert "Your new app is in use." in done.main
    assert (is_in(client), is_in(other)) == (True, False)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=60), tick=False):
        guest = WebClient(app)
        give_password(guest)
        guest.submit("Continue", code=code_at(datetime.now(UTC)), status=422)
        assert guest.submit("Continue", code=code_at(datetime.now(UTC), seed)).address == "/clinic/"


@pytest.mark.requirement("AUTH-11", "AUTH-15")
def test_new_recovery_codes_take_the_place_of_the_old(
    app: Flask, sqlite_store: Store, ada: UUID, client: WebClient
) -> None:
    other = browser(app, sqlite_store, ada, datetime.now(UTC))
    seen = []
    for _ in range(2):
        client.open(f"{ACCOUNT}/recovery-codes")
        page = client.submit("Make new codes", old_password=PASSWORD)
        seen.append(
            {"".join(each.itertext()) for each in page.html.iter("span") if each.get("class") == "code"}
        )
        client.submit("I have kept them")
    assert [len(each) for each in seen] == [10, 10]
    assert not seen[0] & seen[1]
    assert row_counts(sqlite_store)["recovery_codes"] == 10
    assert (is_in(client), is_in(other)) == (True, False)


# --- a link to choose a password ------------------------------------------------------------------


@pytest.mark.requirement("AUTH-14")
def test_a_link_chooses_a_password_and_still_asks_for_the_factor(
    app: Flask, sqlite_store: Store, ada: UUID, client: WebClient
) -> None:
    address = f"/clinic/new-password/{make_password_link(sqlite_store, ada, OPERATOR, datetime.now(UTC))}"
    guest = WebClient(app)
    guest.open(address)
    weak = {"password": "Dr Ada Example 1", "password_again": "Dr Ada Example 1"}
    assert "harder to guess" in guest.submit("Keep this password", weak, status=422).errors["password"]
    page = guest.submit("Keep this password", password=NEW, password_again=NEW)
    assert "Your new password counts." in page.main
    assert not is_in(client), "who was signed in with the old one is signed out"
    guest.open(address, status=410)
    give_password(guest, status=422)
    assert give_password(guest, password=NEW).h1 == "Enter your code"
    assert guest.open("/clinic/").address.startswith(FACTOR)


# --- sessions -------------------------------------------------------------------------------------


@pytest.mark.requirement("SESS-07", part="by the person")
def test_a_person_sees_their_browsers_and_signs_them_out(
    app: Flask, sqlite_store: Store, ada: UUID, client: WebClient, enter: Enter
) -> None:
    stranger = enter(COLLEAGUE)
    others = [browser(app, sqlite_store, ada, datetime.now(UTC)) for _ in range(3)]
    page = client.open(ACCOUNT)
    assert page.main.count("Another browser") == 3
    assert page.main.count("This browser") == 1
    ids = [each.get("value", "") for each in page.html.iter("input") if each.get("name") == "session"]
    assert len(ids) == 4, "three, and all others"
    client.post(f"{ACCOUNT}/sessions", {"session": ids[0]})
    assert sum(map(is_in, others)) == 2
    client.open(ACCOUNT)
    client.post(f"{ACCOUNT}/sessions", {"session": "others"})
    assert (sum(map(is_in, others)), is_in(client), is_in(stranger)) == (0, True, True)


@pytest.mark.requirement("SESS-07", part="by the person")
def test_nobody_signs_somebody_else_out(client: WebClient, enter: Enter, sqlite_store: Store) -> None:
    stranger = enter(COLLEAGUE)
    with sqlite_store.database.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT id FROM clinic_sessions").scalars().all()
    client.open(ACCOUNT)
    for wanted in (*rows, "", "x", "'", "0" * 40):
        client.post(f"{ACCOUNT}/sessions", {"session": wanted})
    assert is_in(stranger)


# --- what a person has to hear of -----------------------------------------------------------------


@pytest.mark.requirement("AUTH-18")
def test_a_change_is_shown_on_every_page_until_it_is_put_away(client: WebClient) -> None:
    assert "I know of this" not in client.open("/clinic/find").body
    change(client)
    for address in ("/clinic/find", "/clinic/", ACCOUNT):
        page = client.open(address)
        assert "Your password was changed." in page.body
    assert client.submit("I know of this").address == ACCOUNT
    assert "Your password was changed." not in client.open("/clinic/").body


@pytest.mark.requirement("AUTH-18")
def test_what_others_do_is_shown_at_the_next_sign_in(app: Flask, sqlite_store: Store, ada: UUID) -> None:
    now = datetime.now(UTC)
    people.set_active(sqlite_store, ada, False, OPERATOR, now)
    people.set_active(sqlite_store, ada, True, OPERATOR, now)
    people.set_roles(sqlite_store, ada, is_administrator=True, is_clinician=True, actor=OPERATOR, now=now)
    people.make_password_link(sqlite_store, ada, OPERATOR, now)
    withdraw_links(sqlite_store, OPERATOR, now)
    client = WebClient(app)
    give_password(client)
    page = client.submit("Continue", code=code_at(datetime.now(UTC)))
    for words in (
        "Your account was shut.",
        "Your account was taken back into use.",
        "Your roles were changed: you are administrator and clinician.",
        "A link to choose a new password was withdrawn.",
    ):
        assert words in page.body
    assert "Your account or what you may do was changed." not in page.body


@pytest.mark.requirement("AUTH-18")
def test_putting_away_one_thing_hides_nothing_that_came_meanwhile(
    client: WebClient, sqlite_store: Store, ada: UUID
) -> None:
    change(client)
    client.open("/clinic/find")
    people.make_password_link(sqlite_store, ada, OPERATOR, datetime.now(UTC))
    page = client.submit("I know of this")
    assert "A link to choose a new password was made for you." in page.body
    assert "Your password was changed." not in page.body
    for seen in ("", "x", "-1", "9" * 30, "²"):
        client.post(f"{ACCOUNT}/notices", {"seen": seen})


@pytest.mark.requirement("AUTH-18")
def test_nothing_that_is_still_to_come_can_be_put_away(client: WebClient) -> None:
    client.open(ACCOUNT)
    client.post(f"{ACCOUNT}/notices", {"seen": "9" * 18})
    change(client)
    assert "Your password was changed." in client.open("/clinic/find").body


@pytest.mark.requirement("AUTH-18")
def test_the_sign_in_before_and_wrong_tries_are_shown(app: Flask, sqlite_store: Store, ada: UUID) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        first = WebClient(app)
        give_password(first)
        first.submit("Continue", code=code_at(datetime.now(UTC)))
        assert first.open(ACCOUNT).answers["Sign-in before this one"] == "None that is known"
        clock.shift(timedelta(hours=1))
        guest = WebClient(app)
        for _ in range(2):
            give_password(guest, password="not the password", status=422)
        give_password(guest)
        guest.submit("Continue", code="000000", status=422)
        guest.submit("Continue", code=code_at(datetime.now(UTC)))
        answers = guest.open(ACCOUNT).answers
        assert answers["Sign-in before this one"].startswith("2 Mar 2026, 12:00, place ")
        assert answers["Wrong tries since then"] == "3"


@pytest.mark.requirement("AUTH-17")
def test_password_managers_know_which_password_is_meant(
    client: WebClient, sqlite_store: Store, ada: UUID, app: Flask
) -> None:
    now = datetime.now(UTC)
    link = f"/clinic/set-up/{invite(sqlite_store, email=None, is_administrator=False, now=now)}"
    reset = f"/clinic/new-password/{make_password_link(sqlite_store, ada, OPERATOR, now)}"
    guest = WebClient(app)
    pages = [
        guest.open("/clinic/sign-in"),
        guest.open(link),
        guest.open(reset),
        client.open(f"{ACCOUNT}/password"),
        client.open(f"{ACCOUNT}/app"),
    ]
    for page in pages:
        fields = [each for each in page.html.iter("input") if "password" in each.get("name", "")]
        assert fields
        for each in fields:
            is_new = each.get("name") != "old_password" and page.address != "/clinic/sign-in"
            wanted = "new-password" if is_new else "current-password"
            assert (each.get("type"), each.get("autocomplete")) == ("password", wanted)
            assert each.get("onpaste") is None
            assert each.get("maxlength") is None
