"""Coming back with a code: reading, saving and deleting, in a browser without JavaScript."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.pages import (
    DELETE_EVERYTHING,
    GONE,
    NOTHING_UNDER_CODE,
    POSITIVE,
    SURE,
    TWO_MEDICINES,
    YES_DELETE,
    YOUR_CODE,
    YOUR_SCREENING,
    YOUR_SCREENINGS,
    Person,
    choose,
    follow,
    press,
    reach_result,
    see,
    type_in,
)
from tests.support.papers import claims_accessibility
from tests.support.server import Server

pytestmark = pytest.mark.browser


def saved(page: Page, button: str, folder: Path) -> tuple[str, bytes]:
    """Name and content of the file that a button gives."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).first.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file.name, file.read_bytes()


def test_a_person_comes_back_reads_saves_and_deletes(
    window: OpenWindow, server: Server, tmp_path: Path
) -> None:
    page = window(java_script_enabled=False, accept_downloads=True)
    code = reach_result(page, server.origin, Person(tried=TWO_MEDICINES))
    name, content = saved(page, "Save as PDF", tmp_path)
    assert (name.endswith(".pdf"), claims_accessibility(content)) == (True, True)
    press(page, "Finish and clear this screen")
    follow(page, "Go to the first page")
    page.locator("main").get_by_role("link", name=YOUR_SCREENING).click()
    type_in(page, YOUR_CODE, code.lower())
    press(page, "Find my screening")
    see(page, YOUR_SCREENINGS)
    name, content = saved(page, "Save a copy of all answers", tmp_path)
    assert json.loads(content)["screenings"][0]["answers"]["preventives"]
    assert code not in name
    page.locator("main a").filter(has_text="Screening of").click()
    see(page, POSITIVE)
    follow(page, YOUR_SCREENINGS)
    follow(page, "Delete my answers")
    see(page, DELETE_EVERYTHING)
    choose(page, SURE, YES_DELETE)
    press(page, "Delete my answers")
    see(page, GONE)
    press(page, "Finish and clear this screen")
    see(page, "This screen is clear")
    page.wait_for_load_state()  # Back while a page is being exchanged is refused by the browser
    page.go_back()
    expect(page.get_by_text(code)).to_have_count(0)
    page.goto(server.url("/your-screening"))
    type_in(page, YOUR_CODE, code)
    press(page, "Find my screening")
    see(page, NOTHING_UNDER_CODE)


def test_a_picture_that_a_camera_reads_puts_the_code_into_the_box_and_out_of_the_address(
    window: OpenWindow, server: Server
) -> None:
    page = window()
    code = reach_result(page, server.origin, Person())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.origin}/your-screening#{code}")
    expect(page.get_by_label(YOUR_CODE)).to_have_value(code)
    assert page.url == f"{server.origin}/your-screening"
    press(page, "Find my screening")
    see(page, YOUR_SCREENINGS)
    assert not [each for each in asked if code in each]
