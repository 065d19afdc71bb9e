"""Who guesses has to wait, over all processes; whom they guess for does not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from app.services.people import unlock
from app.services.sign_in import IN_A_ROW_LIMIT
from app.storage.audit import OPERATOR, Action
from app.storage.store import Store
from tests.support.accounts import (
    CLINICIAN,
    COLLEAGUE,
    FACTOR,
    PASSWORD,
    Doorkeeper,
    code_at,
    give_password,
)
from tests.support.audit import entries
from tests.support.client import Page, WebClient

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WAIT = "There were too many tries. Wait 5 minutes, then try again"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; what is counted here is not what is hashed."""
    monkeypatch.setattr(
        "app.services.passwords.is_right", lambda kept, typed: bool(kept) and typed == PASSWORD
    )


@pytest.fixture
def ada(sqlite_store: Store, doorkeeper: Doorkeeper) -> UUID:
    return doorkeeper.make(sqlite_store, CLINICIAN)


def from_address(app: Flask, number: int) -> WebClient:
    """A browser at an address of its own."""
    client = WebClient(app)
    client.flask.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
    return client


def known_browser(app: Flask, number: int) -> WebClient:
    """A browser that the person has signed in with before, and out."""
    known = from_address(app, number)
    give_password(known)
    known.submit("Continue", code=code_at(datetime.now(UTC)))
    known.submit("Sign out")
    return known


def guess(client: WebClient, status: int = 422, email: str = CLINICIAN.email) -> Page:
    return give_password(client, email, "not the password", status=status)


@pytest.mark.requirement("AUTH-07")
@pytest.mark.parametrize("email", [CLINICIAN.email, "nobody@example.org"])
def test_after_ten_guesses_for_one_account_even_the_right_password_has_to_wait(
    email: str, app: Flask, ada: UUID
) -> None:
    """From ten addresses; known or not, in the same words."""
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(10):
            guess(from_address(app, number), email=email)
        stranger = from_address(app, 99)
        wrong = guess(stranger, 429, email)
        right = give_password(stranger, email, status=429)
        assert wrong.errors == right.errors == {"email": WAIT}
        assert right.headers["Retry-After"] == "300"
        clock.shift(timedelta(minutes=5))
        if email == CLINICIAN.email:
            assert give_password(stranger).address == FACTOR


@pytest.mark.requirement("DAT-11", part="sign-ins that had to wait")
def test_who_guesses_on_is_noted_once_in_each_stretch_of_time(
    app: Flask, sqlite_store: Store, ada: UUID
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(2):
            for number in range(13):
                guess(from_address(app, 1), 422 if number < 10 else 429)
            clock.shift(timedelta(minutes=5))
    noted = [each.action for each in entries(sqlite_store)]
    assert noted == ([Action.SIGN_IN_FAILED] * 10 + [Action.SIGN_IN_THROTTLED]) * 2


@pytest.mark.requirement("AUTH-07")
def test_after_ten_guesses_from_one_address_every_account_has_to_wait_there(
    app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper, ada: UUID
) -> None:
    doorkeeper.make(sqlite_store, COLLEAGUE)
    with time_machine.travel(NOON, tick=False):
        for number in range(10):
            guess(from_address(app, 1), email=f"person{number}@example.org")
        assert give_password(from_address(app, 1), COLLEAGUE.email, status=429).errors == {"email": WAIT}
        assert give_password(from_address(app, 2), COLLEAGUE.email).address == FACTOR


@pytest.mark.requirement("AUTH-07")
def test_a_browser_that_the_person_has_used_before_still_gets_in(app: Flask, ada: UUID) -> None:
    with time_machine.travel(NOON, tick=False):
        known = known_browser(app, 1)
        for number in range(2, 12):
            guess(from_address(app, number))
        give_password(from_address(app, 50), status=429)
        assert give_password(known).address == FACTOR
        for number in range(10):
            guess(from_address(known.flask.application, 60 + number), 429)


@pytest.mark.requirement("AUTH-07")
def test_a_stranger_on_the_same_network_keeps_no_known_browser_out(app: Flask, ada: UUID) -> None:
    with time_machine.travel(NOON, tick=False):
        known = known_browser(app, 1)
        for number in range(10):
            guess(from_address(app, 1), email=f"person{number}@example.org")
        give_password(from_address(app, 1), status=429)
        assert give_password(known).address == FACTOR


@pytest.mark.requirement("AUTH-07")
def test_the_mark_of_a_browser_is_worth_nothing_for_another_person_or_made_up(
    app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper, ada: UUID
) -> None:
    doorkeeper.make(sqlite_store, COLLEAGUE)
    with time_machine.travel(NOON, tick=False):
        known = from_address(app, 1)
        give_password(known, COLLEAGUE.email)
        known.submit("Continue", code=code_at(NOON))
        mark = known.cookie("desk-browser") or ""
        known.submit("Sign out")
        for number in range(2, 12):
            guess(from_address(app, number))
        for forged in (mark, mark[:-1] + "0", "x." + mark.partition(".")[2], mark + "\u00e9", "", "."):
            thief = from_address(app, 70)
            thief.set_cookie("desk-browser", forged)
            give_password(thief, status=429)


@pytest.mark.requirement("AUTH-07")
def test_right_passwords_do_not_count(app: Flask, ada: UUID) -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(12):
            assert give_password(from_address(app, 1)).address == FACTOR


@pytest.mark.requirement("AUTH-07")
def test_after_a_hundred_in_a_row_somebody_has_to_unlock_the_account(
    app: Flask, sqlite_store: Store, ada: UUID
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(IN_A_ROW_LIMIT.most):
            guess(from_address(app, number))
            if number % 10 == 9:
                clock.shift(timedelta(minutes=5))
        clock.shift(timedelta(days=40))
        page = give_password(from_address(app, 200), status=429)
        asks = "There were too many tries. Ask your administrator to unlock your account"
        assert page.errors == {"email": asks}
        unlock(sqlite_store, ada, OPERATOR, datetime.now(UTC))
        assert give_password(from_address(app, 200)).address == FACTOR


@pytest.mark.requirement("AUTH-07")
def test_one_right_password_ends_a_row_of_wrong_ones(app: Flask, ada: UUID) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(IN_A_ROW_LIMIT.most + 9):
            if number == 50:
                give_password(from_address(app, 201))
            guess(from_address(app, number))
            if number % 9 == 8:
                clock.shift(timedelta(minutes=5))
        clock.shift(timedelta(minutes=5))
        assert give_password(from_address(app, 200)).address == FACTOR
