"""Who may come to the desk, and what is left of it after signing out."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account
from tests.journeys.pages import (
    POSITIVE,
    press,
    see,
    see_errors,
    type_in,
)
from tests.journeys.shortcut import reach
from tests.support.server import Server

pytestmark = pytest.mark.browser

PROTECTED = ("/clinic/", "/clinic/?status=done", "/clinic/find", "/clinic/statistics", "/clinic/take-in")


@pytest.fixture
def wide(window: OpenWindow) -> Page:
    return window(1280, java_script_enabled=False)


@pytest.mark.parametrize("path", PROTECTED)
def test_signed_out_pages_lead_to_the_door(wide: Page, server: Server, path: str) -> None:
    wide.goto(server.origin + path)
    see(wide, "Sign in")
    expect(wide.locator(".row-link, .queue-item")).to_have_count(0)


def test_signing_out_closes_the_desk(wide: Page, server: Server, account: Account) -> None:
    desk.sign_in(wide, server.origin, account)
    desk.open_first(wide)
    record = wide.url
    press(wide, "Sign out")
    see(wide, "Sign in")
    wide.goto(record)
    see(wide, "Sign in")
    wide.go_back()
    see(wide, "Sign in")


@pytest.mark.requirement("SESS-05")
def test_back_after_signing_out_shows_no_record(window: OpenWindow, server: Server, account: Account) -> None:
    page = window(1280, java_script_enabled=False, intercept=False)
    desk.sign_in(page, server.origin, account)
    desk.open_first(page)
    press(page, "Sign out")
    see(page, "Sign in")
    for _ in range(2):
        page.go_back()
        see(page, "Sign in")
        expect(page.locator(".tile")).to_have_count(0)


def test_a_wrong_password_says_not_what_was_wrong(wide: Page, server: Server, account: Account) -> None:
    wide.goto(server.origin + "/clinic/sign-in")
    for email in (account.email, "nobody@example.org"):
        type_in(wide, "E-mail address", email)
        type_in(wide, "Password", "not the password")
        press(wide, "Sign in")
        see_errors(wide, "The address and the password do not belong together")
        expect(wide.get_by_label("E-mail address")).to_have_value(email)
        expect(wide.get_by_label("Password")).to_have_value("")


def test_a_patient_sees_nothing_of_the_desk(wide: Page, server: Server) -> None:
    reach(wide, server.origin, "check-answers")
    press(wide, "Send my answers")
    see(wide, POSITIVE)
    wide.goto(server.origin + "/clinic/")
    see(wide, "Sign in")
