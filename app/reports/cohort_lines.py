"""Lines of JSON for many rows, in parts that are written one after the other."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.domain.policies import Policy
from app.reports.cohort import BadRow, Row, assessed_line


class Assessed(NamedTuple):
    """The lines of some rows, how many rows they are, and how many of these are wrong."""

    text: str
    rows: int
    wrong: int


def assessed(rows: Iterable[Row], policies: tuple[Policy, ...]) -> Iterator[Assessed]:
    """The line of each row by itself."""
    for row in rows:
        yield Assessed(assessed_line(row, policies) + "\n", 1, isinstance(row, BadRow))


def together(parts: Iterable[Assessed]) -> Assessed:
    """Several parts as one."""
    texts, rows, wrong = zip(*parts, strict=True)
    return Assessed("".join(texts), sum(rows), sum(wrong))
