"""The second half of signing in: a code of the app, set up first, or a recovery code."""

from base64 import b32decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask

from app.clinic.rights import RIGHTS, Right
from app.storage.store import Store
from tests.support.accounts import (
    CLINICIAN,
    COOKIE,
    FACTOR,
    Doorkeeper,
    Person,
    account_in,
    clinic_app,
    code_at,
    give_password,
    open_session,
)
from tests.support.client import Page, WebClient
from tests.support.product import row_counts
from tests.support.routes import routes_of

Enter = Callable[[Person], WebClient]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WRONG = "Enter the code that your app shows now. A code works once"
STEP = timedelta(seconds=30)


def half_signed_in(app: Flask, store: Store, account_id: UUID) -> WebClient:
    """A browser in which only the password was given."""
    client = WebClient(app)
    client.set_cookie(COOKIE, open_session(store, account_id, factor_at=None))
    return client


@pytest.fixture
def ada(sqlite_store: Store, doorkeeper: Doorkeeper) -> UUID:
    return doorkeeper.make(sqlite_store, CLINICIAN)


@pytest.fixture
def client(app: Flask, sqlite_store: Store, ada: UUID) -> WebClient:
    browser = half_signed_in(app, sqlite_store, ada)
    browser.open(FACTOR)
    return browser


def give(client: WebClient, code: str, status: int = 200) -> Page:
    return client.submit("Continue", code=code, status=status)


# --- nothing before it ----------------------------------------------------------------------------


@pytest.mark.requirement("AUTH-08")
def test_a_password_alone_reaches_nothing_but_the_second_factor(
    app: Flask, sqlite_store: Store, client: WebClient
) -> None:
    before = row_counts(sqlite_store)
    for route in routes_of(clinic_app(app)):
        if RIGHTS[route.endpoint] in (Right.ANYONE, Right.PASSWORD):
            continue
        address = "/clinic" + route.example(str(uuid4()))
        for method in route.methods:
            if method == "POST":
                page = client.post(address, {"status": "closed", "code": "x"})
                assert (page.status, page.h1) == (401, "Send it once more"), address
            else:
                page = client.request(method, address)
                assert (page.status, page.location.partition("?")[0]) == (303, FACTOR), address
    assert row_counts(sqlite_store) == before
    assert client.open("/clinic/nothing-there").address.startswith(FACTOR)


@pytest.mark.requirement("AUTH-08")
def test_a_password_alone_shows_no_name_and_can_be_taken_back(client: WebClient) -> None:
    assert CLINICIAN.name not in client.current.body
    assert client.submit("Sign out").address == "/clinic/sign-in"
    assert client.open(FACTOR).address.startswith("/clinic/sign-in")


# --- codes ----------------------------------------------------------------------------------------


@pytest.mark.requirement("AUTH-09")
@pytest.mark.parametrize("again", ["{}", "{0[0]} {0[1]}{0[2]}-{0[3]}{0[4]} {0[5]}", "wide"])
def test_a_code_works_once(again: str, app: Flask, sqlite_store: Store, ada: UUID) -> None:
    """Also typed in another way, and after a wrong one in between."""
    with time_machine.travel(NOON, tick=False):
        code = code_at(NOON)
        typed = "".join(chr(ord(sign) + 0xFEE0) for sign in code) if again == "wide" else again.format(code)
        first, second = (half_signed_in(app, sqlite_store, ada) for _ in range(2))
        first.open(FACTOR)
        assert give(first, typed).address == "/clinic/"
        second.open(FACTOR)
        assert give(second, "000000", 422).errors == {"code": WRONG}
        for each in (code, typed):
            assert give(second, each, 422).errors == {"code": WRONG}


@pytest.mark.requirement("AUTH-09")
def test_a_clock_may_be_one_step_off_and_no_older_code_comes_after_a_newer(
    app: Flask, sqlite_store: Store, ada: UUID
) -> None:
    with time_machine.travel(NOON, tick=False):
        for steps, status in ((-2, 422), (2, 422), (-1, 200), (1, 200), (0, 422)):
            client = half_signed_in(app, sqlite_store, ada)
            client.open(FACTOR)
            give(client, code_at(NOON + steps * STEP), status)


def test_what_is_missing_is_said(client: WebClient) -> None:
    assert give(client, "", 422).errors == {"code": "Enter the six digits that your app shows"}
    assert give(client, "1" * 60, 422).errors == {"code": "Enter the six digits alone"}


@pytest.mark.requirement("AUTH-10")
def test_after_five_codes_even_the_right_one_has_to_wait(app: Flask, sqlite_store: Store, ada: UUID) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = half_signed_in(app, sqlite_store, ada)
        client.open(FACTOR)
        for _ in range(5):
            give(client, "000000", 422)
        page = give(client, code_at(NOON), 429)
        assert page.errors == {"code": "There were too many tries. Wait 5 minutes, then try again"}
        assert page.headers["Retry-After"] == "300"
        clock.shift(timedelta(minutes=5))
        assert give(client, code_at(NOON + timedelta(minutes=5))).address == "/clinic/"


# --- setting it up --------------------------------------------------------------------------------


def key_on(page: Page) -> bytes:
    marks = [each for each in page.html.iter("p") if each.get("class") == "code"]
    return b32decode("".join("".join(marks[0].itertext()).split()))


@pytest.fixture
def newcomer(app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper) -> WebClient:
    """Somebody who has an account and no app yet, at the page that asks for one."""
    doorkeeper.make(sqlite_store, CLINICIAN, has_factor=False)
    client = WebClient(app)
    give_password(client)
    return client


@pytest.mark.requirement("AUTH-11")
def test_an_app_is_set_up_once_and_its_key_is_never_shown_again(
    newcomer: WebClient, app: Flask, sqlite_store: Store
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        seed = key_on(newcomer.open(FACTOR))
        assert len(seed) == 20
        assert seed == key_on(newcomer.open(FACTOR)), "the same until it is confirmed"
        give(newcomer, "000000", 422)
        account = account_in(sqlite_store, CLINICIAN.email)
        assert account is not None
        assert not account.has_factor
        page = give(newcomer, code_at(datetime.now(UTC), seed))
        assert page.h1 == "Keep your recovery codes"
        clock.shift(STEP)
        other = WebClient(app)
        page = give_password(other)
        assert page.h1 == "Enter your code"
        assert not list(page.html.iter("svg"))


@pytest.mark.requirement("AUTH-11")
def test_the_key_is_nowhere_readable_in_the_database(newcomer: WebClient, sqlite_store: Store) -> None:
    seed = key_on(newcomer.open(FACTOR))
    with sqlite_store.database.reading() as session:
        stored = session.connection().exec_driver_sql("SELECT totp_seed FROM clinicians").scalar_one()
    assert seed not in stored
    assert seed.hex().encode() not in stored


def codes_on(page: Page) -> list[str]:
    return [
        "".join(each.itertext())
        for part in page.html.iter("ol")
        for each in part.iter("span")
        if each.get("class") == "code"
    ]


@pytest.mark.requirement("AUTH-11")
def test_ten_recovery_codes_are_shown_until_they_are_kept(newcomer: WebClient, sqlite_store: Store) -> None:
    page = give(newcomer, code_at(datetime.now(UTC), key_on(newcomer.open(FACTOR))))
    codes = codes_on(page)
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {24}, "24 symbols of 5 bits"
    assert codes_on(newcomer.open("/clinic/account/recovery-codes")) == codes
    assert newcomer.submit("I have kept them").address == "/clinic/"
    page = newcomer.open("/clinic/account/recovery-codes")
    assert not codes_on(page)
    assert "You have 10 recovery codes left." in page.main
    with sqlite_store.database.reading() as session:
        stored = session.connection().exec_driver_sql("SELECT * FROM recovery_codes").all()
    assert not any(code.replace("-", "") in str(stored) for code in codes)


@pytest.mark.requirement("AUTH-11")
def test_a_recovery_code_stands_in_for_the_app_once(newcomer: WebClient, app: Flask) -> None:
    code, other, *_ = codes_on(give(newcomer, code_at(datetime.now(UTC), key_on(newcomer.open(FACTOR)))))
    sayings = []
    client = WebClient(app)
    for typed, status in (("0000-0000", 422), (code.lower().replace("-", " "), 200), (code, 422)):
        client = WebClient(app)
        give_password(client)
        client.follow("I cannot use my app")
        sayings.append(client.submit("Continue", recovery_code=typed, status=status))
    assert sayings[-1].errors == {
        "recovery_code": "Enter a recovery code that you have not used yet. Each works once"
    }
    page = client.submit("Continue", recovery_code=other)
    assert page.h1 == "Set up your app anew"
    assert "You are signed in with a recovery code" in page.main
    assert "8 codes left" in client.open("/clinic/account").main
    assert "A recovery code was used." in client.current.body


def test_the_page_wanted_comes_after_the_recovery_code(newcomer: WebClient, app: Flask) -> None:
    codes = codes_on(give(newcomer, code_at(datetime.now(UTC), key_on(newcomer.open(FACTOR)))))
    client = WebClient(app)
    client.open("/clinic/find")
    client.submit("Sign in", email=CLINICIAN.email, password="violet anchor biscuit lantern")
    client.follow("I cannot use my app")
    client.submit("Continue", recovery_code=codes[0])
    assert client.follow("Go on without").address == "/clinic/find"


@pytest.mark.requirement("SESS-09", part="export")
def test_what_takes_data_away_asks_for_a_code_of_the_last_ten_minutes(
    app: Flask, sqlite_store: Store, ada: UUID
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = WebClient(app)
        client.set_cookie(COOKIE, open_session(sqlite_store, ada, factor_at=NOON))
        page = client.open("/clinic/table")
        actions = [each.get("action", "") for each in page.html.iter("form")]
        (address,) = [each for each in actions if each.startswith("/clinic/table")]
        typed = {"format": "csv", "reason": "for the yearly report"}
        clock.shift(timedelta(minutes=9, seconds=59))
        assert client.post(address, typed).status in (200, 303, 422)
        clock.shift(timedelta(seconds=1))
        late = client.post(address, typed)
        assert (late.status, late.h1) == (401, "Send it once more")
        assert "This needs a fresh code from your app" in late.main
        assert late.values()["reason"] == ["for the yearly report"]
        before = client.cookie(COOKIE)
        wrong = client.post(address, {**typed, "step_up_code": "123"})
        assert wrong.status == 401
        assert wrong.main.count("Enter the code that your app shows now. A code works once") == 2
        assert wrong.values()["reason"] == ["for the yearly report"]
        done = client.post(address, {**typed, "step_up_code": code_at(datetime.now(UTC))})
        assert done.headers["Content-Disposition"].startswith("attachment")
        assert client.cookie(COOKIE) != before, "with a second factor comes another token"
