"""The rows of a CSV file become stored screenings, each once."""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import click

from app.commands.failure import CommandError, installed_store
from app.commands.output import new_file, stopped_like_ctrl_c
from app.commands.progress import progress
from app.domain.codes import LANGUAGES
from app.reports.cohort_csv import CsvLine, CsvTable, HeaderError, as_text, check_header, open_table
from app.reports.cohort_errors import ADDED, WrongRows
from app.services.cohort_import import ImportMovedError, begin_import, import_rows
from app.storage.cohort_imports import ImportState
from app.storage.store import Store

_AGAIN: Final = "run the same command again, and it goes on with the next row"


@dataclass(frozen=True)
class _Work:
    """What is to be done: the file, where wrong rows go, and the language the people answered in."""

    file: Path
    errors: Path | None
    language: str

    @property
    def name(self) -> str:
        return click.format_filename(self.file)


@click.command("import-cohort")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--errors",
    type=click.Path(path_type=Path),
    help="Write rows with an error here: mend them there, and import that file. It must not be there yet.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="The language in which the questions were asked.",
)
def import_cohort(file: Path, errors: Path | None, language: str) -> None:
    """Store each row of the CSV in FILE as a screening that came now.

    The columns are those of assess. A row that cannot be used is left out, and the status is 1. It can be
    stopped and run again: no row is stored twice, and a file that was imported is not imported again.
    """
    work = _Work(file, errors, language)
    with _reading(work):
        if not file.is_file():
            why = "is no file" if file.exists() else "is not there"
            raise CommandError(f"{work.name} {why}. Name a CSV file; it is read more than once.")
    if errors is not None and os.path.lexists(errors):
        raise CommandError(f"{click.format_filename(errors)} is there already. Name a new file for --errors.")
    with installed_store() as (_, store), stopped_like_ctrl_c(), _opened(work) as source:
        _import(store, work, source)


def _import(store: Store, work: _Work, source: TextIO) -> None:
    """Import the file, and say what became of it."""
    try:
        table, digest = _checked_table(work, source)
        before = begin_import(store, digest)
        wrong, after = _rows(store, work, before, table)
    except ImportMovedError:
        raise CommandError(f"{work.name} is imported by another run. Wait for it to end.") from None
    except KeyboardInterrupt:
        raise CommandError(f"Stopped. What is stored is kept; {_AGAIN}.") from None
    _say(work, before, after, wrong)


@contextmanager
def _reading(work: _Work) -> Iterator[None]:
    """What goes wrong within is that the file cannot be read."""
    try:
        yield
    except OSError as problem:
        raise CommandError(f"{work.name} cannot be read: {problem.strerror}. Then {_AGAIN}.") from None


@contextmanager
def _opened(work: _Work) -> Iterator[TextIO]:
    with _reading(work):
        source = work.file.open("rb")
    with as_text(source) as text:
        yield text


def _checked_table(work: _Work, source: TextIO) -> tuple[CsvTable, bytes]:
    """The table in the file, with nothing but its header read, and the SHA-256 of the file."""
    begun = os.fstat(source.fileno())
    try:
        with _reading(work):
            digest = hashlib.file_digest(source.buffer, "sha256").digest()  # type: ignore[arg-type]
            source.seek(0)
            table = open_table(source, frozenset(ADDED))
        check_header(table.header)
    except HeaderError as problem:
        raise CommandError(f"Nothing of {work.name} was stored: {problem}.") from None
    return CsvTable(table.header, _unchanged(work, source, begun, table.lines)), digest


def _unchanged(
    work: _Work, source: TextIO, begun: os.stat_result, lines: Iterator[CsvLine]
) -> Iterator[CsvLine]:
    """The rows, as long as the file is the one whose MAC was taken: else a row could be stored twice."""
    with _reading(work):
        for line in lines:
            _check_same(work, source, begun)
            yield line
        _check_same(work, source, begun)


def _check_same(work: _Work, source: TextIO, begun: os.stat_result) -> None:
    now = os.fstat(source.fileno())
    if (now.st_size, now.st_mtime_ns) != (begun.st_size, begun.st_mtime_ns):
        raise CommandError(
            f"{work.name} was changed while it was read. Put it back as it was, and {_AGAIN}; "
            "a changed file is imported from its first row."
        )


def _rows(store: Store, work: _Work, state: ImportState, table: CsvTable) -> tuple[WrongRows, ImportState]:
    """Store the rows that are to be stored; the wrong ones, and how far it came."""
    if state.finished_at is not None and work.errors is None:
        return WrongRows(None, table.header), state
    after = state
    with _wrong_rows(work, table.header) as wrong, progress("Importing", None) as advance:
        with closing(import_rows(store, state, table.lines, work.language, wrong.add)) as steps:
            for after in steps:
                advance(after.rows_done)
        advance(after.rows_done, after.rows_done)
    return wrong, after


@contextmanager
def _wrong_rows(work: _Work, header: tuple[str, ...]) -> Iterator[WrongRows]:
    """What counts the wrong rows, and writes them to the file that is wished for; it appears at the end."""
    if work.errors is None:
        yield WrongRows(None, header)
        return
    try:
        with new_file(work.errors) as target:
            text = io.TextIOWrapper(target, encoding="utf-8", errors="surrogateescape", newline="")
            yield WrongRows(text, header)
            text.detach()
    except OSError as problem:
        name = click.format_filename(work.errors)
        raise CommandError(f"{name} cannot be written: {problem.strerror}. Then {_AGAIN}.") from None


def _say(work: _Work, before: ImportState, after: ImportState, wrong: WrongRows) -> None:
    """What became of the file, with the status that says whether all of it is stored."""
    stored = after.rows_stored - before.rows_stored
    if before.finished_at is not None:
        day = f"{before.finished_at:%Y-%m-%d}"
        click.echo(f"{work.name} was imported on {day}: {after.rows_stored} screenings. Nothing was stored.")
    elif before.rows_done:
        click.echo(f"Went on after row {before.rows_done}: stored {stored}, in all {after.rows_stored}.")
    else:
        click.echo(f"Stored {stored} screenings.")
    if after.rows_wrong:
        click.echo(f"Rows with an error: {after.rows_wrong}. {_what_now(work, wrong)}", err=True)
        raise SystemExit(1)


def _what_now(work: _Work, wrong: WrongRows) -> str:
    if work.errors is not None:
        return f"They are in {click.format_filename(work.errors)}: mend them there, and import that file."
    first = "" if wrong.first is None else f"The first is row {wrong.first.row}: {wrong.first.error}. "
    return f"{first}Run it again with --errors FILE to have them all; nothing is stored twice."
