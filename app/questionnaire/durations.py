"""How long something lasted: a number and its unit, kept in the unit of size 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from wtforms.validators import ValidationError

from app.domain.values import NOT_SURE_WORD
from app.questionnaire.fields import I_AM_NOT_SURE, NumberField, Option
from app.questionnaire.number_words import number_words
from app.questionnaire.numbers import NumberProblem, read_number


@dataclass(frozen=True)
class Unit:
    """A unit of time: its code, its words, and how many of the stored unit it is."""

    value: str
    label: Any
    size: Fraction

    def words(self, amount: Fraction) -> Any:
        """An amount with its unit. Halves take the plural."""
        count, shown = (1 if amount == 1 else 2), number_words(float(amount))
        if self.value == "weeks":
            return lazy_ngettext("%(amount)s week", "%(amount)s weeks", count, amount=shown)
        if self.value == "months":
            return lazy_ngettext("%(amount)s month", "%(amount)s months", count, amount=shown)
        return lazy_ngettext("%(amount)s year", "%(amount)s years", count, amount=shown)


def _amount(data: float, unit: Unit) -> Fraction:
    return (Fraction(data) / unit.size).limit_denominator(1000)


class DurationField(NumberField):
    """How long, as a number and its unit, or not sure. `data` is in the unit of size 1."""

    kind = "duration"
    inputmode = "decimal"

    def __init__(self, label: Any, *, units: Sequence[Unit], missing_unit: Any, **kwargs: Any) -> None:
        self.units = {unit.value: unit for unit in units}
        self.missing_unit = missing_unit
        super().__init__(label, unit="", **kwargs)

    @property
    def unit_options(self) -> list[Option]:
        return [
            Option(unit.value, unit.label, checked=unit.value == self.chosen_unit)
            for unit in self.units.values()
        ]

    def show(self, data: Any) -> None:
        self.is_not_sure = data == NOT_SURE_WORD
        self.typed = self.chosen_unit = ""
        if data is not None and not self.is_not_sure:
            amount, unit = self._in_largest_unit(data)
            self.typed, self.chosen_unit = f"{float(amount):g}", unit.value

    def _in_largest_unit(self, data: float) -> tuple[Fraction, Unit]:
        """The amount in the largest unit in which it is whole; else where it is a half; else as stored."""
        smallest, *larger = self.units.values()
        amounts = [(_amount(data, unit), unit) for unit in (*reversed(larger), smallest)]
        for amount, unit in amounts:
            if amount.denominator == 1 and (amount >= 1 or unit is smallest):
                return amount, unit
        for amount, unit in reversed(amounts):
            if amount.denominator == 2:
                return amount, unit
        return amounts[-1]

    def receive(self, formdata: Any) -> None:
        self.chosen_unit = self.posted(formdata, "-unit")
        super().receive(formdata)
        if isinstance(self.data, int | float) and self.chosen_unit in self.units:
            amount = Fraction(self.data) * self.units[self.chosen_unit].size
            self.data = amount.numerator if amount.denominator == 1 else float(amount)

    def read(self, typed: str) -> int | float | NumberProblem:
        value = read_number(typed)
        return NumberProblem.FRACTION if isinstance(value, float) and value * 2 % 1 else value

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.is_not_sure and self.data is not None and self.chosen_unit not in self.units:
            raise ValidationError(self.missing_unit)

    def sentence_for(self, problem: NumberProblem) -> Any:
        if problem is NumberProblem.FRACTION:
            return _l("Enter a whole number or a half, such as 2 or 2.5")
        return super().sentence_for(problem)

    def display(self, data: Any) -> list[Any]:
        if data == NOT_SURE_WORD:
            return [I_AM_NOT_SURE]
        amount, unit = self._in_largest_unit(data)
        return [unit.words(amount)]


def _month_and_year(month: Fraction, year: Fraction) -> tuple[Unit, Unit]:
    return (
        Unit("months", _l("months"), month),
        Unit("years", _l("years"), year),
    )


IN_MONTHS: Final = _month_and_year(Fraction(1), Fraction(12))
# A month of treatment is 30 days, so that "2 months" is the 60 days some payers ask for.
IN_WEEKS: Final = (
    Unit("weeks", _l("weeks"), Fraction(1)),
    *_month_and_year(Fraction(30, 7), Fraction(52)),
)
