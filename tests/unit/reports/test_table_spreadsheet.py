"""Tables in a real spreadsheet program: it finds no formula, and every text as it was typed.

test_table_files.py proves the same of the files themselves, where no such program is installed.
"""

import csv
from pathlib import Path
from typing import Final

import pytest

from app.reports.table import Column
from app.reports.table_files import LONGEST_TEXT, Row, csv_lines, csv_text, xlsx_chunks
from tests.support.spreadsheet import HOSTILE_TEXTS, Seen, cells_of, soffice_path, texts_of
from tests.unit.reports.test_table_files import as_written

pytestmark = [
    pytest.mark.spreadsheet,
    pytest.mark.skipif(soffice_path() is None, reason="LibreOffice was not found; name one with SOFFICE"),
]
COLUMNS: Final = tuple(Column(name, lambda record: None) for name in ("before", "typed", "number"))
ROWS: Final[list[Row]] = [["x", text, -number] for number, text in enumerate(HOSTILE_TEXTS, start=1)]


@pytest.fixture(scope="module")
def written_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("spreadsheet") / "table.csv"
    file.write_bytes(b"".join(csv_lines(ROWS, COLUMNS)))
    return file


@pytest.fixture(scope="module")
def written_xlsx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("spreadsheet") / "table.xlsx"
    with file.open("wb") as target:
        target.writelines(xlsx_chunks(ROWS, COLUMNS))
    return file


def formulas(rows: list[list[Seen]]) -> list[str]:
    return [cell.formula for row in rows for cell in row if cell.formula is not None]


def typed(rows: list[list[str]]) -> list[str]:
    return [row[1] for row in rows[1:]]


def test_there_are_enough_texts() -> None:
    assert len(set(HOSTILE_TEXTS)) >= 500


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_a_csv_is_a_formula_whatever_the_separator(
    separator: str, written_csv: Path, tmp_path: Path
) -> None:
    rows = cells_of(written_csv, tmp_path, separator=separator)
    assert len(rows) > len(ROWS)
    assert formulas(rows) == []


def test_the_program_would_run_a_formula_that_is_not_guarded(tmp_path: Path) -> None:
    """Else the test above would prove nothing; an apostrophe at the beginning alone is not enough."""
    with (tmp_path / "naked.csv").open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([["x", "=1+1"], ["x", "a;=2+2"], ["x", "a\n=3+3"]])
    assert formulas(cells_of(tmp_path / "naked.csv", tmp_path)) == ["of:=1+1"]
    found = formulas(cells_of(tmp_path / "naked.csv", tmp_path, separator=";"))
    assert len(found) == 2


def test_every_text_of_a_csv_comes_out_as_typed_with_the_guard(written_csv: Path, tmp_path: Path) -> None:
    assert typed(texts_of(written_csv, tmp_path)) == [csv_text(text) for text in HOSTILE_TEXTS]
    kinds = [[cell.kind for cell in row] for row in cells_of(written_csv, tmp_path)[1:]]
    assert kinds == [["string", "string", "float"]] * len(ROWS)


def test_no_cell_of_an_xlsx_is_a_formula(written_xlsx: Path, tmp_path: Path) -> None:
    rows = cells_of(written_xlsx, tmp_path)
    assert formulas(rows) == []
    assert [[cell.kind for cell in row] for row in rows[1:]] == [["string", "string", "float"]] * len(ROWS)


def test_every_text_of_an_xlsx_comes_out_as_typed(written_xlsx: Path, tmp_path: Path) -> None:
    for text, shown in zip(HOSTILE_TEXTS, typed(texts_of(written_xlsx, tmp_path)), strict=True):
        wanted = as_written(text)
        if len(text) > LONGEST_TEXT // 2:
            assert shown.endswith(" […]")
        else:
            assert shown == ("'" + wanted if wanted.startswith("<r>") else wanted)
