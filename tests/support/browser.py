"""A real Chromium for the tests: finding it, starting it, and what to look at in a page.

`python -m tests.support.browser` prints the browser's path, or exits with 1 when there is none.
"""

import os
import shutil
import sys
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, Request

PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/lib/chromium/chromium",
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Nothing but the page under test may cause traffic: a browser's own look-ups would hide a leak.
QUIET_FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium_path() -> str | None:
    """The program named by CHROMIUM, else the first known one that is installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def launch(playwright: Playwright) -> Browser:
    path = chromium_path()
    if path is None:
        raise RuntimeError("No Chromium was found; name one with CHROMIUM=/path/to/chromium.")
    # Chromium refuses its sandbox to root, which is who runs tests in most containers.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*QUIET_FLAGS, "--no-sandbox"] if as_root else [*QUIET_FLAGS]
    return playwright.chromium.launch(executable_path=path, args=flags)


@cache
def _axe_source() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def axe_violations(page: Page, rule: str | None = None) -> list[str]:
    """What axe-core finds wrong, one readable line for each element; empty when all is well.

    With `rule`, it looks for that alone.
    """
    # Through the debugger, so that the page's own content security policy stays in force.
    page.evaluate(_axe_source())
    options = {"resultTypes": ["violations"], **({"runOnly": [rule]} if rule else {})}
    violations = page.evaluate("options => axe.run(options).then(r => r.violations)", options)
    return [line for violation in violations for line in _violation_lines(violation)]


def _violation_lines(violation: dict[str, Any]) -> list[str]:
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:160]}"
        for node in violation["nodes"]
    ]


def assert_no_horizontal_scroll(page: Page) -> None:
    wide = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            const wide = [...document.body.querySelectorAll('*')]
                .filter(element => element.getBoundingClientRect().right > width + 0.5)
                .map(element => element.outerHTML.slice(0, 120));
            return [`${document.documentElement.scrollWidth} px in ${width} px`, ...wide];
        }"""
    )
    assert not wide, "Wider than the window:\n" + "\n".join(wide)


def foreign_requests(page: Page, origin: str) -> list[str]:
    """A list that grows with the address of every request the page makes outside `origin`."""
    own = urlsplit(origin)
    seen: list[str] = []

    def note(request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in {"data", "blob", "about"}:
            return
        if (asked.scheme, asked.netloc) != (own.scheme, own.netloc):
            seen.append(request.url)

    page.on("request", note)
    return seen


def main() -> int:
    path = chromium_path()
    if path:
        print(path)
        return 0
    if os.environ.get("CHROMIUM"):
        print(f"CHROMIUM={os.environ['CHROMIUM']} is not a program.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
