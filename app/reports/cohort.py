"""Many people's answers from a JSON file (or CSV: `cohort_csv`), one at a time, without ever losing one.

A row that cannot be used is yielded as a `BadRow` in its place, and the rest goes on. Only one row is
held in memory, whatever the size of the file.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TextIO

from app.domain import (
    AnswerError,
    ScreeningAnswers,
    answers_from_mapping,
    assess,
)
from app.domain.assessment_text import LINE, assessment_texts
from app.domain.policies import Policy
from app.questionnaire import QUESTIONNAIRE_VERSION

_CHUNK: Final = 64 * 1024
_LONGEST_RECORD: Final = 4 * 1024 * 1024
NOT_UTF_8: Final = "this row is not UTF-8 text: save the file as UTF-8"
_SPACE: Final = " \t\r\n\ufeff"


@dataclass(frozen=True)
class GoodRow:
    """One person's answers. `id` is whatever the file gave, or None; `row` counts from 1."""

    row: int
    id: Any
    answers: ScreeningAnswers


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used, with the reason and, where it is known, the answer at fault."""

    row: int
    id: Any
    error: str
    field: str | None = None


Row = GoodRow | BadRow


def _answers_row(number: int, raw: Any) -> Row:
    """A JSON value as a row."""
    if not isinstance(raw, dict):
        return BadRow(number, None, "a row must be an object with answers by name")
    given = dict(raw)
    person = given.pop("id", None)
    try:
        return GoodRow(number, person, answers_from_mapping(given))
    except AnswerError as problem:
        return BadRow(number, person, str(problem), problem.field)


def read_json(file: TextIO) -> Iterator[Row]:
    """Rows from one object, an array of objects, or one object a line."""
    start = _first_text(file)
    if start.startswith("["):
        return _read_array(file, start)
    first_line, _, rest = start.partition("\n")
    if not rest:
        first_line += file.readline()
    if _is_record(first_line):
        return _read_lines(first_line, rest, file)
    text = f"{first_line}\n{rest}" if rest else first_line
    text += file.read(_LONGEST_RECORD)
    if _is_record(text) or not _has_several_records(text):
        return _read_document(text)
    return _read_lines("", text, file)


def _loads(text: str) -> Any:
    """A JSON value. NaN and infinity are no JSON. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise ValueError("too deep") from None


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large")
    return number


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)


def _has_several_records(text: str) -> bool:
    """Whether a text that is no JSON as a whole looks like one object a line."""
    lines = [line for line in text.splitlines() if line.strip(_SPACE)]
    return any(line.startswith("{") or _is_record(line) for line in lines[1:])


def _first_text(file: TextIO) -> str:
    """The beginning of the file from its first character that says something."""
    while chunk := file.read(_CHUNK):
        text = chunk.lstrip(_SPACE)
        if text:
            return text
    return ""


def _is_record(line: str) -> bool:
    try:
        return isinstance(_loads(line), dict)
    except ValueError:
        return False


def _lines(first_line: str, rest: str, file: TextIO) -> Iterator[str]:
    yield first_line
    *whole, last = rest.split("\n") if rest else [""]
    yield from whole
    yield last + file.readline()
    yield from file


def _read_lines(first_line: str, rest: str, file: TextIO) -> Iterator[Row]:
    """One object a line; a broken line is one bad row."""
    number = 0
    for line in _lines(first_line, rest, file):
        if not line.strip(_SPACE):
            continue
        number += 1
        if has_broken_text(line):
            yield BadRow(number, None, NOT_UTF_8)
            continue
        try:
            yield _answers_row(number, _loads(line))
        except ValueError:
            yield BadRow(number, None, "this line is not JSON")


def _read_document(text: str) -> Iterator[Row]:
    """A single object, written over several lines."""
    if not text.strip(_SPACE):
        return
    try:
        yield _answers_row(1, _loads(text))
    except ValueError:
        yield BadRow(1, None, "this is not JSON: check brackets, commas and quotation marks")


def _read_array(file: TextIO, start: str) -> Iterator[Row]:
    """The items of an array, decoded one by one from a buffer that is kept short."""
    buffer, number = start[1:], 0
    while True:
        buffer = buffer.lstrip(_SPACE + ",")
        if buffer.startswith("]"):
            if (buffer[1:] + file.read(_CHUNK)).strip(_SPACE):
                yield BadRow(number + 1, None, "the file goes on after the array; the rest was not read")
            return
        try:
            value, end = _DECODER.raw_decode(buffer)
        except (ValueError, RecursionError):
            chunk = file.read(_CHUNK) if len(buffer) < _LONGEST_RECORD else ""
            if not chunk:
                yield _end_of_sense(number + 1, buffer)
                return
            buffer += chunk
            continue
        if end == len(buffer) and (chunk := file.read(_CHUNK)):
            buffer += chunk  # a number may go on in the next chunk
            continue
        number += 1
        broken = has_broken_text(buffer[:end])
        yield BadRow(number, None, NOT_UTF_8) if broken else _answers_row(number, value)
        buffer = buffer[end:]


def _end_of_sense(number: int, buffer: str) -> BadRow:
    if not buffer:
        return BadRow(number, None, "the array is not closed: the file ends before its ]")
    return BadRow(number, None, "from this row on the file is not JSON; the rest was not read")


def has_broken_text(text: str) -> bool:
    """Whether bytes that are no UTF-8 were read (as lone surrogates, so that the rest could go on)."""
    return not text.isascii() and any("\udc80" <= character <= "\udcff" for character in text)


def assessed_line(row: Row, policies: tuple[Policy, ...] | None = None) -> str:
    """The line of JSON that is written for a row: its assessment, or why there is none.

    `policies` are those compared with; the ones shipped unless they are given.
    """
    if isinstance(row, GoodRow):
        line = {} if row.id is None else {"id": LINE.plain(row.id)}
        line |= assessment_texts(assess(row.answers, QUESTIONNAIRE_VERSION, policies), LINE)
        return LINE.mapping(line)
    return _wrong_line(row)


def _wrong_line(row: BadRow) -> str:
    line: dict[str, Any] = {} if row.id is None else {"id": row.id}
    line |= {"row": row.row, "error": row.error}
    if row.field is not None:
        line["field"] = row.field
    return LINE.plain(line)
