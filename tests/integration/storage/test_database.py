"""Transactions, settings of the engines, and errors that have our names."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import TextClause, delete, select, text, update
from sqlalchemy.exc import DatabaseError, ProgrammingError

from app.storage.database import ConflictError, Database, StorageUnavailableError
from app.storage.models import Clinician, Screening, ScreeningPolicy
from app.storage.store import Store
from config import Settings
from tests.support.product import row_counts
from tests.support.screenings import NOON, add

MOST_SECONDS = 8.0  # a caller waits for five seconds and a little


def answers(database: Database) -> bool:
    try:
        with database.reading() as session:
            return bool(session.scalar(text("SELECT 1")) == 1)
    except StorageUnavailableError:
        return False


def test_what_is_written_is_stored_at_the_end(store: Store) -> None:
    add(store)
    assert row_counts(store)["screenings"] == 1


def test_a_failure_in_the_middle_stores_nothing(store: Store) -> None:
    add(store)
    with pytest.raises(RuntimeError):
        _delete_and_fail(store)
    assert row_counts(store)["screenings"] == 1


def _delete_and_fail(store: Store) -> None:
    with store.database.writing() as session:
        session.execute(delete(ScreeningPolicy))
        session.delete(session.scalars(select(Screening)).one())
        session.flush()
        raise RuntimeError


def test_reading_throws_away_what_it_changed(store: Store) -> None:
    add(store)
    with store.database.reading() as session:
        session.scalars(select(Screening)).one().language = "xx"
        session.flush()
    with store.database.reading() as session:
        assert session.scalars(select(Screening)).one().language == "en"


@pytest.mark.requirement("DAT-13")
def test_breaking_a_constraint_is_a_conflict_that_names_no_value(store: Store) -> None:
    for _ in range(2):
        add(store, code="0" * 17)
    with pytest.raises(ConflictError) as caught, store.database.writing() as session:
        session.execute(update(Screening).values(visit=7))
    assert store.mac_of("0" * 17).hex() not in str(caught.value)
    with store.database.reading() as session:
        assert sorted(session.scalars(select(Screening.visit))) == [1, 2]


def test_a_link_that_points_nowhere_is_a_conflict(store: Store) -> None:
    insert = (
        "INSERT INTO screening_reviews (id, screening_id, clinician_id, recorded_at, status)"
        " VALUES (:id, :id, :id, :at, 'new')"
    )
    values = {"id": "0" * 32, "at": NOON.replace(tzinfo=None)}
    with pytest.raises(ConflictError), store.database.writing() as session:
        session.execute(text(insert), values)


@pytest.mark.parametrize("column", ["outcome", "status"])
def test_a_code_that_nobody_knows_is_a_conflict(store: Store, column: str) -> None:
    add(store)
    with pytest.raises(ConflictError), store.database.writing() as session:
        setattr(session.scalars(select(Screening)).one(), column, "unheard_of")


def test_a_time_is_read_back_in_utc_as_it_was_written(store: Store) -> None:
    at = NOON.replace(microsecond=123_457)
    add(store, received_at=at)
    with store.database.reading() as session:
        assert session.scalars(select(Screening.received_at)).one() == at


def _run(store: Store, query: TextClause, email: str) -> None:
    with store.database.reading() as session:
        session.execute(query, {"email": email})


@pytest.mark.requirement("DAT-13")
def test_an_error_text_holds_no_value(store: Store) -> None:
    query = text("SELECT nothing_like_it FROM clinicians WHERE email = :email")
    with pytest.raises((ProgrammingError, StorageUnavailableError)) as caught:
        _run(store, query, "canary-7")
    assert "canary-7" not in str(caught.value)


# --- SQLite ---------------------------------------------------------------------------------------


@pytest.mark.requirement("DAT-05")
def test_the_settings_of_sqlite_are_in_force(sqlite_store: Store) -> None:
    def setting(name: str) -> object:
        with sqlite_store.database.reading() as session:
            return session.scalar(text(f"PRAGMA {name}"))

    assert {
        "journal_mode": setting("journal_mode"),
        "synchronous": setting("synchronous"),
        "foreign_keys": setting("foreign_keys"),
        "busy_timeout": setting("busy_timeout"),
        "trusted_schema": setting("trusted_schema"),
        "secure_delete": setting("secure_delete"),
        "recursive_triggers": setting("recursive_triggers"),
    } == {
        "journal_mode": "truncate",
        "synchronous": 3,  # EXTRA
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "trusted_schema": 0,
        "secure_delete": 1,
        "recursive_triggers": 1,
    }


def test_a_file_that_another_process_is_writing_is_unavailable_and_not_for_ever(
    sqlite_store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('BEGIN EXCLUSIVE')\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    file = settings.data_dir / "screening.db"
    monkeypatch.setattr("app.storage.database._SQLITE_SETTINGS", ("PRAGMA busy_timeout=100",))
    with (
        subprocess.Popen(
            [sys.executable, "-c", program, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as other,
        closing(Database(f"sqlite:///{file}")) as database,
    ):
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        began = time.monotonic()
        with pytest.raises(StorageUnavailableError), database.writing() as session:
            session.scalars(select(Clinician)).all()
        assert time.monotonic() - began < MOST_SECONDS
        other.communicate("")
    with sqlite_store.database.writing() as session:
        assert session.scalars(select(Clinician)).all() == []


def test_a_writer_keeps_others_from_writing_and_not_from_waiting_for_ever(
    sqlite_store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.database._SQLITE_SETTINGS", ("PRAGMA busy_timeout=50",))
    with closing(Database(f"sqlite:///{settings.data_dir / 'screening.db'}")) as other:
        with sqlite_store.database.writing() as session:
            session.execute(text("SELECT 1"))
            with pytest.raises(StorageUnavailableError), other.writing() as second:
                second.execute(text("SELECT 1"))
        with other.writing() as second:
            assert second.scalar(text("SELECT 1")) == 1


def test_a_writer_locks_at_its_beginning_and_not_at_its_first_change(sqlite_store: Store) -> None:
    file = make_path(sqlite_store)
    with sqlite_store.database.writing() as session:
        session.execute(text("SELECT 1"))
        other = sqlite3.connect(file, timeout=0, isolation_level=None)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def make_path(store: Store) -> str:
    return str(store.database.engine.url.database)


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "screening.db"
    file.write_bytes(b"this is no database at all, " * 100)
    with closing(Database(f"sqlite:///{file}")) as database:
        assert not answers(database)


def test_a_folder_that_is_missing_is_unavailable(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'missing' / 'screening.db'}")) as database:
        assert not answers(database)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (a)",
        "CREATE TEMP TABLE more (a)",
        "CREATE INDEX more ON clinicians (name)",
        "CREATE TRIGGER more AFTER INSERT ON clinicians BEGIN SELECT 1; END",
        "CREATE VIEW more AS SELECT 1",
        "DROP TABLE clinicians",
        "DROP INDEX ix_screenings_unread",
        "ALTER TABLE clinicians ADD COLUMN more",
        "ALTER TABLE clinicians RENAME TO more",
        "PRAGMA writable_schema=ON",
        "PRAGMA trusted_schema=ON",
    ],
)
def test_the_product_itself_changes_no_table(sqlite_store: Store, statement: str) -> None:
    """And that is no database that does not answer."""
    with pytest.raises(DatabaseError, match="not authorized"):
        _write(sqlite_store, statement)


def _write(store: Store, statement: str) -> None:
    with store.database.writing() as session:
        session.execute(text(statement))


def test_a_copy_for_a_backup_can_be_made(sqlite_store: Store, tmp_path: Path) -> None:
    add(sqlite_store)
    copy = tmp_path / "copy.db"
    with closing(sqlite_store.database.engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    with closing(Database(f"sqlite:///{copy}")) as database, database.reading() as session:
        assert len(session.scalars(select(Screening)).all()) == 1


# --- PostgreSQL -----------------------------------------------------------------------------------


def test_a_postgresql_that_is_not_there_is_unavailable_and_soon() -> None:
    began = time.monotonic()
    with closing(Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")) as database:
        with pytest.raises(StorageUnavailableError), database.writing() as session:
            session.execute(text("SELECT 1"))
        assert not answers(database)
    assert time.monotonic() - began < MOST_SECONDS


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_settings_of_postgresql_are_in_force(store: Store) -> None:
    with store.database.reading() as session:
        shown = {
            name: session.scalar(text(f"SHOW {name}"))
            for name in ("statement_timeout", "lock_timeout", "synchronous_commit", "timezone")
        }
    assert shown == {
        "statement_timeout": "5s",
        "lock_timeout": "5s",
        "synchronous_commit": "on",
        "timezone": "UTC",
    }


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_died_is_unavailable_once_and_then_replaced(store: Store) -> None:
    with pytest.raises(StorageUnavailableError), store.database.reading() as session:  # noqa: PT012
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        session.execute(text("SELECT 1"))
    assert answers(store.database)


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_text_with_a_nul_byte_is_refused_by_name(store: Store) -> None:
    """PostgreSQL keeps no NUL in a text; the product must not let one get this far."""
    with pytest.raises(Exception, match="NUL"), store.database.reading() as session:
        session.scalar(select(Clinician.id).where(Clinician.email == "a\x00b"))
