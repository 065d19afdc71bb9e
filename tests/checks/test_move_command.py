"""`move-to`: every row is in the other database afterwards and can be read; nothing starts on the old one."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from app.commands.audit import audit_log
from app.commands.doctor import doctor
from app.commands.init import init
from app.commands.move import move_to
from app.commands.seed_demo import seed_demo
from app.domain.reference_code import new_reference_code
from app.questionnaire.draft_answers import draft_answers
from app.services.exporting import stored_records
from app.services.moving import (
    Content,
    NotTheSameError,
    WrittenMeanwhileError,
    _compare,
    check_arrived,
    close_source,
    send_all,
)
from app.services.self_screening import change_answers, start_screening, submit_screening
from app.storage import dump
from app.storage.audit import Action
from app.storage.database import Database, StorageUnavailableError
from app.storage.encryption import FieldCipher
from app.storage.schema import bring_up_to_date, current_revision
from app.storage.store import Store
from tests.checks.commands import PROJECT, Run, environment_of, failed, installed, serve, succeeded
from tests.checks.test_backup import filled, rows_of
from tests.support.audit import entries, note
from tests.support.databases import sqlite_url
from tests.support.journeys import POSITIVE
from tests.support.screenings import NOON, add

# The command in a process of its own, killed when so many rows were read.
KILLED: Final = """
import os, signal, sys
from app.commands.move import move_to
from app.services import moving
left = int(sys.argv[1])
add = moving.Content.add
def counted(self, row):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    add(self, row)
moving.Content.add = counted
move_to.main([sys.argv[2]])
"""


@pytest.fixture
def old(run: Run, data_dir: Path) -> Iterator[Store]:
    """An installation on SQLite with something in the tables that matter."""
    succeeded(run(init))
    with closing((found := installed(data_dir)).database):
        filled(found)
        yield found


def read(store: Store) -> list[Any]:
    return sorted((each.screening for each in stored_records(store) if each), key=lambda each: each.id)


def moved_store(url: str, old: Store) -> Store:
    return Store(Database(url), old.keyring, FieldCipher(old.keyring))


def test_everything_is_there_and_can_be_read(run: Run, old: Store, empty_database_url: str) -> None:
    before, rows = read(old), rows_of(old.database)
    said = succeeded(run(move_to, empty_database_url))
    assert "each was compared, and the audit log is whole" in said
    new = moved_store(empty_database_url, old)
    with closing(new.database):
        assert read(new) == before
        assert [each for each in map(repr, rows) if each not in set(map(repr, rows_of(new.database)))] == []
        assert entries(new)[-1].action is Action.DATA_MOVED
    assert "The audit log is whole." in succeeded(run(audit_log, "verify", DATABASE_URL=empty_database_url))
    assert succeeded(run(seed_demo, "--count", "2", DATABASE_URL=empty_database_url))


def test_nothing_starts_on_the_old_one(run: Run, old: Store, data_dir: Path, empty_database_url: str) -> None:
    succeeded(run(move_to, empty_database_url))
    assert failed(run(init)).startswith("Everything was moved out of this database.")
    for name in ("app", "patient_app", "clinic_app"):
        started = serve(data_dir, name)
        assert started.returncode == 1
        assert "Everything was moved out of this database. Set DATABASE_URL" in started.stderr
    assert "not up to date" in failed(run(seed_demo, "--count", "1"))
    assert "Database: Everything was moved out of it." in run(doctor).stdout


def test_a_database_that_holds_rows_is_left_alone(run: Run, old: Store, empty_database_url: str) -> None:
    bring_up_to_date(empty_database_url)
    new = moved_store(empty_database_url, old)
    with closing(new.database):
        filled(new)
        rows = rows_of(new.database)
        assert failed(run(move_to, empty_database_url)).startswith("The new database holds rows.")
        assert rows_of(new.database) == rows
    assert current_revision(old.database) != "moved"


def test_what_is_written_meanwhile_is_noticed(
    run: Run, old: Store, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A screening that came while the rows were on their way would be lost."""
    load = dump.load_rows

    def load_slowly(database: Database, rows: Any, columns: dump.Columns) -> int:
        done = load(database, rows, columns)
        add(old)
        return done

    monkeypatch.setattr(dump, "load_rows", load_slowly)
    assert "was written to meanwhile. Stop the server." in failed(run(move_to, empty_database_url))
    assert current_revision(old.database) != "moved"


def test_a_row_that_changed_on_its_way_is_noticed() -> None:
    sent, arrived = Content(), Content()
    for content, last in ((sent, "b"), (arrived, "c")):
        content.add(("screenings", ["a", 1]))
        content.add(("screenings", [last, 2]))
    with pytest.raises(NotTheSameError, match="screenings"):
        _compare(sent, arrived)
    other_order = Content()
    other_order.add(("screenings", ["b", 2]))
    other_order.add(("screenings", ["a", 1]))
    _compare(sent, other_order)


@pytest.mark.parametrize("after", [1, 9, 25])
def test_killed_anywhere_nothing_is_lost_and_it_can_be_run_again(
    after: int, run: Run, old: Store, data_dir: Path, empty_database_url: str
) -> None:
    """While rows are sent or compared: the old database goes on, the new one has all of them or none."""
    before = read(old)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(after), empty_database_url],
        cwd=PROJECT,
        env=environment_of(data_dir),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == -9, ended.stderr
    assert read(old) == before
    assert current_revision(old.database) != "moved"
    result = run(move_to, empty_database_url)
    if result.exit_code:
        assert failed(result).startswith("The new database holds rows.")
    else:
        with closing(Database(empty_database_url)) as database:
            assert read(Store(database, old.keyring, old.cipher)) == before


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://host/name", "URL must begin with sqlite: or postgresql:"),
        ("postgresql://nobody@127.0.0.1:1/x", "Nothing was moved: one of the databases does not answer"),
        ("sqlite://", "URL must name a file: answers in memory would be lost."),
    ],
)
def test_an_address_that_leads_nowhere_is_one_line(url: str, says: str, run: Run, old: Store) -> None:
    assert failed(run(move_to, url)).startswith(says)
    assert current_revision(old.database) != "moved"


def test_the_database_that_is_in_use_is_no_other(run: Run, old: Store, data_dir: Path) -> None:
    url = f"sqlite:///{data_dir / 'screening.db'}"
    assert failed(run(move_to, url)) == "URL is the database that is in use. Name another one."


def test_a_new_file_is_for_its_owner_alone(run: Run, old: Store, data_dir: Path) -> None:
    file = data_dir / "other.db"
    os.umask(0o022)
    succeeded(run(move_to, f"sqlite:///{file}"))
    assert file.stat().st_mode & 0o777 == 0o600


def test_from_either_engine_the_rows_are_the_same(store: Store, tmp_path: Path) -> None:
    filled(store)
    url, before = sqlite_url(tmp_path / "new.db"), read(store)
    bring_up_to_date(url)
    with closing(Database(url)) as target:
        sent = send_all(store, target, tmp_path, NOON, lambda _done, _total: None)
        check_arrived(store, target, tmp_path, sent)
        assert read(Store(target, store.keyring, store.cipher)) == before
        with target.engine.connect() as connection:
            tables = dump.tables_of_models()
            empty = dict.fromkeys(dump.columns_of(tables), 0)
            assert dump.row_counts(connection, tables) == {**empty, **sent.rows}


def test_a_server_that_was_not_stopped_can_store_nothing_any_more(store: Store, tmp_path: Path) -> None:
    """It has its connections open and reads no version any more. Patients are told to try later."""
    code = new_reference_code()
    draft = start_screening(store, "en", NOON, draft_answers(POSITIVE), reference_code=code)
    with closing(Database(sqlite_url(tmp_path / "new.db"))) as target:
        bring_up_to_date(sqlite_url(tmp_path / "new.db"))
        sent = send_all(store, target, tmp_path, NOON, lambda _done, _total: None)
        add(store)
        url = store.database.engine.url.render_as_string(hide_password=False)
        with pytest.raises(WrittenMeanwhileError):
            close_source(url, sent)
        add(store)  # it stays open
        with store.database.engine.connect() as connection:
            now = Content()
            for row in dump.dump_rows(connection, dump.tables_of_models()):
                now.add(row)
        close_source(url, now)
    for attempt in (
        lambda: submit_screening(store, draft, NOON),
        lambda: start_screening(store, "en", NOON),
        lambda: change_answers(store, draft, lambda answers: answers, NOON),
        lambda: note(store, Action.SIGNED_IN),
    ):
        with pytest.raises(StorageUnavailableError):
            attempt()


@pytest.mark.postgresql
def test_out_of_a_server_the_owner_is_needed(
    run: Run, old: Store, empty_database_url: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may not close the old database is told before anything is sent."""
    monkeypatch.setattr("app.commands.move.owns_its_tables", lambda _database: False)
    if empty_database_url.startswith("sqlite"):
        succeeded(run(move_to, empty_database_url))
        return
    succeeded(run(init, DATABASE_URL=empty_database_url))
    target = f"sqlite:///{data_dir / 'back.db'}"
    said = failed(run(move_to, target, DATABASE_URL=empty_database_url))
    assert said.startswith("Set DATABASE_OWNER_URL to who owns the tables of the old database")
    assert not (data_dir / "back.db").exists()
    monkeypatch.undo()
    succeeded(run(move_to, target, DATABASE_URL=empty_database_url))
    assert failed(run(init, DATABASE_URL=empty_database_url)).startswith("Everything was moved out of")


def test_without_room_for_the_copy_nothing_is_moved(
    run: Run, old: Store, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: Path, _copy: Path) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(dump, "copy_file", full)
    assert failed(run(move_to, empty_database_url)).startswith("Nothing was moved: one of the databases")
    assert current_revision(old.database) != "moved"
    monkeypatch.undo()
    succeeded(run(move_to, empty_database_url))
