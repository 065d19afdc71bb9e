"""What a patient can do with a code, in every state, for tests and pictures that look at all.

Lookups are counted: all tours together make four of the ten that one source has in ten minutes.
"""

from typing import Final

from playwright.sync_api import expect

from app.domain.reference_code import format_reference_code, new_reference_code
from tests.journeys.pages import (
    DELETE_EVERYTHING,
    GET_HELP,
    GONE,
    HEADACHE_DAYS,
    MIGRAINE_DAYS,
    NOTHING_UNDER_CODE,
    POSITIVE,
    SIGNS,
    SUDDEN,
    SURE,
    TWO_MEDICINES,
    YES_DELETE,
    YOUR_CODE,
    YOUR_SCREENING,
    YOUR_SCREENINGS,
    Person,
    choose,
    code_on,
    follow,
    give,
    press,
    press_and_wait,
    reach_result,
    see,
    type_in,
)
from tests.journeys.shortcut import reach, send
from tests.journeys.tour import Guide

FIND: Final = "Find my screening"
STOP: Final = "Stop now, go on later"


def tour_your_screening(guide: Guide) -> None:
    page = guide.page
    code = reach_result(page, guide.origin, Person(tried=TWO_MEDICINES))
    press(page, "Finish and clear this screen")
    guide.open("/your-screening", "your-screening", YOUR_SCREENING)
    press(page, FIND)
    guide.show_error("your-screening-error-empty")
    type_in(page, YOUR_CODE, "7KQ2-M9XD-4TRB-ZP3V-N")
    press(page, FIND)
    guide.show_error("your-screening-error-wrong")
    type_in(page, YOUR_CODE, format_reference_code(new_reference_code()))
    press(page, FIND)
    guide.show("nothing-under-code", NOTHING_UNDER_CODE)
    guide.open("/your-screening?code=x", "code-in-address", "Type your code on the page")
    page.goto(guide.origin + "/your-screening")
    type_in(page, YOUR_CODE, code)
    press(page, FIND)
    guide.show("your-screenings", YOUR_SCREENINGS)
    page.locator("main a").filter(has_text="Screening of").click()
    guide.show("own-result", POSITIVE)
    follow(page, YOUR_SCREENINGS)
    follow(page, "Delete my answers")
    guide.show("delete-own", DELETE_EVERYTHING)
    press(page, "Delete my answers")
    guide.show_error("delete-own-error")
    choose(page, SURE, YES_DELETE)
    press(page, "Delete my answers")
    guide.show("deleted", GONE)


def tour_emergency_again(guide: Guide) -> None:
    """An emergency under a code from before: the two stand beside each other."""
    page = guide.page
    code = send(page, guide.origin)
    page.goto(guide.origin + "/again")
    type_in(page, YOUR_CODE, code)
    press(page, "Start")
    choose(page, SIGNS, SUDDEN)
    press(page, "Continue")
    see(page, GET_HELP)
    page.goto(guide.origin + "/your-screening")
    type_in(page, YOUR_CODE, code)
    press(page, FIND)
    guide.show("your-screenings-two", YOUR_SCREENINGS)
    follow(page, "See what has changed")
    guide.show("own-change", "Change over time")
    follow(page, "Read what to do now")
    guide.show("own-emergency", GET_HELP)


def tour_coming_back(guide: Guide) -> None:
    """Counting with the calendar, stopping, and going on with the code. One lookup."""
    page = guide.page
    reach(page, guide.origin, "headache-days")
    press(page, "Hard to say? Count with a calendar")
    guide.show("calendar", "Count with a calendar")
    press(page, "Count these days")
    guide.show_error("calendar-error")
    for row in page.locator(".calendar tbody tr").all()[:16]:
        row.get_by_role("radio", name="Migraine").check()
        row.get_by_role("checkbox").check()
    press_and_wait(page, "Dark")
    guide.show("calendar-marked", "Count with a calendar")
    press(page, "Count these days")
    guide.show("days-counted", "In the last 30 days")
    give(page, MIGRAINE_DAYS, "99")
    press(page, STOP)
    expect(page.get_by_text("Some of what you typed on the last page is not kept")).to_be_visible()
    guide.visit("later-not-kept")
    code = code_on(page)
    press(page, "I have my code: clear this screen")
    guide.show("left", "Your answers wait for you")
    follow(page, "Type the code and go on")
    type_in(page, YOUR_CODE, code)
    press(page, FIND)
    guide.show("waiting", YOUR_SCREENINGS)
    press(page, "Go on where you stopped")
    see(page, "In the last 30 days")  # what was not kept there is asked for again
    give(page, MIGRAINE_DAYS, "9")
    press(page, "Continue")
    see(page, "How long it has been like this")
    press(page, STOP)
    guide.show("later", STOP)


def tour_two_windows(guide: Guide) -> None:
    page = guide.page
    reach(page, guide.origin, "how-long")
    page.goto(f"{guide.origin}/screening/headache-days")
    give(page, HEADACHE_DAYS, "9")
    give(page, MIGRAINE_DAYS, "3")
    page.evaluate("() => { document.querySelector('[name=seen]').value = 'another' }")
    press(page, "Continue")
    expect(page.get_by_text("You answered this page in another window, too")).to_be_visible()
    guide.visit("two-windows")
