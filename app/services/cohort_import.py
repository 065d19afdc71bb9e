"""Rows of a file that become screenings, so that each is stored once however often the work is stopped."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from app.domain import ScreeningAnswers, assess
from app.domain.reference_code import new_reference_code
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.reports.cohort import BadRow, Row
from app.reports.cohort_csv import CsvLine
from app.services.assessing import assessed_screening
from app.services.storing import keep_screenings, sealed_new
from app.storage import cohort_imports
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.cohort_imports import ImportMovedError, ImportState
from app.storage.database import ConflictError
from app.storage.screening_batches import SealedScreening
from app.storage.store import Store

_BATCH: Final = 100  # of one transaction: on SQLite everybody else waits that long
OnWrong = Callable[[CsvLine, BadRow], None]

__all__ = ["ImportMovedError", "begin_import", "import_rows"]


def begin_import(store: Store, digest: bytes) -> ImportState:
    """How far the import of the file with this SHA-256 has come; one that is new begins.

    Raises:
        ImportMovedError: another run begins with the same file at this moment.
    """
    macs = cohort_imports.file_macs(store.keyring, digest)
    try:
        with store.database.writing() as session:
            found = cohort_imports.find_import(session, macs)
            return found or cohort_imports.add_import(session, macs, datetime.now(UTC))
    except ConflictError:
        raise ImportMovedError from None


def import_rows(
    store: Store, state: ImportState, lines: Iterable[CsvLine], language: str, on_wrong: OnWrong
) -> Generator[ImportState, None, None]:
    """Store the rows of a file from where its import stands; yields how far it is after each batch.

    All rows have to be given, from the first: those done before are only looked at again, so that
    `on_wrong` hears of every wrong row. Each batch is one transaction together with how far it has come.

    Raises:
        ImportMovedError: another run works on the same file.
    """
    rest = iter(lines)
    while batch := list(islice(rest, _BATCH)):
        rows = [_checked(line.row) for line in batch]
        for line, row in zip(batch, rows, strict=True):
            if isinstance(row, BadRow):
                on_wrong(line, row)
        fresh = [row for row in rows if row.row > state.rows_done]
        state = _store(store, state, fresh, language) if fresh else state
        yield state
    if state.finished_at is None:
        yield _move(store, state, replace(state, finished_at=datetime.now(UTC)), [])


def _checked(row: Row) -> Row:
    """The row; one without any answer is wrong: nobody could read anything in its screening."""
    if isinstance(row, BadRow) or row.answers != ScreeningAnswers():
        return row
    return BadRow(row.row, row.id, "this row holds no answer")


def _store(store: Store, state: ImportState, rows: list[Row], language: str) -> ImportState:
    """Assess and seal before the transaction begins, so that others wait for the storing alone."""
    now = datetime.now(UTC)
    screenings = [_ready(store, row.answers, language, now) for row in rows if not isinstance(row, BadRow)]
    after = replace(
        state,
        rows_done=rows[-1].row,
        rows_stored=state.rows_stored + len(screenings),
        rows_wrong=state.rows_wrong + len(rows) - len(screenings),
    )
    return _move(store, state, after, screenings)


def _ready(store: Store, answers: ScreeningAnswers, language: str, now: datetime) -> SealedScreening:
    assessment = assess(answers, QUESTIONNAIRE_VERSION, store.policies.policies)
    new = assessed_screening(
        answers,
        assessment,
        code=store.macs_of(new_reference_code()),
        language=language,
        received_at=now,
    )
    return sealed_new(store, new, assessment)


def _move(
    store: Store, before: ImportState, after: ImportState, screenings: list[SealedScreening]
) -> ImportState:
    """Store screenings and how far the import has come with them, all or nothing."""
    with store.database.writing() as session:
        cohort_imports.move_import(session, before, after)
        keep_screenings(session, store, screenings)
        for each in screenings:
            entry = AuditEntry(Action.SCREENING_IMPORTED, OPERATOR, each.new.received_at, each.id)
            add_audit_entry(session, store.keyring, entry)
    return after
