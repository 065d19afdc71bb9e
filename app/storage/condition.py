"""In what condition a database is: whole, safe against a loss of power, and its newest records readable."""

from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import make_url, select, text
from sqlalchemy.orm import Session

from app.storage.database import Database, translated_errors
from app.storage.encryption import FieldCipher, UnreadableError
from app.storage.models import Screening
from app.storage.screenings import get_screening

_LARGEST_LOOK_BYTES: Final = 256 * 1024 * 1024
_MUST_BE_ON: Final = ("fsync", "full_page_writes")


def is_looked_into(database_url: str) -> bool:
    """Whether a file is small enough to be read while writers wait for it: for a second, not for minutes."""
    file = file_of(database_url)
    return file is not None and file.stat().st_size <= _LARGEST_LOOK_BYTES


def damage_of(database: Database) -> list[str]:
    """What SQLite itself finds broken in its file or between the tables."""
    with translated_errors(), database.engine.connect() as connection:
        checked = connection.execute(text("PRAGMA quick_check(5)")).scalars()
        found = [each for each in checked if each != "ok"]
        references = connection.execute(text("PRAGMA foreign_key_check")).fetchmany(5)
    return [*found, *(f"a row of {each[0]} points nowhere" for each in references)]


def unsafe_settings(database: Database) -> list[str]:
    """Settings of a PostgreSQL server under which what was stored can be lost."""
    if database.engine.dialect.name != "postgresql":
        return []
    with translated_errors(), database.engine.connect() as connection:
        asked = text("SELECT current_setting(:name)")
        return [name for name in _MUST_BE_ON if connection.scalar(asked, {"name": name}) != "on"]


def owns_its_tables(database: Database) -> bool:
    """Whether the server's own user could change the tables and the past of the audit log."""
    if database.engine.dialect.name != "postgresql":
        return False
    with translated_errors(), database.engine.connect() as connection:
        owned = text(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"
        )
        return bool(connection.scalar(owned))


def bytes_of_tables(database: Database) -> int:
    """How much a PostgreSQL server keeps of the rows of this database, without its indexes."""
    with translated_errors(), database.engine.connect() as connection:
        size = text("SELECT sum(pg_table_size(relid)) FROM pg_stat_user_tables WHERE schemaname = 'public'")
        return int(connection.scalar(size) or 0)


def file_of(database_url: str) -> Path | None:
    """The file of an embedded database."""
    parsed = make_url(database_url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def unreadable_of_newest(session: Session, cipher: FieldCipher, most: int) -> tuple[int, int]:
    """How many of the newest screenings cannot be opened, and how many were tried."""
    newest = select(Screening.id).where(Screening.removed_at.is_(None))
    ids = list(session.scalars(newest.order_by(Screening.received_at.desc()).limit(most)))
    return sum(not _opens(session, cipher, each) for each in ids), len(ids)


def _opens(session: Session, cipher: FieldCipher, screening_id: UUID) -> bool:
    try:
        return get_screening(session, cipher, screening_id) is not None
    except UnreadableError:
        return False
