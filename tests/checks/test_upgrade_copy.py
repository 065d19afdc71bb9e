"""`init` after an update keeps the database as it was, on either engine, until the copy is old enough."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alembic import command
from click.testing import Result

from app.commands.backup import backup
from app.commands.init import init
from app.commands.purge import purge_screenings
from app.services import upgrading
from app.storage import dump, upgrade_copy
from app.storage.database import Database
from app.storage.keyring import create_keyring
from app.storage.schema import alembic_config, current_revision, newest_revision
from app.storage.upgrade_copy import remove_old_copies
from tests.checks.commands import Run, failed_after_work, succeeded
from tests.support.content import Rows, columns_of, narrowed, rows_at
from tests.support.databases import PostgresqlServer, sqlite_url
from tests.support.example_rows import fill_new_tables

EARLIER = "0022_keep_drafts_for_codes"
Init = Callable[..., Result]
PASSING = {"clinic_sessions", "reading_grants", "throttles"}


@pytest.fixture
def earlier(run: Run, data_dir: Path, empty_database_url: str) -> str:
    """The address of an installation with the tables of an earlier version, and a row in each of them."""
    data_dir.mkdir(mode=0o700)
    create_keyring(data_dir / "keyring")
    command.upgrade(alembic_config(empty_database_url), EARLIER)
    fill_new_tables(empty_database_url, {"audit_events"})  # its chain cannot be made up
    return empty_database_url


@pytest.fixture
def update(run: Run, earlier: str) -> Init:
    """Runs `init` of this version on it."""
    return lambda *options: run(init, *options, DATABASE_URL=earlier)


def copy_in(data_dir: Path, url: str) -> Path:
    return data_dir / f"before-{EARLIER}.{'db' if url.startswith('sqlite') else 'backup'}"


def revision_at(url: str) -> str | None:
    with closing(Database(url)) as database:
        return current_revision(database)


def kept(before: Rows, after: Rows) -> bool:
    """Whether what was there is there, but for what is worth nothing later and what has come since."""
    columns = {table: names for table, names in columns_of(before).items() if table not in PASSING}
    now = narrowed(after, columns)
    return all(row in now[table] for table in columns if table != "alembic_version" for row in before[table])


def test_the_database_is_kept_as_it_was(update: Init, earlier: str, data_dir: Path) -> None:
    before, copy = rows_at(earlier), copy_in(data_dir, earlier)
    assert f"Kept the database as it was: {copy}. It goes after 30 days." in succeeded(update())
    assert copy.stat().st_mode & 0o777 == 0o600
    assert revision_at(earlier) == newest_revision()
    if copy.suffix == ".db":
        assert rows_at(sqlite_url(copy)) == before
    assert "Kept the database" not in succeeded(update())
    assert list(data_dir.glob("before-*")) == [copy]


def test_the_way_back_of_a_file_is_to_put_it_there(update: Init, earlier: str, data_dir: Path) -> None:
    if not earlier.startswith("sqlite"):
        return  # the copy of a server is another kind: below
    before = rows_at(earlier)
    succeeded(update())
    copy_in(data_dir, earlier).replace(earlier.removeprefix("sqlite:///"))
    assert rows_at(earlier) == before
    assert "Kept the database as it was" in succeeded(update())
    assert revision_at(earlier) == newest_revision()


@pytest.mark.postgresql
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_way_back_of_a_server_is_to_restore_the_copy(
    engine: str, run: Run, data_dir: Path, postgresql: PostgresqlServer, tmp_path: Path
) -> None:
    """Into tables as they were, of either engine; they are brought up to date then."""
    data_dir.mkdir(mode=0o700)
    create_keyring(data_dir / "keyring")
    old = postgresql.create(template="template0")
    command.upgrade(alembic_config(old), EARLIER)
    fill_new_tables(old, {"audit_events"})
    before = rows_at(old)
    succeeded(run(init, DATABASE_URL=old))
    postgresql.drop(old)
    copy = copy_in(data_dir, old)
    assert "is whole" in succeeded(run(backup, "verify", str(copy)))
    new = (
        postgresql.create(template="template0") if engine == "postgresql" else sqlite_url(tmp_path / "new.db")
    )
    total = sum(len(rows) for table, rows in before.items() if table not in {*PASSING, "alembic_version"})
    said = succeeded(run(backup, "restore", str(copy), DATABASE_URL=new))
    assert f"Restored {total} rows" in said
    assert revision_at(new) == newest_revision()
    with closing(Database(new)) as restored, restored.engine.connect() as connection:
        counts = dump.row_counts(connection, dump.tables_of_models())
    assert {table: counts[table] for table in before if table != "alembic_version"} == {
        table: 0 if table in PASSING else 1 for table in before if table != "alembic_version"
    }
    if engine == "postgresql":
        assert kept(before, rows_at(new))
        postgresql.drop(new)


def test_only_the_last_copy_stays(update: Init, earlier: str, data_dir: Path) -> None:
    for name in ("before-0001_older.db", "before-0001_older.backup", "before-0002_x.backup.unfinished"):
        (data_dir / name).write_bytes(b"x")
    succeeded(update())
    assert list(data_dir.glob("before-*")) == [copy_in(data_dir, earlier)]


def no_room_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: Path, copy: Path) -> None:
        copy.touch()
        raise sqlite3.OperationalError("database or disk is full")

    def broken(*_arguments: Any) -> Any:
        yield "screenings", []
        raise OSError(28, "the database or disk is full")

    monkeypatch.setattr(upgrade_copy, "copy_file", full)
    monkeypatch.setattr(dump, "dump_rows", broken)


def test_without_room_for_it_nothing_is_changed(
    update: Init, earlier: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_at(earlier)
    no_room_on_the_way(monkeypatch)
    line = failed_after_work(update())
    assert line.startswith("Nothing was changed: no copy of the database can be kept in")
    assert "database or disk is full" in line
    assert "init --without-copy" in line
    assert rows_at(earlier) == before
    assert not list(data_dir.glob("before-*"))


@pytest.mark.postgresql
@pytest.mark.parametrize("fault", ["too large", "no room"])
def test_a_server_whose_copy_does_not_fit_is_left_as_it_is(
    fault: str, update: Init, earlier: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if earlier.startswith("sqlite"):
        return  # its copy is as large as itself: it is tried
    before = rows_at(earlier)
    if fault == "too large":
        monkeypatch.setattr(upgrading, "LARGEST_BYTES", 1000)
    else:
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1000))
    line = failed_after_work(update())
    assert line.startswith("Nothing was changed: no copy of the database can be kept in")
    assert ("takes long" if fault == "too large" else "0.0 GB are free") in line
    assert rows_at(earlier) == before
    assert not list(data_dir.glob("before-*"))


def test_who_says_so_changes_the_tables_without_a_copy(
    update: Init, earlier: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_room_on_the_way(monkeypatch)
    assert "Kept the database" not in succeeded(update("--without-copy"))
    assert revision_at(earlier) == newest_revision()
    assert not list(data_dir.glob("before-*"))


def test_a_server_without_rows_needs_no_copy(run: Run, data_dir: Path, empty_database_url: str) -> None:
    data_dir.mkdir(mode=0o700)
    create_keyring(data_dir / "keyring")
    command.upgrade(alembic_config(empty_database_url), EARLIER)
    is_file = empty_database_url.startswith("sqlite")
    assert ("Kept" in succeeded(run(init, DATABASE_URL=empty_database_url))) is is_file
    assert bool(list(data_dir.glob("before-*"))) is is_file


@pytest.mark.parametrize("ending", ["db", "backup"])
@pytest.mark.parametrize(("days", "stays"), [(29.9, True), (30.1, False)])
def test_a_copy_goes_after_30_days(days: float, stays: bool, ending: str, tmp_path: Path) -> None:
    now, copy = datetime.now(UTC), tmp_path / f"before-{EARLIER}.{ending}"
    copy.write_bytes(b"x")
    made = (now - timedelta(days=days)).timestamp()
    os.utime(copy, (made, made))
    (tmp_path / "screening.db").write_bytes(b"y")
    assert remove_old_copies(tmp_path, now) == (not stays)
    assert copy.exists() is stays
    assert (tmp_path / "screening.db").exists()


def test_purge_removes_a_copy_that_is_old(run: Run, update: Init, earlier: str, data_dir: Path) -> None:
    succeeded(update())
    long_ago = (datetime.now(UTC) - timedelta(days=31)).timestamp()
    os.utime(copy_in(data_dir, earlier), (long_ago, long_ago))
    said = succeeded(run(purge_screenings, "--clock-is-right", DATABASE_URL=earlier))
    assert "1 copies from before an upgrade" in said
    assert not list(data_dir.glob("before-*"))
