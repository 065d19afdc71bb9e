"""The audit chain: written with what it tells of or not at all, never changed, never forked."""

import hmac
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.storage.audit import (
    OPERATOR,
    ORIGIN,
    PATIENT,
    Action,
    AuditEntry,
    Origin,
    add_audit_entry,
    clinician,
    detail_cipher,
    detail_place,
    row_mac,
)
from app.storage.counters import Bucket, Measure, add_counts
from app.storage.database import ConflictError, StorageUnavailableError
from app.storage.encryption import UnreadableError
from app.storage.models import AuditEvent, StatisticCount
from app.storage.schema import PROJECT
from app.storage.store import Store
from config import Settings
from tests.support.audit import chain, note
from tests.support.product import row_counts
from tests.support.screenings import NOON, add, minutes_after_noon

ROW: Final = (
    "INSERT INTO audit_events (seq, happened_at, actor_kind, action, request_id, key_id, previous_mac, mac)"
    " VALUES (:seq, :at, 'operator', 'key_added', '', '00000000', :previous, :mac)"
)


def assert_chained(store: Store, count: int) -> None:
    """So many rows, each numbered after and bound to the one before."""
    found, previous = chain(store), bytes(32)
    assert [row["seq"] for row in found] == list(range(1, count + 1))
    for row in found:
        sealed = row["detail"]
        detail = detail_cipher(store.keyring).open(sealed, detail_place(row["seq"])) if sealed else None
        assert row["previous_mac"] == previous
        assert hmac.compare_digest(row["mac"], row_mac(store.keyring, row, detail))
        previous = row["mac"]


# --- what is written ------------------------------------------------------------------------------


def test_an_entry_says_who_what_when_and_from_where(store: Store) -> None:
    account, screening = uuid4(), uuid4()
    origin = Origin("0123abcd", b"s" * 16)
    note(store, Action.SCREENING_OPENED, actor=clinician(account), subject_id=screening, origin=origin)
    [row] = chain(store)
    said = {name: row[name] for name in ("happened_at", "actor_kind", "actor_id", "action", "subject_id")}
    assert said == {
        "happened_at": NOON,
        "actor_kind": "clinician",
        "actor_id": account,
        "action": "screening_opened",
        "subject_id": screening,
    }
    assert (row["request_id"], row["source_mac"]) == ("0123abcd", b"s" * 16)
    assert row["key_id"] == store.keyring.active.id


def test_where_a_request_comes_from_is_taken_from_its_context(store: Store) -> None:
    token = ORIGIN.set(Origin("of-context"))
    try:
        note(store, Action.KEY_ADDED)
    finally:
        ORIGIN.reset(token)
    note(store, Action.KEY_ADDED)
    assert [row["request_id"] for row in chain(store)] == ["of-context", ""]


def test_a_detail_is_sealed_for_its_row_and_with_a_key_of_its_own(store: Store) -> None:
    note(store, Action.TABLE_TAKEN, detail={"reason": "canary “ä”"})
    note(store, Action.TABLE_TAKEN, detail={})
    sealed, none = (row["detail"] for row in chain(store))
    assert (b"canary" in sealed, none) == (False, None)
    assert detail_cipher(store.keyring).open(sealed, detail_place(1)) == {"reason": "canary “ä”"}
    for cipher, seq in ((store.cipher, 1), (detail_cipher(store.keyring), 2)):
        with pytest.raises(UnreadableError):
            cipher.open(sealed, detail_place(seq))


def test_entries_of_one_transaction_and_of_many_make_one_chain(store: Store) -> None:
    note(store, Action.SCREENING_STORED, Action.SCREENING_OPENED)
    note(store, Action.TABLE_TAKEN, detail={"rows": 3})
    note(store)
    note(store, Action.SCREENING_FOUND, actor=PATIENT, subject_id=uuid4())
    assert_chained(store, 4)


# --- together or not at all -----------------------------------------------------------------------


def _store_and_fail(store: Store) -> None:
    with store.database.writing() as session:
        add_audit_entry(session, store.keyring, AuditEntry(Action.KEY_ADDED, OPERATOR, NOON))
        raise ZeroDivisionError


def test_a_transaction_that_fails_notes_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        _store_and_fail(store)
    assert chain(store) == []


@pytest.mark.requirement("DAT-06", part="counts and entries")
def test_what_cannot_be_noted_is_not_done(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of the chain is hidden, so that the entry gets a number that is taken."""
    screening_id = add(store)
    note(store, Action.KEY_ADDED)
    before = row_counts(store)
    monkeypatch.setattr("app.storage.audit._end_of_chain", lambda _session: None)
    with pytest.raises(StorageUnavailableError):
        _count_and_note(store, screening_id)
    assert row_counts(store) == before


def _count_and_note(store: Store, screening_id: UUID) -> None:
    with store.database.writing() as session:
        add_counts(session, [(Bucket(date(2026, 3, 2), Measure.OUTCOME, "fresh", False), 1)])
        entry = AuditEntry(Action.SCREENING_STORED, PATIENT, NOON, screening_id)
        add_audit_entry(session, store.keyring, entry)


# --- what the product's own connection cannot do ---------------------------------------------------


@pytest.fixture
def noted(store: Store) -> Store:
    note(store, Action.KEY_ADDED, Action.KEY_ADDED, Action.KEY_RETIRED)
    return store


def _try(store: Store, statement: Any, **values: Any) -> None:
    with store.database.writing() as session:
        session.execute(text(statement) if isinstance(statement, str) else statement, values)


def assert_refused(store: Store, statement: Any, **values: Any) -> None:
    """Nothing has changed and somebody hears of it."""
    before = chain(store)
    with pytest.raises((ConflictError, DBAPIError)):
        _try(store, statement, **values)
    assert chain(store) == before


@pytest.mark.requirement("DAT-08", part="changing and deleting")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET action = 'key_retired' WHERE seq = 2",
        "UPDATE audit_events SET action = action",
        "UPDATE audit_events SET seq = seq + 10 WHERE seq = 3",
        "DELETE FROM audit_events WHERE seq = 3",
        "DELETE FROM audit_events",
        "WITH last AS (SELECT max(seq) AS seq FROM audit_events) "
        "DELETE FROM audit_events WHERE seq IN (SELECT seq FROM last)",
        f"{ROW.replace(':seq', '2')} ON CONFLICT (seq) DO UPDATE SET action = 'key_retired'",
        f"{ROW.replace(':seq', '4')} ON CONFLICT (previous_mac) DO UPDATE SET action = 'key_retired'",
    ],
)
def test_no_row_is_changed_or_removed(noted: Store, statement: str) -> None:
    known = chain(noted)[1]["previous_mac"]
    assert_refused(noted, statement, at=NOON.replace(tzinfo=None), previous=known, mac=b"x" * 32)


def test_the_model_is_refused_like_any_other_statement(noted: Store) -> None:
    assert_refused(noted, update(AuditEvent).values(action="key_retired"))


@pytest.mark.requirement("DAT-08", part="back-dating and leaving out")
@pytest.mark.parametrize("seq", [-1, 0, 1, 3, 5, 1000])
def test_a_row_is_added_at_the_end_and_nowhere_else(noted: Store, seq: int) -> None:
    values = {"at": NOON.replace(tzinfo=None), "previous": b"p" * 32, "mac": b"x" * 32}
    assert_refused(noted, ROW, seq=seq, **values)
    _try(noted, ROW, seq=4, **values)


def test_the_chain_cannot_fork(noted: Store) -> None:
    previous = chain(noted)[1]["mac"]  # the third row has it already
    values = {"at": NOON.replace(tzinfo=None), "previous": previous, "mac": b"x" * 32}
    assert_refused(noted, ROW, seq=4, **values)


@pytest.mark.requirement("DAT-08", part="replacing, and dropping the guards of SQLite")
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE audit_events",
        "DROP TRIGGER audit_events_no_update",
        "DROP TRIGGER audit_events_no_delete",
        "DROP TRIGGER audit_events_next_only",
        "DROP INDEX ix_audit_events_subject_id_seq",
        "ALTER TABLE audit_events RENAME TO events",
        "ALTER TABLE audit_events DROP COLUMN detail",
        "ALTER TABLE audit_events ADD COLUMN more",
        "CREATE TRIGGER more BEFORE INSERT ON audit_events BEGIN SELECT RAISE(IGNORE); END",
        "PRAGMA recursive_triggers=OFF",
        "PRAGMA writable_schema=ON",
        ROW.replace("INSERT", "INSERT OR REPLACE").replace(":seq", "2"),
        ROW.replace("INSERT", "REPLACE").replace(":seq", "3"),
        ROW.replace("INSERT", "INSERT OR REPLACE").replace(":seq", "4"),  # by its previous MAC
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_keeps_its_guards_and_its_chain(noted: Store, statement: str) -> None:
    known = chain(noted)[1]["previous_mac"]
    assert_refused(noted, statement, at=NOON.replace(tzinfo=None), previous=known, mac=b"x" * 32)


@pytest.mark.requirement("DAT-08", part="the file under another name")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_file_under_another_name_is_guarded_like_the_first(noted: Store) -> None:
    path = noted.database.engine.url.database
    with noted.database.engine.connect() as connection:
        raw = connection.connection.cursor()
        connection.rollback()
        for name in ("other", "vacuum_db"):
            raw.execute(f"ATTACH '{path}' AS {name}")
            for statement in (
                f"DROP TRIGGER {name}.audit_events_no_update",
                f"DELETE FROM {name}.audit_events",  # noqa: S608
                f"UPDATE {name}.audit_events SET seq = 7 WHERE seq = 3",  # noqa: S608
            ):
                with pytest.raises(Exception, match="not authorized"):
                    raw.execute(statement)
            raw.execute(f"DETACH {name}")
    assert_chained(noted, 3)


@pytest.mark.requirement("DAT-08", part="truncating")
@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", ["TRUNCATE audit_events", "TRUNCATE audit_events, screenings CASCADE"])
def test_postgresql_does_not_empty_the_table(noted: Store, statement: str) -> None:
    assert_refused(noted, statement)


# --- many at once ---------------------------------------------------------------------------------

PROGRAM: Final = """
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.database import Database
from app.storage.keyring import load_keyring

database, keyring = Database(sys.argv[1]), load_keyring(Path(sys.argv[2]))
writers = int(sys.argv[3])
sys.stdin.readline()

def write(number):
    for _ in range(2):
        with database.writing() as session:
            detail = {"writer": f"{sys.argv[4]}-{number}"}
            entry = AuditEntry(Action.KEY_ADDED, OPERATOR, datetime.now(UTC), detail=detail)
            add_audit_entry(session, keyring, entry)

with ThreadPoolExecutor(writers) as pool:
    list(pool.map(write, range(writers)))
"""


@pytest.mark.requirement("DAT-10")
def test_fifty_writers_in_four_processes_make_one_whole_chain(store: Store, settings: Settings) -> None:
    url = store.database.engine.url.render_as_string(hide_password=False)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, url, str(settings.keyring_path), str(writers), str(number)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number, writers in enumerate((13, 13, 12, 12))
    ]
    for each in running:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in running:
        _, said = each.communicate(timeout=60)
        assert each.returncode == 0, said
    assert_chained(store, 100)


def test_counts_and_entries_in_any_order_wait_for_nobody_in_a_circle(store: Store) -> None:
    """One transaction counts first and one notes first; at their ends both do it in the same order."""
    day, writers, many = date(2026, 3, 2), 6, 10

    def count(session: Session) -> None:
        buckets = [Bucket(day, Measure.OUTCOME, str(number), False) for number in range(4)]
        add_counts(session, ((bucket, 1) for bucket in buckets))

    def enter(session: Session) -> None:
        entry = AuditEntry(Action.SCREENING_STORED, PATIENT, datetime.now(UTC))
        add_audit_entry(session, store.keyring, entry)

    def work(number: int) -> None:
        for _ in range(many):
            with store.database.writing() as session:
                for step in (count, enter) if number % 2 else (enter, count):
                    step(session)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(work, range(writers)))
    assert_chained(store, writers * many)
    with store.database.reading() as session:
        assert set(session.scalars(select(StatisticCount.n))) == {writers * many}


def test_a_time_is_chained_to_the_microsecond(store: Store) -> None:
    at = minutes_after_noon(1).replace(microsecond=7)
    with store.database.writing() as session:
        add_audit_entry(session, store.keyring, AuditEntry(Action.KEY_ADDED, OPERATOR, at))
    assert chain(store)[0]["happened_at"] == at
    assert_chained(store, 1)
