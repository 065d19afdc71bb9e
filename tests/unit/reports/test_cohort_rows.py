"""No row is lost, whatever the rows are, and memory stays flat however many there are."""

import csv
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.domain import answers_to_mapping, assess, assessment_to_mapping
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.reports.cohort import BadRow, Row, assessed_line, read_json
from app.reports.cohort_csv import read_csv
from tests.support.strategies import screening_answers

# Lines that are no JSON and cannot become JSON together with their neighbours.
BROKEN: Final = st.sampled_from(["oops", "{]", '{"headache_days": 15,,', "nul", "}}", '"', "1 2"])
OBJECTS: Final = st.dictionaries(
    st.sampled_from(["id", "headache_days", "migraine_days", "unknown"]),
    st.integers(-1, 40) | st.none() | st.text(max_size=5),
    max_size=4,
)
VALUES: Final = OBJECTS | st.integers() | st.none() | st.lists(st.integers(), max_size=2)
LINE_ENDS: Final = st.sampled_from(["\n", "\r\n", "\n\n"])


def lines(rows: Iterator[Row]) -> list[dict[str, Any]]:
    return [json.loads(assessed_line(row)) for row in rows]


def is_in_order(rows: list[Row]) -> bool:
    return [row.row for row in rows] == list(range(1, len(rows) + 1))


@given(st.lists(BROKEN | OBJECTS.map(json.dumps), max_size=8), LINE_ENDS, st.booleans())
@example(["oops", "nope", "{}", "{}"], "\n", False)
@settings(deadline=None)
def test_every_line_gives_one_line(rows: list[str], end: str, is_ended: bool) -> None:
    # A file without any object is told about once, not line by line.
    assume(len(rows) < 2 or any(line[:2] in ('{"', "{}") for line in rows[1:]))
    text = end.join(rows) + (end if is_ended else "")
    read = list(read_json(io.StringIO(text, newline="")))
    assert len(read) == len(rows)
    assert is_in_order(read)
    is_broken = [isinstance(row, BadRow) and "JSON" in row.error for row in read]
    assert is_broken == [line[:2] not in ('{"', "{}") or ",," in line for line in rows]


@given(st.lists(VALUES, max_size=8), st.sampled_from([None, 1, 4]), st.integers(0, 3))
@settings(deadline=None)
def test_every_item_of_an_array_gives_one_line(rows: list[Any], indent: int | None, blank: int) -> None:
    space = " " * (64 * 1024 - 10) * blank  # puts the items across the joints of chunks
    text = space + json.dumps(rows, indent=indent).replace("[", "[" + space, 1)
    read = list(read_json(io.StringIO(text)))
    assert len(read) == len(rows)
    assert is_in_order(read)


CELLS: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6)


@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=8),
    st.sampled_from(["id,headache_days", "headache_days", "id,unknown", "id,id"]),
)
@settings(deadline=None)
def test_every_row_of_a_table_gives_one_line(rows: list[list[str]], header: str) -> None:
    table = io.StringIO(newline="")
    csv.writer(table).writerows(rows)
    read = list(read_csv(io.StringIO(f"{header}\r\n{table.getvalue()}", newline="")))
    assert len(read) == len(rows)
    assert is_in_order(read)


@given(st.lists(screening_answers(), max_size=4))
@settings(deadline=None, max_examples=40)
def test_a_file_is_assessed_as_each_person_alone(people: list[Any]) -> None:
    text = "\n".join(json.dumps(answers_to_mapping(answers)) for answers in people)
    alone = [
        json.loads(json.dumps(assessment_to_mapping(assess(answers, QUESTIONNAIRE_VERSION))))
        for answers in people
    ]
    assert lines(read_json(io.StringIO(text))) == alone


# --- memory ---------------------------------------------------------------------------------------

ROWS: Final = 200_000
LITTLE: Final = 2 * 1024 * 1024


class Endless(io.TextIOBase):
    """A text file that is made while it is read."""

    def __init__(self, parts: Iterator[str]) -> None:
        self.parts = parts
        self.rest = ""

    def read(self, size: int | None = -1) -> str:
        assert size is not None
        assert size > 0, "the whole file at once"
        while len(self.rest) < size and (part := next(self.parts, "")):
            self.rest += part
        text, self.rest = self.rest[:size], self.rest[size:]
        return text

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        while "\n" not in self.rest and (part := next(self.parts, "")):
            self.rest += part
        line, end, self.rest = self.rest.partition("\n")
        return line + end


def repeated(first: str, good: str, bad: str, last: str) -> Iterator[str]:
    """Mostly rows of the wrong shape: tracing makes good ones slow."""
    yield first
    for _ in range(ROWS // 100):
        yield good + bad * 99
    yield last


@pytest.mark.parametrize(
    ("reader", "first", "good", "bad", "last"),
    [
        (read_csv, "id,headache_days\n", "p,9\n", "9\n", ""),
        (read_json, "", '{"headache_days":9}\n', "9\n", ""),
        (read_json, "[", '{"headache_days":9},', "9,", "]"),
    ],
    ids=["csv", "json lines", "json array"],
)
def test_memory_stays_flat_over_very_many_rows(
    reader: Callable[[Any], Iterator[Row]], first: str, good: str, bad: str, last: str
) -> None:
    tracemalloc.start()
    try:
        found = sum(1 for _ in reader(Endless(repeated(first, good, bad, last))))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == ROWS
    assert peak < LITTLE
