"""Many people's answers from CSV: a header row, one person a row."""

import io
import json
from typing import Any, Final

import pytest

from app.domain import NOT_SURE, ScreeningAnswers
from app.domain.codes import RedFlagCode, TrialResult
from app.domain.trials import PreventiveTrial
from app.reports.cohort import BadRow, GoodRow, Row, assessed_line
from app.reports.cohort_csv import read_csv

BOM: Final = "\ufeff"


def read(text: str) -> list[Row]:
    return list(read_csv(io.StringIO(text, newline="")))


def days(rows: list[Row]) -> list[Any]:
    """The headache days of each row; None for a row that cannot be used."""
    return [row.answers.headache_days if isinstance(row, GoodRow) else None for row in rows]


def one(header: str, cells: str) -> Row:
    [row] = read(f"{header}\n{cells}\n")
    return row


def answers(header: str, cells: str) -> ScreeningAnswers:
    row = one(header, cells)
    assert isinstance(row, GoodRow), row
    return row.answers


@pytest.mark.parametrize(
    "text",
    [
        "id,headache_days\na,1\nb,2\n",
        "id,headache_days\na,1\nb,2",
        "id,headache_days\r\na,1\r\nb,2\r\n",
        "id,headache_days\n\na,1\n\n\nb,2\n\n",
        '"id","headache_days"\n"a","1"\n"b","2"\n',
        " id , headache_days \na, 1 \nb, 2 \n",
        BOM + "id,headache_days\na,1\nb,2\n",
        BOM + "headache_days,id\n1,a\n2,b\n",
        "id,headache_days\ra,1\rb,2\r",
    ],
    ids=[
        "lines",
        "no line end at the end",
        "Windows line ends",
        "blank lines",
        "quoted",
        "spaces",
        "byte order mark",
        "byte order mark before an answer",
        "old Mac line ends",
    ],
)
def test_rows_are_people(text: str) -> None:
    rows = read(text)
    assert [(row.row, row.id) for row in rows] == [(1, "a"), (2, "b")]
    assert days(rows) == [1, 2]


def test_an_id_comes_back_as_it_was_written() -> None:
    [row] = read("id,headache_days\n a b ,1\n")
    assert row.id == " a b "


@pytest.mark.parametrize("text", ["", "\n", BOM, "id,headache_days", "id,headache_days\n\n\n"])
def test_without_a_row_there_is_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("text", ["\n\nheadache_days\n1\n", "\r\nheadache_days\r\n1\r\n"])
def test_blank_lines_before_the_header_are_no_header(text: str) -> None:
    assert days(read(text)) == [1]


def test_an_empty_cell_was_not_asked() -> None:
    assert answers("headache_days,red_flags,aura,preventives", ",, ,") == ScreeningAnswers()


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("headache_days", "15", 15),
        ("headache_days", "15.0", 15),
        ("headache_days", "not_sure", NOT_SURE),
        ("months_at_this_frequency", "2.5", 2.5),
        ("months_at_this_frequency", "not_sure", NOT_SURE),
        ("aura", "yes", "yes"),
        ("aura", "not_sure", NOT_SURE),
        ("counted_from", "diary", "diary"),
        ("window_days", "28", 28),
        ("red_flags", "none", ()),
        ("red_flags", "not_sure", NOT_SURE),
        ("red_flags", "double_vision", (RedFlagCode.DOUBLE_VISION,)),
        (
            "red_flags",
            "double_vision; loss_of_vision",
            (RedFlagCode.DOUBLE_VISION, RedFlagCode.LOSS_OF_VISION),
        ),
        ("preventives", "none", ()),
        ("preventives", "not_sure", NOT_SURE),
        (
            "preventives",
            "topiramate:8:no_benefit; propranolol::side_effects;timolol:7.5:;other",
            (
                PreventiveTrial(medicine="topiramate", weeks=8, result=TrialResult.NO_BENEFIT),
                PreventiveTrial(medicine="propranolol", result=TrialResult.SIDE_EFFECTS),
                PreventiveTrial(medicine="timolol", weeks=7.5),
                PreventiveTrial(medicine="other"),
            ),
        ),
    ],
)
def test_a_cell_is_read_by_the_name_of_its_column(name: str, cell: str, value: Any) -> None:
    assert getattr(answers(name, cell), name) == value


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("headache_days", "31"),
        ("headache_days", "-1"),
        ("headache_days", "x"),
        ("headache_days", "15.5"),
        ("headache_days", "9" * 5000),
        ("months_at_this_frequency", "nan"),
        ("months_at_this_frequency", "1e400"),
        ("aura", "Yes"),
        ("red_flags", "[]"),
        ("red_flags", "double_vision|loss_of_vision"),
        ("preventives", "topiramate:x:no_benefit"),
        ("preventives", "topiramate:8:failed"),
        ("preventives", "topiramate:8:no_benefit:yes"),
        ("preventives", ":8:no_benefit"),
    ],
)
def test_a_wrong_cell_is_a_bad_row_with_its_field_and_the_rest_goes_on(name: str, cell: str) -> None:
    rows = read(f"id,{name}\np1,{cell}\np2,\n")
    assert isinstance(rows[0], BadRow)
    assert (rows[0].row, rows[0].id, rows[0].field) == (1, "p1", name)
    assert rows[1] == GoodRow(2, "p2", ScreeningAnswers())


@pytest.mark.parametrize(
    ("cells", "count"), [("1", 1), ("1,2,3", 3), ("1,2,3,4", 4), ("   ", 1), ('"1,2"', 1)]
)
def test_a_row_with_another_number_of_cells_is_a_bad_row(cells: str, count: int) -> None:
    rows = read(f"headache_days,migraine_days\n{cells}\n9,5\n")
    assert rows[0] == BadRow(1, None, f"this row has {count} cells, the header 2")
    assert days(rows) == [None, 9]


def test_an_unknown_column_is_an_error_in_every_row() -> None:
    rows = read("id,headache_day\na,1\nb,\nc,3\n")
    assert [(row.row, row.id) for row in rows] == [(1, "a"), (2, "b"), (3, "c")]
    for row in rows:
        assert isinstance(row, BadRow)
        assert row.field == "headache_day"
        assert "did you mean headache_days?" in row.error


@pytest.mark.parametrize("name", ["headache_days", "id"])
def test_a_column_named_twice_is_an_error_in_every_row(name: str) -> None:
    rows = read(f"{name},{name}\n1,1\n2,3\n")
    assert len(rows) == 2
    for row in rows:
        assert isinstance(row, BadRow)
        assert row.field == name
        assert "twice" in row.error


def test_a_quoted_cell_may_hold_separators_quotes_and_line_ends() -> None:
    rows = read('id,headache_days\n"a, ""b""\nc",5\nd,6\n')
    assert [(row.row, row.id) for row in rows] == [(1, 'a, "b"\nc'), (2, "d")]
    assert days(rows) == [5, 6]


def test_a_quote_inside_a_cell_is_a_letter_like_others() -> None:
    assert one("id,headache_days", '5" tall,5').id == '5" tall'


@pytest.mark.parametrize("broken", ['"a" b,1', '"a"b"c",1'])
def test_a_row_with_broken_quotation_marks_is_one_bad_row(broken: str) -> None:
    rows = read(f"id,headache_days\n{broken}\nb,2\n")
    assert days(rows) == [None, 2]
    assert isinstance(rows[0], BadRow)
    assert rows[0].error.startswith("this row cannot be read")


def test_a_quotation_mark_that_is_never_closed_is_an_error_and_not_silence() -> None:
    rows = read('id,headache_days\na,1\n"b,2\nc,3\n')
    assert days(rows[:1]) == [1]
    assert isinstance(rows[-1], BadRow)


def test_a_cell_longer_than_can_be_read_is_one_bad_row() -> None:
    rows = read(f"id,headache_days\n{'x' * 200_000},1\nb,2\n")
    assert days(rows) == [None, 2]


def test_a_header_that_cannot_be_read_is_an_error() -> None:
    [row] = read('"id" x,headache_days\n')
    assert isinstance(row, BadRow)
    assert "header" in row.error


def test_a_column_without_a_name_is_an_error_in_every_row() -> None:
    row = one("headache_days,", "5,")
    assert isinstance(row, BadRow)
    assert row.field == ""


@pytest.mark.parametrize("given", ["p1", "007", "é 🙂", "1e5", "null", "0"])
def test_an_id_is_returned_as_the_text_it_was(given: str) -> None:
    row = one("id,headache_days", f"{given},5")
    assert json.loads(assessed_line(row))["id"] == given


def test_rows_are_numbered_without_the_header_and_blank_lines() -> None:
    rows = read("headache_days\n1\n\n99\n\n3\n")
    assert [row.row for row in rows] == [1, 2, 3]
    assert days(rows) == [1, None, 3]


def test_semicolons_between_cells_are_named_as_the_fault() -> None:
    [row] = read("id;headache_days\na;1\n")
    assert isinstance(row, BadRow)
    assert row.error == "cells must be separated by commas, not by semicolons"
