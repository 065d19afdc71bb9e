"""Connections to PostgreSQL that wait for no answer for ever, and that a pooler may share out by transaction.

Nothing is set for a session: behind a pooler the next transaction may run in another one. What a transaction
needs goes with its BEGIN, in one message. Why: docs/adr/0034-hold-across-hosts.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event

from app.storage.pooling import SHARED_SAFELY

CONNECT_SECONDS: Final = 3
BEGIN_SECONDS: Final = 2.5  # with the time to connect, that is how long a request waits for a silent server
ANSWER_SECONDS: Final = 5.5  # the server itself gives up after 5
_READ_ONLY: Final = "25006"

_Result = TypeVar("_Result")


class _Silence:
    """Whether the server was silent when it was last asked. Then one tries, and nobody waits behind."""

    def __init__(self) -> None:
        self.is_there = False
        self._trying = Lock()

    def connect(self, **options: Any) -> "_Connection":
        if not self.is_there:
            return self._tried(options)
        if not self._trying.acquire(blocking=False):
            raise psycopg.OperationalError("another thread waits for the silent server")
        try:
            return self._tried(options)
        finally:
            self._trying.release()

    def _tried(self, options: dict[str, Any]) -> "_Connection":
        try:
            connection = _Connection.connect(**options)
        except psycopg.errors.ConnectionTimeout:
            self.is_there = True
            raise
        self.is_there = False
        connection.silence = self
        return connection


class _Connection(psycopg.Connection[Any]):
    """A connection that is given up when the server does not answer in time."""

    silence: _Silence | None = None
    takes_its_time = False

    def wait(self, gen: PQGen[_Result], interval: float = 0.1, timeout: float | None = None) -> _Result:
        """Wait for an answer; the kernel of a machine whose server stands still keeps a connection alive."""
        is_idle = self.pgconn.transaction_status == TransactionStatus.IDLE
        usual = BEGIN_SECONDS if is_idle else None if self.takes_its_time else ANSWER_SECONDS
        try:
            return super().wait(gen, interval, usual if timeout is None else timeout)
        except psycopg.errors._WaitTimeout as problem:
            self.pgconn.finish()
            if self.silence is not None:
                self.silence.is_there = True
            raise psycopg.OperationalError("the server does not answer") from problem


@contextmanager
def taking_its_time(connection: Connection) -> Iterator[None]:
    """Let the statements of this transaction take as long as they need: no browser waits for them."""
    driver: Any = connection.connection.dbapi_connection
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    driver.takes_its_time = True
    try:
        yield
    finally:
        driver.takes_its_time = False


def make_postgresql_engine(url: URL) -> Engine:
    """An engine for the product's own work."""
    silence = _Silence()
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=5,
        connect_args={"connect_timeout": CONNECT_SECONDS, **SHARED_SAFELY},
    )
    event.listen(engine, "do_connect", lambda _dialect, _record, _args, options: silence.connect(**options))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _leave_what_only_reads)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.autocommit = True  # the driver begins nothing by itself


def _begin(connection: Connection) -> None:
    """Another isolation was asked for where the driver begins by itself."""
    driver: Any = connection.connection.dbapi_connection
    connection.exec_driver_sql(
        "BEGIN; SET LOCAL statement_timeout = 5000; SET LOCAL lock_timeout = 5000;"
        " SET LOCAL synchronous_commit = on; SET LOCAL timezone = 'UTC'"
        if driver.autocommit
        else "SET LOCAL statement_timeout = 5000; SET LOCAL lock_timeout = 5000;"
        " SET LOCAL synchronous_commit = on; SET LOCAL timezone = 'UTC'"
    )


def _leave_what_only_reads(context: ExceptionContext) -> None:
    """The server behind this connection has become a replica: another connection leads to the new primary."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True
