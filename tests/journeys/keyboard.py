"""Moving about with Tab, Space, Enter and the arrow keys alone."""

import re

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 80
# The words a screen reader would say first: the label, the text of a link or button.
FOCUSED = """() => {
    const element = document.activeElement;
    const label = element.labels?.[0];
    return (label ?? element).textContent.replace(/\\s+/g, ' ').trim();
}"""
CHOSEN = "() => document.activeElement.selectedOptions[0].textContent"
GROUP = """() => {
    const group = document.activeElement.closest('.field');
    return group?.querySelector('.label')?.textContent ?? '';
}"""


def focused(page: Page) -> str:
    """The words of what the keyboard is on."""
    return str(page.evaluate(FOCUSED))


def tab_to(page: Page, words: str) -> None:
    """Presses Tab until something with these words has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if focused(page) == words:
            return
    raise AssertionError(f"{words!r} cannot be reached with Tab")


def press_focused(page: Page, words: str) -> None:
    """Goes to a link or button and presses Enter."""
    tab_to(page, words)
    page.keyboard.press("Enter")


def tick(page: Page, words: str) -> None:
    tab_to(page, words)
    page.keyboard.press("Space")
    expect(page.get_by_label(re.compile(f"^{re.escape(words)}$"))).to_be_checked()


def type_into(page: Page, label: str, text: str) -> None:
    tab_to(page, label)
    page.keyboard.type(text)


def arrow_to(page: Page, question: str, choice: str) -> None:
    """Goes to a group of radio buttons with Tab and to one of them with the arrow keys."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(GROUP) == question and page.evaluate(
            "() => document.activeElement.type === 'radio'"
        ):
            break
    arrow_along(page, choice)


def arrow_along(page: Page, choice: str) -> None:
    """Goes to a radio button of the group that has the focus."""
    page.keyboard.press("Space")
    for _ in range(MOST_TABS):
        if focused(page) == choice:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{choice!r} cannot be reached with the arrow keys")


def select_with_arrows(page: Page, label: str, choice: str) -> None:
    """Goes to a box of choices with Tab and to one of them with the arrow key, without opening it."""
    tab_to(page, label)
    page.keyboard.press("Home")
    for _ in range(MOST_TABS):
        if page.evaluate(CHOSEN) == choice:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{choice!r} of {label!r} cannot be reached with the arrow keys")


def tab_into(page: Page, place: Locator) -> None:
    """Presses Tab until this very element has the focus: others may have the same words."""
    handle = place.element_handle()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("element => element === document.activeElement", handle):
            return
    raise AssertionError("it cannot be reached with Tab")
