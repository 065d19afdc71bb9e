"""Every page of the product in every state it can be in, for tests and pictures that look at all.

A tour walks on and calls `look` with the name of each state while the window shows it. Windows need
JavaScript only for what looking needs.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.journeys.desk import Account
from tests.journeys.pages import (
    BORDERLINE,
    CANNOT_TELL,
    CHECK,
    COUNTED,
    GET_HELP,
    HEADACHE_DAYS,
    LIST,
    MEDICINE,
    MEMORY,
    MIGRAINE_DAYS,
    NEGATIVE,
    NO_DRAFT,
    NONE,
    NOT_SURE,
    POSITIVE,
    SIGNS,
    SUDDEN,
    TRIED,
    TWO_MEDICINES,
    UNSURE,
    WHICH,
    Person,
    Tried,
    add_medicine,
    answer_how_long,
    answer_other_signs,
    answer_safety,
    answer_tried,
    begin,
    choose,
    follow,
    give,
    press,
    press_and_wait,
    reach_check_page,
    reach_result,
    see,
    tell_story,
    type_in,
)
from tests.journeys.shortcut import reach
from tests.support.server import Server

Visit = Callable[[str], None]


def look_away(_state: str) -> None:
    """A tour that is taken for the way alone."""


@dataclass(frozen=True)
class Guide:
    """What a tour needs: a window, the server it looks at, and what to do at each state."""

    page: Page
    server: Server
    account: Account
    colleague: Account
    look: Visit = look_away

    @property
    def origin(self) -> str:
        return self.server.origin

    def visit(self, name: str) -> None:
        """Looks at the state that is shown, once its style has arrived."""
        self.page.wait_for_load_state()
        self.look(name)

    def show(self, name: str, heading: str) -> None:
        """Waits for the page with this heading, then visits it."""
        see(self.page, heading)
        self.visit(name)

    def show_error(self, name: str) -> None:
        expect(self.page.locator(".error-summary")).to_be_visible()
        self.visit(name)

    def open(self, path: str, name: str, heading: str) -> None:
        self.page.goto(self.origin + path)
        self.show(name, heading)


# --- the patient's pages --------------------------------------------------------------------------


def tour_questions(guide: Guide) -> None:
    page = guide.page
    guide.open("/", "start", "Do you have very frequent headaches?")
    press(page, "Start")
    guide.show("safety-check", "First, a safety check")
    press(page, "Continue")
    guide.show_error("safety-check-error")
    answer_safety(page, Person())
    answer_other_signs(page, Person())
    guide.show("days", "In the last 30 days")
    press(page, "Continue")
    guide.show_error("days-error-empty")
    give(page, HEADACHE_DAYS, "14")
    give(page, MIGRAINE_DAYS, "22")
    choose(page, COUNTED, MEMORY)
    press(page, "Continue")
    expect(page.locator(".error-summary li")).to_have_count(1)
    guide.show_error("days-error-more-migraine")
    give(page, MIGRAINE_DAYS, "9")
    press(page, "Continue")
    guide.show("how-long", "How long it has been like this")
    press(page, "Continue")
    guide.show_error("how-long-error")
    answer_how_long(page, Person())
    guide.show("tried", LIST)
    press(page, "Continue")
    guide.show_error("tried-error")
    answer_tried(page, Person())
    guide.show("check-short", CHECK)


def tour_medicines(guide: Guide) -> None:
    page = guide.page
    reach(page, guide.origin, "preventives")
    choose(page, TRIED, "Yes")
    press(page, "Continue")
    guide.show("medicine", "Which medicine was it?")
    press(page, "Continue")
    guide.show_error("medicine-error")
    type_in(page, MEDICINE, "propanolol")
    press(page, "Continue")
    expect(page.get_by_text(WHICH)).to_be_visible()
    guide.visit("medicine-which")
    press_and_wait(page, "Continue")
    guide.show_error("medicine-which-error")
    choose(page, WHICH, "Propranolol (Inderal)")
    press(page, "Continue")
    guide.show("story", "Propranolol")
    press(page, "Continue")
    guide.show_error("story-error")
    follow(page, "Back")
    guide.show("list-without-story", LIST)
    follow(page, "Change Propranolol")
    tell_story(page, Tried("", happened="It helps, and I still take it"))
    follow(page, "Add another medicine")
    add_medicine(page, Tried("lisinopril with hydrochlorothiazide", taken_for=NOT_SURE))
    guide.visit("list-two")
    press(page, "That is all: continue")
    guide.show("check-two-medicines", CHECK)
    page.goto(guide.origin + "/screening/how-long?change=yes")
    guide.show("change", "How long it has been like this")


def _result(guide: Guide, name: str, person: Person, heading: str) -> None:
    reach_result(guide.page, guide.origin, person)
    guide.show(name, heading)


def _start_afresh(guide: Guide) -> None:
    """The first page has three faces; journeys begin at the one of a new browser."""
    guide.page.context.clear_cookies()


def tour_positive_result(guide: Guide) -> None:
    _result(guide, "result-positive", Person(tried=TWO_MEDICINES), POSITIVE)
    for summary in guide.page.locator("details > summary").all():
        summary.click()
    guide.visit("result-positive-open")
    guide.open("/", "start-after-sending", "Do you have very frequent headaches?")
    guide.page.goto(guide.origin + "/screening/result")
    press(guide.page, "Finish and clear this screen")
    guide.show("finished", "This screen is clear")
    guide.open("/screening/result", "no-draft", NO_DRAFT)


def tour_other_results(guide: Guide) -> None:
    borderline = Person(headache_days="14", migraine_days="7", how_long="3 months")
    _result(guide, "result-borderline", borderline, BORDERLINE)
    _start_afresh(guide)
    _result(guide, "result-negative", Person(headache_days="5", migraine_days="1"), NEGATIVE)
    _start_afresh(guide)
    reach_check_page(guide.page, guide.origin, UNSURE)
    guide.visit("check-not-sure")
    press(guide.page, "Send my answers")
    guide.show("result-cannot-tell", CANNOT_TELL)


def tour_warnings(guide: Guide) -> None:
    page = guide.page
    begin(page, guide.origin)
    choose(page, SIGNS, NOT_SURE)
    press(page, "Continue")
    guide.show("ask-now", "Ask someone now, before you go on")
    guide.open("/", "start-go-on", "Do you have very frequent headaches?")
    press(page, "Forget them and start again")
    choose(page, SIGNS, NONE, NOT_SURE)
    press(page, "Continue")
    guide.show_error("safety-check-error-none-and-not-sure")
    page.get_by_label(NONE).uncheck()
    page.get_by_label(NOT_SURE).uncheck()
    choose(page, SIGNS, SUDDEN)
    press(page, "Continue")
    guide.show("emergency", GET_HELP)


def tour_texts(guide: Guide) -> None:
    guide.open("/about", "about", "About this screening")
    guide.open("/privacy", "privacy", "Your answers and your privacy")
    guide.open("/sources", "sources", "Sources")
    guide.open("/nowhere", "no-such-page", "There is no such page")
    guide.open("/start", "not-like-that", "This page cannot be opened like that")
    begin(guide.page, guide.origin)
    _start_afresh(guide)
    press(guide.page, "Continue")
    guide.show("page-too-old", "Send it once more")


def tour_again(guide: Guide) -> None:
    page = guide.page
    guide.open("/again", "again", "Screen again under your code")
    press(page, "Start")
    guide.show_error("again-error-empty")
    type_in(page, "Your reference code", "7KQ2-M9XD-4TRB-ZP3V-N")
    press(page, "Start")
    guide.show_error("again-error-wrong")
