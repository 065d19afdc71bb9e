"""Questions that may be left empty: no answer, no error, and still nothing impossible."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app.questionnaire.choices import days_in_window, yes_or_no
from app.questionnaire.durations import IN_MONTHS, DurationField
from app.questionnaire.fields import ChoiceField, CodesField, Option
from app.questionnaire.page import PageForm


class Page(PageForm):
    """One field of each shape that may be skipped, and one short choice that may not."""

    days = days_in_window("Days?")
    months = DurationField(
        "Months?", highest=1200, units=IN_MONTHS, missing_unit="unit missing", too_many="too many"
    )
    choice = yes_or_no("Yes or no?")
    codes = CodesField(
        "Which?",
        choices=[
            Option("a", "Alpha"),
            Option("none", "None of these", exclusive=True),
            Option("not_sure", "I am not sure", exclusive=True),
        ],
    )


class Needed(PageForm):
    days = days_in_window("Days?", missing="days missing")
    choice = ChoiceField("Which?", choices=[Option("a", "Alpha")], missing="choice missing")


EMPTY = {"days": "", "months": "", "codes": []}


def received(**posted: Any) -> PageForm:
    page = Page.received(MultiDict({name.replace("__", "-"): value for name, value in posted.items()}))
    page.validate()
    return page


def errors_of(page: PageForm) -> dict[str, str]:
    return {name: str(sentence) for name, sentence in page.errors_in_order}


@pytest.mark.parametrize(
    "posted",
    [{}, EMPTY, {"days": "  ", "months": "\t"}, {"months__unit": "months"}, {"choice": ""}],
)
def test_a_question_that_may_be_skipped_is_no_answer_when_empty(posted: dict[str, Any]) -> None:
    page = received(**posted)
    assert errors_of(page) == {}
    assert page.answers() == {"days": None, "months": None, "choice": None, "codes": None}


def test_a_question_may_be_skipped_when_nothing_is_said_of_its_being_missing() -> None:
    assert all(field.may_be_skipped for field in Page().questions)
    assert not any(field.may_be_skipped for field in Needed().questions)
    needed = Needed.received(MultiDict())
    needed.validate()
    assert errors_of(needed) == {"days": "days missing", "choice": "choice missing"}


@pytest.mark.parametrize(
    ("posted", "name", "answer"),
    [
        ({"days": "0"}, "days", 0),
        ({"days__not-sure": "yes"}, "days", "not_sure"),
        ({"months": "2", "months__unit": "years"}, "months", 24),
        ({"months__not-sure": "yes"}, "months", "not_sure"),
        ({"choice": "no"}, "choice", "no"),
        ({"choice": "not_sure"}, "choice", "not_sure"),
        ({"codes": ["none"]}, "codes", []),
        ({"codes": ["not_sure"]}, "codes", "not_sure"),
        ({"codes": ["a"]}, "codes", ["a"]),
        ({"codes": ["a", "a"]}, "codes", ["a"]),
        ({"codes": ["none", "none"]}, "codes", []),
        ({"codes": ["not_sure", "not_sure"]}, "codes", "not_sure"),
    ],
)
def test_an_answer_to_a_question_that_may_be_skipped_is_taken(
    posted: dict[str, Any], name: str, answer: Any
) -> None:
    page = received(**posted)
    assert errors_of(page) == {}
    assert page.answers() == {"days": None, "months": None, "choice": None, "codes": None, name: answer}


@pytest.mark.parametrize(
    ("posted", "errors"),
    [
        ({"days": "31"}, {"days": "Enter a number from 0 to 30. You are counting the last 30 days"}),
        ({"days": "ten"}, {"days": "Enter the number in digits, such as 12"}),
        (
            {"days": "3", "days__not-sure": "yes"},
            {"days": "Enter a number or choose “I am not sure”, not both"},
        ),
        ({"months": "6"}, {"months": "unit missing"}),
        ({"months": "6", "months__unit": "decades"}, {"months": "unit missing"}),
        ({"months": "1201", "months__unit": "months"}, {"months": "too many"}),
        ({"choice": "perhaps"}, {"choice": "Choose one of the answers on this page"}),
        ({"codes": ["b"]}, {"codes": "Choose among the answers on this page"}),
        ({"codes": [""]}, {"codes": "Choose among the answers on this page"}),
        (
            {"codes": ["a", "none"]},
            {"codes": "Choose “None of these” only when you choose nothing else"},
        ),
        (
            {"codes": ["not_sure", "a", "not_sure"]},
            {"codes": "Choose “I am not sure” only when you choose nothing else"},
        ),
    ],
)
def test_what_cannot_be_is_refused_all_the_same(posted: dict[str, Any], errors: dict[str, str]) -> None:
    assert errors_of(received(**posted)) == errors


@pytest.mark.parametrize("name", ["days", "months", "choice", "codes"])
def test_a_stored_question_without_an_answer_is_shown_empty_and_holds(name: str) -> None:
    page = Page.showing({name: None})
    assert page.validate()
    field: Any = page[name]
    assert not getattr(field, "typed", "")
    assert not any(option.checked for option in getattr(field, "options", ()))


@pytest.mark.parametrize("given", ["yes", "no", "not_sure"])
def test_an_answer_that_may_be_skipped_can_be_taken_back(given: str) -> None:
    shown: Any = Page.showing({"choice": given})["choice"]
    assert [str(option.label) for option in shown.options][3:] == ["No answer"]
    assert [option.value for option in shown.options if option.checked] == [given]
    [taken_back] = (option.value for option in shown.options if str(option.label) == "No answer")
    assert received(choice=taken_back).answers()["choice"] is None


def test_no_answer_is_offered_only_where_there_is_one_to_take_back() -> None:
    empty: list[Any] = [Page()["choice"], Page.showing({"choice": None})["choice"], received()["choice"]]
    needed: Any = Needed.showing({"choice": "a"})["choice"]
    for field in (*empty, needed):
        assert "No answer" not in [str(option.label) for option in field.options]


def test_yes_and_no_stand_side_by_side_and_longer_choices_do_not() -> None:
    short: Any = Page()["choice"]
    assert short.is_short
    assert [option.value for option in short.options] == ["yes", "no", "not_sure"]
    long: Any = Needed()["choice"]
    assert not long.is_short
