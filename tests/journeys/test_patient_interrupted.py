"""What may go wrong on the way, and what is left for the next person at the same device."""

import re

import pytest
from playwright.sync_api import Error, Page, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.pages import (
    CHECK,
    CODE,
    HEADACHE_DAYS,
    HOW_LONG,
    MEDICINE,
    MIGRAINE_DAYS,
    NO_DRAFT,
    POSITIVE,
    TRIED,
    TWO_MEDICINES,
    Person,
    answer_days,
    answer_how_long,
    answer_other_signs,
    answer_safety,
    answer_tried,
    begin,
    choose,
    code_on,
    follow,
    give,
    press,
    reach_result,
    see,
    see_answer,
    see_typed,
    type_in,
)
from tests.journeys.shortcut import reach
from tests.journeys.stored import stored_screenings
from tests.support.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(window: OpenWindow) -> Page:
    return window(java_script_enabled=False)


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
    answer_tried(page, Person(tried=TWO_MEDICINES))
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


@pytest.mark.requirement("PAT-12")
def test_nothing_is_left_after_finishing(window: OpenWindow, server: Server) -> None:
    page = window(java_script_enabled=False, intercept=False)
    code = reach_result(page, server.origin, Person(headache_days="23", migraine_days="17"))
    before = page.context.cookies()[0]["value"]
    press(page, "Finish and clear this screen")
    see(page, "This screen is clear")
    (cookie,) = page.context.cookies()
    assert cookie["value"] != before, "another token, that stands for nothing"
    for move in (page.go_back, page.go_back, page.go_back, page.go_forward):
        move()
        see(page, NO_DRAFT)
        left = page.locator("body").inner_text()
        assert not CODE.search(left), code
        assert not re.search(r"\b(23|17)\b|match the pattern", left)


@pytest.mark.requirement("PAT-12")
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


@pytest.mark.requirement("PAT-11", part="autocomplete on the core pages")
def test_every_box_asks_the_browser_to_forget(phone: Page, server: Server) -> None:
    begin(phone, server.origin)
    seen = 0
    for step in (answer_safety, answer_other_signs, answer_days, answer_how_long):
        boxes = phone.locator("main input:not([type=hidden])")
        expect(boxes.first).to_be_visible()
        expect(phone.locator("main form")).to_have_attribute("autocomplete", "off")
        seen += boxes.count()
        for box in boxes.and_(phone.locator(":not([type=radio], [type=checkbox])")).all():  # those have none
            expect(box).to_have_attribute("autocomplete", "off")
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
