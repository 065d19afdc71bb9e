"""What the import needs of a CSV file beside its rows: cells as they stand, and a header that is right."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from typing import Any, Final

import pytest

from app.reports import cohort_csv
from app.reports.cohort import BadRow, GoodRow
from app.reports.cohort_csv import HeaderError, as_text, check_header, open_table
from app.reports.cohort_errors import ADDED, WrongRows

ASIDE: Final = frozenset(ADDED)


def opened(text: str) -> Any:
    return open_table(io.StringIO(text, newline=""), ASIDE)


def test_columns_that_are_left_out_may_stand_anywhere() -> None:
    table = opened("error,age_years,row,id,field\nold,20,7,p,age_years\n")
    assert table.header == ("age_years", "id")
    [line] = table.lines
    assert line.cells == ("20", "p")
    assert isinstance(line.row, GoodRow)
    assert (line.row.id, line.row.answers.age_years) == ("p", 20)


def test_without_being_left_out_they_are_unknown_answers() -> None:
    [line] = open_table(io.StringIO("age_years,row\n20,7\n", newline="")).lines
    assert isinstance(line.row, BadRow)
    assert line.row.field == "row"


def test_cells_stand_as_they_were_written() -> None:
    [line] = opened('id,age_years\n" =1+1 "," 20 "\n').lines
    assert (line.cells, line.row.row) == ((" =1+1 ", " 20 "), 1)


def test_bytes_that_are_no_text_can_be_written_as_they_were() -> None:
    table = open_table(as_text(io.BytesIO(b"id,age_years\nJ\xfcrgen,20\n")))
    [line] = table.lines
    assert line.cells is not None
    assert line.cells[0].encode("utf-8", "surrogateescape") == b"J\xfcrgen"


@pytest.mark.parametrize("header", [("age_years",), ("id", "age_years", "preventives")])
def test_a_header_of_answers_is_right(header: tuple[str, ...]) -> None:
    check_header(header)


@pytest.mark.parametrize(
    "header", [(), ("id",), ("age",), ("age_years", "age_years"), ("id;age_years",), ("a\udcff",)]
)
def test_another_header_is_wrong(header: tuple[str, ...]) -> None:
    with pytest.raises(HeaderError):
        check_header(header)


def test_a_line_longer_than_all_answers_is_one_wrong_row_and_its_end_is_not_a_row_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cohort_csv, "_LONGEST_LINE", 20)
    rows = [line.row for line in opened(f"id,age_years\n{'x,' * 10}p,30\nq,40\n").lines]
    assert [(row.row, isinstance(row, GoodRow)) for row in rows] == [(1, False), (2, True)]


def test_a_line_without_end_is_not_held_in_memory() -> None:
    class Endless(io.StringIO):
        left = 40

        def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
            assert size is not None
            assert size > 0, "the whole line at once"
            self.left -= 1
            return "id,age_years\n" if self.left == 39 else "x" * size if self.left > 0 else ""

    tracemalloc.start()
    try:
        [line] = open_table(Endless()).lines
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(line.row, BadRow)
    assert peak < 60 * 1024 * 1024


def lines_of(text: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""))


def test_wrong_rows_are_written_with_number_field_and_reason_and_good_ones_are_not() -> None:
    target = io.StringIO()
    table = opened("id,age_years\np,20\nq,200\nr\n")
    wrong = WrongRows(target, table.header)
    for line in table.lines:
        if isinstance(line.row, BadRow):
            wrong.add(line, line.row)
    assert list(lines_of(target.getvalue())) == [
        ["id", "age_years", "row", "field", "error"],
        ["q", "200", "2", "age_years", "age_years must be a whole number 0 to 120, or not_sure"],
        ["", "", "3", "", "this row has 1 cells, the header 2. It reads: r"],
    ]
    assert wrong.first is not None
    assert (wrong.count, wrong.first.row) == (2, 2)


def test_without_a_wrong_row_nothing_is_written() -> None:
    target = io.StringIO()
    assert (WrongRows(target, ("age_years",)).count, target.getvalue()) == (0, "")
