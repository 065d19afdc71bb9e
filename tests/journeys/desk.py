"""What clinicians do at the desk, in the words of the page."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.journeys.pages import choose, press, see, type_in
from tests.support.server import Server

STANDS = "Where does this screening stand now?"


@dataclass(frozen=True)
class Account:
    """Somebody who works in the clinic."""

    name: str = "Dr A. Reyes"
    email: str = "reyes@example.org"
    password: str = "quiet green room 42"


def set_up_link(server: Server) -> str:
    """A fresh one-time link, as the operator gets it."""
    made = server.command("create-administrator")
    assert made.returncode == 0, made.stderr
    found = re.search(r"http\S+/clinic/set-up/\S+", made.stdout)
    assert found, made.stdout
    return found.group()


def make_account(page: Page, link: str, account: Account) -> Account:
    page.goto(link)
    type_in(page, "Your name", account.name)
    type_in(page, "E-mail address", account.email)
    type_in(page, "Password", account.password)
    type_in(page, "The same password again", account.password)
    press(page, "Make my account")
    see(page, "Sign in")
    return account


def sign_in(page: Page, origin: str, account: Account) -> None:
    page.goto(origin + "/clinic/sign-in")
    type_in(page, "E-mail address", account.email)
    type_in(page, "Password", account.password)
    press(page, "Sign in")
    see(page, "Open screenings")


def find(page: Page, origin: str, code: str) -> None:
    page.goto(origin + "/clinic/find")
    type_in(page, "Reference code", code)
    press(page, "Find")


def save_review(page: Page, status: str, note: str) -> None:
    choose(page, STANDS, status)
    type_in(page, "Note", note)
    press(page, "Save the review")


def see_review(page: Page, status: str, name: str, note: str) -> None:
    """The latest review of the record that is open."""
    latest = page.locator(".reviews li").first
    expect(latest.locator("strong")).to_have_text(status)
    expect(latest).to_contain_text(name)
    expect(latest.locator(".note")).to_have_text(note)
