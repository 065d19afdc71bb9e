"""Counting with a calendar: what each of the last 30 days was like, and the counts that come of it.

The marks stay with the draft, so that they can be changed; what is handed in is the counts alone, as counted
with a diary. The days are the 30 whole ones before today, by the clinic's clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from flask_babel import get_timezone
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.domain.answers import DEFAULT_WINDOW_DAYS
from app.domain.codes import CountedFrom
from app.domain.diary import DayKind, DayMark, count_days
from app.questionnaire.fields import Question
from app.questionnaire.page import PageForm

CALENDAR: Final = "calendar"
_MEDICINE: Final = "-medicine"


KIND_WORDS: Final[dict[DayKind, Any]] = {
    DayKind.NONE: _l("No headache"),
    DayKind.HEADACHE: _l("Headache"),
    DayKind.MIGRAINE: _l("Migraine"),
}


@dataclass(frozen=True)
class MarkedDay:
    """A day with what was marked; `kind` is None where nothing of ours was sent."""

    day: date
    kind: DayKind | None
    took_medicine: bool


def today_here() -> date:
    """The day that it is, by the clinic's clock."""
    return datetime.now(get_timezone() or UTC).date()


def last_days() -> list[date]:
    """The 30 days before today, the latest first: that is how people remember."""
    today = today_here()
    return [today - timedelta(days=back) for back in range(1, DEFAULT_WINDOW_DAYS + 1)]


class CalendarField(Question):
    """A mark for each day. `data` is a list of [day, kind, whether medicine was taken]."""

    kind = "calendar"

    def dates(self) -> list[date]:
        """The days that are shown, the latest first."""
        return last_days()

    def show(self, data: Any) -> None:
        """A day without a mark, such as one that was not over last time, is shown without headache."""
        marked = {day: (kind, took) for day, kind, took in data or ()}
        self.days = [
            MarkedDay(day, DayKind(kind), took)
            for day in self.dates()
            for kind, took in [marked.get(day.isoformat(), (DayKind.NONE, False))]
        ]

    def receive(self, formdata: Any) -> None:
        self.days = [self._marked(formdata, day) for day in self.dates()]
        self.data = marks_as_data(self.days)

    def _marked(self, formdata: Any, day: date) -> MarkedDay:
        sent = self.posted(formdata, f"-{day.isoformat()}")
        took = self.posted(formdata, f"-{day.isoformat()}{_MEDICINE}") == "yes"
        return MarkedDay(day, DayKind(sent) if sent in set(DayKind) else None, took)

    def pre_validate(self, form: Any) -> None:
        if any(each.kind is None for each in self.days):
            raise ValidationError(_l("Choose for each day what it was like. A new day may have begun"))
        if all(each.kind is DayKind.NONE for each in self.days):
            raise ValidationError(_l("Mark each day with a headache. If there was none, go back and enter 0"))


class CalendarForm(PageForm):
    """ICHD-3 1.3 A and C count days: 15 with a headache, 8 of them with migraine."""

    title = _l("Count with a calendar")
    sources = ("ichd-3-1.3",)
    calendar = CalendarField(_l("The last 30 days"))

    def applied_to(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The marks, and the counts that they give in place of any that were typed."""
        return {**answers, **counted_answers(self.calendar.days)}


def marks_as_data(days: list[MarkedDay]) -> list[list[Any]]:
    """The marks of a calendar as they are kept with the answers of a draft."""
    return [[each.day.isoformat(), each.kind, each.took_medicine] for each in days]


def counted_answers(days: list[MarkedDay]) -> dict[str, Any]:
    """The marks of these days, all of which have one, and the answers that they give."""
    diary = {each.day: DayMark(each.kind, each.took_medicine) for each in days if each.kind}
    count = count_days(diary, max(diary), len(days))
    answers = {
        CALENDAR: marks_as_data(days),
        "headache_days": count.headache_days,
        "migraine_days": count.migraine_days,
        "counted_from": CountedFrom.DIARY.value,
    }
    if count.medicine_days:  # nobody has to mark it: none marked is no count of none
        answers["any_acute_medication_days"] = count.medicine_days
    return answers
