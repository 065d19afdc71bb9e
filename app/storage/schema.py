"""The schema's version: bringing a database up to date and checking that it is."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, text

from app.storage.database import Database, StorageUnavailableError, translated_errors

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


def current_revision(database: Database) -> str | None:
    """The revision of the database, or None when it has no tables yet."""
    with translated_errors(), database.engine.connect() as connection:
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


def close_moved(url: str) -> None:
    """Let nothing start on a database any more whose rows are in another one now."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'moved'"))


def is_known(revision: str) -> bool:
    """Whether this version of the product, or one before it, made such tables."""
    scripts = ScriptDirectory.from_config(alembic_config(""))
    return revision in {each.revision for each in scripts.walk_revisions()}
