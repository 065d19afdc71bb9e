"""A diary under a code, in every state, for tests and pictures that look at all."""

from datetime import UTC, datetime, timedelta
from typing import Final

from playwright.sync_api import Page, expect

from tests.journeys.pages import Person, follow, press, reach_result, see
from tests.journeys.tour import Guide

YOUR_DIARY: Final = "Your diary"
ADDS_UP: Final = "What your diary adds up to"
FILES: Final = "Your diary on paper and as a table"
SAVED: Final = "Your diary is saved."


def mark(page: Page, row: int, kind: str) -> None:
    """Choose what a day was like; the rows are counted from the latest day."""
    page.locator(".calendar tbody tr").nth(row).locator(f"input[value={kind}]").check()


def table_of(days: int) -> str:
    """A table of so many days before today: two of migraine, one of headache and one without, in turn."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    kinds = ("migraine", "headache", "migraine", "none")
    lines = []
    for back in range(days):
        day = (yesterday - timedelta(days=back)).isoformat()
        lines.append(f"{day},{kinds[back % 4]},{'yes' if back % 3 == 0 else 'no'}")
    return "\n".join(["date,kind,took_medicine", *lines]) + "\n"


def bring(page: Page, table: str) -> None:
    page.locator("#file").set_input_files(
        {"name": "diary.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    press(page, "Add these days")


def tour_diary(guide: Guide) -> None:
    page = guide.page
    reach_result(page, guide.origin, Person())
    press(page, "Open your diary")
    guide.show("diary-empty", YOUR_DIARY)
    page.goto(f"{guide.origin}/your-screening/diary/counts")
    guide.show("diary-counts-empty", ADDS_UP)
    follow(page, YOUR_DIARY)
    page.locator(".calendar tbody tr").nth(3).get_by_role("checkbox").check()
    press(page, "Save")
    guide.show_error("diary-error")
    mark(page, 0, "headache")
    mark(page, 3, "migraine")
    press(page, "Save")
    expect(page.get_by_text(SAVED)).to_be_visible()
    guide.visit("diary-saved")
    press(page, "Save, and see what it adds up to")
    guide.show("diary-counts-gap", ADDS_UP)
    page.goto(f"{guide.origin}/your-screening/diary/files")
    guide.show("diary-files", FILES)
    bring(page, "date,kind,took_medicine\n3/1/2026,none,no\n")
    guide.show_error("diary-files-error")
    bring(page, table_of(90))
    see(page, YOUR_DIARY)
    guide.visit("diary-full")
    press(page, "Save, and see what it adds up to")
    guide.show("diary-counts", ADDS_UP)
    page.goto(f"{guide.origin}/your-screening/diary")
    page.evaluate("() => { document.querySelector('[name=seen]').value = 'another' }")
    mark(page, 1, "none")
    press(page, "Save")
    expect(page.get_by_text("You noted other things in another window")).to_be_visible()
    guide.visit("diary-two-windows")
