"""What is in the database after a journey: looked at from outside, never through the product."""

import sqlite3
from contextlib import closing

from tests.support.server import Server


def stored_screenings(server: Server) -> int:
    """How many screenings are stored."""
    database = server.data_dir / "screening.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM screenings").fetchone()[0])
