"""Pictures of the clinician's desk after a few weeks of work: queue, record, papers, statistics."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.depth_tour import THREE_MEDICINES
from tests.journeys.pages import (
    DOUBLE_VISION,
    Person,
    code_on,
    follow,
    press,
    reach_check_page,
    type_in,
)
from tests.journeys.sections import fill_all_sections
from tests.support.studio import PHONE, SCREEN, SIZES, Studio, open_studio, take, weigh

DEMONSTRATIONS: Final = 300
SOMEBODY: Final = Person(other_signs=DOUBLE_VISION, migraine_days="9", tried=THREE_MEDICINES)
# How high the pictures are on a phone and on a screen.
QUEUE_HEIGHTS: Final = {PHONE: 1000, SCREEN: 780}
RECORD_HEIGHTS: Final = {PHONE: 1200, SCREEN: 720}
RECORDS: Final = {PHONE: "desk-record-390.png", SCREEN: "desk.png"}  # the README has the large one, too
STATISTICS_HEIGHTS: Final = {PHONE: 1400, SCREEN: 1250}
# Which row of the queue is taken, and what becomes of it; at the end emergencies do not fill the picture.
WORK: Final = (
    *((1, "Reviewed"),) * 3,
    (0, "Needs contact"),
    (2, "In review"),
    (3, "In review"),
)
# Outcome and what was found in the end; each number is large enough to be shown.
CONFIRMED: Final = (
    ("positive", "Chronic migraine", 9),
    ("positive", "Episodic migraine", 5),
    ("negative", "Episodic migraine", 6),
)
DRAWN_SMALL: Final = ("-jpeg", "-jpegopt", "quality=65,optimize=y", "-gray", "-singlefile", "-r", "100")
POLICY: Final = re.compile("TA260")
FILTERS_HEIGHT: Final = 900
TYPED: Final = {
    "Name of the patient": "Maria Example",
    "Date of birth": "4 May 1984",
    "Member or insurance number": "000 000 0000",
    "Payer or plan": "Example Health",
    "Name of the prescriber": "Dr A. Reyes",
    "Specialty": "Neurology",
    "Practice: address, telephone, fax": "Example Clinic, 1 Example Street",
    "Procedure codes": "64615",
    "Planned dose": "155 units every 12 weeks",
}


def take_desk_images(folder: Path) -> None:
    """Everything of the desk for docs/pages.md, and the picture of the README."""
    with open_studio(DEMONSTRATIONS) as studio:
        code = _tell_everything(studio)
        screen = studio.window(SCREEN)
        desk.sign_in(screen, studio.origin, studio.account)
        _work(screen, studio)
        desk.find(screen, studio.origin, code)
        press(screen, "Take")
        expect(screen.get_by_role("button", name="Release")).to_be_visible()
        record = f"{studio.origin}/clinic/screenings/{desk.record_id(screen)}?assigned=me"
        for width in SIZES:
            _take_pages(studio.window(width), studio, record, folder)
        _take_parts(screen, studio, folder)
        _take_papers(screen, record, folder)


def _take_pages(page: Page, studio: Studio, record: str, folder: Path) -> None:
    """Queue, record and statistics in a window of this width."""
    width = (page.viewport_size or {"width": PHONE})["width"]
    desk.sign_in(page, studio.origin, studio.account)
    take(page, folder / f"desk-queue-{width}.png", QUEUE_HEIGHTS[width])
    page.goto(record)
    take(page, folder / RECORDS[width], RECORD_HEIGHTS[width])
    page.goto(f"{studio.origin}/clinic/statistics?demonstration=yes")
    take(page, folder / f"desk-statistics-{width}.png", STATISTICS_HEIGHTS[width])


def _tell_everything(studio: Studio) -> str:
    """Somebody fills in every page; the reference code."""
    page = studio.window(PHONE)
    reach_check_page(page, studio.origin, SOMEBODY)
    fill_all_sections(page)
    press(page, "Send my answers")
    return code_on(page)


def _work(page: Page, studio: Studio) -> None:
    """What two people do at the desk: take, review, confirm."""
    for row, status in WORK:
        page.goto(f"{studio.origin}/clinic/")
        page.locator(".row-link").nth(row).click()
        desk.see_record(page)
        press(page, "Take")
        desk.save_review(page, status, "Telephoned.")
        expect(page.locator(".reviews li")).to_have_count(1)
    for outcome, diagnosis, times in CONFIRMED:
        for _ in range(times):
            page.goto(f"{studio.origin}/clinic/?status=new&urgency=routine&outcome={outcome}")
            desk.open_first(page)
            desk.save_review(page, "Reviewed", "Seen.", diagnosis)
            expect(page.locator(".reviews li")).to_have_count(1)


def _take_parts(page: Page, studio: Studio, folder: Path) -> None:
    """The filters, and how the screen did."""
    page.goto(f"{studio.origin}/clinic/?status=new&outcome=positive")
    desk.open_filters(page)
    take(page, folder / "desk-filters.png", FILTERS_HEIGHT)
    page.goto(f"{studio.origin}/clinic/statistics?demonstration=yes")
    page.locator("section").filter(has=page.locator("#accuracy")).screenshot(
        path=folder / "desk-accuracy.png"
    )
    weigh(folder / "desk-accuracy.png")


def _take_papers(page: Page, record: str, folder: Path) -> None:
    """The first page of the summary and of an evidence pack."""
    page.goto(record)
    _name, summary = desk.taken(page, follow, "Summary (PDF)")
    take_paper(summary, folder / "paper-summary.jpg")
    follow(page, "Evidence pack")
    page.get_by_role("radio", name=POLICY).check()
    for question, text in TYPED.items():
        type_in(page, question, text)
    _name, evidence = desk.taken(page, press, "Make the paper")
    take_paper(evidence, folder / "paper-evidence.jpg")


def take_paper(file: Path, picture: Path) -> None:
    """The first page of a PDF, where there is a program that draws one."""
    program = shutil.which("pdftoppm")
    if program is None:
        print(f"{picture}: left out, because pdftoppm was not found")
        return
    drawing = [program, *DRAWN_SMALL, str(file), str(picture.with_suffix(""))]
    subprocess.run(drawing, check=True, capture_output=True)
    weigh(picture)
