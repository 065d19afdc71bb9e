"""On paper: the result that a person takes to the clinician, and a record of the desk for the chart."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account
from tests.journeys.pages import POSITIVE, TWO_MEDICINES, Person, code_on, reach_result
from tests.support.server import Server

pytestmark = pytest.mark.browser

MOST_PAGES: Final = 2
MOST_PAGES_OF_RECORD: Final = 4
NOTE: Final = "Telephoned: wants a visit."
PAPERS: Final = ("A4", "Letter")
PAGE: Final = re.compile(rb"/Type\s*/Page\b")
NOT_ON_PAPER: Final = (
    ".top, .skip, .back, .actions, .button, .button-plain, .foot .links, .filters, .screen-only"
)
# The margins of app.css: a browser's print window takes them from there, the driver has to be told.
MARGIN: Final = re.compile(r"@page\s*{[^}]*?margin:\s*(\S+)\s+(\S+)\s+(\S+);")
CSS: Final = Path(__file__).resolve().parents[2] / "app" / "static" / "app.css"


@pytest.fixture
def result(window: OpenWindow, server: Server) -> Page:
    page = window(1280)
    reach_result(page, server.origin, Person(tried=TWO_MEDICINES))
    page.wait_for_load_state()
    return page


def printed(page: Page, paper: str, file: Path) -> bytes:
    found = MARGIN.search(CSS.read_text("utf-8"))
    assert found, "app.css gives the page no margin of three lengths"
    top, side, bottom = found.groups()
    margin = {"top": top, "right": side, "bottom": bottom, "left": side}
    return page.pdf(path=file, format=paper, margin=margin)  # type: ignore[arg-type]


def words(file: Path) -> str:
    """The text of a PDF with every white space as one blank, column after column."""
    done = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def plain(text: str) -> str:
    """Letters and digits alone: columns break lines, and lines break words."""
    return "".join(character for character in text.casefold() if character.isalnum())


@pytest.mark.parametrize("paper", PAPERS)
def test_the_result_fits_on_one_sheet(result: Page, tmp_path: Path, paper: str) -> None:
    pages = len(PAGE.findall(printed(result, paper, tmp_path / "result.pdf")))
    assert 1 <= pages <= MOST_PAGES, f"{pages} pages of {paper}, {pages - MOST_PAGES} too many"


# Left out only on a developer's machine without it; CI installs it, and fails here if it could not.
@pytest.mark.skipif(
    shutil.which("pdftotext") is None and os.environ.get("CI") != "true",
    reason="pdftotext reads what was printed",
)
@pytest.mark.parametrize("paper", PAPERS)
def test_everything_stands_on_the_paper(result: Page, tmp_path: Path, paper: str) -> None:
    file = tmp_path / "result.pdf"
    printed(result, paper, file)
    text, found = words(file), plain(words(file))
    assert POSITIVE in text
    assert code_on(result) in text
    for title in result.locator("details > summary").all_inner_texts():
        assert plain(title) in found, title
    result.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)")
    missing = [each for each in paragraphs(result) if plain(each) not in found]
    assert not missing


def paragraphs(page: Page) -> list[str]:
    """What each section says, without the marks of its sources and what is for the screen alone."""
    said = page.evaluate(
        """() => [...document.querySelectorAll('main :is(h2, h3, details li, .result p, .card p)')]
            .filter(part => !part.closest('.screen-only'))
            .map(part => {
                const copy = part.cloneNode(true);
                copy.querySelectorAll('.visually-hidden').forEach(each => each.remove());
                return copy.textContent.replace(/\\s+/g, ' ').trim();
            })"""
    )
    return [str(each) for each in said]


def test_every_section_is_open_on_paper(result: Page) -> None:
    expect(result.locator("details[open]")).to_have_count(0)
    result.emulate_media(media="print")
    sections = result.locator("details")
    assert sections.count() > 5
    for section in sections.all():
        for part in section.locator("> :not(summary)").all():
            expect(part).to_be_visible()


def test_nothing_to_press_is_on_paper(result: Page) -> None:
    assert result.locator(NOT_ON_PAPER).count() > 5
    result.emulate_media(media="print")
    for part in result.locator(NOT_ON_PAPER).all():
        expect(part).to_be_hidden()
    expect(result.locator(".code")).to_be_visible()


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_is_cut_at_the_side(result: Page, paper: str) -> None:
    assert not cut_at_the_side(result, paper)


def cut_at_the_side(page: Page, paper: str) -> list[str]:
    """What is wider than the sheet without its margins."""
    width = {"A4": 210, "Letter": 216}[paper] - 28
    page.set_viewport_size({"width": round(width / 25.4 * 96), "height": 1000})
    page.emulate_media(media="print")
    wide = page.evaluate(
        """() => [...document.body.querySelectorAll('*')]
            .filter(each => !each.closest('.visually-hidden, .skip'))
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
            .map(each => each.outerHTML.slice(0, 100))"""
    )
    return [str(each) for each in wide]


# --- a record of the desk -------------------------------------------------------------------------


@pytest.fixture
def record(window: OpenWindow, server: Server, account: Account) -> Page:
    """A record with a review, as it is printed for the chart."""
    page = window(1280)
    code = reach_result(page, server.origin, Person(tried=TWO_MEDICINES))
    desk.sign_in(page, server.origin, account)
    desk.find(page, server.origin, code)
    desk.save_review(page, "Reviewed", NOTE, "Chronic migraine")
    desk.see_review(page, "Reviewed", account.name, NOTE, "Chronic migraine")
    page.wait_for_load_state()
    return page


@pytest.mark.parametrize("paper", PAPERS)
def test_a_record_fits_on_its_sheets(record: Page, tmp_path: Path, paper: str) -> None:
    pages = len(PAGE.findall(printed(record, paper, tmp_path / "record.pdf")))
    assert 1 <= pages <= MOST_PAGES_OF_RECORD


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_of_a_record_is_cut_at_the_side(record: Page, paper: str) -> None:
    assert not cut_at_the_side(record, paper)


def test_a_record_on_paper_has_all_that_is_known_and_nothing_to_fill_in(record: Page) -> None:
    record.emulate_media(media="print")
    for part in record.locator("input, textarea, button, .desk-list, .desk-work, .record-nav, .top").all():
        expect(part).to_be_hidden()
    for words in ("Self-reported answers, not a diagnosis.", "Propranolol", NOTE, "Who has looked"):
        expect(record.locator(".desk-record").get_by_text(words).first).to_be_visible()
    policies = record.locator(".education details table")
    assert policies.count() > 5
    for table in policies.all():
        expect(table).to_be_visible()
