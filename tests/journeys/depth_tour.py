"""Tours through what goes beyond the core: further signs, optional sections, and what a record then shows."""

from typing import Final

from playwright.sync_api import expect

from tests.journeys import desk
from tests.journeys.pages import (
    CHECK,
    DOUBLE_VISION,
    LOOK_ALIKES,
    OTHER_SIGNS,
    POSITIVE,
    SIDE_EFFECTS,
    Person,
    Tried,
    answer_days,
    answer_how_long,
    answer_safety,
    begin,
    choose,
    follow,
    give,
    press,
    reach_check_page,
    reach_result,
    see,
    type_in,
)
from tests.journeys.sections import (
    FREE_DAYS,
    HEADACHES,
    HOURS,
    LOOK_AGAIN,
    SECTIONS,
    THEY_ARE_RIGHT,
    answer,
    fill_all_sections,
)
from tests.journeys.shortcut import reach
from tests.journeys.tour import Guide

CHANGED: Final = "Headaches that have changed, or got worse and worse, in the last few weeks"
NEVER_STOPPED: Final = "The pain began on one day that I remember, and it has not stopped since"
THREE_MEDICINES: Final = (
    Tried("Inderal"),
    Tried("topiramate", "3 months", SIDE_EFFECTS),
    Tried("amitriptyline", "4 months"),
)


def tour_signs(guide: Guide) -> None:
    page = guide.page
    begin(page, guide.origin)
    answer_safety(page, Person())
    guide.show("other-signs", "A few more signs")
    press(page, "Continue")
    guide.show_error("other-signs-error")
    choose(page, OTHER_SIGNS, DOUBLE_VISION)
    press(page, "Continue")
    guide.show("ask-today", "See a clinician today")
    press(page, "Continue")
    answer_days(page, Person())
    choose(page, LOOK_ALIKES, NEVER_STOPPED)
    press(page, "Continue")
    guide.show_error("how-long-error-one-of-two")
    answer_how_long(page, Person(look_alike=NEVER_STOPPED))


def tour_sections(guide: Guide) -> None:
    page = guide.page
    reach_check_page(page, guide.origin, Person())
    for title, pages in SECTIONS.items():
        follow(page, title)
        for number, (heading, answers) in enumerate(pages, start=1):
            guide.show(f"section-{title.split()[-1]}-{number}", heading)
            answer(page, answers)
            press(page, "Continue")
    guide.show("check-all-sections", CHECK)


def tour_looking_again(guide: Guide) -> None:
    page = guide.page
    reach(page, guide.origin, "check-answers")
    follow(page, HEADACHES)
    give(page, HOURS, "90")
    press(page, "Continue")
    guide.show_error("section-error")
    give(page, HOURS, "9")
    give(page, FREE_DAYS, "20")
    press(page, "Continue")
    follow(page, "Leave this page as it was")
    guide.show("look-again", LOOK_AGAIN)
    press(page, THEY_ARE_RIGHT)
    see(page, CHECK)


def tour_warned_results(guide: Guide) -> None:
    page = guide.page
    reach_check_page(page, guide.origin, Person(other_signs=DOUBLE_VISION, tried=THREE_MEDICINES))
    fill_all_sections(page)
    press(page, "Send my answers")
    guide.show("result-urgent-overuse", POSITIVE)
    page.context.clear_cookies()
    reach_result(page, guide.origin, Person(other_signs=CHANGED, look_alike=NEVER_STOPPED))
    guide.show("result-look-alike", "Your headaches need a closer look")


def tour_deep_record(guide: Guide) -> None:
    page = guide.page
    reach_check_page(page, guide.origin, Person(other_signs=DOUBLE_VISION, tried=THREE_MEDICINES))
    fill_all_sections(page)
    press(page, "Send my answers")
    expect(page.locator(".result")).to_be_visible()
    code = "".join(page.locator(".code").inner_text().split())
    desk.sign_in(page, guide.origin, guide.account)
    desk.find(page, guide.origin, code)
    guide.show("record-deep", "Screen positive")
    for summary in page.locator("details > summary").all():
        summary.click()
    guide.visit("record-deep-open")
    page.locator("form", has_text="Which instrument?").get_by_role("button", name="Save").click()
    guide.show_error("record-score-error")
    choose(page, "Which instrument?", "MIDAS")
    type_in(page, "Total", "21")
    page.locator("form", has_text="Which instrument?").get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Scores")).to_contain_text("grade 4 of 4")
    enter_course(guide)


def enter_course(guide: Guide) -> None:
    page = guide.page
    page.locator("summary", has_text="Add headache days under treatment").click()
    choose(page, "Counted in periods of", "28 days")
    type_in(page, "Headache days in the period before the first course", "20")
    type_in(page, "Headache days in each period since, the oldest first", "16, 14")
    type_in(page, "Courses given so far", "2")
    page.locator("form", has_text="Courses given so far").get_by_role("button", name="Save").click()
    expect(page.locator("h2", has_text="Published policies on going on")).to_be_visible()
    guide.visit("record-course")
