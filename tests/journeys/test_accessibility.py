"""Every page in every state: for assistive technology, small windows, large type and the keyboard."""

import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account
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
from tests.journeys.tour import Guide
from tests.journeys.tours import TOURS
from tests.support.browser import assert_no_horizontal_scroll, axe_violations
from tests.support.server import Server

pytestmark = pytest.mark.browser

PHONE: Final = (390, 844)
DESK: Final = (1280, 900)
SMALLEST_TARGET: Final = 44
# Whole rows count, not the small square or circle in them; a link inside a sentence is exempt.
TARGETS: Final = (
    ".button, .button-plain, .choice, .input, summary, .queue-item, .filter, .brand, "
    ".links a, .actions a, .back a, .error-summary a, .summary dd a"
)

TakeTour = Callable[[str, Callable[[Page, str], list[str]]], None]


@pytest.fixture
def take_tour(window: OpenWindow, server: Server, account: Account) -> TakeTour:
    """Takes a tour, looks at every state, and names everything found in all of them at once."""

    def take(name: str, look: Callable[[Page, str], list[str]]) -> None:
        page = window()
        found: list[str] = []

        def visit(state: str) -> None:
            found.extend(f"{state}: {each}" for each in look(page, state))

        TOURS[name](Guide(page, server, account, visit))
        assert not found, "\n".join(found)

    return take


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


# --- what assistive technology is told ------------------------------------------------------------


@pytest.mark.parametrize("tour", TOURS)
def test_axe_finds_nothing(take_tour: TakeTour, tour: str) -> None:
    take_tour(tour, lambda page, _state: axe_everywhere(page))


def axe_everywhere(page: Page) -> list[str]:
    found = []
    for size in (PHONE, DESK):
        resize(page, size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found += [f"{size[0]} {scheme}: {each}" for each in axe_violations(page)]
    resize(page, PHONE)
    return found


@pytest.mark.parametrize("tour", ["questions", "positive result", "record"])
def test_axe_finds_nothing_in_forced_colours(take_tour: TakeTour, tour: str) -> None:
    def look(page: Page, _state: str) -> list[str]:
        page.emulate_media(forced_colors="active")
        # The system chooses the colours; axe computes contrast from those that were replaced.
        return [each for each in axe_violations(page) if not each.startswith("color-contrast")]

    take_tour(tour, look)


# --- space ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("tour", TOURS)
def test_every_page_fits_its_window(take_tour: TakeTour, tour: str) -> None:
    take_tour(tour, lambda page, _state: fits_everywhere(page))


def fits_everywhere(page: Page) -> list[str]:
    found = []
    for width, font_size in ((320, "100%"), (320, "200%"), (390, "100%"), (1280, "100%")):
        resize(page, (width, 844))
        page.evaluate("size => { document.documentElement.style.fontSize = size }", font_size)
        try:
            assert_no_horizontal_scroll(page)
        except AssertionError as wide:
            found.append(f"{width} px at {font_size}: {wide}")
        if font_size == "100%":
            found += [f"{width} px: {each}" for each in small_targets(page)]
    resize(page, PHONE)
    return found


def small_targets(page: Page) -> list[str]:
    found = page.evaluate(
        """([selector, least]) => [...document.querySelectorAll(selector)]
            .map(target => [target, target.getBoundingClientRect()])
            .filter(([, box]) => box.height > 0 && box.height < least)
            .map(([target, box]) => `${box.height} px high: ${target.outerHTML.slice(0, 100)}`)""",
        [TARGETS, SMALLEST_TARGET],
    )
    return [str(each) for each in found]


# --- the keyboard ---------------------------------------------------------------------------------


@pytest.mark.parametrize("tour", ["questions", "medicines", "warnings", "accounts", "record"])
def test_focus_is_always_seen(take_tour: TakeTour, tour: str) -> None:
    take_tour(tour, lambda page, _state: unseen_focus(page))


def unseen_focus(page: Page) -> list[str]:
    """What can be reached with Tab, but does not show that it was reached."""
    found = []
    page.evaluate("() => document.activeElement?.blur()")
    for _ in range(60):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => {
                const element = document.activeElement;
                if (!element || element === document.body) return 'end';
                const row = element.closest('.choice');
                const shown = [element, row].filter(Boolean).map(each => getComputedStyle(each));
                const seen = shown.some(style => style.outlineStyle === 'solid'
                    && parseFloat(style.outlineWidth) >= 3
                    && style.outlineColor !== 'rgba(0, 0, 0, 0)');
                return seen ? '' : element.outerHTML.slice(0, 120);
            }"""
        )
        if state == "end":
            break
        if state:
            found.append(f"focus is not seen on {state}")
    return found


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


QUESTIONS = (SIGNS, HEADACHE_DAYS, MIGRAINE_DAYS, COUNTED, HOW_LONG, TRIED)


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
