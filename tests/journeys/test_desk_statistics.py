"""The statistics page after screenings were reviewed and diagnoses confirmed at the desk."""

from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import desk
from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account
from tests.journeys.pages import follow, press, see, type_in
from tests.journeys.shortcut import send
from tests.support.server import Server

pytestmark = pytest.mark.browser

# The smallest number that is shown.
ENOUGH: Final = 5


@pytest.fixture
def desk_of_five(window: OpenWindow, own_server: Server) -> Page:
    """The desk of a clinic that has as many positive screenings as it takes to show a number."""
    for _ in range(ENOUGH):
        send(window(java_script_enabled=False), own_server.origin)
    own = window(1280, java_script_enabled=False)
    account = desk.make_account(own, own_server, Account())
    desk.sign_in(own, own_server.origin, account)
    return own


def test_confirmed_diagnoses_show_how_the_screen_did(desk_of_five: Page) -> None:
    page = desk_of_five
    follow(page, "Statistics")
    see(page, "Statistics")
    value = page.locator(".figure", has_text="Positive predictive value of “Screen positive”")
    expect(value).to_contain_text("No diagnosis was confirmed yet.")
    expect(count(page, "Outcomes", "Screen positive")).to_have_text(str(ENOUGH))
    for reviewed in range(ENOUGH):
        confirm(page)
        follow(page, "Statistics")
        if reviewed < ENOUGH - 1:
            expect(value).to_contain_text("Too few to say")
    expect(value).to_contain_text("Chronic migraine was confirmed in 5 of 5: 100%")
    expect(value.get_by_role("img")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("Median, of those that were reviewed")


def confirm(page: Page) -> None:
    """Reviews the first screening that waits."""
    follow(page, "Screenings")
    see(page, desk.QUEUE)
    desk.open_first(page)
    desk.save_review(page, "Reviewed", "Seen.", "Chronic migraine")
    expect(page.locator(".reviews li")).to_have_count(1)


def count(page: Page, table: str, row: str) -> Locator:
    rows = page.get_by_role("region", name=table, exact=True).locator("tbody tr")
    return rows.filter(has_text=row).locator("td").first


def test_a_period_is_chosen_and_a_wrong_one_named(
    window: OpenWindow, server: Server, account: Account
) -> None:
    page = window(1280, java_script_enabled=False)
    desk.sign_in(page, server.origin, account)
    follow(page, "Statistics")
    type_in(page, "From", "2020-01-06")
    type_in(page, "Until", "2020-01-26")
    press(page, "Show")
    expect(page.locator("main")).to_contain_text("Whole weeks, Monday to Sunday")
    assert "from=2020-01-06&until=2020-01-26" in page.url
    type_in(page, "Until", "2019-12-01")
    press(page, "Show")
    expect(page.locator(".error-summary li")).to_have_text("Enter a last day that is not before the first")
    page.locator(".error-summary a").click()
    expect(page.get_by_label("Until")).to_be_focused()
    expect(page.get_by_label("From")).to_have_value("2020-01-06")
