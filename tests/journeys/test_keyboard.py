"""The patient's pages with the keyboard alone, and where it is after an error or a change."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.keyboard import arrow_to, press_focused, tab_to, tick, type_into
from tests.journeys.pages import (
    CHECK,
    COUNTED,
    HEADACHE_DAYS,
    HOW_LONG,
    MEMORY,
    MIGRAINE_DAYS,
    NONE,
    POSITIVE,
    SIGNS,
    TRIED,
    asked,
    change,
    press,
    see,
)
from tests.journeys.sections import MISSED
from tests.journeys.shortcut import reach
from tests.support.server import Server

pytestmark = pytest.mark.browser

QUESTIONS = (SIGNS, HEADACHE_DAYS, MIGRAINE_DAYS, COUNTED, HOW_LONG, TRIED)


def test_the_questions_can_be_answered_with_the_keyboard(window: OpenWindow, server: Server) -> None:
    page = window()
    page.goto(server.origin + "/")
    press_focused(page, "Start")
    see(page, "First, a safety check")
    tick(page, NONE)
    press_focused(page, "Continue")
    see(page, "A few more signs")
    tick(page, NONE)
    press_focused(page, "Continue")
    see(page, "In the last 30 days")
    type_into(page, HEADACHE_DAYS, "20")
    type_into(page, MIGRAINE_DAYS, "10")
    arrow_to(page, COUNTED, MEMORY)
    press_focused(page, "Continue")
    see(page, "How long it has been like this")
    type_into(page, HOW_LONG, "2")
    arrow_to(page, HOW_LONG, "years")
    tick(page, NONE)
    press_focused(page, "Continue")
    see(page, "Medicines to prevent headaches")
    arrow_to(page, TRIED, "No")
    press_focused(page, "Continue")
    see(page, CHECK)
    press_focused(page, "What it costs you")
    see(page, "Work, school and home")
    type_into(page, MISSED, "4")
    press_focused(page, "Continue")
    see(page, CHECK)
    press_focused(page, "Send my answers")
    see(page, POSITIVE)


def test_a_section_opens_with_the_keyboard(window: OpenWindow, server: Server) -> None:
    page = window()
    page.goto(server.origin + "/about")
    tab_to(page, "What chronic migraine is")
    page.keyboard.press("Enter")
    expect(page.locator("details[open]")).to_have_count(1)
    page.keyboard.press("Space")
    expect(page.locator("details[open]")).to_have_count(0)


def test_the_first_link_skips_to_the_content(window: OpenWindow, server: Server) -> None:
    page = window()
    page.goto(server.origin + "/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


# --- errors ---------------------------------------------------------------------------------------


def test_errors_are_read_first_and_lead_to_their_question(window: OpenWindow, server: Server) -> None:
    page = window()
    reach(page, server.origin, "headache-days")
    press(page, "Continue")
    expect(page.locator(".error-summary")).to_be_focused()
    for link in page.locator(".error-summary a").all():
        target = (link.get_attribute("href") or "").removeprefix("#")
        link.click()
        expect(page.locator(f"#{target}")).to_be_focused()
        expect(page.locator(f"#{target}")).to_be_in_viewport()


def test_an_error_is_tied_to_its_box(window: OpenWindow, server: Server) -> None:
    page = window()
    reach(page, server.origin, "headache-days")
    press(page, "Continue")
    box = page.get_by_label(HEADACHE_DAYS)
    expect(box).to_have_attribute("aria-invalid", "true")
    sentence = "Enter the number of headache days, or choose “I am not sure”"
    described = f"Count every day with any headache.* Error: {sentence} days"
    expect(box).to_have_accessible_description(re.compile(described))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_change_opens_where_its_question_can_be_read(
    window: OpenWindow, server: Server, width: int
) -> None:
    page = window(width)
    reach(page, server.origin, "check-answers")
    address, out_of_sight = page.url, []
    for question in QUESTIONS:
        page.goto(address)
        change(page, question)
        expect(asked(page, question).locator("input").first).to_be_focused()
        if not is_in_sight(page, question):
            out_of_sight.append(question)
    assert not out_of_sight


@pytest.mark.parametrize("width", [390, 1280])
def test_an_error_leads_to_where_its_question_can_be_read(
    window: OpenWindow, server: Server, width: int
) -> None:
    page = window(width)
    reach(page, server.origin, "headache-days")
    press(page, "Continue")
    out_of_sight = []
    for number, question in enumerate((HEADACHE_DAYS, MIGRAINE_DAYS, COUNTED)):
        page.locator(".error-summary a").nth(number).click()
        expect(asked(page, question).locator("input").first).to_be_focused()
        if not is_in_sight(page, question):
            out_of_sight.append(question)
    assert not out_of_sight


def is_in_sight(page: Page, question: str) -> bool:
    box = page.locator(".label").get_by_text(question, exact=True).bounding_box()
    return box is not None and 0 <= box["y"] <= (page.viewport_size or {"height": 0})["height"]
