"""The desk in the clinic: from the one-time link to a saved review."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account, see_review
from tests.journeys.pages import (
    HEADACHE_DAYS,
    OTHER_SIGNS,
    SIGNS,
    SUDDEN,
    TRIED,
    TWO_MEDICINES,
    Person,
    begin,
    choose,
    follow,
    press,
    reach_result,
    see,
    see_answer,
    see_errors,
    type_in,
)
from tests.support.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture(params=[390, 1280])
def page(window: OpenWindow, request: pytest.FixtureRequest) -> Page:
    return window(request.param, java_script_enabled=False)


@pytest.fixture
def wide(window: OpenWindow) -> Page:
    return window(1280, java_script_enabled=False)


def send_answers(page: Page, server: Server) -> str:
    """A person answers and sends; the code that they bring to the clinic."""
    return reach_result(page, server.origin, Person(tried=TWO_MEDICINES))


# --- the whole way --------------------------------------------------------------------------------


@pytest.mark.requirement("WEB-02", "WEB-03")
def test_from_the_link_to_a_saved_review(page: Page, server: Server) -> None:
    code = send_answers(page, server)
    width = (page.viewport_size or {"width": 0})["width"]
    somebody = Account("Dr B. Okafor", f"okafor.{width}@example.org", "slow rivers carry boats")
    link = desk.set_up_link(server)
    somebody = desk.make_account(page, server, somebody, link)
    page.goto(link)
    see(page, "This link does not work any more")
    desk.sign_in(page, server.origin, somebody)
    follow(page, "Find by code")
    type_in(page, "Reference code", f" {code.lower().replace('-', ' ')} ")
    press(page, "Find")
    see(page, "Screen positive")
    see_answer(page, HEADACHE_DAYS, "20 days")
    desk.save_review(page, "Reviewed", "Called.\nVisit on Monday.")
    see_review(page, "Reviewed", somebody.name, "Called.\nVisit on Monday.")
    assert page.url.endswith("#saved")
    expect(page.locator("#saved")).to_be_focused()
    record = desk.record_id(page)
    follow(page, "All screenings")
    see(page, desk.QUEUE)
    expect(desk.row_of(page, record)).to_have_count(0)
    page.goto(server.origin + "/clinic/?status=reviewed&assigned=nobody")
    done = desk.row_of(page, record)
    expect(done).to_contain_text("Reviewed")
    done.locator(".row-link").click()
    see_review(page, "Reviewed", somebody.name, "Called.\nVisit on Monday.")


def test_the_record_tells_what_the_person_answered(wide: Page, server: Server, account: Account) -> None:
    code = send_answers(wide, server)
    desk.sign_in(wide, server.origin, account)
    desk.find(wide, server.origin, code)
    expect(wide.locator(".tile")).to_have_count(3)
    expect(wide.locator(".tile").first).to_contain_text(
        re.compile(r"20\s*≥ 15 days\s*Reached, 5 days past the line")
    )
    rows = wide.get_by_role("region", name="Preventive treatment").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Propranolol")
    expect(rows.first).to_contain_text("It did not help enough")
    see_answer(
        wide,
        TRIED,
        "Propranolol. 12 weeks. It did not help enough",
        "Topiramate. 3 months. I stopped because of side effects",
    )


def test_a_second_review_stands_before_the_first(wide: Page, server: Server, account: Account) -> None:
    code = send_answers(wide, server)
    desk.sign_in(wide, server.origin, account)
    desk.find(wide, server.origin, code)
    desk.save_review(wide, "In review", "First")
    see_review(wide, "In review", account.name, "First")
    desk.save_review(wide, "Closed", "Second")
    see_review(wide, "Closed", account.name, "Second")
    expect(wide.locator(".reviews li")).to_have_count(2)


def test_a_review_without_a_status_keeps_its_note(wide: Page, server: Server, account: Account) -> None:
    code = send_answers(wide, server)
    desk.sign_in(wide, server.origin, account)
    desk.find(wide, server.origin, code)
    type_in(wide, "Note", "Called.")
    press(wide, "Save the review")
    see_errors(wide, "Choose where this screening stands")
    expect(wide.get_by_label("Note")).to_have_value("Called.")


def test_an_emergency_stands_first_in_the_queue(wide: Page, server: Server, account: Account) -> None:
    begin(wide, server.origin)
    choose(wide, SIGNS, SUDDEN)
    press(wide, "Continue")
    see(wide, "Get help now")
    desk.sign_in(wide, server.origin, account)
    first = wide.locator(".queue-table tbody tr").first
    expect(first.locator(".tone-urgent")).to_have_text(re.compile("^Emergency: "))
    desk.open_first(wide)
    expect(wide.locator(".desk-record")).to_contain_text("Emergency: ")


def test_the_queue_has_pages(wide: Page, server: Server, account: Account) -> None:
    desk.sign_in(wide, server.origin, account)
    expect(wide.locator(".row-link")).to_have_count(25)
    first = wide.locator(".row-link").first.get_attribute("href")
    follow(wide, "Next page")
    expect(wide.get_by_role("link", name="First page")).to_be_visible()
    assert wide.locator(".row-link").first.get_attribute("href") != first
    desk.open_first(wide)
    expect(wide.locator(".queue-item.selected")).to_be_visible()
    follow(wide, "All screenings")
    see(wide, desk.QUEUE)


def test_opening_makes_read(wide: Page, server: Server, account: Account) -> None:
    desk.sign_in(wide, server.origin, account)
    wide.goto(f"{server.origin}/clinic/?status=new&assigned=nobody&urgency=routine")
    row = wide.locator("tr.unread").first
    opened, unread = (row.locator(".row-link").get_attribute("href") or ""), unread_in_header(wide)
    expect(row).to_contain_text("unread")
    row.locator(".row-link").click()
    desk.see_record(wide)
    assert unread_in_header(wide) == unread - 1
    expect(wide.get_by_role("region", name="Who has looked")).to_contain_text(account.name)
    follow(wide, "All screenings")
    expect(desk.row_of(wide, opened.split("/")[-1].split("?")[0])).not_to_contain_text("unread")


def unread_in_header(page: Page) -> int:
    said = re.search(r"\d+ open, (\d+) unread", page.locator(".top").inner_text())
    assert said, "the header does not count"
    return int(said.group(1))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the code from the patient’s page or paper"),
        ("abc", "Check the code: it has 17 letters and digits, and one of these is missing or wrong"),
    ],
)
def test_a_code_that_is_none_is_asked_again(
    wide: Page, server: Server, account: Account, typed: str, sentence: str
) -> None:
    desk.sign_in(wide, server.origin, account)
    desk.find(wide, server.origin, typed)
    see_errors(wide, sentence)
    expect(wide.get_by_label("Reference code")).to_have_value(typed)


def test_an_empty_account_form_says_one_thing_a_box(wide: Page, server: Server) -> None:
    wide.goto(desk.set_up_link(server))
    press(wide, "Make my account")
    see_errors(
        wide,
        "Enter your name",
        "Enter your e-mail address",
        "Enter a password",
        "Enter the password a second time",
    )


def test_a_sign_that_was_reported_is_not_called_unanswered(
    wide: Page, server: Server, account: Account
) -> None:
    desk.sign_in(wide, server.origin, account)
    desk.open_first(wide, "Demonstration", "Urgent")
    reported = wide.locator(".desk-record .tone-urgent").first
    expect(reported).to_contain_text("Urgent: ")
    see_answer(wide, OTHER_SIGNS, reported.inner_text().removeprefix("Urgent: "))
