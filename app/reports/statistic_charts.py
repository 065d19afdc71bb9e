"""The charts of the statistics: the same counts as in the tables, in the same words."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import format_date
from flask_babel import gettext as _

from app.domain.bands import HEADACHE_DAYS, MIGRAINE_DAYS, Band
from app.domain.criteria import HEADACHE_DAYS_PER_30, MIGRAINE_DAYS_PER_30
from app.domain.small_cells import Hidden, Shown, ShownCounts
from app.reports.statistic_words import count_words, day_words, span_words
from app.services.statistics import Statistics
from app.web.charts import Chart, Entry, column_chart
from app.web.templating import number

_TICKS: Final = 5  # so many dates find room below a chart on a phone


def charts(found: Statistics) -> dict[str, Chart]:
    """Every chart, by the name of its table. There is none where nothing may be shown."""
    if isinstance(found.total, Hidden) or found.total == 0:
        return {}
    return {
        "weeks": _weeks(found),
        "headache_days": _days(
            _("Headache days in 30"), found.headache_days, HEADACHE_DAYS, HEADACHE_DAYS_PER_30
        ),
        "migraine_days": _days(
            _("Migraine days in 30"), found.migraine_days, MIGRAINE_DAYS, MIGRAINE_DAYS_PER_30
        ),
    }


def _weeks(found: Statistics) -> Chart:
    every = -(-len(found.weeks.cells) // _TICKS)
    pattern = "d MMM" if found.weeks_in_part == 1 else "MMM y"
    entries = [
        Entry(
            count,
            _title(day_words(part.first_week), count),
            tick=format_date(part.first_week, pattern) if place % every == 0 else "",
        )
        for place, (part, count) in enumerate(found.weeks.cells.items())
    ]
    return column_chart(_("Screenings by week. The table has the same numbers."), entries)


def _days(name: Any, counts: ShownCounts[str], bands: Sequence[Band], threshold: int) -> Chart:
    """The counts of people whose days are known, with a line where the threshold is reached."""
    entries = [_entry(band, counts.cells[band.code]) for band in bands]
    return column_chart(
        _("%(name)s, with a line at %(days)s. The table has the same numbers.", name=name, days=threshold),
        entries,
        reached_from=next(place for place, band in enumerate(bands) if band.low == threshold),
        threshold=_("%(days)s days or more", days=threshold),
    )


def _entry(band: Band, count: Shown) -> Entry:
    words = tuple(count_words(count).split()) if isinstance(count, Hidden) else (number(count),)
    return Entry(count, _title(span_words(band), count), words, span_words(band))


def _title(name: Any, count: Shown) -> str:
    return str(_("%(name)s: %(count)s", name=name, count=count_words(count)))
