"""The page of a diary: 28 days, of which each may be noted or not yet."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.domain.answers import DEFAULT_WINDOW_DAYS
from app.domain.diary import WINDOW_DAYS, DayMark, Diary, months_kept
from app.questionnaire.calendar import CalendarField, MarkedDay, counted_answers
from app.questionnaire.page import PageForm

_LEAST_MONTHS: Final = 1


class DiaryField(CalendarField):
    """A mark for each day that was noted. `data` is the diary of those days."""

    kind = "diary"
    last: date

    def dates(self) -> list[date]:
        return days_until(self.last)

    def show(self, data: Any) -> None:
        self.days = [_shown(day, data) for day in self.dates()]

    def receive(self, formdata: Any) -> None:
        """A day is taken out only where that was chosen: what a page did not send stays."""
        super().receive(formdata)
        names = {day: f"{self.name}-{day.isoformat()}" for day in self.dates()}
        self.taken_out = {day for day, name in names.items() if formdata.getlist(name) == [""]}
        self.data = {each.day: DayMark(each.kind, each.took_medicine) for each in self.days if each.kind}

    def pre_validate(self, form: Any) -> None:
        half = [each.day for each in self.days if each.took_medicine and each.kind is None]
        if half:
            days = ", ".join(format_date(day, "EEE d MMM") for day in half)
            raise ValidationError(
                _l("You ticked medicine on %(days)s. Choose what the day was like, too", days=days)
            )


class DiaryForm(PageForm):
    """ICHD-3 1.3 A and C count days: 15 with a headache, 8 of them with migraine."""

    title = _l("Your diary")
    sources = ("ichd-3-1.3", "recall-and-diary-2020")
    diary = DiaryField(_l("Days"))

    def __init__(self, last: date, formdata: Any = None, data: Mapping[str, Any] | None = None) -> None:
        """The 28 days up to `last`, from what was posted or from a diary under the name `diary`."""
        self._last = last
        super().__init__(formdata=formdata, data=data)

    def process(self, *args: Any, **kwargs: Any) -> None:
        self.diary.last = self._last
        super().process(*args, **kwargs)


def days_until(last: date) -> list[date]:
    """The 28 days that a page of the diary shows, the latest first."""
    return [last - timedelta(days=back) for back in range(WINDOW_DAYS)]


def _shown(day: date, diary: Diary) -> MarkedDay:
    mark = diary.get(day)
    return MarkedDay(day, mark.kind if mark else None, mark is not None and mark.took_medicine)


def unmarked_days(diary: Diary, last: date) -> list[date]:
    """The days that the questionnaire asks about and the diary does not have, the latest first."""
    return [day for day in _asked_about(last) if day not in diary]


def answers_from_diary(diary: Diary, last: date) -> dict[str, Any]:
    """What the questionnaire asks of the last 30 days, from a diary that has them all."""
    answers = counted_answers([_shown(day, diary) for day in _asked_about(last)])
    months = months_kept(diary, last)
    return {**answers, "diary_months": months} if months >= _LEAST_MONTHS else answers


def _asked_about(last: date) -> Iterable[date]:
    return (last - timedelta(days=back) for back in range(DEFAULT_WINDOW_DAYS))
