"""Pictures of the product: for the README and docs/pages.md, or every page in every state to look through.

`python -m tests.support.screenshots` writes docs/images/; `--output DIR` writes them elsewhere.
`--all [DIR]` writes every state on a phone and on a large screen, light and dark (default:
screenshots/). The product runs on made-up data that is gone afterwards.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys import desk
from tests.journeys.depth_tour import tour_deep_record, tour_sections
from tests.journeys.desk import Account
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
from tests.journeys.tours import TOURS
from tests.support.browser import chromium_path, launch
from tests.support.server import ROOT, Server, running_server

README_IMAGES: Final = ROOT / "docs" / "images"
EVERYTHING: Final = ROOT / "screenshots"
DEMONSTRATIONS: Final = 40
TIMEOUT_MS: Final = 10_000
PHONE: Final = 390
SCREEN: Final = 1280
SIZES: Final = {PHONE: 844, SCREEN: 900}
LARGEST_BYTES: Final = 150_000
SOMEBODY: Final = Person(
    headache_days="16",
    migraine_days="9",
    tried=(Tried("Inderal"), Tried("topiramate", "3 months", SIDE_EFFECTS)),
)


@contextmanager
def product() -> Iterator[tuple[Server, Browser, Account]]:
    """The product with demonstration screenings and somebody who may read them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder) / "data") as server,
        sync_playwright() as playwright,
    ):
        seeded = server.command("seed-demo", "--count", str(DEMONSTRATIONS))
        assert seeded.returncode == 0, seeded.stderr
        browser = launch(playwright)
        page = window(browser, SCREEN)
        account = desk.make_account(page, desk.set_up_link(server), Account())
        page.context.close()
        yield server, browser, account
        browser.close()


def window(browser: Browser, width: int, scale: float = 1) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, device_scale_factor=scale
    )
    context.set_default_timeout(TIMEOUT_MS)
    return context.new_page()


# --- for the README -------------------------------------------------------------------------------


def take_readme_images(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with product() as (server, browser, account):
        phone = window(browser, PHONE, scale=1.5)
        _question(phone, server)
        _take(phone, folder / "patient-question.png", 844)
        phone.context.clear_cookies()
        reach_result(phone, server.origin, SOMEBODY)
        _take(phone, folder / "patient-result.png", 900)
        screen = window(browser, SCREEN)
        desk.sign_in(screen, server.origin, account)
        _record(screen)
        _take(screen, folder / "desk.png", 700)


def _question(page: Page, server: Server) -> None:
    reach(page, server.origin, "headache-days")
    type_in(page, HEADACHE_DAYS, SOMEBODY.headache_days)
    type_in(page, MIGRAINE_DAYS, SOMEBODY.migraine_days)
    choose(page, COUNTED, MEMORY)


def _record(page: Page) -> None:
    """Opens the first record that shows a whole screening: three numbers and what was tried."""
    full = page.locator(".queue-item", has_text="positive")
    full.filter(has_not_text="0 tried").first.click()
    expect(page.locator(".desk-record h1")).to_be_visible()
    page.mouse.move(0, 0)


def _take(page: Page, file: Path, height: int) -> None:
    page.wait_for_load_state()
    width = (page.viewport_size or {"width": PHONE})["width"]
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=file)
    size = file.stat().st_size
    print(f"{file}: {size // 1000} kB")
    if size > LARGEST_BYTES:
        sys.exit(f"{file.name} is larger than {LARGEST_BYTES // 1000} kB: take less of the page.")


# --- for docs/pages.md ----------------------------------------------------------------------------


def take_section_images(folder: Path) -> None:
    """Each page of each optional section, and the policies of a record."""
    with product() as (server, browser, account):
        phone = window(browser, PHONE)
        tour_sections(Guide(phone, server, account, lambda name: _take_whole(phone, folder, name)))
        phone.context.close()
        screen = window(browser, SCREEN)
        tour_deep_record(Guide(screen, server, account, lambda name: _take_policies(screen, folder, name)))


def _take_whole(page: Page, folder: Path, name: str) -> None:
    if name.startswith("section-"):
        page.screenshot(path=folder / f"{name}.png", full_page=True)


def _take_policies(page: Page, folder: Path, name: str) -> None:
    if name == "record-deep-open":
        page.locator("details", has_text="Washington State").first.screenshot(path=folder / "policies.png")


# --- every page in every state --------------------------------------------------------------------

Scheme = Literal["light", "dark"]


def take_everything(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with product() as (server, browser, account):
        for tour in TOURS.values():
            page = window(browser, PHONE)
            tour(Guide(page, server, account, _photographer(page, folder)))
            page.context.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


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
    if wanted.all:
        take_everything(wanted.all)
    else:
        take_readme_images(wanted.output)
        take_section_images(wanted.output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
