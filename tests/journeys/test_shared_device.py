"""What the next person at the same device finds: nothing, however they press Back."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import pytest
from playwright.sync_api import Error, Page, expect
from sqlalchemy import NullPool, create_engine, text

from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account
from tests.journeys.pages import (
    MEDICINE,
    NO_DRAFT,
    POSITIVE,
    Person,
    Tried,
    answer_days,
    answer_how_long,
    answer_other_signs,
    answer_safety,
    answer_tried,
    begin,
    code_on,
    press,
    see,
    type_in,
)
from tests.journeys.shared_tour import CLEARED, LAST_MINUTE_MS, share, wait_for_last_minute
from tests.journeys.tour import Guide
from tests.journeys.tours import TOURS
from tests.support.server import Server

pytestmark = pytest.mark.browser

OWN_WORDS: Final = "Zebranolol from my aunt"
PERSON: Final = Person(headache_days="23", migraine_days="19", tried=(Tried("Inderal"),))
SECRETS: Final = (OWN_WORDS, "Zebranolol", "23", "19 days", "Propranolol", POSITIVE)
STORES: Final = """async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


@pytest.fixture
def tablet(window: OpenWindow, server: Server) -> Page:
    """As in real life: nothing stands between the browser and its memory of pages."""
    page = window(intercept=False)
    share(page, server.origin)
    return page


def walk_with_own_words(page: Page, origin: str) -> str:
    """The way to a result, with words of one's own and with answers that had to be mended; the code."""
    begin(page, origin)
    press(page, "Continue")
    expect(page.locator(".error-summary")).to_be_visible()
    answer_safety(page, PERSON)
    answer_other_signs(page, PERSON)
    answer_days(page, PERSON)
    answer_how_long(page, PERSON)
    page.get_by_label("Yes", exact=True).check()
    press(page, "Continue")
    see(page, "Which medicine was it?")
    type_in(page, MEDICINE, OWN_WORDS)
    page.goto(origin + "/screening/preventives")
    answer_tried(page, PERSON)
    press(page, "Send my answers")
    see(page, POSITIVE)
    return code_on(page)


def look_for_traces(page: Page, code: str) -> list[str]:
    """What of the person before the page shows or holds: words, the code, anything typed or ticked."""
    page.wait_for_load_state()
    content = page.content()
    held = page.locator(".input").evaluate_all("all => all.map(each => each.value).filter(Boolean)")
    ticked = page.locator("input:checked").count()
    shown = [secret for secret in (*SECRETS, code, code.replace("-", "")) if secret in content]
    return [*shown, *held, *(["something is ticked"] if ticked else [])]


def walk_through_history(page: Page, code: str) -> list[str]:
    """Three times back and once forward."""
    found = look_for_traces(page, code)
    for move in (page.go_back, page.go_back, page.go_back, page.go_forward):
        if moves(move):
            found += [f"{page.url}: {trace}" for trace in look_for_traces(page, code)]
    return found


def moves(move: Callable[[], object]) -> bool:
    """Whether the browser shows a page: before the answer to a form it asks whether to send that again."""
    with suppress(Error):
        move()
        return True
    return False


# --- after somebody has finished ------------------------------------------------------------------


@pytest.mark.requirement("PAT-12")
def test_after_finishing_back_shows_nothing_of_the_person_before(tablet: Page, server: Server) -> None:
    code = walk_with_own_words(tablet, server.origin)
    press(tablet, "Finish and clear this screen")
    see(tablet, "This screen is clear")
    assert not walk_through_history(tablet, code)


@pytest.mark.requirement("PAT-12")
def test_on_an_own_device_back_shows_nothing_after_finishing_either(
    window: OpenWindow, server: Server
) -> None:
    page = window(intercept=False)
    code = walk_with_own_words(page, server.origin)
    press(page, "Finish and clear this screen")
    see(page, "This screen is clear")
    assert not walk_through_history(page, code)
    page.goto(server.origin + "/screening/result")
    see(page, NO_DRAFT)


@pytest.mark.requirement("PAT-12", part="words that were typed and not sent")
def test_words_that_were_not_sent_are_not_restored(tablet: Page, server: Server) -> None:
    begin(tablet, server.origin)
    answer_safety(tablet, PERSON)
    answer_other_signs(tablet, PERSON)
    tablet.locator(".input").first.fill("23")
    tablet.goto(server.origin + "/sources")
    tablet.go_back()
    assert tablet.locator(".input").first.input_value() == ""


# --- after nobody has touched it ------------------------------------------------------------------


def expire_drafts(server: Server) -> None:
    """As if the server's clock had gone on; it is the real one."""
    with create_engine(server.database_url, poolclass=NullPool).begin() as connection:
        connection.execute(text("UPDATE screening_drafts SET expires_at = '2020-01-01 00:00:00.000000'"))


@pytest.mark.requirement("PAT-12", "PAT-13", part="the idle reset")
def test_an_untouched_screen_goes_by_itself_and_back_shows_nothing(
    window: OpenWindow, own_server: Server
) -> None:
    page = window(intercept=False)
    share(page, own_server.origin)
    code = walk_with_own_words(page, own_server.origin)
    wait_for_last_minute(page)
    expire_drafts(own_server)
    page.clock.fast_forward(61_000)
    see(page, CLEARED)
    assert not walk_through_history(page, code)
    assert {each["name"] for each in page.context.cookies()} == {"screening", "shared"}


def test_the_last_minute_is_counted_down_and_told(tablet: Page, server: Server) -> None:
    begin(tablet, server.origin)
    said = tablet.get_by_role("status")
    expect(tablet.locator(".clock")).to_be_hidden()
    expect(said).to_have_text("")
    wait_for_last_minute(tablet)
    expect(said).to_contain_text("clears itself in 60 seconds.")
    tablet.clock.fast_forward(30_000)
    expect(said).to_contain_text("clears itself in 30 seconds.")
    expect(tablet.locator(".clock-left")).to_have_text(re.compile("^0:[0-2][0-9]$"))
    tablet.clock.fast_forward(18_000)
    expect(said).to_contain_text("clears itself in 10 seconds.")


def test_i_am_still_here_keeps_the_page_with_what_was_typed(tablet: Page, server: Server) -> None:
    begin(tablet, server.origin)
    answer_safety(tablet, PERSON)
    answer_other_signs(tablet, PERSON)
    tablet.locator(".input").first.fill("23")
    wait_for_last_minute(tablet)
    press(tablet, "I am still here")
    expect(tablet.locator(".clock")).to_be_hidden()
    expect(tablet.locator(".input").first).to_have_value("23")
    tablet.clock.fast_forward(LAST_MINUTE_MS - 10_000)
    expect(tablet.locator(".clock")).to_be_hidden()


def test_who_types_keeps_the_screen_and_tells_the_server_at_most_every_half_minute(
    tablet: Page, server: Server
) -> None:
    begin(tablet, server.origin)
    answer_safety(tablet, PERSON)
    answer_other_signs(tablet, PERSON)
    see(tablet, "In the last 30 days")
    asked: list[str] = []
    tablet.on("request", lambda request: asked.extend([request.url] if request.method == "POST" else []))
    box = tablet.locator(".input").first
    box.press("2")
    tablet.wait_for_load_state()
    assert asked == [], "the page was opened a moment ago"
    wait_for_last_minute(tablet)
    with tablet.expect_response("**/shared/still-here") as answer:
        box.press("3")
    assert answer.value.status == 204
    expect(tablet.locator(".clock")).to_be_hidden()
    box.press("Backspace")
    tablet.mouse.click(5, 5)
    assert asked == [server.origin + "/shared/still-here"]
    tablet.clock.fast_forward(LAST_MINUTE_MS - 10_000)
    expect(tablet.locator(".clock")).to_be_hidden()
    expect(box).to_have_value("2")


def test_only_the_answer_of_the_server_starts_the_time_anew(tablet: Page, server: Server) -> None:
    begin(tablet, server.origin)
    answer_safety(tablet, PERSON)
    answer_other_signs(tablet, PERSON)
    tablet.route("**/shared/still-here", lambda route: route.abort())
    box = tablet.locator(".input").first
    expect(box).to_be_visible()
    tablet.wait_for_load_state()
    wait_for_last_minute(tablet)
    with tablet.expect_event("requestfailed"):
        box.press("2")
    tablet.clock.fast_forward(10_000)
    expect(tablet.locator(".clock")).to_be_visible()


def test_clear_this_screen_now_does_so(tablet: Page, server: Server) -> None:
    """However long the finger rests on the button: it does not go as it is touched."""
    begin(tablet, server.origin)
    wait_for_last_minute(tablet)
    asked: list[str] = []
    tablet.on("request", lambda request: asked.extend([request.url] if request.method == "POST" else []))
    tablet.get_by_role("button", name="Clear this screen now").dispatch_event("pointerdown")
    assert asked == []
    press(tablet, "Clear this screen now")
    see(tablet, "This screen is clear")


def test_a_page_that_was_asleep_goes_as_soon_as_it_wakes(tablet: Page, server: Server) -> None:
    begin(tablet, server.origin)
    tablet.clock.fast_forward(3_600_000)
    see(tablet, "First, a safety check")  # the server's clock has not moved: somebody is still there
    expect(tablet.locator(".clock")).to_be_hidden()


# --- what stays in the browser --------------------------------------------------------------------


@pytest.mark.requirement("PAT-11", part="stores of the browser")
@pytest.mark.parametrize("tour", ["questions", "medicines", "positive result", "warnings", "texts", "shared"])
def test_no_page_keeps_anything_in_the_browser(
    tour: str, window: OpenWindow, server: Server, account: Account, colleague: Account
) -> None:
    page = window()
    found: list[str] = []

    def look(state: str) -> None:
        kept = {name: count for name, count in page.evaluate(STORES).items() if count}
        found.extend(f"{state}: {count} in {name}" for name, count in kept.items())

    TOURS[tour](Guide(page, server, account, colleague, look))
    assert not found
