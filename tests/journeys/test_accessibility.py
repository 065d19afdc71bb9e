"""Every page in every state: for assistive technology, small windows, large type and the keyboard."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import OpenWindow, make_account
from tests.journeys.desk import Account
from tests.journeys.tour import Guide
from tests.journeys.tours import OWN_TOURS, TOURS
from tests.support.browser import assert_no_horizontal_scroll, axe_violations
from tests.support.server import Server

pytestmark = pytest.mark.browser

PHONE: Final = (390, 844)
DESK: Final = (1280, 900)
SMALLEST_TARGET: Final = 44
# Whole rows count, not the small square or circle in them; a link inside a sentence is exempt.
TARGETS: Final = (
    ".button, .button-plain, .choice, .input, summary, .queue-item, .row-link, .filter, .brand, "
    ".record-nav a, .desk-work a, "
    ".links a, .actions a, .back a, .error-summary a, .summary dd a"
)

FOCUS_TOURS: Final = (
    "questions",
    "medicines",
    "warnings",
    "accounts",
    "second factor",
    "own account",
    "views",
    "record",
    "papers",
    "statistics",
    "people",
    "retention",
)

Look = Callable[[Page, str], list[str]]
TakeTour = Callable[[str, Look], None]


def walk(tour: Callable[[Guide], None], guide: Guide, look: Look) -> None:
    """Takes a tour, looks at every state, and names everything found in all of them at once."""
    found: list[str] = []

    def visit(state: str) -> None:
        found.extend(f"{state}: {each}" for each in look(guide.page, state))

    tour(replace(guide, look=visit))
    assert not found, "\n".join(found)


@pytest.fixture
def take_tour(window: OpenWindow, server: Server, account: Account, colleague: Account) -> TakeTour:
    def take(name: str, look: Look) -> None:
        walk(TOURS[name], Guide(window(), server, account, colleague), look)

    return take


@pytest.fixture
def take_own_tour(window: OpenWindow, own_server: Server, browser: Browser) -> TakeTour:
    """As `take_tour`, on a server without any screening."""

    def take(name: str, look: Look) -> None:
        account = make_account(browser, own_server, Account())
        walk(OWN_TOURS[name], Guide(window(), own_server, account, account), look)

    return take


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


# --- what assistive technology is told ------------------------------------------------------------


@pytest.mark.parametrize("tour", TOURS)
def test_axe_finds_nothing(take_tour: TakeTour, tour: str) -> None:
    take_tour(tour, lambda page, _state: axe_everywhere(page))


def axe_everywhere(page: Page) -> list[str]:
    """All that axe knows at both sizes; of the other palettes, whether everything can be read."""
    found = []
    for size in (DESK, PHONE):
        resize(page, size)
        found += [f"{size[0]}: {each}" for each in axe_violations(page)]
    for palette in ("dim", "dark"):
        page.evaluate("name => { document.documentElement.dataset.palette = name }", palette)
        found += [f"{palette}: {each}" for each in axe_violations(page, "color-contrast")]
    page.evaluate("() => { delete document.documentElement.dataset.palette }")
    return found


@pytest.mark.parametrize("tour", OWN_TOURS)
def test_axe_finds_nothing_in_a_clinic_of_its_own(take_own_tour: TakeTour, tour: str) -> None:
    take_own_tour(tour, lambda page, _state: axe_everywhere(page))


@pytest.mark.parametrize(
    "tour", ["questions", "positive result", "emergency again", "queue", "record", "statistics"]
)
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


@pytest.mark.parametrize("tour", OWN_TOURS)
def test_every_page_of_a_clinic_of_its_own_fits_its_window(take_own_tour: TakeTour, tour: str) -> None:
    take_own_tour(tour, lambda page, _state: fits_everywhere(page))


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


@pytest.mark.parametrize("tour", FOCUS_TOURS)
def test_focus_is_always_seen(take_tour: TakeTour, tour: str) -> None:
    take_tour(tour, lambda page, _state: unseen_focus(page))


@pytest.mark.parametrize("tour", OWN_TOURS)
def test_focus_is_always_seen_in_a_clinic_of_its_own(take_own_tour: TakeTour, tour: str) -> None:
    take_own_tour(tour, lambda page, _state: unseen_focus(page))


def unseen_focus(page: Page) -> list[str]:
    """What can be reached with Tab, but does not show that it was reached."""
    found = []
    page.evaluate("() => document.activeElement?.blur()")
    for _ in range(150):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => {
                const element = document.activeElement;
                if (!element || element === document.body) return 'end';
                // The browser's own calendar button inside a date: it has the browser's own ring.
                if (element.type === 'date' && !element.matches(':focus')) return '';
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
