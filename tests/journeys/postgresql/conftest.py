"""The product on PostgreSQL, for the journeys that store and read in ways of their own.

The others run on it with `pytest --engine=postgresql tests/journeys`. They are left out here because they are
the same to a database: the same pages at another width or with other answers (what one answer stores, another
does), and what only looks (accessibility, layout, print, validity, pseudo languages, keyboard).
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys import desk
from tests.journeys.conftest import database, make_account, with_a_queue
from tests.journeys.desk import Account
from tests.support.server import Server, running_server


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("journeys")
    with (
        database(request, "postgresql") as settings,
        running_server(folder / "data", settings=settings) as running,
    ):
        yield running


@pytest.fixture
def own_database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    with database(request, "postgresql") as settings:
        yield settings


@pytest.fixture(scope="session")
def account(server: Server, browser: Browser) -> Account:
    return with_a_queue(browser, server)


@pytest.fixture(scope="session")
def colleague(server: Server, browser: Browser, account: Account) -> Account:
    return make_account(browser, server, desk.COLLEAGUE)
