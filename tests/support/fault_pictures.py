"""Pictures of what people see while nothing can be stored."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.storage.schema import newest_revision
from tests.journeys.pages import COUNTED, HEADACHE_DAYS, MEMORY, MIGRAINE_DAYS, choose, press, see, type_in
from tests.journeys.shortcut import reach
from tests.support.server import Server
from tests.support.studio import PHONE, SCREEN, SIZES, open_studio, take

NOT_NOW = "This is not available now"


@contextmanager
def nothing_can_be_stored(server: Server) -> Iterator[None]:
    """While the tables are those of a later version: the server refuses every write."""
    statement = "UPDATE alembic_version SET version_num = ?"
    with closing(sqlite3.connect(server.data_dir / "screening.db", isolation_level=None)) as connection:
        connection.execute(statement, ("9999_of_later",))
        yield
        connection.execute(statement, (newest_revision(),))


def take_fault_images(folder: Path) -> None:
    """The page after “Continue”, on a phone by day and by night, and on a large screen."""
    with open_studio(0) as studio:
        page = studio.window(PHONE)
        reach(page, studio.origin, "headache-days")
        type_in(page, HEADACHE_DAYS, "16")
        type_in(page, MIGRAINE_DAYS, "9")
        choose(page, COUNTED, MEMORY)
        with nothing_can_be_stored(studio.server):
            press(page, "Continue")
            see(page, NOT_NOW)
            take(page, folder / "not-now.png", 640)
            page.emulate_media(color_scheme="dark")
            take(page, folder / "not-now-dark.png", 640)
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": SCREEN, "height": SIZES[SCREEN]})
            take(page, folder / "not-now-large.png", 460)
        press(page, "Send again")
        see(page, "How long it has been like this")
