"""Sessions: where they live, how long, and what ends them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from app.services.people import end_sessions_of
from app.services.queue import queue_page
from app.services.sign_in import current_session
from app.storage import clinic_sessions
from app.storage.audit import OPERATOR
from app.storage.store import Store
from config import Settings, load_settings
from tests.support.accounts import (
    CLINICIAN,
    COOKIE,
    SIGN_IN,
    Doorkeeper,
    Person,
    add_person,
    code_at,
    give_password,
    open_session,
)
from tests.support.client import WebClient
from tests.support.product import Product, row_counts

Enter = Callable[[Person], WebClient]
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def ada(sqlite_store: Store, doorkeeper: Doorkeeper) -> UUID:
    return doorkeeper.make(sqlite_store, CLINICIAN)


def browser_with(app: Flask, token: str) -> WebClient:
    client = WebClient(app)
    client.set_cookie(COOKIE, token)
    return client


def is_in(app: Flask, token: str | None, address: str = "/clinic/find") -> bool:
    return browser_with(app, token or "").request("GET", address).status == 200


# --- the token ------------------------------------------------------------------------------------


@pytest.mark.requirement("SESS-01")
def test_the_cookie_is_random_and_the_database_has_only_its_digest(
    app: Flask, sqlite_store: Store, ada: UUID
) -> None:
    client = WebClient(app)
    give_password(client)
    token = client.cookie(COOKIE) or ""
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    with sqlite_store.database.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT * FROM clinic_sessions").all()
    assert len(rows) == 1
    assert token not in str(rows)


@pytest.mark.requirement("SESS-02")
def test_over_https_the_cookie_belongs_to_this_host_alone(
    settings: Settings, sqlite_store: Store, product: Product, ada: UUID
) -> None:
    https = load_settings(
        {"DATA_DIR": str(settings.data_dir), "PUBLIC_URL": "https://clinic.example", "COUNTRY": "GB"}
    )
    client = WebClient(product.make(https, sqlite_store), is_https=True, host="clinic.example")
    give_password(client)
    client.submit("Continue", code=code_at(datetime.now(UTC)))
    names = {cookie.partition("=")[0] for cookie in client.cookies_set}
    assert names == {"__Host-desk", "__Host-desk-browser"}
    for cookie in client.cookies_set:
        assert "SameSite=Strict" in cookie
    assert sum(len(cookie.partition(";")[0]) for cookie in set(client.cookies_set)) < 4096


@pytest.mark.requirement("SESS-03")
def test_each_step_brings_a_new_token_and_the_old_ones_are_dead(
    app: Flask, sqlite_store: Store, ada: UUID
) -> None:
    client = WebClient(app)
    client.open(SIGN_IN)
    tokens = [client.cookie(COOKIE)]
    give_password(client)
    tokens.append(client.cookie(COOKIE))
    client.submit("Continue", code=code_at(datetime.now(UTC)))
    tokens.append(client.cookie(COOKIE))
    assert [is_in(app, token) for token in tokens] == [False, False, True]
    client.submit("Sign out")
    tokens.append(client.cookie(COOKIE))
    assert len(set(tokens)) == 4
    assert not any(is_in(app, token) for token in tokens)


def test_a_token_that_somebody_made_up_is_never_taken_on(app: Flask, ada: UUID) -> None:
    """Who plants a cookie before the sign-in knows nothing of the session after it."""
    client = browser_with(app, "a" * 43)
    give_password(client)
    assert client.cookie(COOKIE) != "a" * 43
    assert not is_in(app, "a" * 43)


def test_a_forged_cookie_opens_nothing(app: Flask, clinic_client: WebClient) -> None:
    value = clinic_client.cookie(COOKIE) or ""
    for forged in (value[:-2], value[1:], value[:-1] + "%", value.swapcase(), "x", ""):
        assert not is_in(app, forged)
    assert is_in(app, value)


# --- its time -------------------------------------------------------------------------------------


@pytest.mark.requirement("SESS-04")
def test_a_session_ends_after_a_quarter_of_an_hour_without_use(
    app: Flask, sqlite_store: Store, ada: UUID
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        token = open_session(sqlite_store, ada, factor_at=MORNING)
        for _ in range(3):
            clock.shift(timedelta(minutes=13))
            assert is_in(app, token)
        clock.shift(timedelta(minutes=15))
        for address in ("/clinic/find", "/clinic/?now=yes", "/clinic/find?token=x&session=new"):
            assert not is_in(app, token, address)
        clock.shift(timedelta(minutes=-10))
        assert not is_in(app, token), "a clock that is set back brings nothing back"


@pytest.mark.requirement("SESS-04")
def test_a_session_ends_after_ten_hours_however_much_it_is_used(
    app: Flask, sqlite_store: Store, ada: UUID
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        token = open_session(sqlite_store, ada, factor_at=MORNING)
        for _ in range(46):
            clock.shift(timedelta(minutes=13))
            with sqlite_store.database.writing() as session:
                found = clinic_sessions.find_session(session, token)
                assert found is not None
                clinic_sessions.set_seen(session, found.id, datetime.now(UTC))
        assert is_in(app, token)
        clock.move_to(MORNING + timedelta(hours=10))
        assert not is_in(app, token)


@pytest.mark.requirement("SESS-04")
def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(sqlite_store: Store, ada: UUID) -> None:
    token = open_session(sqlite_store, ada, factor_at=datetime.now(UTC))
    now = datetime.now(UTC)
    for minutes in (5, 10, 14):
        assert current_session(sqlite_store, token, now + timedelta(minutes=minutes), is_used=False)
    assert current_session(sqlite_store, token, now + timedelta(minutes=15)) is None


@pytest.mark.requirement("SESS-04")
def test_what_is_asked_in_the_background_keeps_nobody_signed_in(
    app: Flask, sqlite_store: Store, ada: UUID
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = browser_with(app, open_session(sqlite_store, ada, factor_at=MORNING))
        page = client.open("/clinic/find")
        style = next(each.get("href", "") for each in page.html.iter("link"))
        for address in ("/clinic/healthz", "/clinic/readyz", style):
            clock.shift(timedelta(minutes=5))
            assert client.request("GET", address).status == 200
        assert client.open("/clinic/find").address.startswith(SIGN_IN)


def test_pages_say_how_long_there_is(app: Flask, sqlite_store: Store, ada: UUID) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = browser_with(app, open_session(sqlite_store, ada, factor_at=MORNING))
        clock.shift(timedelta(minutes=10))
        box = next(each for each in client.open("/clinic/find").html.iter("div") if each.get("data-idle"))
        assert (box.get("data-idle"), box.get("data-end")) == ("900", str(10 * 3600 - 600))


def test_staying_needs_the_button_and_the_token(app: Flask, sqlite_store: Store, ada: UUID) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = browser_with(app, open_session(sqlite_store, ada, factor_at=MORNING))
        client.open("/clinic/find")
        clock.shift(timedelta(minutes=14))
        assert client.post("/clinic/stay", token="x").status == 400
        assert client.post("/clinic/stay").status == 204
        clock.shift(timedelta(minutes=14))
        assert client.post("/clinic/stay").status == 204
        clock.shift(timedelta(minutes=15))
        assert client.post("/clinic/stay").status == 401


# --- its end --------------------------------------------------------------------------------------


def test_signing_out_needs_the_button(clinic_client: WebClient) -> None:
    clinic_client.open("/clinic/")
    assert clinic_client.request("GET", "/clinic/sign-out").status == 405
    assert clinic_client.open("/clinic/").address == "/clinic/"
    page = clinic_client.submit("Sign out")
    assert page.address == SIGN_IN
    assert clinic_client.open("/clinic/").address == SIGN_IN


@pytest.mark.requirement("SESS-05")
def test_the_old_cookie_opens_nothing_after_signing_out(app: Flask, clinic_client: WebClient) -> None:
    clinic_client.open("/clinic/")
    old = clinic_client.cookie(COOKIE)
    left = clinic_client.submit("Sign out", follow=False, status=303)
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(app, old)


@pytest.mark.requirement("SESS-08")
def test_a_request_that_ends_after_its_session_does_not_bring_it_back(
    app: Flask, sqlite_store: Store, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = open_session(sqlite_store, ada, factor_at=datetime.now(UTC))
    client = browser_with(app, token)
    real = queue_page

    def slow(*given: Any, **more: Any) -> Any:
        end_sessions_of(sqlite_store, ada, OPERATOR, datetime.now(UTC))
        return real(*given, **more)

    monkeypatch.setattr("app.clinic.queue.queue_page", slow)
    assert client.open("/clinic/").status == 200
    assert row_counts(sqlite_store)["clinic_sessions"] == 0
    assert client.cookie(COOKIE) == token
    assert not is_in(app, token)


@pytest.mark.requirement("SESS-08")
def test_neither_use_nor_a_factor_brings_a_session_back(store: Store) -> None:
    """In the database itself, of both kinds: whatever comes late changes no row."""
    account_id = add_person(store, CLINICIAN, "hash")
    token = open_session(store, account_id, factor_at=None)
    now = datetime.now(UTC)
    found = current_session(store, token, now)
    assert found is not None
    end_sessions_of(store, account_id, OPERATOR, now)
    with store.database.writing() as session:
        clinic_sessions.set_seen(session, found.id, now)
        assert not clinic_sessions.replace_token(session, found.id, "b" * 43, now)
        clinic_sessions.set_challenge(session, found.id, b"x")
    assert row_counts(store)["clinic_sessions"] == 0


# --- where links lead -----------------------------------------------------------------------------


@pytest.mark.requirement("AUTH-16")
@pytest.mark.parametrize("name", ["evil.example", "localhost.evil.example", "evil.example:80", "[::1]", ""])
def test_a_foreign_host_is_refused(name: str, app: Flask) -> None:
    response = app.test_client().get(SIGN_IN, headers={"Host": name})
    assert response.status_code == 400
    assert "evil" not in response.text


@pytest.mark.requirement("AUTH-16")
@pytest.mark.parametrize("address", ["/", "/clinic/", SIGN_IN])
def test_a_foreign_forwarded_host_is_refused(address: str, app: Flask) -> None:
    for name in ("evil.example", "localhost, evil.example"):
        response = app.test_client().get(address, headers={"X-Forwarded-Host": name})
        assert response.status_code == 400
        assert "evil" not in response.text
    ours = app.test_client().get(address, headers={"X-Forwarded-Host": "localhost"})
    assert ours.status_code in (200, 303)


@pytest.mark.requirement("AUTH-16")
def test_other_words_of_a_proxy_are_not_listened_to(app: Flask) -> None:
    """No page or redirect repeats them: every address that we write is a path, or the one that is set."""
    for header, value in (("X-Host", "evil.example"), ("Forwarded", "host=evil.example")):
        page = WebClient(app).request("GET", "/clinic/", headers={header: value})
        assert (page.status, page.location) == (303, SIGN_IN)
        assert "evil" not in page.body + str(page.headers)
