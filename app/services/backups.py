"""Backups: every row of one moment in one encrypted file, and back. The keys are never in it."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Connection, Table

from app.storage import dump
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.database import Database
from app.storage.disk import sync
from app.storage.encryption import UnreadableError
from app.storage.keyring import Keyring
from app.storage.schema import is_known, revision_in
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
    with dump.snapshot(store.database, folder) as connection:
        return _write(connection, dump.tables_of_models(), store.keyring, path, now, tell)


def copy_as_it_stands(
    database: Database, keyring: Keyring, path: Path, folder: Path, now: datetime, tell: Tell
) -> Manifest:
    """Write a backup of a database that has the tables of an earlier version.

    It is not noted: what that version noted and how, this one does not know any more.
    """
    with dump.snapshot(database, folder) as connection:
        return _write(connection, dump.tables_there(connection), keyring, path, now, tell)


def _write(
    connection: Connection, tables: list[Table], keyring: Keyring, path: Path, now: datetime, tell: Tell
) -> Manifest:
    lasting = [table for table in tables if table.name not in _PASSING]
    counts = dump.row_counts(connection, lasting)
    revision = revision_in(connection) or ""
    manifest = Manifest(now.isoformat(), revision, counts, dump.columns_of(tables))
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with _new_file(unfinished) as file:
            writer = SealedWriter(file, keyring)
            writer.write(_line({"format": _FORMAT, **vars(manifest)}))
            for number, row in enumerate(dump.dump_rows(connection, lasting), start=1):
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


def checked_manifest(path: Path, keyring: Keyring, database: Database) -> Manifest:
    """What a backup says of itself, before it is put into this database.

    Raises:
        BackupError: the file cannot be used, or the database holds something.
    """
    if not dump.is_empty(database):
        raise BackupError("The database holds rows. Restore into a new, empty one.")
    try:
        with path.open("rb") as file:
            return _manifest(next(sealed_lines(file, keyring), b""))
    except UnreadableError as problem:
        raise BackupError(f"The backup cannot be read: {problem}.") from None


def restore_backup(path: Path, keyring: Keyring, database: Database, tell: Tell) -> Manifest:
    """Put a backup into an empty database that has the tables of its revision, all of it or nothing.

    Raises:
        BackupError: the file cannot be used, or the database holds something.
    """
    manifest = checked_manifest(path, keyring, database)
    with database.engine.connect() as connection:
        tables, revision = dump.tables_there(connection), revision_in(connection)
    if manifest.revision != revision or _sorted(manifest.columns) != _sorted(dump.columns_of(tables)):
        raise BackupError(
            f"The backup has the tables of {manifest.revision}, the database those of {revision}."
        )
    try:
        with path.open("rb") as file:
            lines = sealed_lines(file, keyring)
            next(lines)
            rows = _told(_rows(lines, manifest), manifest.total, tell)
            dump.load_rows(database, rows, manifest.columns)
    except UnreadableError as problem:
        raise BackupError(f"The backup cannot be read: {problem}.") from None
    with database.engine.connect() as connection:
        counts = dump.row_counts(connection, [table for table in tables if table.name not in _PASSING])
    if counts != manifest.rows:
        raise BackupError("The restored database does not have the rows that the backup names.")
    return manifest


def _sorted(columns: dump.Columns) -> dump.Columns:
    """Without their order: a table that was changed has it otherwise than one made anew."""
    return {table: sorted(names) for table, names in columns.items()}


def _manifest(line: bytes) -> Manifest:
    try:
        content = json.loads(line)
        if content.pop("format") != _FORMAT:
            raise BackupError("The backup was written by a later version. Use that version to restore it.")
        manifest = Manifest(**content)
    except (ValueError, KeyError, TypeError):
        raise BackupError("The backup cannot be read: it does not begin as one.") from None
    if not is_known(manifest.revision):
        raise BackupError(
            f"The backup has the tables of {manifest.revision}, which this version does not know. "
            "Restore it with the version that wrote it."
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
