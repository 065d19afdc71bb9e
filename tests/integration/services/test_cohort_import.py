"""Importing many rows: memory stays flat, the chain of the audit whole, and one file begins once."""

import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain as chained

import pytest
from sqlalchemy import select

from app.reports.cohort import BadRow
from app.reports.cohort_csv import CsvLine, open_table
from app.services import cohort_import
from app.services.clinical_review import open_record
from app.services.cohort_import import ImportMovedError, begin_import, import_rows
from app.storage import cohort_imports
from app.storage.audit import Action
from app.storage.cohort_imports import ImportState
from app.storage.models import Screening
from app.storage.store import Store
from tests.support.audit import chain, entries
from tests.support.cohorts import HEADER, everywhere, good, wrong

LITTLE = 1024 * 1024


def nothing(_line: CsvLine, _wrong: BadRow) -> None:
    """Nobody wants to hear of wrong rows."""


def lines(*rows: str) -> Iterator[CsvLine]:
    return open_table(io.StringIO(HEADER + "".join(rows), newline="")).lines


def imported(store: Store, digest: bytes, given: Iterator[CsvLine]) -> ImportState:
    *_, last = import_rows(store, begin_import(store, digest), given, "en", nothing)
    return last


def test_every_batch_says_how_far_it_is_and_the_last_that_it_is_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohort_import, "_BATCH", 2)
    begun = begin_import(store, b"d" * 32)
    given = lines(good(20), wrong(90), good(21, 22, 23))
    states = list(import_rows(store, begun, given, "en", nothing))
    assert [(each.rows_done, each.rows_stored, each.rows_wrong) for each in states] == [
        (2, 1, 1),
        (4, 3, 1),
        (5, 4, 1),
        (5, 4, 1),
    ]
    assert [each.finished_at is None for each in states] == [True, True, True, False]
    assert begin_import(store, b"d" * 32) == states[-1]


def test_each_can_be_opened_and_its_entry_of_the_audit_is_a_link_of_the_chain(store: Store) -> None:
    imported(store, b"d" * 32, lines(good(20, 21, 22)))
    assert {(each.action, each.detail) for each in entries(store)} == {(Action.SCREENING_IMPORTED, None)}
    with store.database.reading() as session:
        ids = session.scalars(select(Screening.id)).all()
    assert {open_record(store, each).screening.answers["headache_days"] for each in ids} == {15}
    rows = chain(store)
    assert [row["previous_mac"] for row in rows[1:]] == [row["mac"] for row in rows[:-1]]


def test_every_wrong_row_is_heard_of_again_and_none_is_stored_again(store: Store) -> None:
    heard: list[int] = []

    def hear(line: CsvLine, wrong: BadRow) -> None:
        assert line.row.row == wrong.row
        heard.append(wrong.row)

    rows = (good(20), wrong(90), ",,,\n", good(21))
    for _ in range(2):
        list(import_rows(store, begin_import(store, b"d" * 32), lines(*rows), "en", hear))
    assert heard == [2, 3, 2, 3]
    everywhere(store, [20, 21])


def test_two_that_begin_at_once_are_told_apart(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_import(store, b"d" * 32)
    monkeypatch.setattr(cohort_imports, "find_import", lambda *_: None)  # as the second had looked before
    with pytest.raises(ImportMovedError):
        begin_import(store, b"d" * 32)


def test_who_is_behind_stores_nothing(store: Store) -> None:
    begun = begin_import(store, b"d" * 32)
    imported(store, b"d" * 32, lines(good(20)))
    with pytest.raises(ImportMovedError):
        list(import_rows(store, begun, lines(good(20)), "en", nothing))
    everywhere(store, [20])


def test_a_file_is_told_from_others_by_a_key(store: Store) -> None:
    macs = cohort_imports.file_macs(store.keyring, b"d" * 32)
    assert macs != cohort_imports.file_macs(store.keyring, b"e" * 32)
    with store.database.writing() as session:
        cohort_imports.add_import(session, macs, datetime.now(UTC))
    assert b"d" * 32 not in macs


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(sqlite_store: Store) -> None:
    """Mostly wrong rows: tracing makes good ones slow."""
    few, many = (peak_of(sqlite_store, rows) for rows in (2_000, 20_000))
    assert many - few < LITTLE, (few, many)


def peak_of(store: Store, rows: int) -> int:
    made = (part for _ in range(rows // 50) for part in (good(20), wrong(90) * 49))
    tracemalloc.start()
    try:
        last = imported(store, rows.to_bytes(32), open_table(Made(made)).lines)
        assert (last.rows_done, last.rows_stored) == (rows, rows // 50)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class Made(io.StringIO):
    """A text file whose rows are made while it is read."""

    def __init__(self, parts: Iterator[str]) -> None:
        super().__init__()
        self._rows = (row for part in chained([HEADER], parts) for row in part.splitlines(keepends=True))

    def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
        return next(self._rows, "")
