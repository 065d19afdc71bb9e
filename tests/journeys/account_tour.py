"""A tour through the second factor and one's own account."""

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.journeys import desk
from tests.journeys.desk import Account
from tests.journeys.pages import follow, press, see, type_in
from tests.journeys.tour import Guide

PASSWORD_NOW = "Your password now"


def tour_second_factor(guide: Guide) -> None:
    """From the first sign-in of somebody new to their recovery codes, and in with one of them."""
    page = guide.page
    new = Account("Dr N. Newcomer", f"{uuid4().hex[:8]}@example.org")
    page.goto(desk.set_up_link(guide.server))
    desk.fill_set_up(page, new)
    desk.give_password(page, guide.origin, new)
    guide.show("second-factor-set-up", "Set up your second factor")
    press(page, "Continue")
    guide.show_error("second-factor-set-up-error")
    new = desk.with_phone(page, guide.server, new)
    desk.give_code(page, new)
    guide.show("recovery-codes-to-keep", "Keep your recovery codes")
    code = page.locator(".codes .code").first.inner_text()
    press(page, "I have kept them")
    expect(page.locator(".own-notices")).to_be_visible()
    guide.visit("notices")
    press(page, "Sign out")
    desk.give_password(page, guide.origin, new)
    guide.show("code", "Enter your code")
    type_in(page, "Six-digit code", "000000")
    press(page, "Continue")
    guide.show_error("code-error")
    follow(page, "I cannot use my app")
    guide.show("recovery", "Use a recovery code")
    type_in(page, "Recovery code", "0000")
    press(page, "Continue")
    guide.show_error("recovery-error")
    type_in(page, "Recovery code", code)
    press(page, "Continue")
    guide.show("new-app-after-recovery", "Set up your app anew")


def tour_own_account(guide: Guide) -> None:
    page = guide.page
    desk.sign_in(page, guide.origin, guide.account)
    guide.open("/clinic/account", "account", "Your account")
    follow(page, "Change your password")
    guide.show("password", "Change your password")
    press(page, "Change my password")
    guide.show_error("password-error")
    guide.open("/clinic/account/app", "new-app", "Set up your app anew")
    type_in(page, PASSWORD_NOW, "not the password")
    type_in(page, "Six-digit code", "000000")
    press(page, "Use the new app")
    guide.show_error("new-app-error")
    guide.open("/clinic/account/recovery-codes", "recovery-codes", "Make new recovery codes")
    press(page, "Make new codes")
    guide.show_error("recovery-codes-error")
    made = guide.server.command("people", "reset-password", guide.colleague.email).stdout
    found = re.search(r"http\S+(/clinic/new-password/\S+)", made)
    assert found, made
    guide.open(found[1], "new-password", "Choose a new password")
    press(page, "Keep this password")
    guide.show_error("new-password-error")
    page.goto(guide.origin + "/clinic/account")
    see(page, "Your account")
