"""The bands in which statistics count: coarse enough that a count tells little about one person.

Bands of days begin at the thresholds of the pattern (15 headache days, 8 migraine days per 30), so that
what reaches a threshold and what does not never share a band.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final


@dataclass(frozen=True)
class Band:
    """From `low` to `high`, both included; a rate between two whole numbers belongs to the lower one.

    `high` is None where there is no upper end. `code` is stored: never change it.
    """

    low: int
    high: int | None

    @property
    def code(self) -> str:
        return f"{self.low}_or_more" if self.high is None else f"{self.low}_to_{self.high}"


def _bands(*lows: int, last: int | None) -> tuple[Band, ...]:
    highs = [*(low - 1 for low in lows[1:]), last]
    return tuple(Band(low, high) for low, high in zip(lows, highs, strict=True))


HEADACHE_DAYS: Final = _bands(0, 5, 10, 15, 20, 25, last=30)
MIGRAINE_DAYS: Final = _bands(0, 4, 8, 12, 16, 20, 24, 28, last=30)
PREVENTIVES: Final = _bands(0, 1, 2, 3, last=None)
DAYS_TO_REVIEW: Final = _bands(0, 1, 3, 8, 15, 31, last=None)


def band_of(value: Fraction | float, bands: Sequence[Band]) -> Band:
    """The band in which a number that is not below 0 lies."""
    return max((band for band in bands if band.low <= value), key=lambda band: band.low)


def median_band(counts: Mapping[str, int], bands: Sequence[Band]) -> Band | None:
    """The band within which half of what was counted lies, by the codes of bands; None when nothing was."""
    half, so_far = sum(counts.get(band.code, 0) for band in bands) / 2, 0
    for band in bands:
        so_far += counts.get(band.code, 0)
        if so_far >= half > 0:
            return band
    return None
