"""Counts beside their lines, drawn as bars. All that a bar shows stands in words beside it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.answers import DEFAULT_WINDOW_DAYS
from app.domain.assessment import Assessment
from app.domain.criteria import Criterion, rate_of
from app.domain.medication_overuse import ClassUse
from app.domain.values import NOT_SURE_WORD
from app.reports.papers.words import HEADACHE_FREE_DAYS, NO_LINE, NOT_ANSWERED, NOT_KNOWN, NOT_SURE
from app.reports.record_words import overuse_rows, tile
from app.web.bars import SCALES
from app.web.templating import number

_DAYS: Final = 30  # the end of every scale of days
_ANSWERS: Final = {
    "headache_days": "headache_days",
    "migraine_days": "migraine_days",
    "duration": "months_at_this_frequency",
}


@dataclass(frozen=True)
class Bar:
    """One count in words, and how far its bar and its line reach in percent of the scale.

    `amount` is the number itself: days per 30 days, or months. It and `fill` are None when it is not known,
    `mark` when there is no line.
    """

    code: str
    name: str
    amount: Fraction | None
    value: str
    line: str
    state: str
    fill: int | None
    mark: int | None


def window_of(answers: dict[str, Any]) -> int | None:
    """The days over which days were counted; None when the person was not sure."""
    given = answers.get("window_days", DEFAULT_WINDOW_DAYS)
    return None if given == NOT_SURE_WORD else given


def days_words(given: Any, window: int | None) -> str:
    """A count of days with its window."""
    if given is None:
        return str(NOT_ANSWERED)
    if given == NOT_SURE_WORD:
        return str(NOT_SURE)
    if window is None:
        days = ngettext("%(num)s day", "%(num)s days", given)
        return str(_("%(days)s, not known in how many", days=days))
    return str(_("%(days)s in %(window)s days", days=given, window=window))


def _days_beside_a_line(given: Any, rate: Fraction | None, window: int | None) -> str:
    """The same, with the days per 30 that the bar shows when the window is another one."""
    words = days_words(given, window)
    if rate is None or window == _DAYS:
        return words
    return str(_("%(days)s, or %(rate)s in 30", days=words, rate=number(rate)))


def _months_words(given: Any, value: Fraction | None) -> str:
    if value is None:
        return str(NOT_ANSWERED if given is None else NOT_SURE)
    count = 1 if value == 1 else 2
    return str(ngettext("%(months)s month", "%(months)s months", count, months=number(value)))


def _criterion_bar(name: str, criterion: Criterion, answers: dict[str, Any]) -> Bar:
    shown, given = tile(name, criterion), answers.get(_ANSWERS[name])
    is_months = name == "duration"
    state, value = str(shown.state), criterion.value
    return Bar(
        code=_ANSWERS[name],
        name=str(shown.name),
        amount=value,
        value=_months_words(given, value)
        if is_months
        else _days_beside_a_line(given, value, window_of(answers)),
        line=shown.threshold,
        state=state if value is None else f"{state}, {shown.distance}",
        fill=shown.bar.fill,
        mark=shown.bar.mark,
    )


def _percent(days: Fraction | int) -> int:
    return min(100, round(100 * days / _DAYS))


def day_bars(assessment: Assessment, answers: dict[str, Any]) -> tuple[Bar, ...]:
    """The three criteria, and headache-free days when they were asked."""
    bars = [_criterion_bar(name, assessment.criteria[name], answers) for name in SCALES]
    free, window = answers.get("headache_free_days"), window_of(answers)
    if free is not None:
        rate = None if free == NOT_SURE_WORD else rate_of(free, window)
        words = _days_beside_a_line(free, rate, window)
        fill = None if rate is None else _percent(rate)
        bars.insert(
            2, Bar("headache_free_days", str(HEADACHE_FREE_DAYS), rate, words, str(NO_LINE), "", fill, None)
        )
    return tuple(bars)


def overuse_bars(assessment: Assessment, answers: dict[str, Any]) -> tuple[Bar, ...]:
    """Each class of acute medicine with its line of 10 or 15 days; none when nothing was answered."""
    overuse = assessment.medication_overuse
    rows = overuse_rows(overuse, answers)
    if overuse is None or not rows:
        return ()
    return tuple(_overuse_bar(use, row) for use, row in zip(overuse.classes, rows, strict=True))


def _overuse_bar(use: ClassUse, row: list[Any]) -> Bar:
    name, _days, line, status = row
    return Bar(
        code=use.name,
        name=str(name),
        amount=use.days,
        value=str(NOT_KNOWN) if use.days is None else _days_in_30(use.days),
        line=str(_("line: %(days)s", days=line)),
        state=str(status),
        fill=None if use.days is None else _percent(use.days),
        mark=_percent(use.threshold),
    )


def _days_in_30(days: Fraction) -> str:
    count = 1 if days == 1 else 2
    return str(ngettext("%(amount)s day", "%(amount)s days", count, amount=number(days)))
