"""What clinicians do at the desk, in the words of the page."""

import re
from base64 import b32decode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import NullPool, create_engine, text

from tests.journeys.pages import choose, press, see, type_in
from tests.support.accounts import code_at
from tests.support.server import Server

STANDS: Final = "Where does this screening stand now?"
DIAGNOSIS: Final = "Confirmed diagnosis, if there is one"
QUEUE: Final = "Open screenings"
A_VIEW: Final = "A view of the screenings"


@dataclass(frozen=True)
class Phone:
    """The authenticator app of a person, and where the server notes which of its codes were used."""

    seed: bytes = b""
    database_url: str = ""

    def code(self) -> str:
        """What it shows now. Tests sign in often: used codes work again, and tries are forgotten."""
        with create_engine(self.database_url, poolclass=NullPool).begin() as connection:
            connection.execute(text("UPDATE clinicians SET totp_last_step = 0"))
            connection.execute(text("DELETE FROM throttles"))
        return code_at(datetime.now(UTC), self.seed)


@dataclass(frozen=True)
class Account:
    """Somebody who works in the clinic."""

    name: str = "Dr A. Reyes"
    email: str = "reyes@example.org"
    password: str = "quiet green room 42"
    phone: Phone = Phone()


COLLEAGUE: Final = Account("Dr L. Brandt", "brandt@example.org", "late trains in winter")


def set_up_link(server: Server) -> str:
    """A fresh one-time link, as the operator gets it."""
    made = server.command("create-administrator")
    assert made.returncode == 0, made.stderr
    found = re.search(r"http\S+/clinic/set-up/\S+", made.stdout)
    assert found, made.stdout
    return found.group()


def make_account(page: Page, server: Server, account: Account, link: str = "") -> Account:
    """The account made on its one-time page, with a second factor, and signed out again."""
    page.goto(link or set_up_link(server))
    fill_set_up(page, account)
    return enrol(page, server, account)


def fill_set_up(page: Page, account: Account) -> None:
    """Makes the account on the page behind a one-time link."""
    type_in(page, "Your name", account.name)
    type_in(page, "E-mail address", account.email)
    type_in(page, "Password", account.password)
    type_in(page, "The same password again", account.password)
    press(page, "Make my account")
    see(page, "Sign in")


def enrol(page: Page, server: Server, account: Account) -> Account:
    """Sets up the authenticator app at the first sign-in."""
    give_password(page, server.origin, account)
    see(page, "Set up your second factor")
    enrolled = with_phone(page, server, account)
    give_code(page, enrolled)
    see(page, "Keep your recovery codes")
    press(page, "I have kept them")
    press(page, "I know of this")
    press(page, "Sign out")
    see(page, "Sign in")
    return enrolled


def with_phone(page: Page, server: Server, account: Account) -> Account:
    """The account with an app that knows the key on the page."""
    seed = b32decode("".join(page.locator(".code").inner_text().split()))
    return replace(account, phone=Phone(seed, server.database_url))


def give_password(page: Page, origin: str, account: Account) -> None:
    page.goto(origin + "/clinic/sign-in")
    type_in(page, "E-mail address", account.email)
    type_in(page, "Password", account.password)
    press(page, "Sign in")


def give_code(page: Page, account: Account) -> None:
    type_in(page, "Six-digit code", account.phone.code())
    press(page, "Continue")


def sign_in(page: Page, origin: str, account: Account) -> None:
    give_password(page, origin, account)
    see(page, "Enter your code")
    give_code(page, account)
    see(page, QUEUE)


def find(page: Page, origin: str, code: str) -> None:
    page.goto(origin + "/clinic/find")
    type_in(page, "Reference code", code)
    press(page, "Find")


def open_first(page: Page, *words: str) -> None:
    """Opens the first screening of the view whose row has all these words."""
    rows = page.locator(".queue-table tbody tr")
    for each in words:
        rows = rows.filter(has_text=each)
    rows.first.locator(".row-link").click()
    see_record(page)


def open_filters(page: Page) -> None:
    """Opens the filters, if they are not open already: an error opens them."""
    box = page.locator("details.filter-box")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    expect(page.get_by_role("button", name="Show these")).to_be_visible()


def see_record(page: Page) -> None:
    expect(page.locator(".desk-record h1")).to_be_visible()


def record_id(page: Page) -> str:
    """The id in the address of the record that is open."""
    found = re.search(r"/screenings/([0-9a-f-]{36})", page.url)
    assert found, f"{page.url} is no record"
    return found.group(1)


def row_of(page: Page, screening_id: str) -> Locator:
    """The row of the queue that leads to this record."""
    return page.locator(".queue-table tbody tr").filter(has=page.locator(f"[href*='{screening_id}']"))


def save_review(page: Page, status: str, note: str, diagnosis: str = "") -> None:
    fill_review(page, status, note, diagnosis)
    press(page, "Save the review")


def fill_review(page: Page, status: str, note: str, diagnosis: str = "") -> None:
    choose(page, STANDS, status)
    type_in(page, "Note", note)
    if diagnosis:
        choose(page, DIAGNOSIS, diagnosis)


def see_review(page: Page, status: str, name: str, note: str, diagnosis: str = "", *, place: int = 0) -> None:
    """A review of the record that is open; the latest has place 0."""
    review = page.locator(".reviews li").nth(place)
    expect(review.locator("strong")).to_have_text(status)
    expect(review).to_contain_text(name)
    expect(review.locator(".note")).to_have_text(note)
    if diagnosis:
        unsure = diagnosis == "Unsure"
        words = "The diagnosis is unsure" if unsure else f"Confirmed diagnosis: {diagnosis}"
        expect(review).to_contain_text(words)


def taken(page: Page, take: Callable[[Page, str], None], words: str) -> tuple[str, Path]:
    """Follows or presses what gives a file: its name and where it is."""
    with page.expect_download() as waiting:
        take(page, words)
    return waiting.value.suggested_filename, Path(waiting.value.path())
