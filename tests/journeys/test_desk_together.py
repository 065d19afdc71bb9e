"""Several people at one desk: reviews at the same moment, who has a screening, views that are kept."""

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import DIAGNOSIS, STANDS, Account, see_review
from tests.journeys.pages import follow, press, see, see_chosen, see_typed, type_in
from tests.journeys.shortcut import send
from tests.support.server import Server

pytestmark = pytest.mark.browser

HERS: Final = "Telephoned.\nWants a visit."
HIS: Final = "Letter sent.\nAsk again in May."
VIEW: Final = "New and positive"


@pytest.fixture
def ada(window: OpenWindow, server: Server, account: Account) -> Page:
    """The desk of one clinician."""
    page = window(1280, java_script_enabled=False)
    desk.sign_in(page, server.origin, account)
    return page


@pytest.fixture
def bo(window: OpenWindow, server: Server, colleague: Account) -> Page:
    """The desk of another one, in a browser of their own."""
    page = window(390, java_script_enabled=False)
    desk.sign_in(page, server.origin, colleague)
    return page


@pytest.fixture
def code(window: OpenWindow, server: Server) -> str:
    """The reference code of a screening that has just come in."""
    return send(window(java_script_enabled=False), server.origin)


def open_both(server: Server, code: str, *pages: Page) -> None:
    for page in pages:
        desk.find(page, server.origin, code)
        desk.see_record(page)


# --- reviews at the same moment -------------------------------------------------------------------


def test_of_two_reviews_at_once_none_is_lost(
    ada: Page, bo: Page, server: Server, code: str, account: Account, colleague: Account
) -> None:
    open_both(server, code, ada, bo)
    desk.save_review(ada, "In review", HERS, "Chronic migraine")
    see_review(ada, "In review", account.name, HERS, "Chronic migraine")
    desk.save_review(bo, "Needs contact", HIS, "Unsure")
    expect(bo.get_by_role("alert")).to_contain_text(f"{account.name} has recorded a review since")
    see_review(bo, "In review", account.name, HERS, "Chronic migraine")
    see_typed(bo, "Note", HIS)
    see_chosen(bo, STANDS, "Needs contact")
    see_chosen(bo, DIAGNOSIS, "Unsure")
    press(bo, "Save the review")
    ada.reload()
    for page in (ada, bo):
        expect(page.locator(".reviews li")).to_have_count(2)
        see_review(page, "Needs contact", colleague.name, HIS, "Unsure")
        see_review(page, "In review", account.name, HERS, "Chronic migraine", place=1)
        expect(page.get_by_role("region", name="Who has looked")).to_contain_text(colleague.name)


def test_the_second_may_change_the_review_before_it_is_saved(
    ada: Page, bo: Page, server: Server, code: str, account: Account, colleague: Account
) -> None:
    open_both(server, code, ada, bo)
    desk.save_review(ada, "Reviewed", HERS)
    desk.save_review(bo, "Closed", HIS)
    expect(bo.get_by_role("alert")).to_contain_text("Yours is not saved yet")
    desk.save_review(bo, "Reviewed", "Agreed.")
    expect(bo.locator(".reviews li")).to_have_count(2)
    see_review(bo, "Reviewed", colleague.name, "Agreed.")
    expect(bo.locator(".reviews")).not_to_contain_text("Letter sent")


def test_a_review_sent_twice_is_stored_once(ada: Page, server: Server, code: str, account: Account) -> None:
    open_both(server, code, ada)
    desk.fill_review(ada, "In review", HERS)
    ada.get_by_role("button", name="Save the review").dblclick()
    see_review(ada, "In review", account.name, HERS)
    ada.reload()
    expect(ada.locator(".reviews li")).to_have_count(1)


# --- who has it -----------------------------------------------------------------------------------


def see_owner(page: Page, name: str) -> None:
    expect(page.locator(".desk-record h1 + p")).to_contain_text(f"with {name}")


def test_a_screening_is_taken_given_and_released(
    ada: Page, bo: Page, server: Server, code: str, account: Account, colleague: Account
) -> None:
    open_both(server, code, ada)
    see_owner(ada, "nobody")
    press(ada, "Take")
    see_owner(ada, account.name)
    expect(ada.get_by_role("button", name="Take", exact=True)).to_have_count(0)
    record = desk.record_id(ada)
    see_mine(ada, server, record, 1)
    ada.goto(f"{server.origin}/clinic/screenings/{record}")
    ada.locator("summary", has_text="Give to a colleague").click()
    press(ada, colleague.name)
    see_owner(ada, colleague.name)
    see_mine(ada, server, record, 0)
    see_mine(bo, server, record, 1)
    desk.row_of(bo, record).locator(".row-link").click()
    press(bo, "Release")
    see_owner(bo, "nobody")
    history = bo.get_by_role("region", name="What was done with it").locator("tbody tr")
    for row, words in zip(
        history.all(), ("Released", f"Given to {colleague.name}", account.name), strict=True
    ):
        expect(row).to_contain_text(words)


def see_mine(page: Page, server: Server, record: str, count: int) -> None:
    page.goto(server.origin + "/clinic/?assigned=me")
    see(page, desk.A_VIEW)
    expect(desk.row_of(page, record)).to_have_count(count)


def test_who_is_slower_is_told_who_was_faster(
    ada: Page, bo: Page, server: Server, code: str, account: Account
) -> None:
    open_both(server, code, ada, bo)
    press(ada, "Take")
    see_owner(ada, account.name)
    press(bo, "Take")
    expect(bo.get_by_role("alert")).to_contain_text(f"it is with {account.name} now")
    see_owner(bo, account.name)
    ada.reload()
    see_owner(ada, account.name)


def test_somebody_alone_has_nobody_to_give_to(window: OpenWindow, own_server: Server) -> None:
    page = window(1280, java_script_enabled=False)
    send(page, own_server.origin)
    alone = desk.make_account(page, own_server, Account())
    desk.sign_in(page, own_server.origin, alone)
    desk.open_first(page)
    expect(page.get_by_role("button", name="Take")).to_be_visible()
    expect(page.get_by_text("Give to a colleague")).to_have_count(0)


# --- views ----------------------------------------------------------------------------------------


def filter_new_and_positive(page: Page) -> None:
    desk.open_filters(page)
    page.get_by_label("Status").select_option(label="New")
    page.get_by_label("Outcome").select_option(label="Screen positive")
    press(page, "Show these")
    see(page, desk.A_VIEW)


def keep_view(page: Page, name: str) -> None:
    desk.open_filters(page)
    type_in(page, "Name of the view", name)
    press(page, "Keep")
    expect(page.locator(".filter[aria-current]")).to_have_text(name)


def test_a_view_is_kept_by_name_for_its_owner_alone(ada: Page, bo: Page, server: Server) -> None:
    filter_new_and_positive(ada)
    rows = ada.locator(".row-link").evaluate_all("links => links.map(link => link.href)")
    keep_view(ada, VIEW)
    follow(ada, "Screenings")
    see(ada, desk.QUEUE)
    follow(ada, VIEW)
    see(ada, desk.A_VIEW)
    assert ada.locator(".row-link").evaluate_all("links => links.map(link => link.href)") == rows
    bo.reload()
    expect(bo.get_by_role("link", name=VIEW)).to_have_count(0)
    desk.open_filters(ada)
    press(ada, f"Remove {VIEW}")
    see(ada, desk.A_VIEW)
    expect(ada.get_by_role("link", name=VIEW)).to_have_count(0)


def test_the_address_of_a_view_is_its_bookmark(ada: Page, bo: Page, server: Server) -> None:
    filter_new_and_positive(ada)
    rows = ada.locator(".queue-table tbody tr")
    bo.goto(ada.url)
    see(bo, desk.A_VIEW)
    expect(bo.locator(".row-link")).to_have_count(rows.count())
    desk.open_first(bo)
    first = bo.url
    follow(bo, "Next")
    desk.see_record(bo)
    assert bo.url != first
    assert bo.url.split("?")[1] == first.split("?")[1]
    expect(bo.locator(".desk-record h1")).to_have_text("Screen positive")
    follow(bo, "Previous")
    expect(bo).to_have_url(first)
    follow(bo, "All screenings")
    expect(bo.locator(".row-link")).to_have_count(rows.count())


def test_a_bookmark_that_is_not_understood_says_so(ada: Page, server: Server) -> None:
    ada.goto(server.origin + "/clinic/?outcome=cured&from=yesterday&status=new")
    expect(ada.locator(".error-summary li")).to_have_count(2)
    expect(ada.locator(".error-summary")).to_contain_text("“outcome”")
    expect(ada.get_by_label("Status")).to_have_value("new")
    ada.locator(".error-summary a").last.click()
    expect(ada.get_by_label("Received from")).to_be_focused()
