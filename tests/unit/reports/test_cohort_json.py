"""Many people's answers from JSON: one object, an array, or one object a line."""

import io
import json
from typing import Any, Final

import pytest

from app.domain import ScreeningAnswers
from app.reports.cohort import BadRow, GoodRow, Row, assessed_line, read_json

CHUNK: Final = 64 * 1024  # what is read at once; the joints lie there
BOM: Final = "\ufeff"


def read(text: str) -> list[Row]:
    return list(read_json(io.StringIO(text, newline="")))


def days(rows: list[Row]) -> list[Any]:
    """The headache days of each row; None for a row that cannot be used."""
    return [row.answers.headache_days if isinstance(row, GoodRow) else None for row in rows]


def numbers(rows: list[Row]) -> list[int]:
    return [row.row for row in rows]


def person(headache_days: int, **more: Any) -> str:
    return json.dumps({"headache_days": headache_days, **more})


PRETTY: Final = json.dumps(
    {
        "id": "p1",
        "headache_days": 20,
        "red_flags": [],
        "preventives": [{"medicine": "topiramate", "weeks": 8, "result": "no_benefit"}],
    },
    indent=2,
)


# --- one object -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"headache_days": 20}',
        '{"headache_days": 20}\n',
        ' \n\t{"headache_days": 20}\r\n\r\n',
        BOM + '{"headache_days": 20}',
        '{\n  "headache_days": 20\n}',
        '{\r\n"headache_days":\r\n20\r\n}\r\n',
        BOM + "\n\n" + PRETTY + "\n\n",
        '{"headache_days":\n\n\n20}',
        json.dumps({"headache_days": 20, "id": "x" * 3 * CHUNK}, indent=1),
        " " * 3 * CHUNK + '{"headache_days": 20}',
        '{"headache_days": 20,' + "\n" * 2 * CHUNK + '"red_flags": []}',
    ],
    ids=lambda text: text[:24],
)
def test_one_object_is_one_row_however_it_is_laid_out(text: str) -> None:
    rows = read(text)
    assert (days(rows), numbers(rows)) == ([20], [1])


@pytest.mark.parametrize(
    "text",
    [
        '{"headache_days": 20, "preventives": [\n{"medicine": "topiramate", "weeks": 8}\n]}',
        '{"headache_days": 20, "preventives":\n[\n  {"medicine": "other"},\n  {}\n]\n}'.replace(
            "{}", '{"medicine": "timolol"}'
        ),
    ],
    ids=["a trial a line", "a list on lines of its own"],
)
def test_one_object_whose_trials_stand_on_lines_of_their_own_is_one_row(text: str) -> None:
    assert days(read(text)) == [20]


@pytest.mark.parametrize("text", ["", " ", "\n\n", BOM, BOM + "\n", "\t" * 3 * CHUNK])
def test_an_empty_file_has_no_row(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("text", ["{", "{\n", '{\n  "headache_days": 20\n', "oops", PRETTY[:-1]])
def test_a_broken_document_is_one_bad_row(text: str) -> None:
    [row] = read(text)
    assert isinstance(row, BadRow)
    assert (row.row, row.id, row.field) == (1, None, None)
    assert "JSON" in row.error


@pytest.mark.parametrize("text", ["5", "null", '"text"', "true", "1.5"])
def test_a_value_that_is_no_object_is_a_bad_row(text: str) -> None:
    [row] = read(text)
    assert row == BadRow(1, None, "a row must be an object with answers by name")


# --- one object a line ----------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\n \t\n"])
@pytest.mark.parametrize("begin", ["", BOM, "\n\n", BOM + "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n\n"])
def test_lines_are_rows_and_blank_lines_are_none(begin: str, end: str, last: str) -> None:
    rows = read(begin + end.join(person(count) for count in (1, 2, 3)) + last)
    assert (days(rows), numbers(rows)) == ([1, 2, 3], [1, 2, 3])


@pytest.mark.parametrize("broken", ["oops", "{", '{"headache_days": 15', "}", "[1, 2", '{"a" 1}', "{]"])
def test_a_broken_line_in_the_middle_is_one_bad_row_and_the_rest_goes_on(broken: str) -> None:
    rows = read(f"{person(1)}\n{broken}\n{person(3)}\n")
    assert (days(rows), numbers(rows)) == ([1, None, 3], [1, 2, 3])
    assert rows[1] == BadRow(2, None, "this line is not JSON")


@pytest.mark.parametrize("broken", ["oops", "{", '{"headache_days": 15', "}"])
def test_a_broken_first_line_is_one_bad_row_and_the_rest_goes_on(broken: str) -> None:
    rows = read(f"{broken}\n{person(2)}\n{person(3)}\n")
    assert days(rows) == [None, 2, 3]


def test_a_broken_last_line_is_one_bad_row() -> None:
    assert days(read(f"{person(1)}\n{person(2)[:-3]}")) == [1, None]


def test_two_broken_lines_at_the_beginning_lose_no_row() -> None:
    assert days(read(f"oops\nnope\n{person(3)}\n{person(4)}\n")) == [None, None, 3, 4]


def test_a_very_long_broken_first_line_loses_no_row() -> None:
    assert days(read("x" * 2 * CHUNK + f"\n{person(2)}\n{person(3)}\n")) == [None, 2, 3]


@pytest.mark.parametrize("depth", [10_000, 100_000])
@pytest.mark.parametrize("place", [0, 1])
def test_a_line_nested_too_deep_is_one_bad_row(depth: int, place: int) -> None:
    lines = [person(1), person(2)]
    lines.insert(place, '{"red_flags": ' + "[" * depth + "]" * depth + "}")
    found = days(read("\n".join(lines)))
    assert found.pop(place) is None
    assert found == [1, 2]


def test_an_id_nested_deep_breaks_nothing() -> None:
    for depth in range(850, 1000):
        rows = read('{"id": ' + "[" * depth + "]" * depth + "}\n{}")
        assert [assessed_line(row)[:1] for row in rows] == ["{", "{"]


def test_a_line_that_is_no_object_is_a_bad_row() -> None:
    rows = read(f"{person(1)}\n[]\n5\nnull\n{person(5)}\n")
    assert days(rows) == [1, None, None, None, 5]
    assert {row.error for row in rows if isinstance(row, BadRow)} == {
        "a row must be an object with answers by name"
    }


def test_a_line_separator_inside_a_text_ends_no_row() -> None:
    rows = read('{"headache_days": 1, "id": "a\u2028b\x85c"}\n' + person(2))
    assert days(rows) == [1, 2]
    assert rows[0].id == "a\u2028b\x85c"


@pytest.mark.parametrize("length", range(CHUNK - 30, CHUNK + 31, 4))
def test_lines_that_cross_the_end_of_a_chunk_are_whole(length: int) -> None:
    first = person(1, id="")
    first = person(1, id="x" * (length - len(first)))
    rows = read("\n".join([first, person(2), "oops", person(4)]))
    assert days(rows) == [1, 2, None, 4]


def test_a_long_file_of_lines_is_read_to_its_end() -> None:
    text = "\n".join(person(count % 31) for count in range(20_000))
    rows = read(text)
    assert days(rows) == [count % 31 for count in range(20_000)]
    assert numbers(rows) == list(range(1, 20_001))


# --- an array -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '[{"headache_days": 1}, {"headache_days": 2}]',
        '[{"headache_days": 1},{"headache_days": 2}]\n',
        BOM + '\n[\n{"headache_days": 1}\n,\n{"headache_days": 2}\n]\n\n',
        json.dumps([{"headache_days": 1}, {"headache_days": 2}], indent=4),
        "[" + " " * 2 * CHUNK + '{"headache_days": 1}, {"headache_days": 2}]',
        '[{"headache_days": 1}' + " " * 2 * CHUNK + ', {"headache_days": 2}]',
        '[{"headache_days": 1}, {"headache_days": 2}' + " " * 2 * CHUNK + "]",
    ],
    ids=range(7),
)
def test_the_items_of_an_array_are_rows(text: str) -> None:
    rows = read(text)
    assert (days(rows), numbers(rows)) == ([1, 2], [1, 2])


@pytest.mark.parametrize("text", ["[]", "[ ]", "[\n]\n", BOM + "[]", "[" + " " * 2 * CHUNK + "]"])
def test_an_empty_array_has_no_row(text: str) -> None:
    assert read(text) == []


def test_an_item_that_is_no_object_is_a_bad_row_and_the_rest_goes_on() -> None:
    rows = read(f'[{person(1)}, 5, null, "a", [{person(9)}], {person(6)}]')
    assert days(rows) == [1, None, None, None, None, 6]


def test_an_array_longer_than_the_buffer_is_read_to_its_end() -> None:
    text = json.dumps([{"headache_days": count % 31, "id": count} for count in range(20_000)])
    assert len(text) > 10 * CHUNK
    rows = read(text)
    assert days(rows) == [count % 31 for count in range(20_000)]
    assert [row.id for row in rows] == list(range(20_000))


@pytest.mark.parametrize("shift", range(24))
def test_an_item_that_crosses_the_end_of_a_chunk_is_whole(shift: int) -> None:
    filler = " " * (CHUNK - 2 - shift)
    rows = read(f"[{filler}{person(12)}, {person(3)}]")
    assert days(rows) == [12, 3]


@pytest.mark.parametrize("shift", range(8))
def test_a_number_that_crosses_the_end_of_a_chunk_is_one_row(shift: int) -> None:
    filler = " " * (CHUNK - 1 - shift)
    rows = read(f"[{filler}123456, {person(2)}]")
    assert days(rows) == [None, 2]


def test_a_long_item_is_read() -> None:
    rows = read(f"[{person(1, id='x' * 5 * CHUNK)}, {person(2)}]")
    assert days(rows) == [1, 2]


@pytest.mark.parametrize("text", [f"[{person(1)}", f"[{person(1)},", f"[{person(1)},\n", "[", "[ "])
def test_an_array_that_is_not_closed_says_so(text: str) -> None:
    *_, last = read(text)
    assert isinstance(last, BadRow)
    assert "not closed" in last.error
    assert last.row == len(read(text))


@pytest.mark.parametrize("broken", ["oops", '{"headache_days": }', '{"headache_days": 2', "{]", "'a'"])
def test_a_break_in_an_array_says_that_the_rest_was_not_read(broken: str) -> None:
    rows = read(f"[{person(1)}, {broken}, {person(3)}]")
    assert days(rows)[0] == 1
    bad = [row for row in rows if isinstance(row, BadRow)]
    assert any("the rest was not read" in row.error for row in bad)


@pytest.mark.parametrize(
    "text",
    [f"[{person(1)}]\n[{person(2)}]\n", f"[{person(1)}]\n{person(2)}\n", f"[{person(1)}] oops"],
)
def test_what_follows_an_array_is_never_dropped_in_silence(text: str) -> None:
    """`cat one.json two.json` gives such a file."""
    rows = read(text)
    assert days(rows[:1]) == [1]
    assert len(rows) > 1


# --- ids and errors -------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["p1", "", 7, 1.5, True, ["a", {"b": None}], {"a": 1}, "é 🙂"])
def test_an_id_is_returned_as_it_came(given: Any) -> None:
    [good] = read(json.dumps({"id": given}))
    [bad] = read(json.dumps({"id": given, "headache_days": 99}))
    assert good == GoodRow(1, given, ScreeningAnswers())
    assert bad.id == given
    for row in (good, bad):
        assert json.loads(assessed_line(row))["id"] == given


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"headache_days": "x"}, "headache_days"),
        ({"headache_days": 5, "migraine_days": 6}, "migraine_days"),
        ({"headache_day": 5}, "headache_day"),
        ({"preventives": [{"medicine": "?"}]}, "preventives"),
        ({"months_at_this_frequency": 10**400}, "months_at_this_frequency"),
        ({"preventives": [{"medicine": "topiramate", "weeks": 10**400}]}, "preventives"),
        ({"": 1}, ""),
    ],
)
def test_a_wrong_row_names_its_number_the_reason_and_the_field(answers: dict[str, Any], field: str) -> None:
    rows = read("\n".join([person(1), json.dumps({"id": "p2", **answers}), person(3)]))
    assert days(rows) == [1, None, 3]
    line = json.loads(assessed_line(rows[1]))
    assert line == {"id": "p2", "row": 2, "error": line["error"], "field": field}
    assert line["error"]


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_constant_that_json_does_not_have_spoils_its_row_alone(constant: str) -> None:
    text = f'{{"id": "p2", "months_at_this_frequency": {constant}}}'
    assert days(read(f"{person(1)}\n{text}\n{person(3)}")) == [1, None, 3]


def test_a_row_without_an_id_has_none_in_its_line() -> None:
    [good, bad] = read(f"{person(1)}\noops")
    assert "id" not in json.loads(assessed_line(good))
    assert json.loads(assessed_line(bad)) == {"row": 2, "error": "this line is not JSON"}


@pytest.mark.parametrize(
    "text",
    ['{"id": NaN}', '{"id": [Infinity]}', r'{"id": "\ud800"}', r'{"\ud800": 1}', '{"id": 1e400}'],
)
def test_every_line_is_json_that_can_be_written_as_utf_8(text: str) -> None:
    [row] = read(text)
    line = assessed_line(row)
    line.encode("utf-8")

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    json.loads(line, parse_constant=refuse)


def test_an_assessed_line_holds_the_assessment() -> None:
    line = json.loads(assessed_line(read(person(20, id="p1"))[0]))
    assert line["id"] == "p1"
    assert line["outcome"] == "cannot_tell"
    assert line["criteria"]["headache_days"]["status"] == "met"
    assert "\n" not in assessed_line(read(person(20, id="a\nb"))[0])
