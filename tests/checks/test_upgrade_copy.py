"""`init` after an update keeps the embedded database as it was, until it is old enough to go."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.commands.init import init
from app.commands.purge import purge_screenings
from app.storage import upgrade_copy
from app.storage.database import Database
from app.storage.schema import bring_up_to_date, current_revision, newest_revision
from app.storage.upgrade_copy import copy_before, remove_old_copies
from tests.checks.commands import Run, failed_after_work, installed, succeeded
from tests.support.databases import take_back
from tests.support.screenings import add

EARLIER = "0024_create_clinic_pictures"
COPY = f"before-{EARLIER}.db"


@pytest.fixture
def earlier(run: Run, data_dir: Path) -> str:
    """The address of an installation with the tables of an earlier version, and a screening in them."""
    succeeded(run(init))
    with closing((store := installed(data_dir)).database):
        add(store)
    url = f"sqlite:///{data_dir / 'screening.db'}"
    take_back(url, EARLIER)
    return url


def revision_of(file: Path) -> str | None:
    with closing(Database(f"sqlite:///{file}")) as database:
        return current_revision(database)


def screenings_in(file: Path) -> int:
    with closing(sqlite3.connect(file)) as opened:
        found: tuple[int] = opened.execute("SELECT count(*) FROM screenings").fetchone()
    return found[0]


def test_the_database_is_kept_as_it_was(run: Run, earlier: str, data_dir: Path) -> None:
    said = succeeded(run(init))
    copy = data_dir / COPY
    assert f"Kept the database as it was: {copy}. It goes after 30 days." in said
    assert copy.stat().st_mode & 0o777 == 0o600
    assert (revision_of(copy), screenings_in(copy)) == (EARLIER, 1)
    assert revision_of(data_dir / "screening.db") == newest_revision()
    assert "Kept the database" not in succeeded(run(init))
    assert copy.exists()


def test_the_way_back_works(run: Run, earlier: str, data_dir: Path) -> None:
    """With the version of before; here the newest is brought up to date once more."""
    succeeded(run(init))
    (data_dir / COPY).replace(data_dir / "screening.db")
    assert "Kept the database as it was" in succeeded(run(init))
    assert screenings_in(data_dir / "screening.db") == 1


def test_only_the_last_copy_stays(run: Run, earlier: str, data_dir: Path) -> None:
    (data_dir / "before-0001_older.db").write_bytes(b"x")
    succeeded(run(init))
    assert [each.name for each in data_dir.glob("before-*")] == [COPY]


def test_without_room_for_it_nothing_is_changed(
    run: Run, earlier: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: Path, copy: Path) -> None:
        copy.touch()
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(upgrade_copy, "copy_file", full)
    line = failed_after_work(run(init))
    assert line.startswith("Nothing was changed: no copy of the database can be kept in")
    assert "database or disk is full" in line
    assert revision_of(data_dir / "screening.db") == EARLIER
    assert not list(data_dir.glob("before-*"))


@pytest.mark.parametrize(("days", "stays"), [(29.9, True), (30.1, False)])
def test_a_copy_goes_after_30_days(days: float, stays: bool, tmp_path: Path) -> None:
    now, copy = datetime.now(UTC), tmp_path / COPY
    copy.write_bytes(b"x")
    made = (now - timedelta(days=days)).timestamp()
    os.utime(copy, (made, made))
    (tmp_path / "screening.db").write_bytes(b"y")
    assert remove_old_copies(tmp_path, now) == (not stays)
    assert copy.exists() is stays
    assert (tmp_path / "screening.db").exists()


def test_purge_removes_a_copy_that_is_old(run: Run, earlier: str, data_dir: Path) -> None:
    succeeded(run(init))
    long_ago = (datetime.now(UTC) - timedelta(days=31)).timestamp()
    os.utime(data_dir / COPY, (long_ago, long_ago))
    said = succeeded(run(purge_screenings, "--clock-is-right"))
    assert "1 copies from before an upgrade" in said
    assert not (data_dir / COPY).exists()


@pytest.mark.postgresql
def test_a_server_makes_its_own_backups(empty_database_url: str, tmp_path: Path) -> None:
    bring_up_to_date(empty_database_url)
    is_file = empty_database_url.startswith("sqlite")
    assert (copy_before(empty_database_url, tmp_path, "0001_x") is not None) is is_file
