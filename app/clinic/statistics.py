"""The statistics of the clinic for a chosen period."""

from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from app.clinic.blueprint import clinic
from app.domain.periods import Period, period_of
from app.domain.small_cells import Hidden
from app.questionnaire.fields import TextField
from app.questionnaire.page import PageForm
from app.reports.accuracy_words import accuracy_headers, accuracy_rows, missed_lines, predictive_values
from app.reports.statistic_charts import charts
from app.reports.statistic_words import count_tables, day_words, total_words, wait_words
from app.services import statistics as service
from app.services.statistics import Statistics
from app.web import charts as drawing
from app.web.context import now, settings, store

_SINCE_THEN: Final = timedelta(weeks=25)  # and the week itself: 26 weeks
_EARLIEST: Final = date(2000, 1, 3)  # a Monday, so that whole weeks begin in the century, too
_LATEST: Final = date(2099, 12, 31)
_MOST_WEEKS: Final = 523  # the weeks that 10 years can touch


class DayField(TextField):
    """A day as browsers send it, such as 2026-03-31. `data` is None where it is left empty."""

    input_type = "date"

    def __init__(self, label: Any, *, no_day: Any, **kwargs: Any) -> None:
        self.no_day = no_day
        super().__init__(label, missing="", longest=10, too_long=no_day, **kwargs)

    def show(self, data: date | None) -> None:
        self.typed = "" if data is None else data.isoformat()

    def receive(self, formdata: Any) -> None:
        self.typed = self.posted(formdata).strip()
        self.data = _read_day(self.typed)

    def pre_validate(self, form: Any) -> None:
        if self.typed and self.data is None:
            raise ValidationError(self.no_day)


def _read_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text and _EARLIEST <= day <= _LATEST else None


class PeriodForm(PageForm):
    """The days from which to which is counted; whole weeks are made of them."""

    title = _l("Statistics")
    since = DayField(
        _l("From"),
        name="from",
        no_day=_l("Enter the first day as a date of this century, such as 2026-03-02"),
    )
    until = DayField(
        _l("Until"), no_day=_l("Enter the last day as a date of this century, such as 2026-08-30")
    )

    def validate_since(self, field: DayField) -> None:
        if field.data is not None and field.data > _today():
            raise ValidationError(_l("Enter a first day that is not after today"))

    def validate_until(self, field: DayField) -> None:
        since = self.since.data
        if field.errors or since is None:
            return
        if field.data is not None and field.data < since:
            raise ValidationError(_l("Enter a last day that is not before the first"))
        if self.period().weeks > _MOST_WEEKS:
            raise ValidationError(_l("Enter a period of at most 10 years"))

    def period(self) -> Period:
        """The whole weeks asked for: up to this week, and of the last 26 weeks where no start is given."""
        last = min(self.until.data or _today(), _today())
        return period_of(self.since.data or max(_EARLIEST, last - _SINCE_THEN), last)


def _today() -> date:
    return now().astimezone(ZoneInfo(settings().timezone)).date()


@clinic.get("/statistics")
def statistics() -> Response:
    """Everything that was counted in a period, real or for demonstration; the address says which."""
    form = PeriodForm.received(request.args)
    is_demonstration = request.args.get("demonstration") == "yes"
    shown: dict[str, Any] = {"form": form, "is_demonstration": is_demonstration, "found": None}
    if not form.validate():
        return make_response(render_template("clinic/statistics.html", **shown), 422)
    found = service.statistics(store(), form.period(), is_demonstration=is_demonstration)
    form.since.show(found.period.first_week)
    form.until.show(min(found.period.last_day, _today()))
    return make_response(render_template("clinic/statistics.html", **shown | _page(form, found)))


def _page(form: PeriodForm, found: Statistics) -> dict[str, Any]:
    """What the template shows of the statistics."""
    return {
        "found": found,
        "query": {"from": form.since.typed, "until": form.until.typed},
        "first_day": day_words(found.period.first_week),
        "last_day": day_words(found.period.last_day),
        "is_going_on": found.period.last_day >= _today(),
        "total": total_words(found.total),
        "tables": count_tables(found),
        "median_wait": found.median_wait and wait_words(found.median_wait),
        "charts": charts(found),
        "chart_size": {"height": drawing.HEIGHT, "base": drawing.BASE, "top": drawing.TOP},
        "has_hidden_weeks": any(isinstance(each, Hidden) for each in found.weeks.cells.values()),
        "predictive_values": predictive_values(found),
        "missed_lines": missed_lines(found),
        "accuracy_headers": accuracy_headers(),
        "accuracy_rows": accuracy_rows(found),
    }
