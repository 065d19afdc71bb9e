"""How sure a proportion is that was seen in a few people: the Wilson score interval.

Wilson 1927 (10.1080/01621459.1927.10502953), recommended for small numbers by Newcombe 1998
(10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E).
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

_Z: Final = NormalDist().inv_cdf(0.975)  # both ends of 95 %


@dataclass(frozen=True)
class Proportion:
    """`part` of `whole`; `whole` is not 0. Values are from 0 to 1."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        return self.part / self.whole

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson score interval, without correction for continuity."""
        middle = self.part + _Z**2 / 2
        reach = _Z * sqrt(self.part * (self.whole - self.part) / self.whole + _Z**2 / 4)
        low, high = ((middle + side * reach) / (self.whole + _Z**2) for side in (-1, 1))
        # Rounding must not leave a remainder where the formula gives exactly 0 or 1.
        return (0.0 if self.part == 0 else low, 1.0 if self.part == self.whole else high)
