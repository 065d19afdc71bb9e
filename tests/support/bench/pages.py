"""How many requests a second: question page, page turn, whole journey and queue, beside bare pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.support import journeys as j
from tests.support.accounts import COOKIE
from tests.support.bench.figures import Figure, Goal
from tests.support.bench.ground import Ground
from tests.support.bench.load import CONNECTIONS, Browser, rate

SECONDS: Final = 2.0
_DAYS: Final = {"headache_days": "20", "migraine_days": "10", "counted_from": "memory"}
_HOW_LONG: Final = {
    "months_at_this_frequency": "7",
    "months_at_this_frequency-unit": "months",
    "look_alikes": "none",
}
# A whole journey with no medicine: the pages that are looked at, and the presses that store something.
LOOKS, PRESSES = 8, 7
_ROW: Final = "content=" + "x" * 700  # about what a draft holds


@dataclass(frozen=True)
class Round:
    """Requests (or turns, or journeys) a second, measured one after the other."""

    hello: float
    bare_hello: float
    insert: float
    question: float
    turn: float
    journey: float
    queue: float


def measure(on: Ground, seconds: float = SECONDS) -> Round:
    """One round."""
    return Round(
        _rate(on.door.port, _hello, seconds),
        _rate(on.bare.port, _hello, seconds),
        _rate(on.door.port, _insert, seconds),
        _rate(on.product.port, _question, seconds),
        _rate(on.product.port, _turn, seconds),
        _rate(on.product.port, _journey, 2 * seconds),
        _rate(on.product.port, lambda browser: _queue(browser, on.cookie), seconds),
    )


def figures(rounds: list[Round]) -> list[Figure]:
    """The figures of these rounds, and what the door before the app costs a bare page."""
    last = rounds[-1]
    return [
        Figure(
            "question page, GET / hello",
            [each.question / each.hello for each in rounds],
            0.40,
            Goal.AT_LEAST,
            f"{last.question:.0f}/s, hello {last.hello:.0f}/s (without our door {last.bare_hello:.0f}/s)",
        ),
        Figure(
            "page turn / (hello + insert)",
            [each.turn * (1 / each.hello + 1 / each.insert) for each in rounds],
            0.40,
            Goal.AT_LEAST,
            f"{last.turn:.0f}/s, insert {last.insert:.0f}/s",
        ),
        Figure(
            f"whole journey / ({LOOKS} hello + {PRESSES} insert)",
            [each.journey * (LOOKS / each.hello + PRESSES / each.insert) for each in rounds],
            0.40,
            Goal.AT_LEAST,
            f"{last.journey:.1f}/s",
        ),
        Figure(
            "queue page / hello",
            [each.queue / each.hello for each in rounds],
            0.20,
            Goal.AT_LEAST,
            f"{last.queue:.0f}/s",
        ),
    ]


def _rate(port: int, prepare: Callable[[Browser], Callable[[], None]], seconds: float) -> float:
    work = [prepare(Browser(port)) for _ in range(CONNECTIONS)]
    for once in work:  # what is made at the first request is no part of it
        once()
    return rate(work, seconds)


def _hello(browser: Browser) -> Callable[[], None]:
    return lambda: _expect(browser.get("/hello").body, b"Hello")


def _insert(browser: Browser) -> Callable[[], None]:
    return lambda: _expect(browser.send("/insert", _ROW).body, b"Hello")


def _question(browser: Browser) -> Callable[[], None]:
    _begin(browser)
    return lambda: _expect(browser.get(j.DAYS).body, b'name="headache_days"')


def _turn(browser: Browser) -> Callable[[], None]:
    """Press *Continue* and get the next page, again and again from the same page."""
    _begin(browser)
    page = browser.page

    def once() -> None:
        browser.page = page
        _expect(browser.post(j.DAYS, _DAYS).body, b'name="months_at_this_frequency"')

    return once


def _journey(browser: Browser) -> Callable[[], None]:
    def once() -> None:
        browser.cookies.clear()
        _begin(browser)
        browser.post(j.DAYS, _DAYS)
        browser.post(j.HOW_LONG, _HOW_LONG)
        browser.post(j.PREVENTIVES, {"preventives": "no"})
        _expect(browser.post("/screening/submit", {}).body, b'class="code"')

    return once


def _queue(browser: Browser, cookie: str) -> Callable[[], None]:
    browser.cookies[COOKIE] = cookie
    return lambda: _expect(browser.get("/clinic/").body, b"/clinic/screenings/")


def _begin(browser: Browser) -> None:
    """To the page of headache days."""
    browser.get("/")
    browser.post("/start", {})
    browser.post(j.SAFETY, {"red_flags": "none"})
    _expect(browser.post(j.OTHER_SIGNS, {"other_red_flags": "none"}).body, b'name="headache_days"')


def walk(browser: Browser) -> None:
    """One whole journey."""
    _journey(browser)()


def open_queue(browser: Browser, cookie: str) -> None:
    """The queue, once."""
    _queue(browser, cookie)()


def _expect(body: bytes, text: bytes) -> None:
    if text not in body:
        raise AssertionError(f"{text!r} is not on the page that came: {body[:300]!r}")
