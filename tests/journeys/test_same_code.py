"""Screening again under the same code: what the person does, and what a clinician then finds."""

from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from app.domain.reference_code import format_reference_code, new_reference_code
from tests.journeys import desk
from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account
from tests.journeys.pages import (
    HEADACHE_DAYS,
    NEGATIVE,
    TWO_MEDICINES,
    Person,
    answer_all,
    code_on,
    follow,
    press,
    reach_result,
    see,
    see_answer,
    see_errors,
    see_typed,
    type_in,
)
from tests.journeys.shortcut import send
from tests.support.server import Server

pytestmark = pytest.mark.browser

USE_AGAIN: Final = "You have a code from an earlier time? Use it again"
UNDER_YOUR_CODE: Final = "Screen again under your code"
FIRST: Final = Person(headache_days="22", migraine_days="14", tried=TWO_MEDICINES)
LATER: Final = Person(headache_days="9", migraine_days="4")


@pytest.fixture
def phone(window: OpenWindow) -> Page:
    return window(java_script_enabled=False)


def test_two_screenings_under_one_code_stand_side_by_side(
    window: OpenWindow, phone: Page, server: Server, account: Account
) -> None:
    code = reach_result(phone, server.origin, FIRST)
    press(phone, "Finish and clear this screen")
    follow(phone, "Go to the first page")
    follow(phone, USE_AGAIN)
    screen_again(phone, f" {code.lower().replace('-', ' ')} ", LATER)
    see(phone, NEGATIVE)
    assert code_on(phone) == code
    page = window(1280, java_script_enabled=False)
    desk.sign_in(page, server.origin, account)
    desk.find(page, server.origin, code)
    see_answer(page, HEADACHE_DAYS, "9 days")
    see_visits(page, this_one=1)
    newest = desk.record_id(page)
    visits(page).first.get_by_role("link").click()
    see_answer(page, HEADACHE_DAYS, "22 days")
    see_visits(page, this_one=0)
    assert desk.record_id(page) != newest


def screen_again(page: Page, code: str, person: Person) -> None:
    """From the page that asks for the code to the result."""
    see(page, UNDER_YOUR_CODE)
    type_in(page, "Your reference code", code)
    press(page, "Start")
    answer_all(page, person)
    press(page, "Send my answers")
    expect(page.locator(".result")).to_be_visible()


def visits(page: Page) -> Locator:
    return page.get_by_role("region", name="Under the same reference code").locator("tbody tr")


def see_visits(page: Page, *, this_one: int) -> None:
    """Both screenings, the older first, each with its own numbers; the open one is marked."""
    expect(visits(page)).to_have_count(2)
    for row, numbers in zip(
        visits(page).all(),
        (("Screen positive", "22", "14", "7", "2"), ("Screen negative", "9", "4", "7", "0")),
        strict=True,
    ):
        outcome, _urgency, _status, *counted = row.locator("td").all_inner_texts()
        assert [outcome, *counted[:4]] == list(numbers)
    expect(visits(page).nth(this_one)).to_contain_text("(this one)")
    expect(visits(page).nth(1 - this_one).get_by_role("link")).to_be_visible()


def test_earlier_answers_are_not_shown_to_who_types_the_code(
    window: OpenWindow, phone: Page, server: Server
) -> None:
    code = send(phone, server.origin)
    other = window(java_script_enabled=False)
    other.goto(server.origin + "/again")
    type_in(other, "Your reference code", code)
    press(other, "Start")
    see(other, "First, a safety check")
    expect(other.locator("main :checked")).to_have_count(0)
    other.goto(server.origin + "/screening/result")
    expect(other.locator(".result")).to_have_count(0)


def test_a_code_nobody_knows_here_is_taken_like_any_other(phone: Page, server: Server) -> None:
    unknown = format_reference_code(new_reference_code())
    phone.goto(server.origin + "/again")
    screen_again(phone, unknown, LATER)
    assert code_on(phone) == unknown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the code from your page or paper"),
        (
            "7KQ2-M9XD-4TRB-ZP3V-N",  # the example of the page itself
            "Check the code: it has 17 letters and digits, and one of these is missing or wrong",
        ),
    ],
)
def test_a_code_that_is_none_is_asked_again(phone: Page, server: Server, typed: str, sentence: str) -> None:
    phone.goto(server.origin + "/again")
    type_in(phone, "Your reference code", typed)
    press(phone, "Start")
    see(phone, UNDER_YOUR_CODE)
    see_errors(phone, sentence)
    see_typed(phone, "Your reference code", typed)
