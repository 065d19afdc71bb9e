"""The desk with the keyboard alone: a whole review without scripts, and the keys that scripts add."""

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import DIAGNOSIS, Account, see_review
from tests.journeys.keyboard import (
    arrow_along,
    arrow_to,
    focused,
    press_focused,
    select_with_arrows,
    tab_into,
    tab_to,
    type_into,
)
from tests.journeys.pages import see, see_errors
from tests.support.server import Server

pytestmark = pytest.mark.browser

NOTE: Final = "Telephoned: a visit in May."
WALKS: Final = (("j", 1), ("ArrowDown", 2), ("k", 1), ("ArrowUp", 0), ("k", 0), ("ArrowDown", 1))


def sign_in_with_keys(page: Page, server: Server, account: Account) -> None:
    page.goto(server.origin + "/clinic/sign-in")
    type_into(page, "E-mail address", account.email)
    type_into(page, "Password", account.password)
    press_focused(page, "Sign in")
    see(page, "Enter your code")
    type_into(page, "Six-digit code", account.phone.code())
    press_focused(page, "Continue")
    see(page, desk.QUEUE)


def address_of(page: Page, place: int) -> str:
    return page.locator(".row-link").nth(place).get_attribute("href") or ""


# --- without scripts ------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 1280])
def test_a_review_from_the_door_to_the_next_record(
    window: OpenWindow, server: Server, account: Account, width: int
) -> None:
    page = window(width, java_script_enabled=False)
    sign_in_with_keys(page, server, account)
    filter_with_keys(page, Status="New", Outcome="Screen positive")
    first, second = address_of(page, 0), address_of(page, 1)
    tab_into(page, page.locator(".row-link").first)
    page.keyboard.press("Enter")
    see(page, "Screen positive")
    assert page.url == server.origin + first
    press_focused(page, "Take")
    expect(page.locator(".desk-record")).to_contain_text(f"with {account.name}")
    review_with_keys(page)
    see_review(page, "Needs contact", account.name, NOTE, "Episodic migraine")
    press_focused(page, "Next")
    expect(page).to_have_url(server.origin + second)
    press_focused(page, "All screenings")
    see(page, desk.A_VIEW)
    expect(desk.row_of(page, first.split("/")[-1].split("?")[0])).to_have_count(0)
    assert address_of(page, 0) == second


def filter_with_keys(page: Page, **filters: str) -> None:
    """Opens the filters, sets them and shows what fits; every row then has the words of each."""
    press_focused(page, "More filters")
    expect(page.locator("details.filter-box[open]")).to_be_visible()
    for label, choice in filters.items():
        select_with_arrows(page, label, choice)
    press_focused(page, "Show these")
    see(page, desk.A_VIEW)
    for row in page.locator(".queue-table tbody tr").all():
        for choice in filters.values():
            expect(row).to_contain_text(choice)


def review_with_keys(page: Page) -> None:
    """A review that is sent without its status first, and then with it: nothing has to be typed twice."""
    type_into(page, "Note", NOTE)
    arrow_to(page, DIAGNOSIS, "Episodic migraine")
    press_focused(page, "Save the review")
    see_errors(page, "Choose where this screening stands")
    expect(page.locator(".error-summary")).to_be_focused()
    press_focused(page, "Choose where this screening stands")
    arrow_along(page, "Needs contact")
    press_focused(page, "Save the review")


def test_a_screening_is_given_away_with_the_keyboard(
    window: OpenWindow, server: Server, account: Account, colleague: Account
) -> None:
    page = window(1280, java_script_enabled=False)
    sign_in_with_keys(page, server, account)
    filter_with_keys(page, Status="New")
    tab_into(page, page.locator(".row-link").first)
    page.keyboard.press("Enter")
    desk.see_record(page)
    press_focused(page, "Give to a colleague")
    press_focused(page, colleague.name)
    expect(page.locator(".desk-record")).to_contain_text(f"with {colleague.name}")
    press_focused(page, "Release")
    expect(page.locator(".desk-record")).to_contain_text("with nobody")


# --- with scripts: the keys of the list -----------------------------------------------------------


@pytest.fixture
def queue(window: OpenWindow, server: Server, account: Account) -> Page:
    """The queue in a window with scripts."""
    page = window(1280)
    desk.sign_in(page, server.origin, account)
    page.wait_for_load_state()
    return page


def test_keys_walk_through_the_queue(queue: Page) -> None:
    links = queue.locator(".row-link")
    tab_into(queue, links.first)
    for key, place in WALKS:
        queue.keyboard.press(key)
        expect(links.nth(place)).to_be_focused()
    address = address_of(queue, 1)
    queue.keyboard.press("Enter")
    desk.see_record(queue)
    assert queue.url.endswith(address)


def test_keys_walk_through_the_list_beside_a_record(queue: Page) -> None:
    desk.open_first(queue)
    queue.wait_for_load_state()
    links = queue.locator(".queue-item")
    expect(links.first).to_have_attribute("aria-current", "true")
    tab_into(queue, links.first)
    for key, place in WALKS:
        queue.keyboard.press(key)
        expect(links.nth(place)).to_be_focused()
    queue.keyboard.press("Enter")
    expect(links.nth(1)).to_have_attribute("aria-current", "true")


def test_the_list_ends_where_it_ends(queue: Page) -> None:
    last = queue.locator(".row-link").last
    last.focus()
    queue.keyboard.press("j")
    expect(last).to_be_focused()


@pytest.mark.parametrize("key", ["j", "k", "ArrowDown", "ArrowUp"])
def test_keys_do_nothing_outside_the_list(queue: Page, key: str) -> None:
    """No key of a single letter works unless the list has the focus: WCAG 2.2, 2.1.4."""
    address = queue.url
    queue.keyboard.press(key)
    expect(queue.locator("body")).to_be_focused()
    for words in ("Statistics", "More filters", "Take it as a table"):
        tab_to(queue, words)
        queue.keyboard.press(key)
        assert focused(queue) == words
    for chord in ("Control", "Alt", "Meta"):
        queue.locator(".row-link").nth(1).focus()
        queue.keyboard.press(f"{chord}+{key}")
        expect(queue.locator(".row-link").nth(1)).to_be_focused()
    assert queue.url == address


def test_letters_go_into_the_box_that_has_the_focus(queue: Page) -> None:
    desk.open_filters(queue)
    type_into(queue, "Name of the view", "jkjk")
    expect(queue.get_by_label("Name of the view")).to_have_value("jkjk")
    expect(queue.get_by_label("Name of the view")).to_be_focused()
    desk.open_first(queue)
    tab_to(queue, "Note")
    for key in ("j", "k", "ArrowUp", "ArrowDown", "j"):
        queue.keyboard.press(key)
    expect(queue.get_by_label("Note")).to_have_value("jkj")
    expect(queue.get_by_label("Note")).to_be_focused()


HIDDEN_WIDTH: Final = """() => [document.documentElement, document.querySelector(".queue-table")]
    .map((each) => each.scrollWidth - each.clientWidth)"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("size", ["", "largest"])
def test_no_column_of_the_list_is_out_of_sight(
    window: OpenWindow, server: Server, account: Account, width: int, size: str
) -> None:
    """In Spanish, whose words are longer; with large letters the columns become lines, each with its name."""
    page = window(width)
    desk.sign_in(page, server.origin, account)
    page.goto(f"{server.origin}/clinic/?lang=es")
    page.goto(f"{server.origin}/clinic/?size={size}")
    expect(page.locator(".row-link").first).to_be_visible()
    assert max(page.evaluate(HIDDEN_WIDTH)) <= 1, "a part of a pixel is rounded up"
