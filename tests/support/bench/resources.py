"""Memory under load, memory over time, and the time from the start to the first page."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psutil

from tests.support.bench.figures import Figure, Goal
from tests.support.bench.ground import Ground
from tests.support.bench.load import Browser, rate
from tests.support.bench.pages import open_queue, walk
from tests.support.server import Server

_MEGABYTE: Final = 2**20
_SECONDS: Final = 5.0


def memory(on: Ground) -> Figure:
    """Memory of the product's processes under load, beside a bare page's. What is shared counts once."""
    hellos = [_getting(Browser(on.bare.port), "/hello") for _ in range(4)]
    rate(hellos, _SECONDS)
    hello = _pss(on.bare)
    rate(_load(on), _SECONDS)
    product = _pss(on.product)
    rates = f"{product:.0f} MB, hello {hello:.0f} MB"
    return Figure("memory of two workers under load / hello", [product / hello], 2.0, Goal.AT_MOST, rates)


def growth(on: Ground, journeys: int, pages: int) -> Figure:
    """How much more memory after so many submissions and queue pages than before them, warm already."""
    rate(_load(on), 4 * _SECONDS)
    before = _pss(on.product)
    browser = Browser(on.product.port)
    for _ in range(journeys):
        walk(browser)
    desk = Browser(on.product.port)
    for _ in range(pages):
        open_queue(desk, on.cookie)
    after = _pss(on.product)
    name = f"memory after {journeys} submissions and {pages} queue pages / before"
    return Figure(name, [after / before], 1.02, Goal.AT_MOST, f"{before:.1f} to {after:.1f} MB")


def start(on: Ground, rounds: int) -> Figure:
    """From starting the server to its first page, in turns. Both servers are stopped meanwhile."""
    ratios, last = [], ""
    on.product.stop()
    on.bare.stop()
    for _ in range(rounds):
        hello, product = _seconds_to_page(on.bare), _seconds_to_page(on.product)
        ratios.append(product / hello)
        last = f"{product:.2f} s, hello {hello:.2f} s"
    on.bare.start()
    on.product.start()
    return Figure("start to first page / hello", ratios, 2.5, Goal.AT_MOST, last)


def _seconds_to_page(server: Server) -> float:
    began = time.perf_counter()
    server.start(poll_seconds=0.005)
    took = time.perf_counter() - began
    server.stop()
    return took


def _load(on: Ground) -> list[Callable[[], None]]:
    browsers = [Browser(on.product.port) for _ in range(3)]
    desk = Browser(on.product.port)
    walking: list[Callable[[], None]] = [_walking(each) for each in browsers]
    return [*walking, lambda: open_queue(desk, on.cookie)]


def _walking(browser: Browser) -> Callable[[], None]:
    return lambda: walk(browser)


def _getting(browser: Browser, path: str) -> Callable[[], None]:
    def once() -> None:
        browser.get(path)

    return once


def _pss(server: Server) -> float:
    """Megabytes of all processes of a server; what several share counts once."""
    return sum(float(_shared(each)) for each in server.processes()) / _MEGABYTE


def _shared(process: psutil.Process) -> int:
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii").splitlines()
    [kilobytes] = [int(line.split()[1]) for line in lines if line.startswith("Pss:")]
    return kilobytes * 1024
