"""A person’s way through the screening, without JavaScript, on a phone and on a large screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.pages import (
    BORDERLINE,
    CANNOT_TELL,
    COUNTED,
    GET_HELP,
    HEADACHE_DAYS,
    HOW_LONG,
    LIST,
    LOOK_ALIKES,
    MEDICINE,
    MEMORY,
    MIGRAINE_DAYS,
    NEGATIVE,
    NONE,
    NOT_SURE,
    POSITIVE,
    SIDE_EFFECTS,
    SIGNS,
    SUDDEN,
    TRIED,
    TWO_MEDICINES,
    UNSURE,
    Person,
    Tried,
    answer_safety,
    begin,
    choose,
    code_on,
    press,
    reach_check_page,
    reach_result,
    see,
    see_answer,
    see_chosen,
    see_criterion,
    see_errors,
    see_typed,
    type_in,
)
from tests.journeys.shortcut import reach
from tests.journeys.stored import stored_screenings
from tests.support.server import Server

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
POSITIVE_PERSON = Person(tried=TWO_MEDICINES)
OUTCOMES = {
    POSITIVE: POSITIVE_PERSON,
    BORDERLINE: Person(headache_days="14", migraine_days="9"),
    NEGATIVE: Person(headache_days="5", migraine_days="2"),
    CANNOT_TELL: Person(migraine_days=NOT_SURE, tried=NOT_SURE),
}


@pytest.fixture(params=WIDTHS)
def page(window: OpenWindow, request: pytest.FixtureRequest) -> Page:
    return window(request.param, java_script_enabled=False)


@pytest.fixture
def phone(window: OpenWindow) -> Page:
    return window(java_script_enabled=False)


# --- from the start to the result -----------------------------------------------------------------


@pytest.mark.requirement("WEB-02", "WEB-03", "WEB-12")
@pytest.mark.parametrize("heading", OUTCOMES)
def test_answers_lead_to_their_result(page: Page, server: Server, heading: str) -> None:
    before = stored_screenings(server)
    reach_check_page(page, server.origin, OUTCOMES[heading])
    promised = code_on(page)
    press(page, "Send my answers")
    see(page, heading)
    assert code_on(page) == promised
    assert stored_screenings(server) == before + 1


@pytest.mark.requirement("WEB-12")
def test_an_emergency_sign_ends_the_questions_and_is_stored(page: Page, server: Server) -> None:
    before = stored_screenings(server)
    begin(page, server.origin)
    choose(page, SIGNS, SUDDEN)
    press(page, "Continue")
    see(page, GET_HELP)
    expect(page.locator(".alarm")).to_contain_text("Call your local emergency number.")
    expect(page.get_by_role("contentinfo")).to_have_count(0)
    assert stored_screenings(server) == before + 1


def test_a_sign_ticked_by_mistake_leads_back_to_the_question(phone: Page, server: Server) -> None:
    begin(phone, server.origin)
    choose(phone, SIGNS, SUDDEN)
    press(phone, "Continue")
    press(phone, "I ticked it by mistake: back to the question")
    expect(phone.get_by_label(SUDDEN)).not_to_be_checked()
    answer_safety(phone, Person())
    see(phone, "A few more signs")


def test_not_sure_is_an_answer_everywhere(page: Page, server: Server) -> None:
    reach_check_page(page, server.origin, UNSURE)
    for question in (SIGNS, HEADACHE_DAYS, MIGRAINE_DAYS, HOW_LONG, TRIED):
        see_answer(page, question, NOT_SURE)
    press(page, "Send my answers")
    see(page, CANNOT_TELL)
    expect(page.get_by_role("heading", name="See a clinician today")).to_be_visible()
    for name in ("Headache days a month", "Migraine days a month", "How long it has been like this"):
        see_criterion(page, name, "Cannot tell yet")


def test_not_sure_of_a_medicine_is_an_answer(phone: Page, server: Server) -> None:
    story = Tried("Inderal", NOT_SURE, NOT_SURE, NOT_SURE)
    reach_check_page(phone, server.origin, Person(tried=(story,)))
    see_answer(
        phone, TRIED, f"Propranolol. How long: {NOT_SURE}. What happened: {NOT_SURE}. Taken for: {NOT_SURE}"
    )


def test_the_result_says_how_each_number_compares(phone: Page, server: Server) -> None:
    reach_result(phone, server.origin, OUTCOMES[BORDERLINE])
    see_criterion(phone, "Headache days a month", "Not reached, close to the line")
    see_criterion(phone, "Migraine days a month", "Reached")
    expect(phone.locator(".criterion").first).to_contain_text("You said 14 days in 30.")
    expect(phone.locator(".criterion").first).to_contain_text("The pattern starts at 15 days.")


def test_the_check_page_shows_every_answer(phone: Page, server: Server) -> None:
    reach_check_page(phone, server.origin, POSITIVE_PERSON)
    see_answer(phone, SIGNS, NONE)
    see_answer(phone, HEADACHE_DAYS, "20 days")
    see_answer(phone, MIGRAINE_DAYS, "10 days")
    see_answer(phone, COUNTED, MEMORY)
    see_answer(phone, HOW_LONG, "7 months")
    medicines = (
        "Propranolol. 12 weeks. It did not help enough",
        f"Topiramate. 3 months. {SIDE_EFFECTS}",
    )
    see_answer(phone, TRIED, *medicines)


# --- errors ---------------------------------------------------------------------------------------


def test_a_safety_check_left_empty_is_asked_again(page: Page, server: Server) -> None:
    reach(page, server.origin, "safety-check")
    press(page, "Continue")
    see_errors(page, "Tick each sign that is true for you, or choose “None of these”")


def test_none_beside_not_sure_is_asked_about(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "safety-check")
    choose(phone, SIGNS, NONE, NOT_SURE)
    press(phone, "Continue")
    see_errors(phone, "Choose “None of these” only when you choose nothing else")
    see_chosen(phone, SIGNS, NOT_SURE)
    see_chosen(phone, SIGNS, NONE)


def test_a_sign_counts_whatever_stands_beside_it(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "safety-check")
    choose(phone, SIGNS, "A red, painful eye", NONE)
    press(phone, "Continue")
    see(phone, "Get help now")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the number of headache days, or choose “I am not sure”"),
        ("many", "Enter the number in digits, such as 12"),
        ("31", "Enter a number from 0 to 30. You are counting the last 30 days"),
        ("-1", "Enter 0 or a number above 0"),
        ("2.5", "Enter a whole number, such as 12. A part of a day counts as one day"),
    ],
)
def test_a_number_that_is_none_is_asked_again(phone: Page, server: Server, typed: str, sentence: str) -> None:
    reach(phone, server.origin, "headache-days")
    type_in(phone, HEADACHE_DAYS, typed)
    choose(phone, MIGRAINE_DAYS, NOT_SURE)
    choose(phone, COUNTED, MEMORY)
    press(phone, "Continue")
    see_errors(phone, sentence)
    see_typed(phone, HEADACHE_DAYS, typed)
    see_chosen(phone, MIGRAINE_DAYS, NOT_SURE)


def test_every_error_of_a_page_is_shown_at_once(page: Page, server: Server) -> None:
    reach(page, server.origin, "headache-days")
    type_in(page, HEADACHE_DAYS, "9")
    type_in(page, MIGRAINE_DAYS, "14")
    press(page, "Continue")
    see_errors(
        page,
        "Migraine days cannot be more than headache days (9)",
        "Choose how you counted",
    )
    see_typed(page, MIGRAINE_DAYS, "14")


def test_a_number_and_not_sure_cannot_both_be_meant(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "how-long")
    type_in(phone, HOW_LONG, "7")
    choose(phone, HOW_LONG, NOT_SURE)
    choose(phone, LOOK_ALIKES, NONE)
    press(phone, "Continue")
    see_errors(phone, "Enter a number or choose “I am not sure”, not both")
    see_typed(phone, HOW_LONG, "7")


def test_a_time_without_its_unit_is_asked_again(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "how-long")
    type_in(phone, HOW_LONG, "7")
    choose(phone, LOOK_ALIKES, NONE)
    press(phone, "Continue")
    see_errors(phone, "Choose months or years")
    choose(phone, HOW_LONG, "months")
    press(phone, "Continue")
    see(phone, LIST)


def test_medicines_left_open_are_asked_again(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "preventives")
    press(phone, "Continue")
    see_errors(phone, "Choose yes, no, or “I am not sure”")
    choose(phone, TRIED, "Yes")
    press(phone, "Continue")
    see(phone, "Which medicine was it?")
    press(phone, "Continue")
    see_errors(phone, "Enter the name of the medicine. If you do not know it, enter “not known”")
    type_in(phone, MEDICINE, "Inderal")
    press(phone, "Continue")
    see(phone, "Propranolol")
    press(phone, "Continue")
    see_errors(
        phone,
        "Enter how long you took it, or choose “I am not sure”",
        "Choose what happened, or “I am not sure”",
        "Choose what you took it for, or “I am not sure”",
    )
