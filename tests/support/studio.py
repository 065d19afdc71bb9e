"""The product on made-up people with a browser before it, and a camera that keeps pictures small."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys import desk
from tests.journeys.desk import COLLEAGUE, Account
from tests.journeys.tour import Guide, Visit
from tests.support.browser import launch
from tests.support.server import Server, running_server

TIMEOUT_MS: Final = 20_000
PHONE: Final = 390
SCREEN: Final = 1280
SIZES: Final = {PHONE: 844, SCREEN: 900}
LARGEST_BYTES: Final = 150_000


@dataclass(frozen=True)
class Studio:
    """A running product, a browser, and two people who may read its records."""

    server: Server
    browser: Browser
    account: Account
    colleague: Account

    @property
    def origin(self) -> str:
        return self.server.origin

    def window(self, width: int, scale: float = 1) -> Page:
        """A window of its own, with cookies of its own."""
        context = self.browser.new_context(
            viewport={"width": width, "height": SIZES[width]}, device_scale_factor=scale
        )
        context.set_default_timeout(TIMEOUT_MS)
        return context.new_page()

    def guide(self, page: Page, look: Visit) -> Guide:
        return Guide(page, self.server, self.account, self.colleague, look)


@contextmanager
def open_studio(demonstrations: int) -> Iterator[Studio]:
    """The product with so many demonstration screenings; all of it is gone afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder) / "data") as server,
        sync_playwright() as playwright,
    ):
        if demonstrations:
            seeded = server.command("seed-demo", "--count", str(demonstrations))
            assert seeded.returncode == 0, seeded.stderr
        browser = launch(playwright)
        page = browser.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        people = [desk.make_account(page, server, person) for person in (Account(), COLLEAGUE)]
        page.close()
        studio = Studio(server, browser, *people)
        yield studio
        studio.browser.close()


def take(page: Page, file: Path, height: int) -> None:
    """A picture of the top of the page, so many px high."""
    page.wait_for_load_state()
    width = (page.viewport_size or {"width": PHONE})["width"]
    page.set_viewport_size({"width": width, "height": height})
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=file)
    weigh(file)


def weigh(file: Path) -> None:
    """Says how large a picture is, and stops at one that is too large to keep."""
    size = file.stat().st_size
    print(f"{file}: {size // 1000} kB")
    if size > LARGEST_BYTES:
        sys.exit(f"{file.name} is larger than {LARGEST_BYTES // 1000} kB: take less of the page.")
