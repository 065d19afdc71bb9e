"""The quick way to a page: earlier answers are posted with the window's cookies, without drawing pages.

For tests whose subject lies further on. The walks through every page are in the tests themselves.
"""

import re
from typing import Final

from playwright.sync_api import Page, expect

from tests.journeys.pages import CHECK, LIST, code_on, press, see

# Page by page, what somebody answers whose headaches match the pattern.
ANSWERS: Final = {
    "safety-check": {"red_flags": "none"},
    "other-signs": {"other_red_flags": "none"},
    "headache-days": {"headache_days": "20", "migraine_days": "10", "counted_from": "memory"},
    "how-long": {
        "months_at_this_frequency": "7",
        "months_at_this_frequency-unit": "months",
        "look_alikes": "none",
    },
    "preventives": {"preventives": "no"},
}
HEADINGS: Final = {
    "safety-check": "First, a safety check",
    "other-signs": "A few more signs",
    "headache-days": "In the last 30 days",
    "how-long": "How long it has been like this",
    "preventives": LIST,
    "check-answers": CHECK,
}


def reach(page: Page, origin: str, slug: str, code: str = "") -> None:
    """Opens a page of the questionnaire with everything before it answered; a code from before is kept."""
    if code:
        _post(page, f"{origin}/again", _token(page, f"{origin}/again"), {"code": code})
    else:
        _post(page, f"{origin}/start", _token(page, f"{origin}/"), {})
    token = _token(page, f"{origin}/screening/safety-check")
    for before, answers in ANSWERS.items():
        if before == slug:
            break
        _post(page, f"{origin}/screening/{before}", token, answers)
    page.goto(f"{origin}/screening/{slug}")
    see(page, HEADINGS[slug])


def send(page: Page, origin: str, code: str = "") -> str:
    """Stores a screening of somebody whose headaches match the pattern; its reference code."""
    reach(page, origin, "check-answers", code)
    press(page, "Send my answers")
    expect(page.locator(".result")).to_be_visible()
    return code_on(page)


def _token(page: Page, address: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.request.get(address).text())
    assert found, f"no form at {address}"
    return found.group(1)


def _post(page: Page, address: str, token: str, answers: dict[str, str]) -> None:
    form: dict[str, str | float | bool] = {"csrf_token": token, **answers}
    status = page.request.post(address, form=form, max_redirects=0).status
    assert status == 303, f"{status} for {address}"
