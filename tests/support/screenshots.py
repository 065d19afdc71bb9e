"""Pictures of the product: for the README and docs/pages.md, or every page in every state to look through.

`python -m tests.support.screenshots` writes docs/images/; `--output DIR` writes them elsewhere.
`--all [DIR]` writes every state on a phone and on a large screen, light and dark (default:
screenshots/). The product runs on made-up data that is gone afterwards.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Page

from tests.journeys.depth_tour import tour_deep_record, tour_sections
from tests.journeys.pages import (
    COUNTED,
    HEADACHE_DAYS,
    MEMORY,
    MIGRAINE_DAYS,
    SIDE_EFFECTS,
    Person,
    Tried,
    choose,
    reach_result,
    type_in,
)
from tests.journeys.shortcut import reach
from tests.journeys.tour import Guide
from tests.journeys.tours import OWN_TOURS, TOURS
from tests.support.browser import chromium_path
from tests.support.desk_pictures import take_desk_images
from tests.support.fault_pictures import take_fault_images
from tests.support.journey_sheets import take_journey_sheets, take_patient_papers
from tests.support.server import ROOT
from tests.support.studio import PHONE, SCREEN, SIZES, open_studio, take

README_IMAGES: Final = ROOT / "docs" / "images"
EVERYTHING: Final = ROOT / "screenshots"
DEMONSTRATIONS: Final = 40
SOMEBODY: Final = Person(
    headache_days="16",
    migraine_days="9",
    tried=(Tried("Inderal"), Tried("topiramate", "3 months", SIDE_EFFECTS)),
)


# --- for the README -------------------------------------------------------------------------------


def take_readme_images(folder: Path) -> None:
    """The patient's pages; the picture of the desk is one of `take_desk_images`."""
    with open_studio(DEMONSTRATIONS) as studio:
        phone = studio.window(PHONE, scale=1.5)
        reach(phone, studio.origin, "headache-days")
        type_in(phone, HEADACHE_DAYS, SOMEBODY.headache_days)
        type_in(phone, MIGRAINE_DAYS, SOMEBODY.migraine_days)
        choose(phone, COUNTED, MEMORY)
        take(phone, folder / "patient-question.png", 844)
        phone.context.clear_cookies()
        reach_result(phone, studio.origin, SOMEBODY)
        take(phone, folder / "patient-result.png", 900)


# --- for docs/pages.md ----------------------------------------------------------------------------


def take_section_images(folder: Path) -> None:
    """Each page of each optional section, and the policies of a record."""
    with open_studio(DEMONSTRATIONS) as studio:
        phone, screen = studio.window(PHONE), studio.window(SCREEN)
        tour_sections(studio.guide(phone, lambda name: _take_whole(phone, folder, name)))
        tour_deep_record(studio.guide(screen, lambda name: _take_policies(screen, folder, name)))


def _take_whole(page: Page, folder: Path, name: str) -> None:
    if name.startswith("section-"):
        page.screenshot(path=folder / f"{name}.png", full_page=True)


def _take_policies(page: Page, folder: Path, name: str) -> None:
    if name == "record-deep-open":
        page.locator("details", has_text="Washington State").first.screenshot(path=folder / "policies.png")


TOUR_IMAGES: Final = {
    "sign-in-error-wrong": PHONE,
    "second-factor-set-up": PHONE,
    "recovery-codes-to-keep": PHONE,
    "admin-person": SCREEN,
    "admin-retention": SCREEN,
    "admin-audit": SCREEN,
    "shared-countdown": PHONE,
    "shared-result": PHONE,
    "calendar-marked": PHONE,
    "later": PHONE,
}


def take_tour_images(folder: Path) -> None:
    """Signing in, the second factor, administration, a tablet of the waiting room, calendar and stopping."""
    tours = ("accounts", "second factor", "people", "retention", "audit", "shared", "coming back")
    with open_studio(0) as studio:
        for name in tours:
            page = studio.window(PHONE)
            TOURS[name](studio.guide(page, partial(_take_named, page, folder)))
            page.context.close()


def _take_named(page: Page, folder: Path, name: str) -> None:
    if name in TOUR_IMAGES:
        width = TOUR_IMAGES[name]
        page.set_viewport_size({"width": width, "height": SIZES[width]})
        take(page, folder / f"{name}.png", SIZES[width])
        page.set_viewport_size({"width": PHONE, "height": SIZES[PHONE]})


# --- every page in every state --------------------------------------------------------------------

Scheme = Literal["light", "dark"]


def take_everything(folder: Path) -> None:
    _take_tours(TOURS, DEMONSTRATIONS, folder)
    for name, tour in OWN_TOURS.items():
        _take_tours({name: tour}, 0, folder)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


def _take_tours(tours: Mapping[str, Callable[[Guide], None]], demonstrations: int, folder: Path) -> None:
    with open_studio(demonstrations) as studio:
        for tour in tours.values():
            page = studio.window(PHONE)
            tour(studio.guide(page, _photographer(page, folder)))
            page.context.close()


def _photographer(page: Page, folder: Path) -> Callable[[str], None]:
    schemes: tuple[Scheme, ...] = ("light", "dark")

    def look(state: str) -> None:
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in schemes:
                page.emulate_media(color_scheme=scheme)
                file = folder / f"{state}-{width}-{scheme}.png"
                page.screenshot(path=file, full_page=True)
        page.set_viewport_size({"width": PHONE, "height": SIZES[PHONE]})

    return look


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.screenshots", description=__doc__)
    parser.add_argument("--output", type=Path, default=README_IMAGES, metavar="DIR")
    parser.add_argument("--all", type=Path, nargs="?", const=EVERYTHING, metavar="DIR")
    wanted = parser.parse_args(arguments)
    if chromium_path() is None:
        print("No Chromium was found; name one with CHROMIUM=/path/to/chromium.", file=sys.stderr)
        return 1
    folder: Path = wanted.all or wanted.output
    folder.mkdir(parents=True, exist_ok=True)
    if wanted.all:
        take_everything(folder)
    else:
        take_readme_images(folder)
        take_desk_images(folder)
        take_section_images(folder)
        take_tour_images(folder)
        take_journey_sheets(folder)
        take_patient_papers(folder)
        take_fault_images(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
