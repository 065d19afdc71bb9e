"""The states of a device that one person after another takes, and of the code of a poster."""

from typing import Final

from playwright.sync_api import Page, expect

from tests.journeys.pages import Person, press, reach_check_page, see
from tests.journeys.tour import Guide

SHARE: Final = "Share this device"
LEAVE: Final = "Stop sharing this device"
CLEARED: Final = "This screen was cleared to protect your answers"
START: Final = "Do you have very frequent headaches?"
LAST_MINUTE_MS: Final = 2 * 60 * 1000 + 5_000


def share(page: Page, origin: str) -> None:
    """Makes the window one that others take next; its clock can be moved from now on."""
    page.clock.install()
    page.goto(origin + "/shared")
    press(page, SHARE)
    see(page, START)


def wait_for_last_minute(page: Page) -> None:
    page.wait_for_load_state()  # the page counts from the moment that its script runs
    page.clock.fast_forward(LAST_MINUTE_MS)
    expect(page.locator(".clock")).to_be_visible()


def tour_shared(guide: Guide) -> None:
    page = guide.page
    guide.open("/shared", "share", SHARE)
    share(page, guide.origin)
    guide.visit("shared-start")
    guide.open("/shared", "is-shared", SHARE)
    reach_check_page(page, guide.origin, Person())
    guide.visit("shared-check")
    page.goto(guide.origin + "/screening/headache-days?change=yes")
    wait_for_last_minute(page)
    guide.visit("shared-countdown")
    press(page, "I am still here")
    expect(page.locator(".clock")).to_be_hidden()
    guide.open("/", "shared-start-with-answers", START)
    page.goto(guide.origin + "/screening/check-answers")
    press(page, "Send my answers")
    expect(page.locator(".result")).to_be_visible()
    guide.visit("shared-result")
    press(page, "Finish and clear this screen")
    guide.show("shared-finished", "This screen is clear")
    guide.open("/cleared", "cleared", CLEARED)
    guide.open("/shared/leave", "leave", LEAVE)
    press(page, LEAVE)
    guide.show_error("leave-error")
