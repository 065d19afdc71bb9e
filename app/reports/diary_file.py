"""A diary as a table that any spreadsheet opens, and back: one day a line, with the codes of the contract."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from flask_babel import gettext as _

from app.domain.diary import LONGEST_DAYS, DayKind, DayMark, Diary, earliest_day

COLUMNS: Final = ("date", "kind", "took_medicine")
_YES_NO: Final = {"yes": True, "no": False, "": False}
_MOST_PROBLEMS: Final = 10


class DiaryFileError(ValueError):
    """The file cannot be taken in; nothing of it was. `problems` say what to mend, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def write_diary(days: Diary) -> str:
    """The table, the earliest day first."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for day, mark in sorted(days.items()):
        writer.writerow([day.isoformat(), mark.kind.value, "yes" if mark.took_medicine else "no"])
    return table.getvalue()


def read_diary(content: bytes, today: date) -> dict[date, DayMark]:
    """The days of a table; one without a kind was not noted. Commas or semicolons divide the columns.

    Raises:
        DiaryFileError: something of it is not right.
    """
    rows = list(_rows(content))
    days: dict[date, DayMark] = {}
    problems: list[str] = []
    for number, row in rows:
        try:
            day, mark = _day(row, today)
            if day in days:
                raise ValueError(_("This day is there twice. Keep one line for it"))
        except ValueError as problem:
            problems.append(_("Line %(number)s: %(problem)s", number=number, problem=str(problem)))
            continue
        if mark is not None:
            days[day] = mark
    if problems:
        raise DiaryFileError(problems[:_MOST_PROBLEMS])
    if not days:
        raise DiaryFileError([_("No day is noted in the file. Fill in “kind” for at least one day")])
    return days


def _rows(content: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Number of the line and its cells by column."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DiaryFileError([_("Save the table as CSV in UTF-8, and choose that file")]) from None
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in head and "," not in head else ",")
    try:
        _check_head(next(reader, []))
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, dict(zip(COLUMNS, [*cells, "", "", ""], strict=False))
    except csv.Error:
        raise DiaryFileError([_("Save the table as CSV in UTF-8, and choose that file")]) from None


def _check_head(cells: list[str]) -> None:
    if tuple(cell.strip().lower() for cell in cells) != COLUMNS:
        raise DiaryFileError(
            [
                _(
                    "The first line has to be: %(columns)s. Begin with a file saved here",
                    columns=",".join(COLUMNS),
                )
            ]
        )


def _day(row: Mapping[str, str], today: date) -> tuple[date, DayMark | None]:
    """A day and what was noted of it; None where nothing was.

    Raises:
        ValueError: a cell is not right; the message says how to write it.
    """
    day, kind, took = _date(row["date"], today), row["kind"].lower(), row["took_medicine"].lower()
    if took not in _YES_NO:
        raise ValueError(_("Write yes or no for “took_medicine”, or leave it empty"))
    if kind not in {*DayKind, ""}:
        raise ValueError(_("Write none, headache or migraine for “kind”, or leave it empty"))
    if not kind and _YES_NO[took]:
        raise ValueError(_("Fill in “kind”, too: none, headache or migraine"))
    return day, DayMark(DayKind(kind), _YES_NO[took]) if kind else None


def _date(cell: str, today: date) -> date:
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        day = None
    if day is None or day.isoformat() != cell:  # weeks and other shapes of a date are not ours
        raise ValueError(_("Write the date as year, month and day, such as 2026-11-03"))
    if day > today:
        raise ValueError(_("This day is still to come. Take it out of the file"))
    if day < earliest_day(today):
        raise ValueError(
            _("A diary holds the last %(days)s days. Take earlier days out of the file", days=LONGEST_DAYS)
        )
    return day
