"""The product as people meet it: the real server, a real browser, and windows that are watched."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest
from playwright.sync_api import (
    Browser,
    Page,
    Playwright,
    Response,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.journeys import desk
from tests.journeys.desk import Account
from tests.support.browser import foreign_requests, launch
from tests.support.databases import PostgresqlServer
from tests.support.server import Server, running_server

# Generous: the machine may be running other tests. Nothing waits longer than it has to.
TIMEOUT_MS = 20_000
HEIGHTS = {1280: 900}
PHONE_HEIGHT = 844
DEMONSTRATIONS = "60"
# Chromium says this of every answer that is an error; what must not fail is looked at by its status.
EXPECTED_CONSOLE = re.compile("^Failed to load resource")


class OpenWindow(Protocol):
    """Opens a new window, with cookies of its own, that is closed at the end of the test."""

    def __call__(self, width: int = ..., **options: Any) -> Page: ...


@dataclass
class Watch:
    """What no window may do: ask a stranger, break the page's own rules, miss a file."""

    foreign: list[str]
    faults: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("response", self._look)

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not EXPECTED_CONSOLE.search(text):
            self.faults.append(f"console: {text}")

    def _look(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{response.status} for {response.url}")

    def found(self) -> list[str]:
        return self.faults + [f"asked {address}" for address in self.foreign]


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("journeys")
    with (
        database(request, request.config.getoption("--engine")) as settings,
        running_server(folder / "data", settings=settings) as running,
    ):
        yield running


@pytest.fixture
def own_database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings of a server that a test has for itself."""
    with database(request, request.config.getoption("--engine")) as settings:
        yield settings


@pytest.fixture
def own_server(own_database: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that a test may kill."""
    folder = tmp_path_factory.mktemp("journey")
    with running_server(folder / "data", settings=own_database) as running:
        yield running


@contextmanager
def database(request: pytest.FixtureRequest, engine: str) -> Iterator[dict[str, str]]:
    """The settings under which a server keeps its data in a database of its own."""
    if engine == "sqlite":
        yield {}
        return
    postgresql: PostgresqlServer = request.getfixturevalue("postgresql")
    url = postgresql.create(template="template0")
    yield {"DATABASE_URL": url}
    postgresql.drop(url)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with closing(launch(playwright)) as started:
        yield started


@pytest.fixture
def window(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[OpenWindow]:
    """Opens windows. `intercept=False` leaves the browser's memory of pages as it is in real life."""
    watches: list[Watch] = []
    own = request.getfixturevalue("own_server") if "own_server" in request.fixturenames else server

    def open_window(width: int = 390, *, intercept: bool = True, **options: Any) -> Page:
        size = ViewportSize(width=width, height=HEIGHTS.get(width, PHONE_HEIGHT))
        context = browser.new_context(viewport=size, **options)
        context.set_default_timeout(TIMEOUT_MS)
        if intercept:
            context.route(re.compile(f"^(?!{re.escape(own.origin)}/)"), _abort)
        page = context.new_page()
        watch = Watch(foreign_requests(page, own.origin))
        watch.attach(page)
        watches.append(watch)
        return page

    yield open_window
    for context in browser.contexts:
        context.close()
    faults = [fault for watch in watches for fault in watch.found()]
    assert not faults, "\n".join(faults)


def _abort(route: Route) -> None:
    route.abort()


@pytest.fixture(scope="session")
def account(server: Server, browser: Browser) -> Account:
    """Somebody who may sign in at the desk, with a queue of more than one page."""
    return with_a_queue(browser, server)


@pytest.fixture(scope="session")
def colleague(server: Server, browser: Browser, account: Account) -> Account:
    """Somebody else at the same desk."""
    return make_account(browser, server, desk.COLLEAGUE)


def with_a_queue(browser: Browser, server: Server) -> Account:
    seeded = server.command("seed-demo", "--count", DEMONSTRATIONS)
    assert seeded.returncode == 0, seeded.stderr
    return make_account(browser, server, Account())


def make_account(browser: Browser, server: Server, wanted: Account) -> Account:
    page = browser.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    made = desk.make_account(page, server, wanted)
    page.close()
    return made
