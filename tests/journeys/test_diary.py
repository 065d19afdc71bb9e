"""A diary in a real browser: without JavaScript, and by keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.diary_tour import ADDS_UP, FILES, SAVED, YOUR_DIARY, bring, mark, table_of
from tests.journeys.pages import (
    HEADACHE_DAYS,
    MIGRAINE_DAYS,
    YOUR_CODE,
    Person,
    answer_other_signs,
    answer_safety,
    code_on,
    follow,
    press,
    reach_result,
    see,
    type_in,
)
from tests.support.server import Server

pytestmark = pytest.mark.browser


def test_a_diary_is_kept_for_months_and_begins_the_next_screening(
    window: OpenWindow, server: Server, tmp_path: Path
) -> None:
    page = window(java_script_enabled=False, accept_downloads=True)
    reach_result(page, server.origin, Person())
    code = code_on(page)
    press(page, "Open your diary")
    mark(page, 1, "migraine")
    press(page, "Save")
    expect(page.get_by_text(SAVED)).to_be_visible()
    press(page, "Finish and clear this screen")
    see(page, "This screen is clear")
    page.goto(f"{server.origin}/your-screening")
    type_in(page, YOUR_CODE, code)
    press(page, "Find my screening")
    follow(page, "Open your diary")
    expect(page.locator(".calendar tbody tr").nth(1).locator("[value=migraine]")).to_be_checked()
    press(page, "Save, and go to paper and table")
    see(page, FILES)
    bring(page, table_of(90))
    expect(page.get_by_text(SAVED)).to_be_visible()
    press(page, "Save, and go to paper and table")
    see(page, FILES)
    with page.expect_download() as waiting:
        press(page, "Save my diary as a table")
    waiting.value.save_as(tmp_path / "diary.csv")
    assert (tmp_path / "diary.csv").read_text("utf-8-sig").splitlines() == sorted_table(table_of(90))
    page.goto(f"{server.origin}/your-screening/diary/counts")
    see(page, ADDS_UP)
    press(page, "Begin with these numbers")
    answer_safety(page, Person())
    answer_other_signs(page, Person())
    expect(page.get_by_label(HEADACHE_DAYS)).to_have_value("23")
    expect(page.get_by_label(MIGRAINE_DAYS)).to_have_value("15")
    expect(page.get_by_text("These numbers come from your calendar")).to_be_visible()


def sorted_table(table: str) -> list[str]:
    head, *lines = table.splitlines()
    return [head, *sorted(lines)]


def test_a_day_is_noted_by_keyboard_alone(window: OpenWindow, server: Server) -> None:
    page = window()
    reach_result(page, server.origin, Person())
    press(page, "Open your diary")
    see(page, YOUR_DIARY)
    row = page.locator(".calendar tbody tr").first
    row.locator("[value=none]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(row.locator("[value=migraine]")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(row.get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(row.locator("[value=migraine]")).to_be_checked()
    expect(row.get_by_role("checkbox")).to_be_checked()
