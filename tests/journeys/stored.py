"""What is stored after a journey: looked at, or damaged, from outside and never through the product."""

from typing import Final
from urllib.parse import quote

from sqlalchemy import NullPool, create_engine, text

from tests.support.server import Server

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be")


def stored_screenings(server: Server) -> int:
    """How many screenings are stored."""
    with create_engine(server.database_url, poolclass=NullPool).connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM screenings")) or 0)


def damage_screenings(server: Server) -> None:
    """No screening can be read any more, as after a fault of the disk or with a key that is gone."""
    statement = "UPDATE screenings SET answers = :nothing, assessment = :nothing, listing = :nothing"
    with create_engine(server.database_url, poolclass=NullPool).begin() as connection:
        connection.execute(text(statement), {"nothing": b"\0"})


def traces(server: Server, words: str) -> list[str]:
    """The files with these words in them: database, journal, keys and log, in any of the usual encodings."""
    forms = [words.encode(encoding) for encoding in ENCODINGS] + [quote(words).encode()]
    files = [each for each in server.data_dir.rglob("*") if each.is_file()]
    return [
        f"{words} in {file.name}"
        for file in (*files, server.log_file)
        if any(form in file.read_bytes() for form in forms)
    ]
