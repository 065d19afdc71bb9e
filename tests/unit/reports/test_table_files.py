"""CSV and XLSX: no text becomes a formula, nothing is lost or left behind, and memory stays flat."""

import csv
import io
import re
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.reports import table_files
from app.reports.table import Cell, Column
from app.reports.table_files import (
    LONGEST_TEXT,
    MOST_ROWS,
    Row,
    TableTooLargeError,
    csv_lines,
    csv_text,
    xlsx_chunks,
)
from tests.support.spreadsheet import HOSTILE_TEXTS

COLUMNS: Final = tuple(Column(name, lambda record: None, 12) for name in ("first", "second", "third"))
SIGNS: Final = "=+-@＝＋－＠"
CONTROLS: Final = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), *range(127, 160)]))
# Texts as people and attackers write them: characters that mean something, often.
TELLING: Final = st.text(st.sampled_from(SIGNS + "\t\r\n\0 \"',;<r>/ a1😀\u200b\u202e\ufeff"), max_size=12)
TEXTS: Final = TELLING | st.text(max_size=30) | st.sampled_from(HOSTILE_TEXTS)
SHEET: Final = "xl/worksheets/sheet1.xml"
XML: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write_xlsx(rows: Any, columns: Any, file: Any) -> None:
    """The file as it leaves the desk, put together."""
    file.writelines(xlsx_chunks(rows, columns))


def as_csv(*rows: Row) -> str:
    return b"".join(csv_lines(rows, COLUMNS[: len(rows[0])])).decode("utf-8-sig")


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def as_xlsx(*rows: Row) -> zipfile.ZipFile:
    file = io.BytesIO()
    write_xlsx(rows, COLUMNS[: len(rows[0])], file)
    return zipfile.ZipFile(file)


def sheet_of(*rows: Row) -> ElementTree.Element:
    return ElementTree.fromstring(as_xlsx(*rows).read(SHEET))  # noqa: S314


def texts_in(sheet: ElementTree.Element) -> list[str]:
    """The inline texts below the header, with the library's escapes undone."""
    cells = [cell for row in list(sheet.iter(f"{XML}row"))[1:] for cell in row]
    texts = ("".join(each.text or "" for each in cell.iter(f"{XML}t")) for cell in cells)
    return [text.replace("_x005F_", "_") for text in texts]


# --- CSV ------------------------------------------------------------------------------------------


@pytest.mark.requirement("IO-07")
def test_csv_is_as_rfc_4180_has_it_with_typed_cells() -> None:
    minute = datetime(2026, 3, 2, 7, 5, 59, tzinfo=timezone(timedelta(hours=1)))
    rows: list[Row] = [["a,b", 'say "no"', "two\nlines"], [-5, 2.5, None], [True, date(2026, 3, 2), minute]]
    data = b"".join(csv_lines(rows, COLUMNS))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == (
        "first,second,third\r\n"
        '"a,b","say ""no""","two\nlines"\r\n'
        "-5,2.5,\r\n"
        "true,2026-03-02,2026-03-02T07:05+01:00\r\n"
    )


@pytest.mark.requirement("IO-07")
@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=4))
@settings(deadline=None)
def test_no_cell_of_a_csv_begins_as_a_formula(rows: list[list[str]]) -> None:
    read = parsed(as_csv(["", "", ""], *rows))[2:]
    assert len(read) == len(rows)
    for row, texts in zip(read, rows, strict=True):
        assert len(row) == 3
        for cell, text in zip(row, texts, strict=True):
            assert not cell.startswith((*SIGNS, "\t", "\r", "\n", "\0"))
            assert len(cell) <= LONGEST_TEXT
            assert len(text) > 1000 or without_apostrophes(cell) == without_apostrophes(as_written(text))


def without_apostrophes(text: str) -> str:
    return text.replace("'", "")


def as_written(text: str) -> str:
    """Line breaks are LF; what no file may hold is replaced."""
    text = re.sub("\r\n?", "\n", text)
    return "".join("\ufffd" if is_unwritable(character) else character for character in text)


def is_unwritable(character: str) -> bool:
    code = ord(character)
    is_half = 0xD800 <= code <= 0xDFFF
    return character in CONTROLS or is_half or 0xFDD0 <= code <= 0xFDEF or code in (0xFFFE, 0xFFFF)


@pytest.mark.requirement("IO-07")
@given(TEXTS, TEXTS)
@example("a;=1+1", "a\n=1+1")
@example('a;"=1+1;"', "\t;\n\"' =1")
@settings(deadline=None)
def test_a_program_set_to_another_separator_finds_no_formula_either(first: str, second: str) -> None:
    """Quotes mean nothing to it: whatever stands after a separator or line break begins a cell."""
    body = as_csv([first, second]).partition("\r\n")[2]
    for piece in re.split("[,;\t\r\n]", body):
        assert not piece.lstrip(' "\u200b\u202e\ufeff').startswith(tuple(SIGNS))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("no_benefit", "no_benefit"),
        ("half-time, e-mail a@b.org, 2+2=4", "half-time, e-mail a@b.org, 2+2=4"),
        ("-5", "'-5"),
        ("  =1", "  '=1"),
        ("'=1", "''=1"),
        ("＝1", "'＝1"),
        ("a;=1, +2", "a;'=1, '+2"),
        ("- tea\r\n- rest", "'- tea\n'- rest"),
        ("\t", "'\t"),
        ("\rx", "'\nx"),
        ("\0=1", "\ufffd=1"),
        ("\ud83d", "\ufffd"),
        ("", ""),
        ("שלום 🤕", "שלום 🤕"),
    ],
)
def test_the_guard_is_an_apostrophe_before_a_sign_and_nowhere_else(text: str, written: str) -> None:
    assert csv_text(text) == written


@pytest.mark.parametrize("text", ["\n" * 100_000, ";'" * 50_000, '"' * 100_000, "=\n" * 50_000])
def test_the_guard_takes_no_longer_than_the_text(text: str) -> None:
    assert len(csv_text(text)) <= LONGEST_TEXT  # the test would not end if it went back and forth


@pytest.mark.requirement("IO-10")
def test_csv_lines_come_one_at_a_time() -> None:
    taken: list[int] = []
    lines = csv_lines(counted(3, taken), COLUMNS)
    assert next(lines).endswith(b"first,second,third\r\n")
    assert taken == []
    assert next(lines) == b"0,text 0,\r\n"
    assert taken == [0]


def counted(many: int, taken: list[int] | None = None) -> Iterator[list[Cell]]:
    for number in range(many):
        if taken is not None:
            taken.append(number)
        yield [number, f"text {number}", None]


# --- XLSX -----------------------------------------------------------------------------------------


def test_xlsx_has_typed_cells_below_a_header_that_stays() -> None:
    minute = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    file = io.BytesIO()
    write_xlsx([["0012", -5, 2.5], [True, date(2026, 3, 2), minute], [None, "=1+1", ""]], COLUMNS, file)
    sheet: Any = openpyxl.load_workbook(file).active
    assert (sheet.title, sheet.freeze_panes) == ("screenings", "A2")
    values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert values[0] == ["0012", -5, 2.5]
    assert values[1] == [True, datetime(2026, 3, 2), datetime(2026, 3, 2, 23, 30)]  # noqa: DTZ001
    assert values[2][:2] == [None, "=1+1"]
    formats = [cell.number_format for cell in sheet[3]] + [sheet["B4"].number_format]
    assert formats == ["General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@"]
    assert (sheet["B4"].data_type, sheet["B4"].quotePrefix) == ("s", True)
    assert sheet["A1"].font.bold
    assert round(sheet.column_dimensions["A"].width) in (12, 13)


@pytest.mark.requirement("IO-08")
@given(st.lists(TEXTS, min_size=1, max_size=6))
@example(list(HOSTILE_TEXTS))
@settings(deadline=None, max_examples=50)
def test_no_xlsx_holds_a_formula_and_texts_are_as_typed(texts: list[str]) -> None:
    sheet = sheet_of(*([text, "x"] for text in texts))
    tags = {element.tag.removeprefix(XML) for element in sheet.iter()}
    assert "f" not in tags
    assert "hyperlink" not in tags
    for typed, shown in zip(texts, texts_in(sheet)[::2], strict=True):
        wanted = as_written(typed)
        assert len(typed) > 1000 or shown == ("'" + wanted if wanted.startswith("<r>") else wanted)


def test_the_library_alone_would_let_a_text_write_a_formula() -> None:
    """Why texts that begin with <r> are looked at: when this fails, the apostrophe is not needed any more."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as workbook:
        injected = '<r></r></is></c><c r="B1"><f>1+1</f></c><c r="C1" t="inlineStr"><is><r></r>'
        workbook.add_worksheet().write_string(0, 0, injected)
    assert b"<f>" in zipfile.ZipFile(file).read(SHEET)


@pytest.mark.parametrize("character", ["a", "🤕"])
@pytest.mark.parametrize(
    "make", [lambda text: parsed(as_csv([text]))[1][0], lambda text: texts_in(sheet_of([text]))[0]]
)
def test_a_text_longer_than_a_cell_is_cut_with_a_mark(make: Callable[[str], str], character: str) -> None:
    units = len(character.encode("utf-16-le")) // 2
    fits = character * (LONGEST_TEXT // units)
    assert make(fits) == fits
    cut = make(fits + character)
    assert cut.endswith(f"{character} […]")
    assert LONGEST_TEXT - 1 <= len(cut.encode("utf-16-le")) // 2 <= LONGEST_TEXT


def test_more_rows_than_a_sheet_has_are_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_ROWS + 1 == 2**20
    monkeypatch.setattr(table_files, "MOST_ROWS", 3)
    file = io.BytesIO()
    write_xlsx(counted(3), COLUMNS, file)
    written = file.getvalue()
    with pytest.raises(TableTooLargeError, match=r"at most 3 rows and 4 GB\. Choose CSV"):
        write_xlsx(counted(4), COLUMNS, file)
    assert file.getvalue() == written


def test_more_than_a_file_can_hold_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 3000)
    file = io.BytesIO()
    with pytest.raises(TableTooLargeError, match="4 GB"):
        write_xlsx(counted(1000), COLUMNS, file)
    assert (file.getvalue(), list(temporary.iterdir())) == (b"", [])


# --- nothing is left ------------------------------------------------------------------------------


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty at first."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_rows_wait_in_a_private_folder_that_is_gone_afterwards(temporary: Path) -> None:
    seen: list[int] = []

    def rows() -> Iterator[list[Cell]]:
        for row in counted(3):
            [folder] = temporary.iterdir()
            seen.append(folder.stat().st_mode & 0o777)
            yield row

    write_xlsx(rows(), COLUMNS, io.BytesIO())
    assert (seen, list(temporary.iterdir())) == ([0o700] * 3, [])


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(28, "No space left"), ValueError()])
def test_nothing_is_left_when_the_rows_end_badly(problem: BaseException, temporary: Path) -> None:
    def rows() -> Iterator[list[Cell]]:
        yield from counted(2000)
        raise problem

    file = io.BytesIO()
    with pytest.raises(type(problem)):
        write_xlsx(rows(), COLUMNS, file)
    assert (file.getvalue(), list(temporary.iterdir())) == (b"", [])


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(28, "No space left")])
def test_nothing_is_left_when_the_packing_ends_badly(
    problem: BaseException, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object) -> None:
        raise problem

    file = io.BytesIO()
    monkeypatch.setattr(zipfile.ZipFile, "write", write)
    with pytest.raises(type(problem)):
        write_xlsx(counted(10), COLUMNS, file)
    assert (file.getvalue(), list(temporary.iterdir())) == (b"", [])


def test_nothing_is_left_when_the_reader_stops_half_way(temporary: Path) -> None:
    chunks = xlsx_chunks(counted(20_000), COLUMNS)
    assert next(chunks).startswith(b"PK")
    assert len(list(temporary.iterdir())) == 1
    chunks.close()
    assert list(temporary.iterdir()) == []


def test_the_chunks_are_the_file(temporary: Path) -> None:
    chunks = list(xlsx_chunks(counted(20_000), COLUMNS))
    assert len(chunks) > 1
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks))) as file:
        assert file.testzip() is None
        assert file.read(SHEET).count(b"<row ") == 20_001
    assert list(temporary.iterdir()) == []


# --- memory ---------------------------------------------------------------------------------------


@pytest.mark.requirement("IO-10")
@pytest.mark.parametrize("chunks", [csv_lines, xlsx_chunks])
def test_memory_does_not_grow_with_the_rows(chunks: Callable[..., Iterator[bytes]]) -> None:
    def highest(rows: int) -> int:
        tracemalloc.start()
        for _ in chunks(counted(rows), COLUMNS):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    highest(10)
    assert highest(5_000) < highest(500) + 200_000
