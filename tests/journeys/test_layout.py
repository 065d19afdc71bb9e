"""Every patient page in every state with large letters and with the colours of the system."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import OpenWindow
from tests.journeys.test_accessibility import PHONE, TakeTour, resize, take_tour
from tests.support.browser import assert_no_horizontal_scroll
from tests.support.layout import cut_or_overlapping, lost_in_forced_colours
from tests.support.server import Server

__all__ = ["take_tour"]

pytestmark = pytest.mark.browser

PATIENT_TOURS = (
    "questions",
    "signs",
    "medicines",
    "sections",
    "looking again",
    "positive result",
    "other results",
    "warned results",
    "warnings",
    "texts",
    "again",
    "your screening",
    "emergency again",
    "coming back",
    "two windows",
    "diary",
    "shared",
)
# The product's own largest letters, then those of a browser whose letters were doubled.
LETTERS = ("largest", "200%")


@pytest.mark.parametrize("tour", PATIENT_TOURS)
def test_nothing_is_cut_covered_or_lost(take_tour: TakeTour, tour: str) -> None:
    take_tour(tour, lambda page, _state: [*with_large_letters(page), *lost_in_forced_colours(page)])


def with_large_letters(page: Page) -> list[str]:
    found = []
    page.wait_for_load_state()
    for letters in LETTERS:
        enlarge(page, letters)
        for width in (320, 390, 1280):
            resize(page, (width, 844))
            try:
                assert_no_horizontal_scroll(page)
            except AssertionError as wide:
                found.append(f"{width} px, {letters}: {wide}")
            found += [f"{width} px, {letters}: {each}" for each in cut_or_overlapping(page)]
    enlarge(page, "")
    resize(page, PHONE)
    return found


def enlarge(page: Page, letters: str) -> None:
    page.evaluate(
        """letters => {
            const root = document.documentElement;
            root.style.fontSize = letters.endsWith('%') ? letters : '';
            if (letters === 'largest') root.dataset.size = letters; else delete root.dataset.size;
        }""",
        letters,
    )


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("<button class='button'>x</button>", []),
        ("<div data-style='overflow:hidden;width:20px;white-space:nowrap'>too long</div>", ["cut"]),
        ("<a href='/'>one</a><a href='/' data-style='margin-left:-30px'>two</a>", ["overlap"]),
        ("<div class='choice' data-style='border:0'><input type='radio' checked></div>", ["lost", "lost"]),
        ("<svg><rect class='bar-fill' width='9' height='9' data-style='fill:Canvas'/></svg>", ["lost"]),
    ],
)
def test_the_checks_find_what_is_wrong(
    body: str, wrong: list[str], window: OpenWindow, server: Server
) -> None:
    page = window()
    page.goto(f"{server.origin}/about")
    page.evaluate(
        """body => {
            document.querySelector('main').innerHTML = body;
            const styled = document.querySelectorAll('[data-style]');
            styled.forEach(each => { each.style.cssText = each.dataset.style; });
        }""",
        body,
    )
    found = [*cut_or_overlapping(page), *lost_in_forced_colours(page)]
    assert [each.split(":")[0].split(" ")[0] for each in found] == wrong
