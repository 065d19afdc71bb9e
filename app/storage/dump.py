"""All rows of a database as plain values, from one moment, and back into an empty one. Both engines alike."""

import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, MetaData, Table, Uuid, func, insert, literal, select
from sqlalchemy.types import TypeEngine

from app.storage.base import Base
from app.storage.database import Database, translated_errors

_BATCH: Final = 500
_PAGES_AT_ONCE: Final = 256  # then others may write
_MOST_BEGINNINGS: Final = 4
Row = tuple[str, list[Any]]
Columns = dict[str, list[str]]


def tables_of_models() -> list[Table]:
    """The tables of this version, parents before their children."""
    return Base.metadata.sorted_tables


def tables_there(connection: Connection) -> list[Table]:
    """The tables that a database has, of whatever version, parents before their children."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


@contextmanager
def snapshot(database: Database, folder: Path) -> Iterator[Connection]:
    """A connection that sees the rows of one moment while others go on writing.

    A reader of SQLite would keep writers waiting, so its file is copied into `folder` and the copy read.
    """
    if database.engine.dialect.name == "sqlite":
        copy = folder / "backup-copy.db"
        try:
            copy_file(Path(database.engine.url.database or ""), copy)
            with closing(Database(f"sqlite:///{copy}")) as copied, _reading(copied, {}) as connection:
                yield connection
        finally:
            copy.unlink(missing_ok=True)
    else:
        from app.storage.postgresql import taking_its_time  # its driver is large: only where it is used

        repeatable = {"isolation_level": "REPEATABLE READ"}
        with _reading(database, repeatable) as connection, taking_its_time(connection):
            yield connection


def copy_file(file: Path, copy: Path) -> None:
    """Copy a database page by page while others write.

    Each of their commits makes it begin anew; a busy one is copied in one go in the end, and writers wait.
    """
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        try:
            source.backup(target, pages=_PAGES_AT_ONCE, progress=_Patience())
        except _BeganTooOftenError:
            source.backup(target)


class _BeganTooOftenError(Exception):
    """Others write so often that a copy in pieces does not come to its end."""


class _Patience:
    """Watches a copy in pieces: how many pages are left grows again where it had to begin anew."""

    def __init__(self) -> None:
        self._left, self._beginnings = 0, 0

    def __call__(self, _status: int, remaining: int, _total: int) -> None:
        self._beginnings += remaining >= self._left
        self._left = remaining
        if self._beginnings > _MOST_BEGINNINGS:
            raise _BeganTooOftenError


@contextmanager
def _reading(database: Database, options: dict[str, Any]) -> Iterator[Connection]:
    with translated_errors(), database.engine.connect().execution_options(**options) as connection:
        yield connection


def row_counts(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def dump_rows(connection: Connection, tables: list[Table]) -> Iterator[Row]:
    """Every row as its table and its values, in an order in which they can be put back."""
    for table in tables:
        columns = list(table.columns)
        query = select(*columns).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
        for row in connection.execute(query):
            yield table.name, [_plain(value) for value in row]


def columns_of(tables: list[Table]) -> Columns:
    """The columns of each table, in the order of the values."""
    return {table.name: [column.name for column in table.columns] for table in tables}


def is_empty(database: Database) -> bool:
    """Whether no table has a row, or none is there."""
    with translated_errors(), database.engine.connect() as connection:
        first_rows = (
            connection.execute(select(literal(1)).select_from(table).limit(1)).first()
            for table in tables_there(connection)
        )
        return all(row is None for row in first_rows)


def load_rows(database: Database, rows: Iterable[Row], columns: Columns) -> int:
    """Put rows with these columns into an empty database, all together or none; how many there were.

    Raises:
        ConflictError: a row does not fit.
        ValueError: a row names a table or has values that are not known.
    """
    done = 0
    with database.writing() as session:
        tables = {table.name: table for table in tables_there(session.connection())}
        for name, batch in _batches(rows):
            if name not in tables or name not in columns:
                raise ValueError(name)
            kinds = [(column, tables[name].c[column].type) for column in columns[name]]
            session.execute(insert(tables[name]), [_fitting_row(kinds, row) for row in batch])
            done += len(batch)
    return done


def _fitting_row(kinds: list[tuple[str, TypeEngine[Any]]], row: list[Any]) -> dict[str, Any]:
    return {name: _fitting(_value(plain), kind) for (name, kind), plain in zip(kinds, row, strict=True)}


def _fitting(value: Any, kind: TypeEngine[Any]) -> Any:
    """A value as the tables have it: moments without their zone, and identifiers as text on SQLite."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, UUID) and not isinstance(kind, Uuid):
        return value.hex
    return value


def _batches(rows: Iterable[Row]) -> Iterator[tuple[str, list[list[Any]]]]:
    """Rows that stand together and belong to one table."""
    name, batch = "", list[list[Any]]()
    for table, row in rows:
        if batch and (table != name or len(batch) == _BATCH):
            yield name, batch
            batch = []
        name = table
        batch.append(row)
    if batch:
        yield name, batch


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: a pair of its kind and a text where JSON has no such kind."""
    if isinstance(value, bytes):
        return ["bytes", b64encode(value).decode()]
    if isinstance(value, UUID):
        return ["uuid", value.hex]
    if isinstance(value, datetime):
        return ["moment", value.isoformat()]
    if isinstance(value, date):
        return ["day", value.isoformat()]
    return value


_KINDS: Final[dict[str, Any]] = {
    "bytes": b64decode,
    "uuid": UUID,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
}


def _value(plain: Any) -> Any:
    if not isinstance(plain, list):
        return plain
    kind, text = plain
    if kind not in _KINDS:
        raise ValueError(kind)
    return _KINDS[kind](text)
