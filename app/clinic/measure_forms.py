"""The forms for what a clinician adds to a record: a score, and how headache days went under treatment."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.domain.response import DayCount, TreatmentResponse
from app.domain.scores import RANGES, Instrument, Score
from app.questionnaire.desk_labels import INSTRUMENTS
from app.questionnaire.fields import ChoiceField, NumberField, Option, TextField
from app.questionnaire.numbers import NumberProblem, read_whole_number
from app.questionnaire.page import PageForm

MOST_COUNTS: Final = 60


class TotalField(NumberField):
    """A total or a number of courses: whole, and never "not sure"."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.not_sure_label = ""

    def receive(self, formdata: Any) -> None:
        super().receive(formdata)
        if self.is_not_sure:  # a box that this page does not have
            self.is_not_sure, self.data = False, self.read(self.typed)

    def sentence_for(self, problem: NumberProblem) -> Any:
        if problem is NumberProblem.FRACTION:
            return _l("Enter a whole number")
        return super().sentence_for(problem)


class ScoreForm(PageForm):
    """The total of an instrument that was filled in elsewhere; no item of it is shown here."""

    title = _l("Add a score")
    instrument = ChoiceField(
        _l("Which instrument?"),
        choices=[
            Option(
                instrument.value,
                INSTRUMENTS[instrument],
                _l(
                    "from %(lowest)s to %(highest)s",
                    lowest=RANGES[instrument][0],
                    highest=RANGES[instrument][1],
                ),
            )
            for instrument in Instrument
        ],
        missing=_l("Choose the instrument"),
    )
    total = TotalField(
        _l("Total"),
        highest=999,
        unit="",
        missing=_l("Enter the total"),
        too_many=_l("Enter a total within the range of the instrument"),
    )

    def validate_total(self, field: TotalField) -> None:
        """The total lies within the range of the instrument that was chosen."""
        if field.errors or self.instrument.data not in list(Instrument) or not isinstance(field.data, int):
            return
        lowest, highest = RANGES[Instrument(self.instrument.data)]
        if not lowest <= field.data <= highest:
            raise ValidationError(
                _l("Enter a total from %(lowest)s to %(highest)s", lowest=lowest, highest=highest)
            )

    def measure(self) -> Score:
        return Score(Instrument(self.instrument.data), self.total.data)


class CountsField(TextField):
    """Several numbers of days, oldest first. `data` keeps what was typed; `counts` are the numbers."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(
            label, longest=300, too_long=_l("Enter at most %(most)s counts", most=MOST_COUNTS), **kwargs
        )

    @property
    def counts(self) -> list[int | NumberProblem]:
        parts = (self.data or "").replace(";", ",").replace(" ", ",").split(",")
        return [read_whole_number(part) for part in parts if part]

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.counts:
            raise ValidationError(self.missing)
        if len(self.counts) > MOST_COUNTS:
            raise ValidationError(self.too_long)
        if any(isinstance(count, NumberProblem) for count in self.counts):
            raise ValidationError(_l("Enter whole numbers with commas between them, such as 14, 12, 9"))


class CourseForm(PageForm):
    """Headache days before a treatment and since, for the rules on going on with it."""

    title = _l("Add headache days under treatment")
    window_days = ChoiceField(
        _l("Counted in periods of"),
        choices=[Option("28", _l("28 days")), Option("30", _l("30 days"))],
        is_short=True,
        missing=_l("Choose 28 or 30 days"),
    )
    baseline = TotalField(
        _l("Headache days in the period before the first course"),
        highest=30,
        unit=_l("days"),
        missing=_l("Enter the headache days before treatment"),
        too_many=_l("Enter no more days than the period has"),
    )
    later = CountsField(
        _l("Headache days in each period since, the oldest first"),
        description=_l("Such as 14, 12, 9"),
        missing=_l("Enter the headache days of at least one period since"),
    )
    cycles = TotalField(
        _l("Courses given so far"),
        highest=100,
        unit=_l("courses"),
        missing=_l("Enter how many courses were given"),
        too_many=_l("Enter at most 100 courses"),
    )

    @property
    def _window(self) -> int:
        return int(self.window_days.data) if self.window_days.data in ("28", "30") else 30

    def validate_baseline(self, field: TotalField) -> None:
        if field.errors or not isinstance(field.data, int):
            return
        if field.data > self._window:
            raise ValidationError(field.too_many)
        if field.data == 0:
            raise ValidationError(_l("Enter at least 1 day: a fall from 0 cannot be told"))

    def validate_cycles(self, field: TotalField) -> None:
        if not field.errors and field.data == 0:
            raise ValidationError(_l("Enter at least 1 course"))

    def validate_later(self, field: CountsField) -> None:
        if not field.errors and any(isinstance(each, int) and each > self._window for each in field.counts):
            raise ValidationError(_l("Enter no more days than the period has"))

    def measure(self) -> TreatmentResponse:
        window = self._window
        later = tuple(DayCount(each, window) for each in self.later.counts if isinstance(each, int))
        return TreatmentResponse(DayCount(self.baseline.data, window), later, self.cycles.data)
