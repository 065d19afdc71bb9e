"""Numbers that are no days: hours of pain, an age, months of a diary."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from app.domain.values import NOT_SURE_WORD
from app.questionnaire.fields import I_AM_NOT_SURE, NumberField
from app.questionnaire.number_words import number_words
from app.questionnaire.numbers import NumberProblem, read_number


class PartsField(NumberField):
    """A number that need not be whole."""

    inputmode = "decimal"

    def read(self, typed: str) -> int | float | NumberProblem:
        return read_number(typed)


class HoursField(PartsField):
    """Hours of a day, with parts of an hour."""

    def display(self, data: Any) -> list[Any]:
        if data == NOT_SURE_WORD:
            return [I_AM_NOT_SURE]
        return [
            lazy_ngettext(
                "%(hours)s hour", "%(hours)s hours", 1 if data == 1 else 2, hours=number_words(data)
            )
        ]


class AgeField(NumberField):
    """Whole years of age."""

    def sentence_for(self, problem: NumberProblem) -> Any:
        if problem is NumberProblem.FRACTION:
            return _l("Enter your age in whole years, such as 42")
        return super().sentence_for(problem)

    def display(self, data: Any) -> list[Any]:
        if data == NOT_SURE_WORD:
            return [I_AM_NOT_SURE]
        return [lazy_ngettext("%(num)s year", "%(num)s years", data)]


class MonthsField(PartsField):
    """Months, with parts of a month."""

    def display(self, data: Any) -> list[Any]:
        if data == NOT_SURE_WORD:
            return [I_AM_NOT_SURE]
        return [
            lazy_ngettext(
                "%(months)s month", "%(months)s months", 1 if data == 1 else 2, months=number_words(data)
            )
        ]
