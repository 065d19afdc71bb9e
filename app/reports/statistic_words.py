"""The tables of the statistics in words. A count that may not be shown is never in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from flask_babel import format_date, format_percent, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.bands import DAYS_TO_REVIEW, HEADACHE_DAYS, MIGRAINE_DAYS, PREVENTIVES, Band
from app.domain.medication_overuse import OveruseStatus
from app.domain.periods import Period
from app.domain.small_cells import Hidden, Shown, ShownCounts
from app.questionnaire.desk_labels import OVERUSE_STATUSES
from app.questionnaire.labels import OUTCOMES, URGENCIES
from app.services.counting import NOT_KNOWN
from app.services.statistics import NOT_REVIEWED, Statistics
from app.web.templating import number

NO_SHARE: Final = "–"
_MEDICINES: Final = (_l("None"), _l("1 medicine"), _l("2 medicines"), _l("3 or more"))
_WAITS: Final = (
    _l("The same day"),
    _l("1 to 2 days"),
    _l("3 to 7 days"),
    _l("8 to 14 days"),
    _l("15 to 30 days"),
    _l("Over 30 days"),
)


@dataclass(frozen=True)
class CountRow:
    """A line of a table: name, count and share in words; `percent` is None where the count is hidden."""

    name: Any
    count: str
    share: str
    percent: int | None


@dataclass(frozen=True)
class CountTable:
    """A table of counts with the header of its first column."""

    title: Any
    header: Any
    rows: tuple[CountRow, ...]


def count_words(count: Shown) -> str:
    """A count as it is written everywhere."""
    if isinstance(count, Hidden):
        return str(_("under 5") if count is Hidden.UNDER_5 else _("not shown"))
    return number(count)


def percent_words(value: float) -> str:
    """A share from 0 to 1 as whole percent."""
    return str(format_percent(value, "0%"))


def total_words(total: Shown) -> str:
    """How many screenings, as a sentence."""
    if isinstance(total, Hidden):
        return str(_("Under 5 screenings: too few to show more."))
    if total == 0:
        return str(_("No screening was received in this time."))
    return str(ngettext("%(count)s screening.", "%(count)s screenings.", total, count=number(total)))


def day_words(day: Any) -> str:
    return str(format_date(day, "d MMM y"))


def wait_words(band: Band) -> Any:
    """How long until the first review."""
    return dict(zip(DAYS_TO_REVIEW, _WAITS, strict=True))[band]


def span_words(band: Band) -> str:
    """A band of days that has an end."""
    return f"{band.low}–{band.high}"


def count_tables(found: Statistics) -> dict[str, CountTable]:
    """Every table of counts, by the name it has in the template."""
    return {
        "weeks": _weeks(found),
        "outcomes": _table(_("Outcomes"), _("Outcome"), found.outcomes, OUTCOMES),
        "urgencies": _table(_("Urgency"), _("Urgency"), found.urgencies, URGENCIES),
        "headache_days": _day_table(_("Headache days"), found.headache_days, HEADACHE_DAYS),
        "migraine_days": _day_table(_("Migraine days"), found.migraine_days, MIGRAINE_DAYS),
        "preventives": _table(
            _("Preventive medicines counted"),
            _("Medicines"),
            found.preventives,
            _by_code(PREVENTIVES, _MEDICINES) | {NOT_KNOWN: _("Not known")},
        ),
        "overuse": _table(
            _("Medication overuse"),
            _("Overuse"),
            found.overuse,
            {**OVERUSE_STATUSES, OveruseStatus.CANNOT_TELL: _("Cannot tell, or not asked")},
        ),
        "waits": _table(
            _("Time to the first review"),
            _("Reviewed within"),
            found.days_to_review,
            _by_code(DAYS_TO_REVIEW, _WAITS) | {NOT_REVIEWED: _("Not reviewed yet")},
        ),
        "languages": _table(
            _("Language"),
            _("Language"),
            found.languages,
            {code: _language(code) for code in found.languages.cells},
        ),
    }


def _table(title: Any, header: Any, counts: ShownCounts[Any], labels: Mapping[Any, Any]) -> CountTable:
    rows = (_row(labels[key], count, counts.total) for key, count in counts.cells.items())
    return CountTable(title, header, tuple(rows))


def _row(name: Any, count: Shown, total: Shown) -> CountRow:
    if isinstance(count, Hidden) or isinstance(total, Hidden) or total == 0:
        return CountRow(name, count_words(count), NO_SHARE, None)
    return CountRow(name, count_words(count), percent_words(count / total), round(100 * count / total))


def _weeks(found: Statistics) -> CountTable:
    labels: dict[Period, str] = {part: day_words(part.first_week) for part in found.weeks.cells}
    header = ngettext("Week from", "%(num)s weeks from", found.weeks_in_part)
    return _table(_("Screenings by week"), header, found.weeks, labels)


def _day_table(title: Any, counts: ShownCounts[str], bands: Sequence[Band]) -> CountTable:
    labels = {band.code: span_words(band) for band in bands} | {NOT_KNOWN: _("Not known")}
    return _table(title, _("Days in 30"), counts, labels)


def _by_code(bands: Sequence[Band], words: Sequence[Any]) -> dict[str, Any]:
    return {band.code: each for band, each in zip(bands, words, strict=True)}


def _language(code: str) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name(get_locale()) or code
    except (UnknownLocaleError, ValueError):
        return code
