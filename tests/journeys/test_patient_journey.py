"""A person's way through the screening, without JavaScript, on a phone and on a large screen."""

import re

import pytest
from playwright.sync_api import Error, Page, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.pages import (
    BORDERLINE,
    CANNOT_TELL,
    CHECK,
    CODE,
    COUNTED,
    DIARY,
    GET_HELP,
    HAPPENED,
    HEADACHE_DAYS,
    HOW_LONG,
    LIST,
    LOOK_ALIKES,
    MEDICINE,
    MEMORY,
    MIGRAINE_DAYS,
    NEGATIVE,
    NO_DRAFT,
    NONE,
    NOT_SURE,
    OTHER_SIGNS,
    POSITIVE,
    SIDE_EFFECTS,
    SIGNS,
    SUDDEN,
    TAKEN_FOR,
    TOOK,
    TRIED,
    TWO_MEDICINES,
    UNSURE,
    WHICH,
    Person,
    Tried,
    add_medicine,
    answer_days,
    answer_how_long,
    answer_other_signs,
    answer_safety,
    answer_tried,
    begin,
    change,
    choose,
    code_on,
    follow,
    give,
    press,
    reach_check_page,
    reach_result,
    see,
    see_answer,
    see_chosen,
    see_criterion,
    see_errors,
    see_typed,
    tell_story,
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


@pytest.mark.parametrize("heading", OUTCOMES)
def test_answers_lead_to_their_result(page: Page, server: Server, heading: str) -> None:
    before = stored_screenings(server)
    reach_check_page(page, server.origin, OUTCOMES[heading])
    promised = code_on(page)
    press(page, "Send my answers")
    see(page, heading)
    assert code_on(page) == promised
    assert stored_screenings(server) == before + 1


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
        ("many", "Enter the number in digits, such as 15"),
        ("31", "Enter a number from 0 to 30. You are counting the last 30 days"),
        ("-1", "Enter 0 or a number above 0"),
        ("2.5", "Enter a whole number, such as 15. A part of a day counts as one day"),
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


# --- changing answers -----------------------------------------------------------------------------


def test_an_answer_changed_from_the_check_page_leads_back_there(page: Page, server: Server) -> None:
    reach_check_page(page, server.origin, OUTCOMES[BORDERLINE])
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


# --- what may go wrong ----------------------------------------------------------------------------


def test_a_reload_in_the_middle_keeps_the_answers(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "how-long")
    see(phone, "How long it has been like this")
    phone.reload()
    see(phone, "How long it has been like this")
    answer_how_long(phone, Person())
    answer_tried(phone, Person())
    see_answer(phone, HEADACHE_DAYS, "20 days")
    phone.reload()
    see_answer(phone, HEADACHE_DAYS, "20 days")
    press(phone, "Send my answers")
    code = code_on(phone)
    phone.reload()
    see(phone, POSITIVE)
    assert code_on(phone) == code


def test_somebody_who_left_goes_on_where_they_stopped(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "how-long")
    phone.goto(server.origin + "/")
    press(phone, "Go on where you stopped")
    see(phone, "How long it has been like this")
    answer_how_long(phone, Person())
    answer_tried(phone, Person())
    see_answer(phone, MIGRAINE_DAYS, "10 days")


def test_somebody_who_left_may_start_again(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "how-long")
    phone.goto(server.origin + "/")
    press(phone, "Forget them and start again")
    answer_safety(phone, Person())
    answer_other_signs(phone, Person())
    see_typed(phone, HEADACHE_DAYS, "")


def test_a_page_ahead_leads_to_the_first_open_question(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "headache-days")
    phone.goto(server.origin + "/screening/check-answers")
    see(phone, "In the last 30 days")
    phone.goto(server.origin + "/screening/preventives")
    see(phone, "In the last 30 days")


def test_a_killed_server_loses_nothing(window: OpenWindow, own_server: Server) -> None:
    page = window(java_script_enabled=False)
    reach(page, own_server.origin, "how-long")
    own_server.kill()
    own_server.start()
    page.reload()
    answer_how_long(page, Person())
    answer_tried(page, POSITIVE_PERSON)
    see_answer(page, HEADACHE_DAYS, "20 days")
    own_server.kill()
    own_server.start()
    press(page, "Send my answers")
    code = code_on(page)
    own_server.kill()
    own_server.start()
    page.reload()
    see(page, POSITIVE)
    assert code_on(page) == code
    assert stored_screenings(own_server) == 1


def test_back_after_sending_shows_the_same_code(phone: Page, server: Server) -> None:
    before = stored_screenings(server)
    code = reach_result(phone, server.origin, Person())
    phone.go_back()
    see(phone, POSITIVE)
    assert code_on(phone) == code
    assert stored_screenings(server) == before + 1


def test_sending_again_from_a_page_left_open_stores_once(phone: Page, server: Server) -> None:
    before = stored_screenings(server)
    reach(phone, server.origin, "check-answers")
    other = phone.context.new_page()
    other.goto(phone.url)
    press(phone, "Send my answers")
    see(phone, POSITIVE)
    press(other, "Send my answers")
    see(other, POSITIVE)
    assert code_on(other) == code_on(phone)
    assert stored_screenings(server) == before + 1


def test_answers_from_a_page_left_open_do_not_change_what_was_sent(phone: Page, server: Server) -> None:
    reach(phone, server.origin, "check-answers")
    other = phone.context.new_page()
    other.goto(server.origin + "/screening/headache-days?change=yes")
    press(phone, "Send my answers")
    see(phone, POSITIVE)
    give(other, HEADACHE_DAYS, "10")
    press(other, "Continue")
    see(other, POSITIVE)
    expect(other.locator(".criterion").first).to_contain_text("You said 20 days in 30.")


def test_a_double_click_stores_once(phone: Page, server: Server) -> None:
    before = stored_screenings(server)
    reach(phone, server.origin, "check-answers")
    code = code_on(phone)
    phone.get_by_role("button", name="Send my answers").dblclick()
    see(phone, POSITIVE)
    assert code_on(phone) == code
    assert stored_screenings(server) == before + 1


def test_a_lost_connection_while_sending_stores_once(phone: Page, server: Server) -> None:
    before = stored_screenings(server)
    reach(phone, server.origin, "check-answers")
    code = code_on(phone)
    phone.context.set_offline(True)
    press(phone, "Send my answers")
    expect(phone.get_by_text(CHECK, exact=True)).to_have_count(0)
    assert stored_screenings(server) == before
    phone.context.set_offline(False)
    go_back(phone)
    see(phone, CHECK)
    press(phone, "Send my answers")
    see(phone, POSITIVE)
    assert code_on(phone) == code
    assert stored_screenings(server) == before + 1


def go_back(page: Page) -> None:
    """Presses Back, from an error page of the browser, too."""
    try:
        page.go_back()
    except Error as problem:  # the driver counts leaving an error page as an interrupted load
        if "interrupted" not in str(problem):
            raise


# --- the next person at the same device -----------------------------------------------------------


def test_nothing_is_left_after_finishing(window: OpenWindow, server: Server) -> None:
    page = window(java_script_enabled=False, intercept=False)
    code = reach_result(page, server.origin, Person(headache_days="23", migraine_days="17"))
    press(page, "Finish and clear this screen")
    see(page, "This screen is clear")
    assert not page.context.cookies()
    for _ in range(3):
        page.go_back()
        see(page, NO_DRAFT)
        left = page.locator("body").inner_text()
        assert not CODE.search(left), code
        assert not re.search(r"\b(23|17)\b|match the pattern", left)


def test_nothing_that_was_typed_comes_back(window: OpenWindow, server: Server) -> None:
    page = window(java_script_enabled=False, intercept=False)
    reach(page, server.origin, "preventives")
    choose(page, TRIED, "Yes")
    press(page, "Continue")
    see(page, "Which medicine was it?")
    type_in(page, MEDICINE, "Aunt Ida’s tea")
    page.goto(server.origin + "/privacy")
    page.go_back()
    see_typed(page, MEDICINE, "")


def test_every_box_asks_the_browser_to_forget(phone: Page, server: Server) -> None:
    begin(phone, server.origin)
    seen = 0
    for step in (answer_safety, answer_other_signs, answer_days, answer_how_long):
        boxes = phone.locator("main input:not([type=hidden])")
        expect(boxes.first).to_be_visible()
        expect(phone.locator("main form")).to_have_attribute("autocomplete", "off")
        for box in boxes.all():
            expect(box).to_have_attribute("autocomplete", "off")
            seen += 1
        step(phone, Person())
    assert seen > 10


def test_the_next_person_starts_with_empty_pages(window: OpenWindow, server: Server) -> None:
    page = window(java_script_enabled=False, intercept=False)
    first = reach_result(page, server.origin, Person())
    press(page, "Finish and clear this screen")
    follow(page, "Go to the first page")
    press(page, "Start")
    expect(page.locator("main :checked")).to_have_count(0)
    answer_safety(page, Person())
    answer_other_signs(page, Person())
    see_typed(page, HEADACHE_DAYS, "")
    answer_days(page, Person())
    see_typed(page, HOW_LONG, "")
    answer_how_long(page, Person())
    answer_tried(page, Person())
    assert code_on(page) != first


def test_checking_again_begins_with_a_new_code(phone: Page, server: Server) -> None:
    first = reach_result(phone, server.origin, Person())
    press(phone, "Check again with new answers")
    see(phone, "First, a safety check")
    for step in (answer_safety, answer_other_signs, answer_days, answer_how_long, answer_tried):
        step(phone, Person())
    see(phone, CHECK)
    assert code_on(phone) != first
