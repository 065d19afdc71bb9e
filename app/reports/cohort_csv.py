"""Many people's answers from a CSV file, one at a time; each row may keep its cells as they stand there."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, NamedTuple, TextIO

from app.domain import AnswerError, answers_from_texts
from app.reports.cohort import NOT_UTF_8, BadRow, GoodRow, Row, has_broken_text

ID: Final = "id"
_LONGEST_LINE: Final = 8 * 1024 * 1024  # more than all answers together can fill
_SEMICOLONS: Final = "cells must be separated by commas, not by semicolons"


class HeaderError(ValueError):
    """The first row does not name the answers; the text says why."""


@dataclass(frozen=True)
class CsvLine:
    """A row with its cells as they stand under the header; None where they do not fit under it.

    `found` are all cells that were found, whether they fit or not.
    """

    row: Row
    cells: tuple[str, ...] | None
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class CsvTable:
    """The names in the first row of a file, and the rows below it."""

    header: tuple[str, ...]
    lines: Iterator[CsvLine]


@dataclass(frozen=True)
class Header:
    """The names that are kept, where they stand, and how many cells a row has with those left out.

    `twice` is the first name that stands twice, if one does.
    """

    names: tuple[str, ...]
    places: tuple[int, ...]
    cells: int
    twice: str = ""


class RawRow(NamedTuple):
    """A row as it was found, not yet looked at; `error` is why it could not be told apart into cells."""

    number: int
    cells: list[str]
    span: str
    error: str = ""


def as_text(source: BinaryIO) -> io.TextIOWrapper:
    """The text of a file. A byte that is no UTF-8 spoils its row, not the rest, and can be written again."""
    return io.TextIOWrapper(source, encoding="utf-8-sig", errors="surrogateescape", newline="")


def read_csv(file: TextIO) -> Iterator[Row]:
    """Rows from a CSV file whose first row names the answers."""
    try:
        table = open_table(file)
    except HeaderError as problem:
        yield BadRow(1, None, str(problem))
        return
    for line in table.lines:
        yield line.row


def open_table(file: TextIO, aside: frozenset[str] = frozenset()) -> CsvTable:
    """The header of a CSV file, and its rows while they are read. Columns named in `aside` are left out.

    Raises:
        HeaderError: the header cannot be read.
    """
    header, rows = open_raw(file, aside)
    return CsvTable(header.names, (line_of(header, raw) for raw in rows))


def open_raw(file: TextIO, aside: frozenset[str] = frozenset()) -> tuple[Header, Iterator[RawRow]]:
    """As `open_table`, with the rows as they are found."""
    reader = csv.reader(_lines(file), strict=True)
    try:
        names = [name.strip() for name in next(filter(None, reader), [])]
    except csv.Error as problem:
        raise HeaderError(f"the header row cannot be read: {problem}") from None
    kept = tuple(place for place, name in enumerate(names) if name not in aside)
    header = tuple(names[place] for place in kept)
    twice = next(iter(_names_twice(header)), "")
    return Header(header, kept, len(names), twice), _raw_rows(reader)


def check_header(header: tuple[str, ...]) -> None:
    """Whether the header names answers and nothing else, so that a file is refused before its first row.

    Raises:
        HeaderError: it does not.
    """
    answers = [name for name in header if name != ID]
    if any(map(has_broken_text, header)):
        raise HeaderError("the header row is not UTF-8 text: save the file as UTF-8")
    if _has_semicolons(header):
        raise HeaderError(_SEMICOLONS)
    if twice := _names_twice(header):
        raise HeaderError(f"the header names {twice[0]!r} twice")
    if not answers:
        raise HeaderError("there is no header row that names the answers")
    try:
        answers_from_texts(dict.fromkeys(answers, ""))
    except AnswerError as problem:
        raise HeaderError(f"the header is wrong: {problem}") from None


def _lines(file: TextIO) -> Iterator[str]:
    """The lines of a file without the byte order mark that some programs put first.

    What stands in a line beyond all that answers can fill is left out: its row is wrong by then.
    """
    mark = "\ufeff"
    while line := file.readline(_LONGEST_LINE):
        yield line.removeprefix(mark)
        mark = ""
        while len(line) >= _LONGEST_LINE and not line.endswith(("\n", "\r")):
            line = file.readline(_LONGEST_LINE)


def _raw_rows(reader: Any) -> Iterator[RawRow]:
    """Each row with its number. Empty lines are no rows."""
    number = 0
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            number += 1
            error = f"this row cannot be read: {problem}{_span(before + 1, reader.line_num)}"
            yield RawRow(number, [], "", error)
            continue
        if cells:
            number += 1
            yield RawRow(number, cells, _span(before + 1, reader.line_num))


def _span(first: int, last: int) -> str:
    """Which lines a row takes where it is several: a quotation mark left open swallows those that follow."""
    return f" (lines {first} to {last} of the file)" if last > first else ""


def line_of(header: Header, raw: RawRow) -> CsvLine:
    """A row as it stands under the header."""
    found = tuple(raw.cells)
    if raw.error:
        return CsvLine(BadRow(raw.number, None, raw.error), None)
    if _has_semicolons(header.names):
        return CsvLine(BadRow(raw.number, None, _SEMICOLONS), None, found)
    if header.twice:
        error = f"the header names {header.twice!r} twice"
        return CsvLine(BadRow(raw.number, None, error, header.twice), None, found)
    if len(found) != header.cells:
        error = f"this row has {len(found)} cells, the header {header.cells}{raw.span}"
        return CsvLine(BadRow(raw.number, None, error), None, found)
    cells = found if len(header.places) == header.cells else tuple(found[place] for place in header.places)
    return CsvLine(_row(raw.number, header.names, cells), cells, found)


def _row(number: int, names: tuple[str, ...], cells: tuple[str, ...]) -> Row:
    if has_broken_text("".join(cells)):
        return BadRow(number, None, NOT_UTF_8)
    given = dict(zip(names, cells, strict=True))
    person = given.pop(ID, None)
    try:
        return GoodRow(
            number, person, answers_from_texts({name: cell.strip() for name, cell in given.items()})
        )
    except AnswerError as error:
        return BadRow(number, person, str(error), error.field)


def _has_semicolons(header: tuple[str, ...]) -> bool:
    return len(header) == 1 and ";" in header[0]


def _names_twice(header: tuple[str, ...]) -> list[str]:
    return sorted({name for name in header if header.count(name) > 1})
