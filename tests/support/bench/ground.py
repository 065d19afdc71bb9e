"""Where the bench measures: the product and its limits, each served as `make run` serves, by two workers."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import text

from app.application import create_app
from app.storage.store import open_store
from config import load_settings
from tests.support.accounts import CLINICIAN, COOKIE, Doorkeeper
from tests.support.bench import limits
from tests.support.queue_rows import fill
from tests.support.server import Server

WORKERS: Final = 2
SCREENINGS: Final = 1_000
_LIMITS: Final = "tests.support.bench.limits"


@dataclass
class Ground:
    """Three servers, and the cookie of a clinician who is signed in to the product."""

    product: Server
    door: Server
    bare: Server
    cookie: str


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Everything made and running; the product holds a thousand screenings."""
    database = folder / "limits.db"
    limits.make_table(str(database))
    settings = {"LIMITS_DATABASE": str(database)}
    product = Server(_made(folder / "product"), workers=WORKERS, settings={"COUNTRY": "GB"})
    door = Server(_made(folder / "door"), f"{_LIMITS}:door", WORKERS, settings)
    bare = Server(_made(folder / "bare"), f"{_LIMITS}:bare", WORKERS, settings, interface="wsgi")
    servers = (product, door, bare)
    try:
        made = product.command("init")
        if made.returncode != 0:
            raise RuntimeError(made.stderr)
        cookie = _sign_in(product)
        for server in servers:
            server.start()
        yield Ground(product, door, bare, cookie)
        for server in servers:
            server.stop()
    finally:
        for server in servers:
            server.close()


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder


def _sign_in(server: Server) -> str:
    """Store screenings and sign a clinician in, past the pages for it; the cookie of the session."""
    settings = load_settings(server.environment())
    store = open_store(settings.database_url, settings.keyring_path, settings.policies_folder)
    with closing(store.database):
        browser = Doorkeeper().enter(create_app(settings, store), store, CLINICIAN)
        with store.database.reading() as session:
            [me] = session.scalars(text("SELECT id FROM clinicians"))
        fill(store, SCREENINGS, [UUID(str(me))])
        cookie = browser.cookie(COOKIE)
    if cookie is None:
        raise RuntimeError("The clinician is not signed in.")
    return cookie
