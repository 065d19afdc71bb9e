"""Tables as CSV and XLSX, in which no text can become a formula.

Both are made row by row, so that memory stays flat. What is typed is text wherever it is opened:
clinical texts may begin with any character, and a spreadsheet program would run those that begin with
one of `= + - @` (OWASP: CSV injection).
"""

import csv
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final

from app.reports.table import Cell, Column

Row = Sequence[Cell]

MOST_ROWS: Final = 1_048_575  # of one sheet, below its header
UNFINISHED: Final = "table-"  # how the folder of a file begins while it is made
LONGEST_TEXT: Final = 32_767  # of one cell, in UTF-16 units
_CUT_MARK: Final = " […]"
_CHUNK: Final = 64 * 1024

# What no file may hold and nobody can have typed: controls, halves of a character, non-characters.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SEPARATORS: Final = r"\n\t,;"
_OVERLOOKED: Final = "\\s\"'\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_FORMULA_SIGNS: Final = r"=+\-@＝＋－＠"
_WHERE_A_CELL_COULD_BEGIN: Final = re.compile(
    f"((?:^|[{_SEPARATORS}])[{_SEPARATORS}{_OVERLOOKED}]*)([{_FORMULA_SIGNS}]?)"
)


class TableTooLargeError(Exception):
    """More than a spreadsheet can hold; the text says what to do."""

    def __init__(self) -> None:
        super().__init__(
            f"A spreadsheet holds at most {MOST_ROWS:,} rows and 4 GB. Choose CSV, or fewer screenings."
        )


def _written_text(text: str) -> str:
    """The text as a file can hold it: line breaks are LF, what cannot be written becomes U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _cut(text: str) -> str:
    """The text no longer than a cell, with a mark where it was cut."""
    if len(text) <= LONGEST_TEXT // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    kept = units[: 2 * (LONGEST_TEXT - len(_CUT_MARK))]
    return kept.decode("utf-16-le", errors="ignore") + _CUT_MARK


# --- CSV ------------------------------------------------------------------------------------------


def csv_text(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet program could begin a formula.

    That is at its beginning, and after every line break, tab, comma or semicolon: a program set to
    another separator than the comma begins cells there, whatever the quotes say.
    """
    guarded = _WHERE_A_CELL_COULD_BEGIN.sub(_guarded, _written_text(text))
    return _cut("'" + guarded if guarded.startswith(("\t", "\n")) else guarded)


def _guarded(found: re.Match[str]) -> str:
    before, sign = found.groups()
    return f"{before}'{sign}" if sign else before


def _csv_cell(cell: Cell) -> str | int | float | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return csv_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes")
    return cell.isoformat() if isinstance(cell, date) else cell


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Row], columns: Sequence[Column]) -> Generator[bytes, None, None]:
    """The header and the rows as CSV (RFC 4180), one record at a time.

    It begins with a byte order mark: without one Excel reads UTF-8 as something else.
    """
    writer = csv.writer(_Echo())
    header: str = writer.writerow([column.name for column in columns])
    yield ("\ufeff" + header).encode()
    for row in rows:
        line: str = writer.writerow([_csv_cell(cell) for cell in row])
        yield line.encode()


# --- XLSX -----------------------------------------------------------------------------------------


def _xlsx_text(text: str) -> str:
    """The text as it was typed, but for an apostrophe where the library would take it for its own XML."""
    written = _written_text(text)
    return _cut("'" + written if written.startswith("<r>") else written)


class _Sheet:
    """The sheet of a workbook with the look of its cells."""

    def __init__(self, workbook: Any) -> None:
        self._sheet = workbook.add_worksheet("screenings")
        self._header = workbook.add_format({"bold": True})
        # A text that is edited in place stays a text.
        self._text = workbook.add_format({"num_format": "@", "quote_prefix": True})
        self._day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._minute = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def write_header(self, columns: Sequence[Column]) -> None:
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, column.width)
            self._sheet.write_string(0, place, column.name, self._header)
        self._sheet.freeze_panes(1, 0)

    def write_row(self, number: int, row: Row) -> None:
        for place, cell in enumerate(row):
            self._write_cell(number, place, cell)

    def _write_cell(self, number: int, place: int, cell: Cell) -> None:
        match cell:
            case bool():
                self._sheet.write_boolean(number, place, cell)
            case int() | float():
                self._sheet.write_number(number, place, cell)
            case str():
                self._sheet.write_string(number, place, _xlsx_text(cell), self._text)
            case datetime():
                self._sheet.write_datetime(number, place, cell.replace(tzinfo=None), self._minute)
            case date():
                self._sheet.write_datetime(number, place, cell, self._day)

    def close(self) -> None:
        """Let go of the rows on disk; the workbook does so by itself only when all went well."""
        self._sheet.row_data_fh.close()


def _new_workbook(file: Path) -> Any:
    from xlsxwriter import Workbook  # slow: only where a table is made

    options = {
        "constant_memory": True,
        "tmpdir": str(file.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    return Workbook(str(file), options)


def _fill(workbook: Any, rows: Iterable[Row], columns: Sequence[Column]) -> None:
    sheet = _Sheet(workbook)
    try:
        sheet.write_header(columns)
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                raise TableTooLargeError
            sheet.write_row(number, row)
        _close(workbook)
    finally:
        sheet.close()


def _close(workbook: Any) -> None:
    from xlsxwriter.exceptions import FileCreateError, FileSizeError

    try:
        workbook.close()
    except FileSizeError:
        raise TableTooLargeError from None
    except FileCreateError as problem:  # it wraps what the disk said
        raise problem.args[0] from None


@contextmanager
def _made_xlsx(rows: Iterable[Row], columns: Sequence[Column], parent: Path | None) -> Iterator[BinaryIO]:
    """The whole XLSX file, in a folder of its own that is gone at the end, whatever happens."""
    with TemporaryDirectory(prefix=UNFINISHED, dir=parent) as folder:
        file = Path(folder) / "table.xlsx"
        _fill(_new_workbook(file), rows, columns)
        with file.open("rb") as made:
            yield made


def xlsx_chunks(
    rows: Iterable[Row], columns: Sequence[Column], parent: Path | None = None
) -> Generator[bytes, None, None]:
    """The header and the rows as XLSX, with typed cells and no formula, piece by piece.

    The first piece comes when all rows are written, in a folder within `parent` (of the system, unless
    given) that is gone at the end; a killed process leaves it.

    Raises:
        TableTooLargeError: it is more than a spreadsheet can hold.
        OSError: there is no room on the disk.
    """
    with _made_xlsx(rows, columns, parent) as made:
        while chunk := made.read(_CHUNK):
            yield chunk
