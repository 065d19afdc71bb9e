"""An administrator gives the clinic its words and takes the poster, with every script switched off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import desk
from tests.journeys.admin_tour import say_own_words
from tests.journeys.conftest import TIMEOUT_MS, OpenWindow
from tests.journeys.desk import Account
from tests.journeys.pages import press
from tests.support.browser import assert_no_horizontal_scroll, axe_violations
from tests.support.poster import picture_of
from tests.support.server import Server, running_server

pytestmark = pytest.mark.browser
ADDRESS = "http://localhost:8123"


@pytest.fixture
def own_server(own_database: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    settings = {"PUBLIC_URL": ADDRESS, **own_database}
    with running_server(tmp_path / "data", settings=settings) as running:
        yield running


def administrator(browser: Browser, server: Server) -> Account:
    page = browser.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    link = desk.set_up_link(server).replace(ADDRESS, server.origin)
    made = desk.make_account(page, server, Account(), link)
    page.close()
    return made


def test_words_and_poster_without_scripts(
    window: OpenWindow, own_server: Server, browser: Browser, tmp_path: Path
) -> None:
    account = administrator(browser, own_server)
    page = window(java_script_enabled=False)
    desk.sign_in(page, own_server.origin, account)
    page.goto(own_server.origin + "/clinic/admin/clinic")
    say_own_words(page)
    press(page, "See a preview")
    expect(page.get_by_role("img", name="Northside Headache Clinic").first).to_be_visible()
    press(page, "Save")
    page.goto(own_server.origin + "/clinic/admin/poster")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the poster, A4").click()
    file = tmp_path / "poster.pdf"
    waiting.value.save_as(file)
    assert waiting.value.suggested_filename == "headache-poster-a4.pdf"
    assert picture_of(file).width_mm >= 60


def test_the_poster_page_can_be_read_by_everybody(
    window: OpenWindow, own_server: Server, browser: Browser
) -> None:
    page = window()
    desk.sign_in(page, own_server.origin, administrator(browser, own_server))
    page.goto(own_server.origin + "/clinic/admin/poster")
    expect(page.get_by_text(ADDRESS)).to_be_visible()
    for palette in ("standard", "dim", "dark"):
        page.evaluate("name => { document.documentElement.dataset.palette = name }", palette)
        assert not axe_violations(page)
    assert_no_horizontal_scroll(page)


def natural_widths(page: Page) -> list[int]:
    return list(page.evaluate("() => [...document.images].map(each => each.naturalWidth)"))


def test_a_picture_is_seen_before_and_after_it_is_saved(
    window: OpenWindow, own_server: Server, browser: Browser
) -> None:
    page = window()
    desk.sign_in(page, own_server.origin, administrator(browser, own_server))
    page.goto(own_server.origin + "/clinic/admin/clinic")
    say_own_words(page)
    press(page, "See a preview")
    assert natural_widths(page) == [300, 300]
    press(page, "Save")
    page.goto(own_server.origin + "/")
    assert natural_widths(page) == [300]
