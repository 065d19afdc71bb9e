"""Columns for a chart, as numbers for the SVG that is drawn.

Across, everything is in percent of the width; down, in px: so that words keep their size on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.domain.small_cells import SMALLEST_SHOWN, Hidden, Shown

HEIGHT: Final = 228
TOP: Final = 54  # above it: the words of the threshold, and those of the highest column
BASE: Final = 202
_LEFT: Final = 9.0  # for the numbers of the scale
_FILLED: Final = 0.76  # of its place, the rest is the gap
_SHORTEST: Final = 10
_STEPS: Final = (1, 2, 4, 6, 8, 10)


@dataclass(frozen=True)
class Column:
    """One column. `kind` is `reached`, `below`, `under_5` or `not_shown`; `words` may stand above it."""

    x: float
    middle: float
    width: float
    y: int
    height: int
    kind: str
    title: Any
    words: tuple[Any, ...]
    tick: Any


@dataclass(frozen=True)
class Threshold:
    """A line between two columns."""

    x: float
    words: Any


@dataclass(frozen=True)
class Chart:
    """Columns over a scale from 0 to `top`. `label` says what the picture shows."""

    label: Any
    columns: tuple[Column, ...]
    top: int
    threshold: Threshold | None = None


@dataclass(frozen=True)
class Entry:
    """What one column shows: a count, its whole name, the words above it and those below it."""

    count: Shown
    title: Any
    words: tuple[Any, ...] = ()
    tick: Any = ""


def column_chart(
    label: Any, entries: Sequence[Entry], *, reached_from: int = 0, threshold: Any = ""
) -> Chart:
    """A chart of counts. The columns from `reached_from` on reach the threshold, a line before them."""
    top = _nice_top(max((each.count for each in entries if not isinstance(each.count, Hidden)), default=0))
    place = (100 - _LEFT) / len(entries)
    columns = tuple(
        _column(entry, _LEFT + index * place, place, top, is_below=index < reached_from)
        for index, entry in enumerate(entries)
    )
    line = Threshold(_LEFT + reached_from * place, threshold) if reached_from else None
    return Chart(label, columns, top, line)


def _nice_top(highest: int) -> int:
    """The end of the scale: an even number that is easy to halve, and no less than 10."""
    scale = 10
    while scale * _STEPS[-1] < highest:
        scale *= 10
    return next(step * scale for step in _STEPS if step * scale >= highest)


def _column(entry: Entry, left: float, place: float, top: int, *, is_below: bool) -> Column:
    height = _height(entry.count, top)
    kind = entry.count.value if isinstance(entry.count, Hidden) else "below" if is_below else "reached"
    return Column(
        x=left + place * (1 - _FILLED) / 2,
        middle=left + place / 2,
        width=place * _FILLED,
        y=BASE - height,
        height=height,
        kind=kind,
        title=entry.title,
        words=entry.words,
        tick=entry.tick,
    )


def _height(shown: Shown, top: int) -> int:
    """In px. What is under 5 is drawn as high as 5, and what is not shown as high as the chart."""
    if shown is Hidden.NOT_SHOWN:
        return BASE - TOP
    if shown is Hidden.UNDER_5:
        return max(_SHORTEST, round((BASE - TOP) * SMALLEST_SHOWN / top))
    return round((BASE - TOP) * shown / top)
