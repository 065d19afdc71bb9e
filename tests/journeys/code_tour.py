"""What a patient can do with a code, in every state, for tests and pictures that look at all.

Lookups are counted: both tours together make three of the ten that one source has in ten minutes.
"""

from typing import Final

from app.domain.reference_code import format_reference_code, new_reference_code
from tests.journeys.pages import (
    DELETE_EVERYTHING,
    GET_HELP,
    GONE,
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
    begin,
    choose,
    follow,
    press,
    reach_result,
    see,
    type_in,
)
from tests.journeys.tour import Guide

FIND: Final = "Find my screening"


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
    page = guide.page
    begin(page, guide.origin)
    page.goto(guide.origin + "/again")
    code = format_reference_code(new_reference_code())
    type_in(page, YOUR_CODE, code)
    press(page, "Start")
    choose(page, SIGNS, SUDDEN)
    press(page, "Continue")
    see(page, GET_HELP)
    page.goto(guide.origin + "/your-screening")
    type_in(page, YOUR_CODE, code)
    press(page, FIND)
    page.locator("main a").filter(has_text="Screening of").click()
    guide.show("own-emergency", GET_HELP)
