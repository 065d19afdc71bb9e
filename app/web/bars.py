"""Bars that show a number beside a threshold, as whole numbers for the SVG that is drawn."""

from dataclasses import dataclass
from typing import Final

from app.domain.criteria import Criterion

# The end of each scale: a month of days, and a year of months.
SCALES: Final = {"headache_days": 30, "migraine_days": 30, "duration": 12}


@dataclass(frozen=True)
class Bar:
    """How far the bar and its mark reach, in percent of the scale; `fill` is None when unknown.

    `mark` is None where there is no line.
    """

    fill: int | None
    mark: int | None


def bar_for(name: str, criterion: Criterion) -> Bar:
    """The bar of a criterion. A value past the end of the scale fills it."""
    end = SCALES[name]
    mark = round(100 * criterion.threshold / end)
    if criterion.value is None:
        return Bar(None, mark)
    return Bar(min(100, round(100 * criterion.value / end)), mark)
