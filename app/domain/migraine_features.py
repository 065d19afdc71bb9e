"""Whether the headaches have the features of migraine (ICHD-3 1.1 A to D; clinical reference, section 1.2).

Light alone or sound alone does not count for D: both together do, or nausea or vomiting. A day of chronic
migraine needs C and D, not B (ICHD-3 1.3 C1), so this stands beside the outcome and never changes it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from app.domain.answers import ScreeningAnswers
from app.domain.codes import NotSure, Status
from app.domain.three_valued import all_of, any_of, at_least, status_of_answer
from app.domain.written import KEPT, Written

ADULT_AGE: Final = 18
SHORTEST_ATTACK_HOURS: Final = 4
SHORTEST_ATTACK_HOURS_OF_A_MINOR: Final = 2


@dataclass(frozen=True)
class MigraineFeatures(Written):
    """The status of ICHD-3 1.1 A (attacks), B (hours), C (pain), D (company) and of all together.

    `misses_one` marks probable migraine (ICHD-3 1.5): exactly one of the four is not met.
    """

    attacks: Status
    hours: Status
    pain: Status
    company: Status

    @property
    def whole(self) -> Status:
        return all_of(self.attacks, self.hours, self.pain, self.company)

    @property
    def misses_one(self) -> bool:
        each = [self.attacks, self.hours, self.pain, self.company]
        return each.count(Status.NOT_MET) == 1 and each.count(Status.MET) == 3

    def to_mapping(self) -> dict[str, Any]:
        return {
            "a": self.attacks.value,
            "b": self.hours.value,
            "c": self.pain.value,
            "d": self.company.value,
            "status": self.whole.value,
            "misses_one": self.misses_one,
        }


# One of 81, whoever answered.
_features: Final = lru_cache(maxsize=KEPT)(MigraineFeatures)


def is_minor(age_years: Any) -> bool:
    """Whether an age is known and under 18. An age that is not known counts as an adult's."""
    return isinstance(age_years, int) and age_years < ADULT_AGE


def _hours(answers: ScreeningAnswers) -> Status:
    """1.1 B: 4 to 72 hours untreated, 2 to 72 under 18. Hours of one day tell only of the lower bound."""
    hours = answers.hours_per_headache_day
    if hours is None or isinstance(hours, NotSure):
        return Status.CANNOT_TELL
    minor = is_minor(answers.age_years)
    shortest = SHORTEST_ATTACK_HOURS_OF_A_MINOR if minor else SHORTEST_ATTACK_HOURS
    return Status.MET if hours >= shortest else Status.NOT_MET


def migraine_features(answers: ScreeningAnswers) -> MigraineFeatures:
    """Compare the answers with ICHD-3 1.1; what was not answered cannot be told."""
    pain = (
        answers.unilateral_location,
        answers.pulsating_quality,
        answers.moderate_or_severe_pain,
        answers.aggravated_by_routine_activity,
    )
    light_and_sound = all_of(status_of_answer(answers.photophobia), status_of_answer(answers.phonophobia))
    return _features(
        status_of_answer(answers.lifetime_attacks_at_least_5),
        _hours(answers),
        at_least(2, map(status_of_answer, pain)),
        any_of(status_of_answer(answers.nausea_or_vomiting), light_and_sound),
    )
