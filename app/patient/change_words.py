"""Several screenings of one person beside each other: the days of each, and how far two are apart.

A difference is told as a plain number. Nothing here says whether it is good or bad: another way of counting
can be behind it, and what it means is for a clinician.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.codes import CountedFrom, Outcome
from app.domain.criteria import HEADACHE_DAYS_PER_30, MIGRAINE_DAYS_PER_30, rate_of
from app.patient.outcome import face_of
from app.patient.paper_words import FACES, Line
from app.reports.papers.bars import days_words, window_of
from app.reports.papers.facts import counted_words
from app.services.opening_by_code import BesideOthers
from app.services.self_screening import ScreeningResult
from app.web.bars import Bar
from app.web.templating import moment, number

_SCALE: Final = 30  # days: the end of every bar
CANNOT_BE_READ: Final = _l("cannot be read")
EMERGENCY: Final = _l("What you ticked can be an emergency")
NAMES: Final[dict[str, Any]] = {
    "headache_days": _l("Headache days in 30"),
    "migraine_days": _l("Migraine days in 30"),
    "any_acute_medication_days": _l("Days with medicine for a headache in 30"),
}
# Where the pattern starts. Days with any medicine have no line: each class has its own.
LINES: Final = {"headache_days": HEADACHE_DAYS_PER_30, "migraine_days": MIGRAINE_DAYS_PER_30}
COLUMNS: Final = (
    _l("When"),
    _l("Headache days"),
    _l("Migraine days"),
    _l("Days with medicine"),
    _l("Result"),
)
TO_TALK_OVER: Final = _l("What a change means is a thing to talk over with your clinician.")
COUNTED_OTHERWISE: Final[Line] = (
    _l(
        "Days counted from memory are often too few. Where the way of counting has changed, a part of the "
        "difference may come from that."
    ),
    ("recall-and-diary-2020",),
)
_DIARY_NOW: Final = _l(
    "This time the days were counted with a diary or calendar; the time before, they were not."
)
_DIARY_BEFORE: Final = _l(
    "The time before, the days were counted with a diary or calendar; this time, they were not."
)


@dataclass(frozen=True)
class Count:
    """One count of days per 30, rounded as it is shown, and in words; `days` is None when it is not known."""

    days: Fraction | None
    words: str


@dataclass(frozen=True)
class Time:
    """One screening. `counts` are by the names of the answers; none when it cannot be read.

    `differences` are from the one before it; the first has none.
    """

    visit: int
    received: str
    outcome: Any
    counted: str = ""
    counts: dict[str, Count] = field(default_factory=dict)
    is_from_diary: bool = False
    is_emergency: bool = False
    differences: tuple[Any, ...] = ()

    def words(self, name: str) -> Any:
        return self.counts[name].words if self.counts else CANNOT_BE_READ

    @property
    def cells(self) -> list[Any]:
        """What the table says of it, in the order of `COLUMNS`."""
        return [self.received, *map(self.words, NAMES), self.outcome]


@dataclass(frozen=True)
class Picture:
    """A count as a bar with the line of the pattern. The label says all that the bar shows."""

    received: str
    words: Any
    bar: Bar
    label: str


def times(found: Sequence[BesideOthers]) -> list[Time]:
    """The screenings in their order, each with how far it is from the one before it."""
    told = [
        _time(each.about.visit, received, each.result)
        for each, received in zip(found, _received(found), strict=True)
    ]
    return told[:1] + [replace(now, differences=_differences(before, now)) for before, now in pairwise(told)]


def _received(found: Sequence[BesideOthers]) -> list[str]:
    """The day of each; with the time where two came on one day."""
    days = [str(format_date(each.about.received_at, "d MMM y")) for each in found]
    if len(set(days)) == len(days):
        return days
    return [moment(each.about.received_at) for each in found]


def _time(visit: int, received: str, result: ScreeningResult | None) -> Time:
    if result is None:
        return Time(visit, received, _("This screening cannot be read"))
    answers, assessment = result.answers, result.assessment
    counts = {name: _count(answers.get(name), window_of(answers)) for name in NAMES}
    is_emergency = assessment.outcome is Outcome.EMERGENCY
    return Time(
        visit,
        received,
        _emergency(counts) if is_emergency else FACES[face_of(assessment)].title,
        counted_words(answers),
        counts,
        is_from_diary=answers.get("counted_from") == CountedFrom.DIARY,
        is_emergency=is_emergency,
    )


def _emergency(counts: dict[str, Count]) -> Any:
    if any(each.days is not None for each in counts.values()):
        return EMERGENCY
    return _("What you ticked can be an emergency. The questions ended there, before any number.")


def _count(given: Any, window: int | None) -> Count:
    rate = rate_of(given, window) if isinstance(given, int) else None
    if rate is None:
        return Count(None, days_words(given, window))
    shown = Fraction(round(rate * 10), 10)
    return Count(shown, number(shown))


def pictures(found: Sequence[Time], name: str) -> list[Picture]:
    """The bars of one count; none when no screening has it."""
    if not any(each.counts and each.counts[name].days is not None for each in found):
        return []
    return [_picture(each, name) for each in found]


def _picture(time: Time, name: str) -> Picture:
    days, line = (time.counts[name].days if time.counts else None), LINES.get(name)
    values = {"time": time.received, "name": NAMES[name], "days": time.words(name)}
    label = _("%(time)s. %(name)s: %(days)s.", **values)
    if line is not None:
        label = _("%(time)s. %(name)s: %(days)s. The line is at %(line)s.", **values, line=line)
    fill = None if days is None else min(100, round(100 * days / _SCALE))
    return Picture(time.received, time.words(name), Bar(fill, _percent(line)), str(label))


def _percent(line: int | None) -> int | None:
    return None if line is None else round(100 * line / _SCALE)


def _differences(before: Time, now: Time) -> tuple[Any, ...]:
    """How far two screenings are apart, and that they were counted in different ways."""
    if not before.counts or not now.counts:
        return (_("One of the two cannot be read, so there is nothing to compare."),)
    apart = [_difference(NAMES[name], before.counts[name], now.counts[name]) for name in NAMES]
    told = [each for each in apart if each]
    if not told:
        return (_("There is no number that both times have."),)
    if before.is_from_diary == now.is_from_diary:
        return tuple(told)
    return (*told, _DIARY_NOW if now.is_from_diary else _DIARY_BEFORE)


def is_counted_otherwise(found: Iterable[Time]) -> bool:
    """Whether memory and a diary stand beside each other anywhere."""
    return any(each in (_DIARY_NOW, _DIARY_BEFORE) for time in found for each in time.differences)


def _difference(name: Any, before: Count, now: Count) -> str:
    if before.days is None or now.days is None:
        return ""
    apart = now.days - before.days
    if not apart:
        return str(_("%(name)s: as many as the time before.", name=name))
    if apart < 0:
        return str(_("%(name)s: %(days)s fewer than the time before.", name=name, days=number(-apart)))
    return str(_("%(name)s: %(days)s more than the time before.", name=name, days=number(apart)))
