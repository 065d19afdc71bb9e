"""What a diary says, in words: its days, its counts, and memory beside them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from app.domain.diary import DayMark, DiaryCount
from app.questionnaire.calendar import KIND_WORDS
from app.services.diary_beside import DiaryBeside
from app.services.diary_keeping import Recall
from app.web.templating import day_of_month

DAY: Final = "d MMM y"
_SPANS_ON_PAPER: Final = 3


def day_words(days: Mapping[date, DayMark | None]) -> list[str]:
    """A line a day, the latest first."""
    return [f"{day_of_month(day)}: {_mark(mark)}" for day, mark in sorted(days.items(), reverse=True)]


def _mark(mark: DayMark | None) -> str:
    if mark is None:
        return str(_("not noted"))
    kind = str(KIND_WORDS[mark.kind])
    return str(_("%(kind)s, took medicine", kind=kind)) if mark.took_medicine else kind


def span_words(count: DiaryCount) -> str:
    """From which day to which."""
    first, last = format_date(count.first, "d MMM"), format_date(count.last, DAY)
    return str(_("%(first)s to %(last)s", first=first, last=last))


def window_rows(counts: Iterable[DiaryCount]) -> list[list[str]]:
    """A row a span of 28 days: which, headache, migraine and medicine days, and days not noted.

    Where days were not noted, a count is the least that it can be.
    """
    rows = []
    for count in counts:
        counted = (count.headache_days, count.migraine_days, count.medicine_days)
        rows.append([span_words(count), *(_least(days, count) for days in counted), str(count.unmarked_days)])
    return rows


def diary_lines(diary: DiaryBeside | None) -> list[str]:
    """The latest spans of a diary beside a screening, a line each, as a paper has room for them."""
    if diary is None:
        return []
    if not diary.is_readable:
        return [str(_("The diary cannot be read."))]
    return [_line(*row) for row in window_rows(diary.counts[:_SPANS_ON_PAPER])]


def _line(span: str, headache: str, migraine: str, medicine: str, unmarked: str) -> str:
    line = _(
        "%(span)s: headache days %(headache)s, migraine days %(migraine)s, days with medicine %(medicine)s, "
        "days not noted %(unmarked)s",
        span=span,
        headache=headache,
        migraine=migraine,
        medicine=medicine,
        unmarked=unmarked,
    )
    return str(line)


def _least(days: int, count: DiaryCount) -> str:
    return str(days) if count.is_complete else str(_("at least %(days)s", days=days))


def recall_rows(recalls: Iterable[Recall]) -> list[list[str]]:
    """A row for each count that was remembered: when it was sent, what, memory, diary, difference."""
    return [
        [
            format_date(recall.sent_on, DAY),
            what,
            str(remembered),
            str(noted),
            _difference(noted - remembered),
        ]
        for recall in recalls
        for what, remembered, noted in _pairs(recall)
        if remembered is not None
    ]


def _pairs(recall: Recall) -> tuple[tuple[str, int | None, int], ...]:
    return (
        (_("Headache days"), recall.headache_days, recall.counted.headache_days),
        (_("Migraine days"), recall.migraine_days, recall.counted.migraine_days),
    )


def _difference(more: int) -> str:
    if more > 0:
        return str(ngettext("%(num)s day more in the diary", "%(num)s days more in the diary", more))
    if more < 0:
        return str(ngettext("%(num)s day fewer in the diary", "%(num)s days fewer in the diary", -more))
    return str(_("the same in both"))
