"""The ledger that judges every fault can itself find something: each kind of loss, made by hand."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.reference_code import new_reference_code
from app.questionnaire.draft_answers import draft_answers
from app.services.self_screening import start_screening, submit_screening
from app.storage.store import Store
from config import Settings
from tests.support.databases import unguarded
from tests.support.journeys import NO_MEDICINE
from tests.support.ledger import DATABASE, Ledger, Result, compare
from tests.support.screenings import NOON, add


@pytest.fixture
def code(sqlite_store: Store) -> str:
    """One screening that was handed in as people do."""
    code = new_reference_code()
    token = start_screening(sqlite_store, "en", NOON, draft_answers(NO_MEDICINE), reference_code=code)
    assert submit_screening(sqlite_store, token, NOON)
    return code


def test_what_was_acknowledged_and_stored_once_is_good(code: str, settings: Settings) -> None:
    ledger = Ledger()
    ledger.note(code, Result.ACKNOWLEDGED)
    ledger.note(new_reference_code(), Result.UNKNOWN)
    ledger.note(new_reference_code(), Result.REFUSED)
    verdict = compare(settings.data_dir, ledger)
    assert verdict.is_good
    assert (verdict.operations, verdict.acknowledged, verdict.unknown, verdict.refused) == (3, 1, 1, 1)


def test_what_was_acknowledged_and_is_not_there_is_lost(code: str, settings: Settings) -> None:
    ledger = Ledger()
    ledger.note(new_reference_code(), Result.ACKNOWLEDGED)
    verdict = compare(settings.data_dir, ledger)
    assert (verdict.lost, verdict.is_good) == (1, False)


def test_what_was_refused_and_is_there_is_found(code: str, settings: Settings) -> None:
    ledger = Ledger()
    ledger.note(code, Result.REFUSED)
    verdict = compare(settings.data_dir, ledger)
    assert (verdict.refused_stored, verdict.is_good) == (1, False)


def test_what_is_there_twice_is_found(code: str, settings: Settings, sqlite_store: Store) -> None:
    ledger = Ledger()
    ledger.note(code, Result.UNKNOWN)
    assert compare(settings.data_dir, ledger).unknown_stored == 1
    add(sqlite_store, code=code)
    verdict = compare(settings.data_dir, ledger)
    assert (verdict.duplicated, verdict.is_good) == (1, False)


def test_an_audit_row_that_is_not_of_the_chain_is_found(
    code: str, settings: Settings, sqlite_store: Store
) -> None:
    with unguarded(sqlite_store.database) as connection:
        connection.exec_driver_sql("UPDATE audit_events SET action = 'screening_found'")
    faults = compare(settings.data_dir, Ledger()).faults
    assert [each.partition(":")[0] for each in faults] == ["screenings without their one audit row", "audit"]


def test_a_screening_without_its_audit_row_is_found(
    code: str, settings: Settings, sqlite_store: Store
) -> None:
    add(sqlite_store)
    (fault,) = compare(settings.data_dir, Ledger()).faults
    assert fault == "screenings without their one audit row: 1"


def test_a_damaged_file_is_found(code: str, settings: Settings, sqlite_store: Store) -> None:
    sqlite_store.database.close()
    with (settings.data_dir / DATABASE).open("r+b") as file:
        file.seek(4096)
        file.write(bytes(10 * 4096))
    assert not compare(settings.data_dir, Ledger()).is_good


def test_an_answer_that_was_lost_is_no_refusal_afterwards() -> None:
    ledger = Ledger()
    ledger.began("A")
    ledger.note("A", Result.ACKNOWLEDGED)
    ledger.began("A")
    assert ledger.of(Result.ACKNOWLEDGED) == {"A"}


def test_looking_rolls_back_what_a_crash_has_left(code: str, settings: Settings, tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.note(code, Result.ACKNOWLEDGED)
    copy = tmp_path / "after"
    copy.mkdir()
    with closing(sqlite3.connect(settings.data_dir / DATABASE, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=TRUNCATE")
        connection.execute("PRAGMA cache_size=0")  # so that changed pages go to the file before the end
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE half_done AS SELECT * FROM screenings, alembic_version")
        for name in (DATABASE, f"{DATABASE}-journal", "keyring"):
            shutil.copy(settings.data_dir / name, copy)
        connection.execute("ROLLBACK")
    assert compare(copy, ledger).is_good
