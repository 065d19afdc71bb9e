"""What is stored after a journey: looked at, or damaged, from outside and never through the product."""

import sqlite3
from contextlib import closing
from typing import Final
from urllib.parse import quote

from tests.support.server import Server

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be")


def stored_screenings(server: Server) -> int:
    """How many screenings are stored."""
    database = server.data_dir / "screening.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM screenings").fetchone()[0])


def damage_screenings(server: Server) -> None:
    """No screening can be read any more, as after a fault of the disk or with a key that is gone."""
    with closing(sqlite3.connect(server.data_dir / "screening.db")) as connection, connection:
        connection.execute("UPDATE screenings SET answers = x'00', assessment = x'00', listing = x'00'")


def traces(server: Server, words: str) -> list[str]:
    """The files with these words in them: database, journal, keys and log, in any of the usual encodings."""
    forms = [words.encode(encoding) for encoding in ENCODINGS] + [quote(words).encode()]
    files = [each for each in server.data_dir.rglob("*") if each.is_file()]
    return [
        f"{words} in {file.name}"
        for file in (*files, server.log_file)
        if any(form in file.read_bytes() for form in forms)
    ]
