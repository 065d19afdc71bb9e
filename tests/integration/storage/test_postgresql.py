"""Connections to PostgreSQL: no wait without end, and nothing that outlives a transaction."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.storage.database import Database, StorageUnavailableError
from app.storage.dump import snapshot
from app.storage.store import Store


def seconds_to_be_refused(database: Database) -> float:
    began = time.monotonic()
    with pytest.raises(StorageUnavailableError), database.reading() as session:
        session.execute(text("SELECT 1"))
    return time.monotonic() - began


@pytest.fixture
def silent() -> Iterator[Database]:
    """A database that takes connections and never speaks."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        url = f"postgresql+psycopg://nobody@127.0.0.1:{server.getsockname()[1]}/nothing"
        with closing(Database(url)) as database:
            yield database


@pytest.mark.slow
def test_a_server_that_never_speaks_is_waited_for_by_one_and_not_for_long(silent: Database) -> None:
    assert seconds_to_be_refused(silent) < 4.5
    with ThreadPoolExecutor(4) as pool:
        waits = sorted(pool.map(lambda _: seconds_to_be_refused(silent), range(4)))
    assert waits[-1] < 4.5
    assert waits[-2] < 1.5, "others have waited behind the one who tries"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_a_backup_takes_the_time_it_needs_and_nothing_after_it_does(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.postgresql.ANSWER_SECONDS", 0.3)
    with snapshot(store.database, tmp_path) as connection:
        connection.execute(text("SELECT pg_sleep(1)"))
    with pytest.raises(StorageUnavailableError), store.database.reading() as session:
        session.execute(text("SELECT pg_sleep(4)"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_an_answer_that_does_not_come_is_given_up_and_the_next_one_comes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.postgresql.ANSWER_SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(StorageUnavailableError), store.database.reading() as session:
        session.execute(text("SELECT pg_sleep(4)"))
    assert time.monotonic() - began < 3
    with store.database.reading() as session:
        assert session.scalar(text("SELECT 1")) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_a_server_that_only_reads_is_left(store: Store) -> None:
    with pytest.raises(StorageUnavailableError), store.database.writing() as session:  # noqa: PT012
        before = session.scalar(text("SELECT pg_backend_pid()"))
        session.execute(text("SET TRANSACTION READ ONLY"))
        session.execute(text("DELETE FROM throttles"))
    with store.database.writing() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != before
        session.execute(text("DELETE FROM throttles"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_nothing_is_set_for_longer_than_a_transaction(store: Store) -> None:
    """Behind a pooler the next transaction may be another person's, and another session's."""
    names = ("statement_timeout", "lock_timeout", "synchronous_commit", "TimeZone")
    kept = text("SELECT name FROM pg_settings WHERE name = ANY(:names) AND source = 'session'")
    with store.database.writing() as session:
        assert set(session.scalars(kept, {"names": list(names)})) == set(names)
    with closing(store.database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT name FROM pg_settings WHERE source = 'session'")
        assert not {row[0] for row in cursor.fetchall()} & set(names)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_no_statement_is_prepared_for_a_session(store: Store) -> None:
    with store.database.reading() as session:
        for _ in range(10):
            session.execute(text("SELECT 1"))
        assert session.scalar(text("SELECT count(*) FROM pg_prepared_statements")) == 0
