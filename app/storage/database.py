"""Connections and transactions, the same for SQLite and PostgreSQL.

Reads and writes are told apart: on SQLite a write begins with BEGIN IMMEDIATE, so that it waits for
its turn at the start and never fails half way. Settings: docs/adr/0003-sqlite-settings.md.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from app.storage.sqlite_guard import install_guard, is_refused

_WRITING: Final = "screening_writing"
_ONE_LOOK: Final = "screening_one_look"
_SQLITE_SETTINGS: Final = (
    "PRAGMA journal_mode=TRUNCATE",
    "PRAGMA synchronous=EXTRA",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA secure_delete=ON",
    "PRAGMA recursive_triggers=ON",  # else INSERT OR REPLACE deletes past the guards of the audit log
)

_FAULTS_OF_THE_DISK: Final = frozenset(
    {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
)
_LAST: Final = "screening_last"
_REVISION: Final = text("SELECT version_num FROM alembic_version")
# A table or column is not there: an older program, or a database that was moved. SQLite: operational.
_OTHER_SCHEMA: Final = frozenset({"42P01", "42703"})


class Turn(IntEnum):
    """The order in which work waits for the end of a transaction.

    Everybody changes this week's counts and the end of the audit chain. They are held for a moment only,
    and always in this order, so that two transactions on PostgreSQL never wait for each other in a circle.
    """

    COUNTS = 1
    AUDIT = 2


class StorageUnavailableError(Exception):
    """The database does not answer now. Nothing was stored by this operation, or it is not known."""


class StorageDamagedError(StorageUnavailableError):
    """The file of the database cannot be read as one."""


class ConflictError(Exception):
    """The database refused the change: what must be unique exists already, or a link points nowhere."""


class Database:
    """One database with its two kinds of transaction.

    `after_writing` hears of every writing session whose changes are stored; it must not fail. With a
    `revision` nothing is written into tables of another one: somebody has brought them up to date meanwhile.
    (On PostgreSQL a transaction that began before they changed may still be; servers are stopped for that.)
    """

    def __init__(
        self,
        url: str,
        after_writing: Callable[[Session], None] | None = None,
        revision: str | None = None,
    ) -> None:
        self.engine = make_engine(url)
        self._after_writing = after_writing
        self._revision = revision
        self._reading = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._looking = self.engine.execution_options(**{_ONE_LOOK: True})
        writing_engine = self.engine.execution_options(**{_WRITING: True})
        self._writing = sessionmaker(writing_engine, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking; whatever it changed is thrown away.

        Raises:
            StorageUnavailableError: the database does not answer.
        """
        with translated_errors(), self._reading() as session:
            yield session

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """A connection for one statement that every page needs: a third of what a session costs.

        Raises:
            StorageUnavailableError: the database does not answer.
        """
        with translated_errors(), self._looking.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are stored together at its end, or not at all.

        Raises:
            StorageUnavailableError: the database does not answer.
            ConflictError: a constraint of the database refused the change.
        """
        with translated_errors(), self._writing() as session, session.begin():
            self._refuse_other_tables(session)
            yield session
            _do_what_waits(session)
        if self._after_writing is not None:
            self._after_writing(session)

    def _refuse_other_tables(self, session: Session) -> None:
        if self._revision is not None and session.scalar(_REVISION) != self._revision:
            raise StorageUnavailableError("the tables are of another version")

    def close(self) -> None:
        self.engine.dispose()


def do_last(session: Session, turn: Turn, work: Callable[[], None]) -> None:
    """Do this at the very end of the transaction of a writing `session`, and as a part of it."""
    session.info.setdefault(_LAST, []).append((turn, work))


def _do_what_waits(session: Session) -> None:
    session.flush()
    for _turn, work in sorted(session.info.pop(_LAST, []), key=lambda each: each[0]):
        work()


@contextmanager
def translated_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError as problem:
        raise ConflictError(type(problem.orig).__name__) from problem
    except (OperationalError, PoolTimeoutError) as problem:
        raise StorageUnavailableError(type(problem).__name__) from problem
    except DBAPIError as problem:
        # "file is not a database", "malformed"
        if type(problem) is DatabaseError and not is_refused(problem.orig):
            raise StorageDamagedError(type(problem).__name__) from problem
        is_other_schema = getattr(problem.orig, "sqlstate", None) in _OTHER_SCHEMA
        if problem.connection_invalidated or is_other_schema:
            raise StorageUnavailableError(type(problem).__name__) from problem
        raise


def make_engine(url: str) -> Engine:
    """An engine with the settings of this product. No parameter of a query appears in an error text."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "handle_error", _drop_what_stays_broken)
        return engine
    from app.storage.postgresql import make_postgresql_engine  # its driver is large: only where it is used

    return make_postgresql_engine(parsed)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    for setting in _SQLITE_SETTINGS:
        connection.execute(setting).close()
    install_guard(connection)


def _drop_what_stays_broken(context: ExceptionContext) -> None:
    """Open the file anew after a fault of the disk: a connection that found it read-only stays so."""
    code = getattr(context.original_exception, "sqlite_errorcode", 0) or 0
    if code & 0xFF not in _FAULTS_OF_THE_DISK:  # the low byte is the kind of error, the rest is its detail
        return
    if context.connection is not None and context.connection.in_transaction():
        with suppress(sqlite3.Error):  # the lock would stay until Python collects the last cursor
            context.connection.connection.rollback()
    context.is_disconnect = True


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(_ONE_LOOK, False):  # one statement is whole by itself
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITING, False) else "BEGIN")
