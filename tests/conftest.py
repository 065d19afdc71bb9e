"""Fixtures of all tests: settings, keys, databases of both kinds, the product and browsers for it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import hypothesis
import pytest
from flask import Flask

from app.storage.audit import ORIGIN, Origin
from app.storage.database import Database
from app.storage.encryption import FieldCipher
from app.storage.keyring import Keyring, create_keyring, load_keyring
from app.storage.store import Store
from config import Settings, load_settings
from tests.support.accounts import CLINICIAN, Doorkeeper, Person
from tests.support.client import WebClient
from tests.support.databases import PostgresqlServer, make_migrated_file, running_postgresql, sqlite_url
from tests.support.product import Product

# How long an example takes says more of what else the machine does than of the code.
hypothesis.settings.register_profile("any speed", deadline=None)
hypothesis.settings.load_profile("any speed")
BOTH_ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="what the whole product of tests/integration/web keeps its data in",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest tests come first: at the end, a worker that is still busy is waited for by all others."""
    items.sort(key=lambda item: not item.get_closest_marker("browser"))
    if config.getoption("--engine") != "sqlite":
        left_out = [item for item in items if item.get_closest_marker("embedded_file")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


# --- made once by each worker ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def keyring_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keyring"
    create_keyring(path)
    return path


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_migrated_file(tmp_path_factory.mktemp("migrated") / "screening.db")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    return Product(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def doorkeeper() -> Doorkeeper:
    return Doorkeeper()


@pytest.fixture(autouse=True)
def nothing_of_before() -> None:
    """A test begins outside of any request, and with the usual rights of new files: commands narrow them.

    The tests of a worker share one thread.
    """
    ORIGIN.set(Origin())
    os.umask(0o022)


# --- made anew by each test -----------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path, keyring_path: Path) -> Settings:
    """An installation in Britain at http://localhost, with its keyring in place and no database yet."""
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    shutil.copy(keyring_path, data_dir / "keyring")
    return load_settings({"DATA_DIR": str(data_dir), "COUNTRY": "GB"})


@pytest.fixture
def keyring(settings: Settings) -> Keyring:
    return load_keyring(settings.keyring_path)


@pytest.fixture(params=BOTH_ENGINES)
def database_url(request: pytest.FixtureRequest, settings: Settings) -> Iterator[str]:
    """A database with the newest tables and no rows, of each kind in turn."""
    if request.param == "sqlite":
        yield _copied_file(request, settings)
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    yield server.borrow()
    server.give_back()


@pytest.fixture(params=BOTH_ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, of each kind in turn."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "empty.db")
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    url = server.create(template="template0")
    yield url
    server.drop(url)


def _copied_file(request: pytest.FixtureRequest, settings: Settings) -> str:
    file = settings.data_dir / "screening.db"
    shutil.copy(request.getfixturevalue("migrated_file"), file)
    return sqlite_url(file)


@pytest.fixture
def store(database_url: str, keyring: Keyring) -> Iterator[Store]:
    with closing(Database(database_url)) as database:
        yield Store(database, keyring, FieldCipher(keyring))


@pytest.fixture
def sqlite_store(request: pytest.FixtureRequest, settings: Settings, keyring: Keyring) -> Iterator[Store]:
    """A store on SQLite; of the whole product on PostgreSQL where `--engine=postgresql` was asked for."""
    is_asked_for = request.config.getoption("--engine") == "postgresql"
    server: PostgresqlServer | None = request.getfixturevalue("postgresql") if is_asked_for else None
    url = _copied_file(request, settings) if server is None else server.borrow()
    with closing(Database(url)) as database:
        yield Store(database, keyring, FieldCipher(keyring))
    if server is not None:
        server.give_back()


@pytest.fixture
def app(settings: Settings, sqlite_store: Store, product: Product) -> Flask:
    """The whole product. A test that changes the app itself makes its own with `product`."""
    return product.lend(settings, sqlite_store)


@pytest.fixture
def patient_client(app: Flask) -> WebClient:
    return WebClient(app)


@pytest.fixture
def enter(app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper) -> Callable[[Person], WebClient]:
    """Makes an account and a browser in which it is signed in."""
    return lambda person: doorkeeper.enter(app, sqlite_store, person)


@pytest.fixture
def clinic_client(enter: Callable[[Person], WebClient]) -> WebClient:
    return enter(CLINICIAN)
