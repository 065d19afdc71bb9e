"""The connection is gone when somebody sends: the page stays, says so, and the next press sends once."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.pages import (
    CHECK,
    COUNTED,
    HEADACHE_DAYS,
    MEDICINE,
    MEMORY,
    MIGRAINE_DAYS,
    POSITIVE,
    TRIED,
    choose,
    code_on,
    give,
    press,
    see,
    see_chosen,
    see_typed,
    type_in,
)
from tests.journeys.shortcut import reach
from tests.journeys.stored import stored_screenings
from tests.support.server import Server

pytestmark = pytest.mark.browser
SCRIPT = "**/static/send.js*"
FROM_THE_SERVER = """performance.getEntriesByType("resource").filter((each) => each.transferSize > 0)
    .map((each) => new URL(each.name).pathname.split("/").pop())"""
STORED_IN_THE_BROWSER = "[localStorage.length, sessionStorage.length, document.cookie.length]"


def see_no_connection(page: Page) -> None:
    expect(page.get_by_role("alert").filter(has_text="There is no connection at the moment")).to_be_visible()


def walk_to_days(page: Page, origin: str) -> None:
    """To a question page as people come there: from the page before it."""
    reach(page, origin, "other-signs")
    choose(page, "Do you have any of these other warning signs?", "None of these")
    press(page, "Continue")
    see(page, "In the last 30 days")


def test_offline_at_send_keeps_the_page_and_the_next_press_stores_once(
    window: OpenWindow, server: Server
) -> None:
    page, before = window(), stored_screenings(server)
    reach(page, server.origin, "check-answers")
    code = code_on(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.context.set_offline(True)
    press(page, "Send my answers")
    see_no_connection(page)
    see(page, CHECK)
    assert stored_screenings(server) == before
    press(page, "Send my answers")
    see_no_connection(page)
    page.context.set_offline(False)
    press(page, "Send my answers")
    see(page, POSITIVE)
    assert code_on(page) == code
    assert stored_screenings(server) == before + 1
    assert page.evaluate(STORED_IN_THE_BROWSER) == [0, 0, 0]


def test_a_server_that_is_gone_at_send_and_comes_back(window: OpenWindow, own_server: Server) -> None:
    page = window()
    reach(page, own_server.origin, "check-answers")
    own_server.kill()
    press(page, "Send my answers")
    see_no_connection(page)
    own_server.start()
    press(page, "Send my answers")
    see(page, POSITIVE)
    assert stored_screenings(own_server) == 1


@pytest.mark.parametrize("status", [502, 503])
def test_somebody_else_who_answers_for_the_server_is_no_connection(
    window: OpenWindow, server: Server, status: int
) -> None:
    page = window()
    reach(page, server.origin, "check-answers")
    page.context.set_offline(True)
    page.evaluate(f"window.fetch = async () => ({{ status: {status} }})")
    press(page, "Send my answers")
    see_no_connection(page)


def test_offline_on_a_question_page_keeps_what_was_typed(window: OpenWindow, server: Server) -> None:
    page = window()
    walk_to_days(page, server.origin)
    give(page, HEADACHE_DAYS, "20")
    give(page, MIGRAINE_DAYS, "10")
    choose(page, COUNTED, MEMORY)
    page.context.set_offline(True)
    press(page, "Continue")
    see_no_connection(page)
    see_typed(page, HEADACHE_DAYS, "20")
    see_typed(page, MIGRAINE_DAYS, "10")
    see_chosen(page, COUNTED, MEMORY)
    page.context.set_offline(False)
    press(page, "Continue")
    see(page, "How long it has been like this")


def test_offline_keeps_words_of_ones_own_and_the_button_that_was_pressed(
    window: OpenWindow, server: Server
) -> None:
    page = window()
    reach(page, server.origin, "preventives")
    choose(page, TRIED, "Yes")
    press(page, "Continue")
    type_in(page, MEDICINE, "Aunt Ida’s tea")
    page.context.set_offline(True)
    press(page, "Stop now, go on later")
    see_no_connection(page)
    see_typed(page, MEDICINE, "Aunt Ida’s tea")
    page.context.set_offline(False)
    press(page, "Stop now, go on later")
    see(page, "Stop now, go on later")


def test_two_quick_presses_store_once(window: OpenWindow, server: Server) -> None:
    page, before = window(), stored_screenings(server)
    reach(page, server.origin, "check-answers")
    page.get_by_role("button", name="Send my answers").dblclick()
    see(page, POSITIVE)
    assert stored_screenings(server) == before + 1


@pytest.mark.parametrize(
    "broken",
    [
        "window.fetch = undefined",
        "window.fetch = () => { throw new Error('odd') }",
        "window.AbortController = function () { throw new Error('odd') }",
    ],
)
def test_a_script_that_fails_lets_the_form_go(window: OpenWindow, server: Server, broken: str) -> None:
    page = window()
    page.add_init_script(broken)
    reach(page, server.origin, "check-answers")
    press(page, "Send my answers")
    see(page, POSITIVE)


def test_a_script_that_does_not_come_lets_the_form_go(window: OpenWindow, server: Server) -> None:
    page = window()

    def lose(route: Route) -> None:
        route.abort()

    page.route(SCRIPT, lose)
    reach(page, server.origin, "check-answers")
    press(page, "Send my answers")
    see(page, POSITIVE)


def test_no_page_of_questions_asks_for_more_than_three_files(window: OpenWindow, server: Server) -> None:
    """From nowhere with an empty cache; from a page of ours, the script comes with what is there already."""
    page = window(intercept=False)
    reach(page, server.origin, "other-signs")
    assert page.locator("link[href], script[src]").count() == 2, "stylesheet and icon"
    choose(page, "Do you have any of these other warning signs?", "None of these")
    press(page, "Continue")
    see(page, "In the last 30 days")
    expect(page.locator("script[src*='send.js']")).to_have_count(1)
    assert page.locator("link[href], script[src]").count() == 3
    page.wait_for_load_state()
    assert page.evaluate(FROM_THE_SERVER) == ["send.js"]
