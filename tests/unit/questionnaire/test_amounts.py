"""Numbers that are no days: hours, an age, months of a diary."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app.questionnaire.amounts import AgeField, HoursField, MonthsField
from app.questionnaire.page import PageForm

DIGITS = "Enter the number in digits, such as 12"
ABOVE = "Enter 0 or a number above 0"


class Page(PageForm):
    hours = HoursField("Hours?", highest=24, unit="hours", too_many="too many hours")
    age = AgeField("Age?", highest=120, unit="years", too_many="too old")
    months = MonthsField("Months?", highest=1200, unit="months", too_many="too many months")


def received(name: str, typed: str) -> Any:
    page = Page.received(MultiDict({name: typed}))
    page.validate()
    return page[name]


@pytest.mark.parametrize(
    ("name", "typed", "number"),
    [
        ("hours", "0", 0),
        ("hours", "0.5", 0.5),
        ("hours", "7,25", 7.25),
        ("hours", "24", 24),
        ("hours", "24.0", 24),
        ("age", "0", 0),
        ("age", "42.0", 42),
        ("age", "120", 120),
        ("months", "0", 0),
        ("months", "2.5", 2.5),
        ("months", "1200", 1200),
    ],
)
def test_an_amount_is_taken(name: str, typed: str, number: float) -> None:
    field = received(name, typed)
    assert (field.data, list(field.errors)) == (number, [])
    assert isinstance(field.data, type(number))


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("hours", "24.01", "too many hours"),
        ("hours", "25", "too many hours"),
        ("hours", "9" * 40, "too many hours"),
        ("hours", "-1", ABOVE),
        ("hours", "all day", DIGITS),
        ("hours", "7:30", DIGITS),
        ("age", "121", "too old"),
        ("age", "-1", ABOVE),
        ("age", "42.5", "Enter your age in whole years, such as 42"),
        ("age", "forty", DIGITS),
        ("months", "1200.5", "too many months"),
        ("months", "-0.5", ABOVE),
        ("months", "NaN", DIGITS),
    ],
)
def test_an_amount_that_cannot_be_gets_one_sentence_and_is_kept(name: str, typed: str, sentence: str) -> None:
    field = received(name, typed)
    assert [str(error) for error in field.errors] == [sentence]
    assert field.typed == typed


@pytest.mark.parametrize(
    ("name", "answer", "line"),
    [
        ("hours", 0, "0 hours"),
        ("hours", 0.5, "0.5 hours"),
        ("hours", 1, "1 hour"),
        ("hours", 24, "24 hours"),
        ("hours", "not_sure", "I am not sure"),
        ("age", 0, "0 years"),
        ("age", 1, "1 year"),
        ("age", 42, "42 years"),
        ("age", "not_sure", "I am not sure"),
        ("months", 0, "0 months"),
        ("months", 1, "1 month"),
        ("months", 2.5, "2.5 months"),
        ("months", 1200, "1200 months"),
        ("months", "not_sure", "I am not sure"),
    ],
)
def test_an_amount_is_displayed_with_its_unit(name: str, answer: Any, line: str) -> None:
    field: Any = Page.showing({name: answer})[name]
    assert [str(words) for words in field.display(answer)] == [line]


@pytest.mark.parametrize(("name", "answer", "typed"), [("hours", 7.5, "7.5"), ("age", 42, "42")])
def test_a_stored_amount_is_shown_as_it_is_typed(name: str, answer: Any, typed: str) -> None:
    field: Any = Page.showing({name: answer})[name]
    assert (field.typed, field.is_not_sure) == (typed, False)
