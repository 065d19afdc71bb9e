"""Whether an installation may be served from its database."""

from pathlib import Path

from app.storage.condition import damage_of, file_of, is_looked_into
from app.storage.database import Database, StorageDamagedError
from app.storage.schema import MOVED, current_revision, is_known


def why_not_to_start(database_url: str, database: Database) -> str:
    """Why nobody is to be served from this database, and what to do; empty where nothing is against it.

    Raises:
        StorageUnavailableError: the database does not answer. It may come back; pages say so until then.
    """
    file = file_of(database_url)
    if file is not None and not file.is_file():
        return ""
    try:
        revision = current_revision(database)
        damage = damage_of(database) if revision and is_looked_into(database_url) else []
    except StorageDamagedError:
        return _damaged(file)
    if revision == MOVED:
        return "Everything was moved out of this database. Set DATABASE_URL to the new one."
    if revision is not None and not is_known(revision):
        return (
            f"The tables are of a newer version of this program (revision {revision}). Install that version "
            "again, or restore the backup from before it: flask --app wsgi backup restore FILE"
        )
    return _damaged(file) if damage else ""


def _damaged(file: Path | None) -> str:
    return (
        f"The database {file or ''} is damaged. Move it to a safe place and restore the last backup: "
        "flask --app wsgi backup restore FILE"
    )
