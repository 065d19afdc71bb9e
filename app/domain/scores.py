"""Totals of published instruments that a clinician may enter: ranges and grades, and no item text.

MIDAS grades: clinical reference, section 6 (Stewart and Lipton); its days missed and its days half done are
different days of three months, so three areas of life give at most 270. PHQ-2 is positive from 3 (Kroenke
2003), GAD-2 from 3 (Plummer 2016, 10.1016/j.genhosppsych.2015.11.005). Of HIT-6 only the range is used.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Instrument(StrEnum):
    """A questionnaire that is scored elsewhere. MIDAS counts days over 3 months; HIT-6 looks at 4 weeks."""

    MIDAS = "midas"
    HIT_6 = "hit_6"
    PHQ_2 = "phq_2"
    GAD_2 = "gad_2"


# The lowest and the highest total.
RANGES: Final = {
    Instrument.MIDAS: (0, 270),
    Instrument.HIT_6: (36, 78),
    Instrument.PHQ_2: (0, 6),
    Instrument.GAD_2: (0, 6),
}
# The lowest total of each grade of MIDAS, the highest grade first.
_MIDAS_GRADES: Final = ((21, 4), (11, 3), (6, 2), (0, 1))
_POSITIVE_FROM: Final = {Instrument.PHQ_2: 3, Instrument.GAD_2: 3}


@dataclass(frozen=True)
class Score:
    """The total of one instrument.

    Raises:
        ValueError: the total is outside the range of the instrument.
    """

    instrument: Instrument
    total: int

    def __post_init__(self) -> None:
        lowest, highest = RANGES[self.instrument]
        if not lowest <= self.total <= highest:
            raise ValueError(f"a total of {self.instrument} is from {lowest} to {highest}")

    @property
    def grade(self) -> int | None:
        """The grade of MIDAS, 1 (little or no disability) to 4 (severe); None for the others."""
        if self.instrument is not Instrument.MIDAS:
            return None
        return next(grade for lowest, grade in _MIDAS_GRADES if self.total >= lowest)

    @property
    def is_positive(self) -> bool | None:
        """Whether PHQ-2 or GAD-2 reaches its cut-off; None for the others."""
        cut_off = _POSITIVE_FROM.get(self.instrument)
        return None if cut_off is None else self.total >= cut_off
