"""What scripts add to the forms of a record: the browser asks before typed words are lost; a notice once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.journeys import desk
from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account
from tests.journeys.pages import choose, follow, press, see, see_errors, see_typed, type_in
from tests.journeys.shortcut import send
from tests.support.server import Server

pytestmark = pytest.mark.browser

NOTE = "Telephoned: a visit in May."


@pytest.fixture
def page(window: OpenWindow, server: Server, account: Account) -> Page:
    """A record of its own in a window with scripts."""
    code = send(window(java_script_enabled=False), server.origin)
    opened = window(1280)
    desk.sign_in(opened, server.origin, account)
    desk.find(opened, server.origin, code)
    desk.see_record(opened)
    opened.wait_for_load_state()
    return opened


def asked(page: Page, act: Callable[[], object], *, stay: bool = True) -> list[str]:
    """The kind of each dialog that the browser shows meanwhile, answered with staying or leaving."""
    shown: list[str] = []

    def answer(dialog: Dialog) -> None:
        shown.append(dialog.type)
        if stay:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    act()
    page.wait_for_load_state()
    page.remove_listener("dialog", answer)
    return shown


def test_a_link_asks_before_a_half_typed_note_is_lost(page: Page) -> None:
    record = page.url
    type_in(page, "Note", NOTE)
    assert asked(page, lambda: follow(page, "All screenings")) == ["beforeunload"]
    assert page.url == record
    see_typed(page, "Note", NOTE)
    assert asked(page, lambda: follow(page, "All screenings"), stay=False) == ["beforeunload"]
    see(page, desk.QUEUE)


def test_a_choice_alone_is_worth_asking_and_another_form_of_the_page_asks_too(page: Page) -> None:
    choose(page, desk.STANDS, "Closed")
    assert asked(page, lambda: press(page, "Take")) == ["beforeunload"]
    expect(page.locator(".desk-record")).to_contain_text("with nobody")


def test_nothing_is_asked_when_nothing_was_typed(page: Page) -> None:
    page.get_by_label("Note").click()
    page.get_by_label("Note").fill(" ")
    assert asked(page, lambda: follow(page, "All screenings")) == []
    see(page, desk.QUEUE)


def test_saving_asks_nothing_and_what_came_back_to_be_mended_still_counts(page: Page) -> None:
    type_in(page, "Note", NOTE)
    assert asked(page, lambda: press(page, "Save the review")) == []
    see_errors(page, "Choose where this screening stands")
    page.wait_for_load_state()
    page.get_by_label("Note").click()
    assert asked(page, lambda: follow(page, "All screenings")) == ["beforeunload"]
    choose(page, desk.STANDS, "Reviewed")
    assert asked(page, lambda: press(page, "Save the review")) == []
    expect(page.locator(".reviews .note")).to_have_text(NOTE)
    assert asked(page, lambda: follow(page, "All screenings")) == []


def test_a_paper_is_taken_without_being_asked(page: Page) -> None:
    type_in(page, "Note", NOTE)
    assert asked(page, lambda: desk.taken(page, follow, "Summary (PDF)")) == []
    see_typed(page, "Note", NOTE)


def test_what_was_saved_is_said_once(page: Page) -> None:
    desk.save_review(page, "In review", NOTE)
    expect(page.get_by_role("status")).to_have_text("Your review is saved. The newest stands first.")
    expect(page.locator("#saved")).to_be_focused()
    page.wait_for_load_state()
    assert "saved=" not in page.url
    page.reload()
    expect(page.locator(".reviews .note")).to_have_text(NOTE)
    expect(page.locator("#saved")).to_have_count(0)
