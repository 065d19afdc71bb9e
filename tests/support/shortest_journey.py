"""The shortest honest journey: what it costs somebody whose headaches match the pattern, nothing tried.

`python -m tests.support.shortest_journey` walks it in a browser and prints pages, presses, keys and seconds.
"""

import sys
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from playwright.sync_api import Page

from tests.support.browser import chromium_path
from tests.support.studio import PHONE, open_studio

# Page by page: what is pressed, and what is typed into which box.
NONE: Final = "input[value=none]"
STEPS: Final[tuple[tuple[tuple[str, str], ...], ...]] = (
    ((NONE, ""),),
    ((NONE, ""),),
    (("#headache_days", "20"), ("#migraine_days", "10"), ("input[value=memory]", "")),
    (("#months_at_this_frequency", "7"), ("input[value=months]", ""), (NONE, "")),
    (("input[value=no]", ""),),
)


@dataclass
class Cost:
    """What somebody did and waited for."""

    pages: int = 1
    presses: int = 0
    keys: int = 0
    waited_s: list[float] = field(default_factory=list)

    def press(self, page: Page, selector: str) -> None:
        page.locator(selector).first.click()
        self.presses += 1

    def type_in(self, page: Page, selector: str, text: str) -> None:
        self.press(page, selector)
        page.keyboard.type(text)
        self.keys += len(text)

    def go_on(self, page: Page, selector: str) -> None:
        """Press what leads to the next page, and wait for it."""
        before = perf_counter()
        with page.expect_navigation(wait_until="load"):
            self.press(page, selector)
        self.waited_s.append(perf_counter() - before)
        self.pages += 1


def walk(page: Page, origin: str) -> Cost:
    """From the first page to the summary."""
    cost = Cost()
    page.goto(origin)
    cost.go_on(page, "form[action$='/start'] .button")
    for step in STEPS:
        for selector, text in step:
            if text:
                cost.type_in(page, selector, text)
            elif not page.locator(selector).first.is_checked():
                cost.press(page, selector)
        cost.go_on(page, "#question .actions .button")
    cost.go_on(page, "form[action$='/submit'] .button")
    page.locator(".result").wait_for()
    return cost


def main() -> int:
    if chromium_path() is None:
        print("No Chromium was found; name one with CHROMIUM=/path/to/chromium.", file=sys.stderr)
        return 1
    with open_studio(0) as studio:
        cost = walk(studio.window(PHONE), studio.origin)
    print(f"{cost.pages} pages, {cost.presses} presses, {cost.keys} keys")
    print(f"waited {sum(cost.waited_s):.2f} s in all, {max(cost.waited_s):.2f} s at most for one page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
