"""Backups: written while others write, checked, and put back after everything was lost."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.reference_code import new_reference_code
from app.services.backups import BackupError, create_backup, restore_backup
from app.services.clinical_review import open_record
from app.services.reading_by_code import look_up
from app.services.self_screening import start_screening
from app.storage import dump
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.database import Database
from app.storage.encryption import FieldCipher, UnreadableError
from app.storage.keyring import create_keyring, load_keyring
from app.storage.models import AuditEvent, Screening
from app.storage.schema import bring_up_to_date
from app.storage.sealed_file import SealedWriter, sealed_lines
from app.storage.store import Store
from tests.checks.commands import flask, installed
from tests.support.accounts import CLINICIAN, add_person, open_session
from tests.support.databases import sqlite_url
from tests.support.journeys import NEGATIVE, POSITIVE
from tests.support.screenings import NOON, add

PASSING = {"clinic_sessions", "reading_grants", "throttles"}
CANARY = "canary-in-a-name"
TABLES = dump.tables_of_models()


def nothing(_done: int, _total: int) -> None:
    """Nobody wants to hear how far it is."""


def filled(store: Store) -> None:
    """Something in the tables that matter."""
    add(store, {**POSITIVE, "preventives": [{"medicine": "other", "result": "helped"}]})
    add(store, NEGATIVE)
    open_session(store, add_person(store, CLINICIAN, "hash"), factor_at=None)
    look_up(store, new_reference_code(), None, NOON)
    start_screening(store, "en", NOON)
    with store.database.writing() as session:
        for action in (Action.KEY_ADDED, Action.SIGNED_IN, Action.SIGNED_OUT):
            entry = AuditEntry(action, OPERATOR, NOON, detail={"reason": CANARY})
            add_audit_entry(session, store.keyring, entry)


def noted(store: Store) -> list[str]:
    """What the audit log says was done, the newest last."""
    with store.database.reading() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def rows_of(database: Database) -> list[Any]:
    """All but what is worth nothing later."""
    with database.engine.connect() as connection:
        return [each for each in dump.dump_rows(connection, TABLES) if each[0] not in PASSING]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    url = sqlite_url(tmp_path / "restored.db")
    bring_up_to_date(url)
    with closing(Database(url)) as database:
        yield database


@pytest.fixture
def backup(store: Store, tmp_path: Path) -> Path:
    filled(store)
    create_backup(store, tmp_path / "backup", tmp_path, NOON, nothing)
    return tmp_path / "backup"


# --- there and back -------------------------------------------------------------------------------


@pytest.mark.requirement("OPS-08", part="every row and the chain, on both engines")
def test_every_row_comes_back_and_can_be_read(store: Store, backup: Path, empty: Database) -> None:
    """From either engine: rows, sealed values and the chain of the audit are the same."""
    manifest = restore_backup(backup, store.keyring, empty, nothing)
    assert rows_of(empty) == rows_of(store.database)
    assert manifest.total == len(rows_of(empty)) > 8
    restored = Store(empty, store.keyring, FieldCipher(store.keyring))
    with empty.reading() as session:
        ids = list(session.scalars(select(Screening.id)))
    before = [open_record(store, each).screening for each in ids]
    assert [open_record(restored, each).screening for each in ids] == before


def test_sessions_and_leave_to_read_do_not_come_back(store: Store, backup: Path, empty: Database) -> None:
    with store.database.engine.connect() as connection:
        before = dump.row_counts(connection, TABLES)
    assert all(before[table] for table in PASSING)
    restore_backup(backup, store.keyring, empty, nothing)
    with empty.engine.connect() as connection:
        after = dump.row_counts(connection, TABLES)
    assert after == {**before, **dict.fromkeys(PASSING, 0)}


@pytest.mark.postgresql
def test_a_backup_of_one_engine_is_put_into_the_other(
    sqlite_store: Store, empty_database_url: str, tmp_path: Path
) -> None:
    filled(sqlite_store)
    create_backup(sqlite_store, tmp_path / "backup", tmp_path, NOON, nothing)
    bring_up_to_date(empty_database_url)
    with closing(Database(empty_database_url)) as database:
        restore_backup(tmp_path / "backup", sqlite_store.keyring, database, nothing)
        assert rows_of(database) == rows_of(sqlite_store.database)


def test_it_holds_one_moment_while_others_write(store: Store, tmp_path: Path, empty: Database) -> None:
    filled(store)
    stop, written = Event(), []

    def write() -> None:
        while not stop.is_set():
            written.append(add(store, POSITIVE))

    writer = Thread(target=write)
    writer.start()
    try:
        manifest = create_backup(store, tmp_path / "backup", tmp_path, NOON, nothing)
    finally:
        stop.set()
        writer.join()
    restore_backup(tmp_path / "backup", store.keyring, empty, nothing)
    assert manifest.rows["screenings"] <= len(written) + 2
    counted = {name for name, _values in rows_of(empty)}
    assert "screenings" in counted


def test_a_copy_comes_to_its_end_however_often_others_write(tmp_path: Path) -> None:
    """Each commit makes a copy in pieces begin anew; here there is one between any two pieces."""
    file = tmp_path / "busy.db"
    with closing(sqlite3.connect(file)) as busy:
        busy.execute("CREATE TABLE t (x)")
        busy.executemany("INSERT INTO t VALUES (randomblob(4000))", [()] * 1000)
        busy.commit()
        watched, step = 0, dump._Patience.__call__

        def writing(self: dump._Patience, *given: int) -> None:
            nonlocal watched
            watched += 1
            busy.execute("UPDATE t SET x = randomblob(4000) WHERE rowid = 1")
            busy.commit()
            step(self, *given)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(dump._Patience, "__call__", writing)
            dump.copy_file(file, tmp_path / "copy.db")
    assert 4 < watched < 20
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM t").fetchone() == (1000,)


# --- what a thief or a careless hand has ----------------------------------------------------------


@pytest.mark.requirement("DAT-01", part="backup")
def test_nothing_of_it_can_be_read_without_the_keyring(backup: Path, tmp_path: Path, empty: Database) -> None:
    content = backup.read_bytes()
    for word in (CLINICIAN.email, CLINICIAN.name, "positive", "screenings", CANARY, "signed_in"):
        assert word.encode() not in content
        assert word.encode("utf-16-le") not in content
    assert backup.stat().st_mode & 0o777 == 0o600
    create_keyring(tmp_path / "other")
    with pytest.raises(BackupError, match="another keyring"):
        restore_backup(backup, load_keyring(tmp_path / "other"), empty, nothing)
    assert dump.is_empty(empty)


def damaged(content: bytes) -> Iterator[bytes]:
    """The file with one bit flipped here and there, cut off, lengthened, its pieces moved."""
    for place in range(0, len(content), max(1, len(content) // 60)):
        yield content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    for end in (0, 1, 30, 70, len(content) // 2, len(content) - 1):
        yield content[:end]
    yield content + b"x"
    yield content + content


def test_a_changed_or_cut_file_is_refused_and_leaves_nothing(
    sqlite_store: Store, tmp_path: Path, empty: Database
) -> None:
    filled(sqlite_store)
    create_backup(sqlite_store, tmp_path / "backup", tmp_path, NOON, nothing)
    content, wrong = (tmp_path / "backup").read_bytes(), tmp_path / "wrong"
    for number, bad in enumerate(damaged(content)):
        wrong.write_bytes(bad)
        with pytest.raises(BackupError, match="cannot be read"):
            restore_backup(wrong, sqlite_store.keyring, empty, nothing)
        assert dump.is_empty(empty), number


def test_pieces_cannot_be_left_out_or_exchanged(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "pieces"
    with path.open("wb") as file:
        writer = SealedWriter(file, sqlite_store.keyring)
        for number in range(40):
            writer.write(f"{number}:{'x' * 100_000}\n".encode())
        writer.finish()
    header, rest = path.read_bytes().split(b"\n", 1)
    pieces = []
    while rest:
        size = int.from_bytes(rest[:4]) + 4
        pieces.append(rest[:size])
        rest = rest[size:]
    assert len(pieces) == 4
    one, two, three, last = pieces
    left_out, moved = [one, three, last], [two, one, three, last]
    for wrong in (left_out, moved, [one, two, three], [last], [one, two, last, last]):
        path.write_bytes(header + b"\n" + b"".join(wrong))
        with path.open("rb") as file, pytest.raises(UnreadableError):
            list(sealed_lines(file, sqlite_store.keyring))


def test_a_database_that_holds_something_is_left_alone(store: Store, backup: Path) -> None:
    before = rows_of(store.database)
    with pytest.raises(BackupError, match="new, empty one"):
        restore_backup(backup, store.keyring, store.database, nothing)
    assert rows_of(store.database) == before


def test_a_backup_of_a_later_version_names_its_tables(
    sqlite_store: Store, tmp_path: Path, empty: Database
) -> None:
    manifest = {"format": 1, "made_at": "x", "revision": "9999_later", "rows": {}, "columns": {}}
    with (tmp_path / "later").open("wb") as file:
        writer = SealedWriter(file, sqlite_store.keyring)
        writer.write(json.dumps(manifest).encode() + b"\n" + b'{"end":0}\n')
        writer.finish()
    with pytest.raises(BackupError, match=r"tables of 9999_later.*with the version that wrote it"):
        restore_backup(tmp_path / "later", sqlite_store.keyring, empty, nothing)


def test_a_backup_that_fails_half_way_leaves_no_file(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(sqlite_store)

    def broken(_connection: Any, _tables: Any) -> Iterator[dump.Row]:
        yield "screenings", []
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dump, "dump_rows", broken)
    with pytest.raises(OSError, match="No space"):
        create_backup(sqlite_store, tmp_path / "backup", tmp_path, datetime.now(UTC), nothing)
    assert [each.name for each in tmp_path.iterdir() if "backup" in each.name] == []


# --- the commands ---------------------------------------------------------------------------------


@pytest.mark.requirement("OPS-08", part="in a measured time")
def test_a_clinic_that_lost_everything_but_two_files_works_again(tmp_path: Path) -> None:
    """The drill, as an operator does it: create, verify, destroy, restore, go on."""
    data, kept = tmp_path / "data", tmp_path / "kept"
    kept.mkdir()
    assert flask(data, "init").returncode == 0
    store = installed(data)
    filled(store)
    store.database.close()
    made = flask(data, "backup", "create", str(kept / "backup"))
    assert (made.returncode, made.stderr) == (0, ""), made.stderr
    store = installed(data)
    assert noted(store)[-1] == "backup_made"
    before = rows_of(store.database)
    store.database.close()
    checked = flask(data, "backup", "verify", str(kept / "backup"))
    assert (checked.returncode, checked.stderr) == (0, "")
    assert re.search(rf"is whole: {len(before)} rows in \d+\.\d seconds\.", checked.stdout)
    shutil.copy(data / "keyring", kept / "keyring")
    shutil.rmtree(data)
    data.mkdir(mode=0o700)
    shutil.copy(kept / "keyring", data / "keyring")
    back = flask(data, "backup", "restore", str(kept / "backup"))
    assert (back.returncode, back.stderr) == (0, "")
    assert f"Restored {len(before)} rows" in back.stdout
    assert flask(data, "init").returncode == 0
    restored = installed(data)
    with closing(restored.database):
        assert noted(restored)[-2:] == ["backup_made", "backup_restored"]
        after = rows_of(restored.database)
        assert [each for each in after if each in before] == before
        assert len(after) == len(before) + 1
    assert sqlite3.connect(data / "screening.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_with_a_broken_audit_log_does_not_pass(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert flask(data, "init").returncode == 0
    store = installed(data)
    filled(store)
    store.database.close()
    with closing(sqlite3.connect(data / "screening.db")) as connection, connection:
        connection.execute("DROP TRIGGER audit_events_no_update")
        connection.execute("UPDATE audit_events SET actor_kind = 'patient' WHERE action = 'signed_in'")
    assert flask(data, "backup", "create", str(tmp_path / "backup")).returncode == 0
    checked = flask(data, "backup", "verify", str(tmp_path / "backup"))
    assert (checked.returncode, checked.stdout) == (1, "")
    assert len(checked.stderr.splitlines()) == 1
    assert "The audit log is broken at entry" in checked.stderr
    assert list(data.glob("verify-*")) == []


def test_what_is_wrong_is_one_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert flask(data, "init").returncode == 0
    file = tmp_path / "backup"
    file.write_bytes(b"this is no backup\n")

    def said(*arguments: str) -> str:
        done = flask(data, "backup", *arguments)
        assert done.returncode == 1, done
        assert len(done.stderr.splitlines()) == 1
        return done.stderr

    assert "exists already" in said("create", str(file))
    assert "cannot be written" in said("create", str(tmp_path / "missing" / "backup"))
    assert "cannot be read" in said("verify", str(file))
    assert "Restore into a new, empty one" in said("restore", str(file))
    other = f"sqlite:///{tmp_path / 'other.db'}"
    again = flask(data, "backup", "restore", str(file), DATABASE_URL=other)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "cannot be read" in again.stderr
    assert list(data.glob("verify-*")) == []
    assert list(data.glob("*copy*")) == []
