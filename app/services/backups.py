"""Backups: every row of one moment in one encrypted file, and back. The keys are never in it."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Connection

from app.storage import dump
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.database import Database
from app.storage.disk import sync
from app.storage.encryption import UnreadableError
from app.storage.keyring import Keyring
from app.storage.schema import newest_revision
from app.storage.sealed_file import SealedWriter, sealed_lines
from app.storage.store import Store

_FORMAT: Final = 1
_TELL_EVERY: Final = 1000
# Sessions, leave to read, counts of tries: worth nothing later, and what had ended must not come back.
_PASSING: Final = frozenset({"clinic_sessions", "reading_grants", "throttles"})
Tell = Callable[[int, int], None]


class BackupError(Exception):
    """The file cannot be used; the text says why."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: when it was made, by which schema, with how many rows in each table."""

    made_at: str
    revision: str
    rows: dict[str, int]
    columns: dict[str, list[str]]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def create_backup(store: Store, path: Path, folder: Path, now: datetime, tell: Tell) -> Manifest:
    """Write a backup of this moment to `path`; the file appears whole or not at all. It is noted before.

    `folder` takes a copy of an SQLite database for as long as it lasts. `tell` hears how far it is.
    """
    _note(store.database, store.keyring, Action.BACKUP_MADE, now)
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with dump.snapshot(store.database, folder) as connection, _new_file(unfinished) as file:
            columns, rows = dump.columns_of_tables(), _lasting_counts(connection)
            manifest = Manifest(now.isoformat(), newest_revision() or "", rows, columns)
            writer = SealedWriter(file, store.keyring)
            writer.write(_line({"format": _FORMAT, **vars(manifest)}))
            for number, row in enumerate(_lasting(dump.dump_rows(connection)), start=1):
                writer.write(_line(row))
                if number % _TELL_EVERY == 0:
                    tell(number, manifest.total)
            writer.write(_line({"end": manifest.total}))
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync(path.parent)
    return manifest


def _lasting_counts(connection: Connection) -> dict[str, int]:
    return {table: n for table, n in dump.row_counts(connection).items() if table not in _PASSING}


def _lasting(rows: Iterator[dump.Row]) -> Iterator[dump.Row]:
    return (row for row in rows if row[0] not in _PASSING)


def note_restored(database: Database, keyring: Keyring, now: datetime) -> None:
    """Note in a restored database that it is one."""
    _note(database, keyring, Action.BACKUP_RESTORED, now)


def _note(database: Database, keyring: Keyring, action: Action, now: datetime) -> None:
    with database.writing() as session:
        add_audit_entry(session, keyring, AuditEntry(action, OPERATOR, now))


def _new_file(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _line(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def restore_backup(path: Path, keyring: Keyring, database: Database, tell: Tell) -> Manifest:
    """Put a backup into an empty database that has the newest tables, all of it or nothing.

    Raises:
        BackupError: the file cannot be used, or the database holds something.
    """
    if not dump.is_empty(database):
        raise BackupError("The database holds rows. Restore into a new, empty one.")
    try:
        with path.open("rb") as file:
            lines = sealed_lines(file, keyring)
            manifest = _manifest(next(lines, b""))
            dump.load_rows(database, _told(_rows(lines, manifest), manifest.total, tell))
    except UnreadableError as problem:
        raise BackupError(f"The backup cannot be read: {problem}.") from None
    with database.engine.connect() as connection:
        if _lasting_counts(connection) != manifest.rows:
            raise BackupError("The restored database does not have the rows that the backup names.")
    return manifest


def _manifest(line: bytes) -> Manifest:
    try:
        content = json.loads(line)
        if content.pop("format") != _FORMAT:
            raise BackupError("The backup was written by a later version. Use that version to restore it.")
        manifest = Manifest(**content)
    except (ValueError, KeyError, TypeError):
        raise BackupError("The backup cannot be read: it does not begin as one.") from None
    if manifest.revision != newest_revision() or manifest.columns != dump.columns_of_tables():
        raise BackupError(
            f"The backup has the tables of {manifest.revision}, this version those of {newest_revision()}. "
            "Restore it with the version that wrote it, then update."
        )
    return manifest


def _rows(lines: Iterator[bytes], manifest: Manifest) -> Iterator[dump.Row]:
    """The rows, and at their end the proof that none is missing."""
    for count, line in enumerate(lines):
        content = json.loads(line)
        if isinstance(content, dict):
            if content == {"end": count} and count == manifest.total:
                return
            break
        table, values = content
        yield table, values
    raise UnreadableError("its end is missing")


def _told(rows: Iterator[dump.Row], total: int, tell: Tell) -> Iterator[dump.Row]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _TELL_EVERY == 0:
            tell(number, total)
