"""How headache days changed under a treatment: a baseline and later counts, compared exactly."""

from dataclasses import dataclass
from fractions import Fraction

from app.domain.criteria import days_per_30


@dataclass(frozen=True)
class DayCount:
    """Headache days counted in a window of days."""

    days: int
    window_days: int

    @property
    def rate(self) -> Fraction:
        """Days per 30 days."""
        return days_per_30(self.days, self.window_days)


@dataclass(frozen=True)
class TreatmentResponse:
    """The months before treatment began and the latest ones, oldest first, with the cycles given so far."""

    baseline: DayCount
    later: tuple[DayCount, ...] = ()
    cycles: int | None = None

    @property
    def reduction_percent(self) -> Fraction | None:
        """By how many percent the latest count is below the baseline; None without a count to compare."""
        if not self.later or self.baseline.rate == 0:
            return None
        return 100 * (self.baseline.rate - self.later[-1].rate) / self.baseline.rate
