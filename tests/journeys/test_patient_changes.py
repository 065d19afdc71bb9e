"""Answers and medicines that a person changes, without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.pages import (
    CHECK,
    COUNTED,
    DIARY,
    HAPPENED,
    HEADACHE_DAYS,
    HOW_LONG,
    MEDICINE,
    MIGRAINE_DAYS,
    NONE,
    OTHER_SIGNS,
    POSITIVE,
    SIDE_EFFECTS,
    SIGNS,
    TAKEN_FOR,
    TOOK,
    TRIED,
    WHICH,
    Person,
    Tried,
    add_medicine,
    change,
    choose,
    follow,
    press,
    reach_check_page,
    see,
    see_answer,
    see_chosen,
    see_errors,
    see_typed,
    tell_story,
    type_in,
)
from tests.journeys.shortcut import reach
from tests.support.server import Server

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
BORDERLINE_PERSON = Person(headache_days="14", migraine_days="9")


@pytest.fixture(params=WIDTHS)
def page(window: OpenWindow, request: pytest.FixtureRequest) -> Page:
    return window(request.param, java_script_enabled=False)


@pytest.fixture
def phone(window: OpenWindow) -> Page:
    return window(java_script_enabled=False)


# --- changing answers -----------------------------------------------------------------------------


def test_an_answer_changed_from_the_check_page_leads_back_there(page: Page, server: Server) -> None:
    reach_check_page(page, server.origin, BORDERLINE_PERSON)
    change(page, HEADACHE_DAYS)
    see_typed(page, HEADACHE_DAYS, "14")
    type_in(page, HEADACHE_DAYS, "16")
    choose(page, COUNTED, DIARY)
    press(page, "Continue")
    see(page, CHECK)
    see_answer(page, HEADACHE_DAYS, "16 days")
    see_answer(page, COUNTED, DIARY)
    press(page, "Send my answers")
    see(page, POSITIVE)


def test_back_from_a_change_leads_to_the_check_page(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "check-answers")
    change(phone, HOW_LONG)
    see(phone, "How long it has been like this")
    follow(phone, "Back")
    see(phone, CHECK)


def test_an_error_in_a_change_still_leads_back_to_the_check_page(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "check-answers")
    change(phone, MIGRAINE_DAYS)
    type_in(phone, MIGRAINE_DAYS, "25")
    press(phone, "Continue")
    see_errors(phone, "Migraine days cannot be more than headache days (20)")
    type_in(phone, MIGRAINE_DAYS, "20")
    press(phone, "Continue")
    see(phone, CHECK)
    see_answer(phone, MIGRAINE_DAYS, "20 days")


def test_back_leads_through_the_pages_with_their_answers(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "check-answers")
    follow(phone, "Back")
    see_chosen(phone, TRIED, "No")
    follow(phone, "Back")
    see_typed(phone, HOW_LONG, "7")
    see_chosen(phone, HOW_LONG, "months")
    follow(phone, "Back")
    see_typed(phone, HEADACHE_DAYS, "20")
    follow(phone, "Back")
    see_chosen(phone, OTHER_SIGNS, NONE)
    follow(phone, "Back")
    see_chosen(phone, SIGNS, NONE)


# --- medicines ------------------------------------------------------------------------------------


def see_medicines(page: Page, *lines: str) -> None:
    expect(page.locator(".medicines li > p")).to_have_text(list(lines))


def test_a_medicine_is_found_by_its_brand_changed_and_removed(page: Page, server: Server) -> None:
    reach(page, server.origin, "preventives")
    choose(page, TRIED, "Yes")
    press(page, "Continue")
    add_medicine(page, Tried("topamax"))
    follow(page, "Add another medicine")
    add_medicine(page, Tried("INDERAL", "6 months", SIDE_EFFECTS))
    see_medicines(
        page,
        "Topiramate. 12 weeks. It did not help enough",
        f"Propranolol. 6 months. {SIDE_EFFECTS}",
    )
    follow(page, "Change Topiramate")
    see_typed(page, TOOK, "12")
    tell_story(page, Tried("", "2.5 months", "It helped, and I stopped"))
    see_medicines(
        page,
        "Topiramate. 2.5 months. It helped, and I stopped",
        f"Propranolol. 6 months. {SIDE_EFFECTS}",
    )
    press(page, "Remove Topiramate")
    see_medicines(page, f"Propranolol. 6 months. {SIDE_EFFECTS}")
    press(page, "That is all: continue")
    see_answer(page, TRIED, f"Propranolol. 6 months. {SIDE_EFFECTS}")


def test_a_medicine_typed_wrong_is_offered_and_never_guessed(page: Page, server: Server) -> None:
    reach(page, server.origin, "preventives")
    choose(page, TRIED, "Yes")
    press(page, "Continue")
    type_in(page, MEDICINE, "propanolol")
    press(page, "Continue")
    choose(page, WHICH, "Propranolol (Inderal)")
    press(page, "Continue")
    see(page, "Propranolol")


def test_a_medicine_nobody_knows_keeps_its_name(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "preventives")
    choose(phone, TRIED, "Yes")
    press(phone, "Continue")
    type_in(phone, MEDICINE, "Aunt Ida’s tea")
    press(phone, "Continue")
    choose(phone, WHICH, "Another medicine: keep the name as I typed it")
    press(phone, "Continue")
    see(phone, "Aunt Ida’s tea")
    tell_story(phone, Tried(""))
    press(phone, "That is all: continue")
    see_answer(phone, TRIED, "Aunt Ida’s tea. 12 weeks. It did not help enough")


def test_a_medicine_named_twice_is_opened_again(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "preventives")
    choose(phone, TRIED, "Yes")
    press(phone, "Continue")
    add_medicine(phone, Tried("Inderal"))
    follow(phone, "Add another medicine")
    type_in(phone, MEDICINE, "propranolol")
    press(phone, "Continue")
    see_typed(phone, TOOK, "12")
    see_chosen(phone, HAPPENED, "It did not help enough")
    see_chosen(phone, TAKEN_FOR, "To prevent migraine or headache")


def test_a_medicine_without_its_story_is_asked_about(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "preventives")
    choose(phone, TRIED, "Yes")
    press(phone, "Continue")
    type_in(phone, MEDICINE, "Inderal")
    press(phone, "Continue")
    see(phone, "Propranolol")
    follow(phone, "Back")
    see_medicines(phone, "Propranolol. Tell us what happened.")
    press(phone, "That is all: continue")
    see(phone, "Propranolol")


def test_removing_the_last_medicine_opens_the_question_again(phone: Page, server: Server) -> None:
    reach_check_page(phone, server.origin, Person(tried=(Tried("Inderal"),)))
    change(phone, TRIED)
    press(phone, "Remove Propranolol")
    choose(phone, TRIED, "No")
    press(phone, "Continue")
    see(phone, CHECK)
    see_answer(phone, TRIED, "No")
