"""Hiding small counts, so that no table tells who somebody is.

A count from 1 to 4 is never shown. Beside a known total, one hidden count alone could be computed, so
further counts are hidden, the smallest first, until every small one could be more than one number.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

SMALLEST_SHOWN: Final = 5
_LARGEST_HIDDEN: Final = SMALLEST_SHOWN - 1

K = TypeVar("K")


class Hidden(StrEnum):
    """What stands in place of a count: it is from 1 to 4, or it is larger and hides such a one."""

    UNDER_5 = "under_5"
    NOT_SHOWN = "not_shown"


Shown = int | Hidden


@dataclass(frozen=True)
class ShownCounts(Generic[K]):
    """A table as it may be shown. The total is a number, or `UNDER_5`."""

    cells: Mapping[K, Shown]
    total: Shown


def is_small(count: int) -> bool:
    """Whether a count may not be shown. Nobody at all is no small count."""
    return 0 < count < SMALLEST_SHOWN


def shown(count: int) -> Shown:
    """A count that stands alone, beside no total."""
    return Hidden.UNDER_5 if is_small(count) else count


def shown_counts(counts: Mapping[K, int], elsewhere: Collection[K] = ()) -> ShownCounts[K]:
    """The counts as they may be shown beside their total.

    `elsewhere` are the cells that another table with the same total shows, too: they can hide nothing.
    Where nothing is left that could, no cell is shown at all. The total stays, since every table of the
    same screenings has it.
    """
    total = sum(counts.values())
    small = [key for key, count in counts.items() if is_small(count)]
    if not small:
        return ShownCounts(dict(counts), shown(total))
    spare = [key for key, count in counts.items() if count >= SMALLEST_SHOWN and key not in elsewhere]
    spare.sort(key=counts.__getitem__)
    # Two tables together say more of a cell that is in both, unless each hides it behind a larger one.
    fewest = 1 if set(small) & set(elsewhere) else 0
    for helpers in (spare[:number] for number in range(fewest, len(spare) + 1)):
        if _is_safe(sum(counts[key] for key in (*small, *helpers)), len(small), len(helpers)):
            marks = dict.fromkeys(small, Hidden.UNDER_5) | dict.fromkeys(helpers, Hidden.NOT_SHOWN)
            return ShownCounts({**counts, **marks}, total)
    return ShownCounts(dict.fromkeys(counts, Hidden.NOT_SHOWN), shown(total))


def _is_safe(hidden: int, small: int, helpers: int) -> bool:
    """Whether a small count could be more than one number for a reader who knows what the marks mean.

    `hidden` is the sum of what is hidden: so many small counts, each from 1 to 4, and so many helpers,
    each at least 5.
    """
    highest = min(_LARGEST_HIDDEN, hidden - (small - 1) - SMALLEST_SHOWN * helpers)
    lowest = 1 if helpers else max(1, hidden - _LARGEST_HIDDEN * (small - 1))
    return hidden >= SMALLEST_SHOWN and lowest < highest
