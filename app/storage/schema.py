"""The schema's version: bringing a database up to date and checking that it is."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine

from app.storage.database import Database, StorageUnavailableError, translated_errors
from app.storage.pooling import SHARED_SAFELY

MOVED: Final = "moved"  # in place of a revision: nothing that reads it works on this database any more
PROJECT: Final = Path(__file__).resolve().parents[2]


def alembic_config(url: str) -> Config:
    """Alembic's settings from pyproject.toml, for one database."""
    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.attributes["database_url"] = url
    return config


def bring_up_to_date(url: str) -> None:
    """Run every migration that this database has not seen."""
    command.upgrade(alembic_config(url), "head")


def bring_to(url: str, revision: str) -> None:
    """Give a database without rows the tables of a revision, whichever it has now."""
    command.upgrade(alembic_config(url), revision)
    with closing(Database(url)) as database:
        is_there = current_revision(database) == revision
    if not is_there:
        command.downgrade(alembic_config(url), revision)


def current_revision(database: Database) -> str | None:
    """The revision of the database, or None when it has no tables yet."""
    with translated_errors(), database.engine.connect() as connection:
        return revision_in(connection)


def revision_in(connection: Connection) -> str | None:
    """The revision that a connection sees, or None when there are no tables yet."""
    return MigrationContext.configure(connection).get_current_revision()


@lru_cache
def newest_revision() -> str | None:
    """The revision that this version of the product needs."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head()


def is_up_to_date(database: Database) -> bool:
    """Whether the database answers and has the schema that this version needs."""
    try:
        return current_revision(database) == newest_revision()
    except StorageUnavailableError:
        return False


@contextmanager
def closing_for_good(owner_url: str) -> Iterator[Connection]:
    """Close a database whose rows are in another one now: nothing starts on it, nobody writes to it any more.

    Others wait while the caller looks at it one last time. What the caller raises leaves it open, as it was.
    """
    own = {"isolation_level": None} if owner_url.startswith("sqlite") else SHARED_SAFELY
    engine = create_engine(owner_url, poolclass=NullPool, connect_args=own)
    with translated_errors(), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(
                "LOCK TABLE audit_events, screenings, screening_drafts IN EXCLUSIVE MODE"
            )
        yield connection
        # Who was not stopped finds no table for what patients type, and none for what is noted of it.
        connection.exec_driver_sql("ALTER TABLE screening_drafts RENAME TO moved_screening_drafts")
        connection.exec_driver_sql("ALTER TABLE audit_events RENAME TO moved_audit_events")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'moved'")
        connection.commit() if engine.dialect.name != "sqlite" else connection.exec_driver_sql("COMMIT")


def is_known(revision: str) -> bool:
    """Whether this version of the product, or one before it, made such tables."""
    scripts = ScriptDirectory.from_config(alembic_config(""))
    return revision in {each.revision for each in scripts.walk_revisions()}
