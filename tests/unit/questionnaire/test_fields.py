"""Each shape of question: what it takes from a posted form, what it says, how it shows an answer again."""

from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.questionnaire.durations import IN_MONTHS, IN_WEEKS, DurationField
from app.questionnaire.fields import (
    ChoiceField,
    CodesField,
    NumberField,
    Option,
    Question,
    TextField,
)
from app.questionnaire.page import PageForm


class Page(PageForm):
    """One field of each shape, with sentences that can be told apart."""

    days = NumberField("Days?", highest=30, unit="days", missing="days missing", too_many="too many days")
    months = DurationField(
        "Months?",
        highest=1200,
        units=IN_MONTHS,
        missing="months missing",
        missing_unit="unit missing",
        too_many="too many months",
    )
    weeks = DurationField(
        "Weeks?",
        highest=5200,
        units=IN_WEEKS,
        missing="weeks missing",
        missing_unit="unit missing",
        too_many="too many weeks",
    )
    choice = ChoiceField(
        "Which?",
        choices=[Option("a", "Alpha"), Option("b", "Beta"), Option("not_sure", "I am not sure")],
        missing="choice missing",
    )
    codes = CodesField(
        "Which ones?",
        choices=[
            Option("a", "Alpha"),
            Option("b", "Beta"),
            Option("none", "None of these", exclusive=True),
            Option("not_sure", "I am not sure", exclusive=True),
        ],
        missing="codes missing",
    )
    text = TextField("Name?", missing="text missing", longest=10, too_long="text too long")


def field(name: str, *posted: tuple[str, str]) -> Any:
    """The field after this was posted."""
    return Page.received(MultiDict(posted))[name]


def shown(name: str, answer: Any) -> Any:
    """The field with a stored answer."""
    return Page.showing({name: answer})[name]


def errors_of(name: str, *posted: tuple[str, str]) -> list[str]:
    page = Page.received(MultiDict(posted))
    page.validate()
    return [str(error) for error in page[name].errors]


def words(answer_field: Question, answer: Any) -> list[str]:
    return [str(line) for line in answer_field.display(answer)]


# --- number ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"), [("15", 15), (" 15 ", 15), ("１５", 15), ("15.0", 15), ("0", 0), ("30", 30)]
)
def test_a_number_is_taken(typed: str, number: int) -> None:
    assert field("days", ("days", typed)).data == number
    assert errors_of("days", ("days", typed)) == []


def test_a_number_may_be_not_sure() -> None:
    found = field("days", ("days-not-sure", "yes"))
    assert (found.data, found.is_not_sure, found.typed) == ("not_sure", True, "")
    assert errors_of("days", ("days-not-sure", "yes")) == []
    assert errors_of("days", ("days-not-sure", "yes"), ("days", "  ")) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "days missing"),
        ("  ", "days missing"),
        ("fifteen", "Enter the number in digits, such as 12"),
        ("-1", "Enter 0 or a number above 0"),
        ("\u22121", "Enter 0 or a number above 0"),
        ("15.5", "Enter a whole number, such as 12. A part of a day counts as one day"),
        ("31", "too many days"),
        ("9" * 100, "too many days"),
        ("9" * 100_000, "too many days"),
    ],
)
def test_a_number_that_cannot_be_gets_one_sentence(typed: str, sentence: str) -> None:
    assert errors_of("days", ("days", typed)) == [sentence]


def test_a_number_that_was_not_posted_is_missing() -> None:
    assert errors_of("days") == ["days missing"]
    assert errors_of("days", ("days-not-sure", "perhaps")) == ["days missing"]


@pytest.mark.parametrize("typed", ["15", "fifteen"])
def test_a_number_and_not_sure_together_are_asked_about(typed: str) -> None:
    posted = (("days", typed), ("days-not-sure", "yes"))
    assert errors_of("days", *posted) == ["Enter a number or choose “I am not sure”, not both"]
    assert field("days", *posted).typed == typed


def test_what_was_typed_is_shown_again_as_it_was_typed() -> None:
    assert field("days", ("days", "fif teen")).typed == "fif teen"
    assert len(field("days", ("days", "x" * 10_000)).typed) == 1000


@pytest.mark.parametrize(
    ("answer", "typed", "is_not_sure"),
    [(None, "", False), (0, "0", False), (15, "15", False), ("not_sure", "", True)],
)
def test_a_stored_number_is_shown(answer: Any, typed: str, is_not_sure: bool) -> None:
    found = shown("days", answer)
    assert (found.data, found.typed, found.is_not_sure) == (answer, typed, is_not_sure)


@pytest.mark.parametrize(
    ("answer", "line"),
    [(0, "0 days"), (1, "1 day"), (15, "15 days"), ("not_sure", "I am not sure")],
)
def test_a_number_is_displayed_with_its_unit(answer: Any, line: str) -> None:
    assert words(shown("days", answer), answer) == [line]


def test_a_stored_number_is_checked_again() -> None:
    page = Page.showing({"days": 31})
    page.validate()
    assert [str(error) for error in page["days"].errors] == ["too many days"]


# --- choice ---------------------------------------------------------------------------------------


def test_a_choice_is_taken() -> None:
    found = field("choice", ("choice", "b"))
    assert found.data == "b"
    assert [option.value for option in found.options if option.checked] == ["b"]
    assert errors_of("choice", ("choice", "b")) == []


@pytest.mark.parametrize(
    "posted", [(), (("choice", ""),), (("choice", "c"),), (("choice", "Alpha"),), (("choice", "A"),)]
)
def test_a_choice_that_is_none_of_those_offered_is_missing(posted: Any) -> None:
    assert errors_of("choice", *posted) == ["choice missing"]


def test_of_two_posted_choices_the_first_is_taken() -> None:
    assert field("choice", ("choice", "a"), ("choice", "b")).data == "a"


def test_a_stored_choice_is_shown_and_displayed_in_its_words() -> None:
    found = shown("choice", "a")
    assert [option.value for option in found.options if option.checked] == ["a"]
    assert words(found, "a") == ["Alpha"]
    assert words(found, "not_sure") == ["I am not sure"]
    assert words(found, "gone") == []
    assert not any(option.checked for option in shown("choice", None).options)


# --- several choices ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ticked", "answer"),
    [
        (["a"], ["a"]),
        (["a", "b"], ["a", "b"]),
        (["b", "a"], ["b", "a"]),
        (["none"], []),
        (["not_sure"], "not_sure"),
    ],
)
def test_ticked_choices_are_taken(ticked: list[str], answer: Any) -> None:
    posted = [("codes", value) for value in ticked]
    found = field("codes", *posted)
    assert found.data == answer
    assert {option.value for option in found.options if option.checked} == set(ticked)
    assert errors_of("codes", *posted) == []


@pytest.mark.parametrize("ticked", [[], [""], ["c"], ["a", "c"], ["x" * 10_000]])
def test_ticks_that_are_none_of_those_offered_are_missing(ticked: list[str]) -> None:
    assert errors_of("codes", *[("codes", value) for value in ticked]) == ["codes missing"]


@pytest.mark.parametrize(
    ("ticked", "alone"),
    [
        (["a", "none"], "None of these"),
        (["a", "not_sure"], "I am not sure"),
        (["none", "not_sure"], "None of these"),
        (["a", "b", "none"], "None of these"),
    ],
)
def test_what_stands_alone_cannot_stand_beside_another(ticked: list[str], alone: str) -> None:
    posted = [("codes", value) for value in ticked]
    assert errors_of("codes", *posted) == [f"Choose “{alone}” only when you choose nothing else"]


@pytest.mark.parametrize(
    ("answer", "ticked", "lines"),
    [
        (None, [], []),
        ([], ["none"], ["None of these"]),
        (["b"], ["b"], ["Beta"]),
        (["b", "a"], ["a", "b"], ["Beta", "Alpha"]),
        (["c", "a"], ["a"], ["Alpha"]),
        ("not_sure", ["not_sure"], ["I am not sure"]),
    ],
)
def test_stored_ticks_are_shown_and_displayed(answer: Any, ticked: list[str], lines: list[str]) -> None:
    found = shown("codes", answer)
    assert [option.value for option in found.options if option.checked] == ticked
    assert words(found, answer) == lines


def test_a_stored_code_that_is_no_choice_is_noticed() -> None:
    page = Page.showing({"codes": ["gone"]})
    page.validate()
    assert [str(error) for error in page["codes"].errors] == ["codes missing"]


# --- duration -------------------------------------------------------------------------------------

DURATIONS: Final = [
    ("months", "6", "months", 6),
    ("months", "0", "months", 0),
    ("months", "0.5", "months", 0.5),
    ("months", "2,5", "months", 2.5),
    ("months", "1", "years", 12),
    ("months", "1.5", "years", 18),
    ("months", "0.5", "years", 6),
    ("months", "100", "years", 1200),
    ("weeks", "8", "weeks", 8),
    ("weeks", "0", "weeks", 0),
    ("weeks", "2.5", "weeks", 2.5),
    ("weeks", "7", "months", 30),
    ("weeks", "2", "months", pytest.approx(60 / 7)),
    ("weeks", "1", "years", 52),
    ("weeks", "100", "years", 5200),
]


@pytest.mark.parametrize(("name", "typed", "unit", "stored"), DURATIONS)
def test_a_duration_is_kept_in_its_smallest_unit(name: str, typed: str, unit: str, stored: Any) -> None:
    posted = ((name, typed), (f"{name}-unit", unit))
    assert field(name, *posted).data == stored
    assert errors_of(name, *posted) == []


def test_a_whole_number_of_the_stored_unit_is_an_int() -> None:
    assert type(field("months", ("months", "1.5"), ("months-unit", "years")).data) is int
    assert type(field("weeks", ("weeks", "7"), ("weeks-unit", "months")).data) is int


@pytest.mark.parametrize(
    ("typed", "unit", "sentence"),
    [
        ("", "months", "months missing"),
        ("six", "months", "Enter the number in digits, such as 12"),
        ("-6", "months", "Enter 0 or a number above 0"),
        ("2.25", "months", "Enter a whole number or a half, such as 2 or 2.5"),
        ("1,3", "years", "Enter a whole number or a half, such as 2 or 2.5"),
        ("1201", "months", "too many months"),
        ("101", "years", "too many months"),
        ("9" * 50, "years", "too many months"),
        ("6", "", "unit missing"),
        ("6", "weeks", "unit missing"),
        ("6", "<b>", "unit missing"),
        ("", "", "months missing"),
    ],
)
def test_a_duration_that_cannot_be_gets_one_sentence(typed: str, unit: str, sentence: str) -> None:
    assert errors_of("months", ("months", typed), ("months-unit", unit)) == [sentence]


def test_a_duration_may_be_not_sure_without_a_unit() -> None:
    assert errors_of("months", ("months-not-sure", "yes")) == []
    assert errors_of("months", ("months-not-sure", "yes"), ("months-unit", "years")) == []
    assert field("months", ("months-not-sure", "yes")).data == "not_sure"


def test_a_duration_and_not_sure_together_are_asked_about() -> None:
    posted = (("months", "6"), ("months-unit", "months"), ("months-not-sure", "yes"))
    assert errors_of("months", *posted) == ["Enter a number or choose “I am not sure”, not both"]


@pytest.mark.parametrize(
    ("name", "stored", "typed", "unit", "line"),
    [
        ("months", 0, "0", "months", "0 months"),
        ("months", 0.5, "0.5", "months", "0.5 months"),
        ("months", 1, "1", "months", "1 month"),
        ("months", 2.5, "2.5", "months", "2.5 months"),
        ("months", 11, "11", "months", "11 months"),
        ("months", 12, "1", "years", "1 year"),
        ("months", 18, "18", "months", "18 months"),
        ("months", 20, "20", "months", "20 months"),
        ("months", 1200, "100", "years", "100 years"),
        ("weeks", 0, "0", "weeks", "0 weeks"),
        ("weeks", 1, "1", "weeks", "1 week"),
        ("weeks", 8, "8", "weeks", "8 weeks"),
        ("weeks", 60 / 7, "2", "months", "2 months"),
        ("weeks", 30 / 7, "1", "months", "1 month"),
        ("weeks", 52, "1", "years", "1 year"),
        ("weeks", 26, "26", "weeks", "26 weeks"),
        ("weeks", 78, "78", "weeks", "78 weeks"),
        ("weeks", 12.5, "12.5", "weeks", "12.5 weeks"),
        ("weeks", 5200, "100", "years", "100 years"),
    ],
)
def test_a_stored_duration_is_shown_in_the_unit_a_person_would_use(
    name: str, stored: float, typed: str, unit: str, line: str
) -> None:
    found = shown(name, stored)
    assert (found.typed, found.chosen_unit, found.is_not_sure) == (typed, unit, False)
    assert [option.value for option in found.unit_options if option.checked] == [unit]
    assert words(found, stored) == [line]


def test_half_a_month_of_treatment_is_shown_as_it_was_typed() -> None:
    stored = field("weeks", ("weeks", "0.5"), ("weeks-unit", "months")).data
    found = shown("weeks", stored)
    assert (found.typed, found.chosen_unit) == ("0.5", "months")
    assert words(found, stored) == ["0.5 months"]


@pytest.mark.parametrize(("answer", "is_not_sure"), [(None, False), ("not_sure", True)])
def test_a_duration_without_a_number_chooses_no_unit(answer: Any, is_not_sure: bool) -> None:
    found = shown("months", answer)
    assert (found.typed, found.chosen_unit, found.is_not_sure) == ("", "", is_not_sure)


def test_a_duration_that_is_not_sure_is_displayed_so() -> None:
    assert words(shown("months", "not_sure"), "not_sure") == ["I am not sure"]


@given(
    name_and_unit=st.sampled_from(
        [*(("months", unit.value) for unit in IN_MONTHS), *(("weeks", unit.value) for unit in IN_WEEKS)]
    ),
    halves=st.integers(0, 200),
)
@example(name_and_unit=("weeks", "months"), halves=1)
@settings(deadline=None, max_examples=200)
def test_a_duration_posted_again_as_shown_is_accepted_and_the_same(
    name_and_unit: tuple[str, str], halves: int
) -> None:
    name, unit = name_and_unit
    stored = field(name, (name, f"{halves / 2:g}"), (f"{name}-unit", unit)).data
    found = shown(name, stored)
    posted = ((name, found.typed), (f"{name}-unit", found.chosen_unit))
    assert errors_of(name, *posted) == []
    assert field(name, *posted).data == pytest.approx(stored, abs=1e-9)


# --- text -----------------------------------------------------------------------------------------


def test_a_text_is_taken_without_needless_spaces() -> None:
    found = field("text", ("text", "  a  herbal\ttea "))
    assert (found.data, found.typed) == ("a herbal tea", "  a  herbal\ttea ")


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ("", ["text missing"]),
        (" \t\n", ["text missing"]),
        ("1234567890", []),
        ("12345678901", ["text too long"]),
        ("x" * 10_000, ["text too long"]),
    ],
)
def test_a_text_is_neither_empty_nor_too_long(typed: str, errors: list[str]) -> None:
    assert errors_of("text", ("text", typed)) == errors


def test_a_stored_text_is_shown_and_displayed() -> None:
    found = shown("text", "tea")
    assert (found.typed, words(found, "tea")) == ("tea", ["tea"])
    assert shown("text", None).typed == ""


# --- all ------------------------------------------------------------------------------------------

POSTABLE: Final = [
    "days", "days-not-sure", "months", "months-unit", "months-not-sure", "weeks", "weeks-unit",
    "weeks-not-sure", "choice", "codes", "text",
]  # fmt: skip
VALUES: Final = st.text(max_size=8) | st.sampled_from(["15", "yes", "months", "a", "none", "not_sure"])


@given(st.lists(st.tuples(st.sampled_from(POSTABLE), VALUES), max_size=12))
@settings(deadline=None)
def test_whatever_is_posted_is_taken_or_gets_at_most_one_sentence_of_ours(
    posted: list[tuple[str, str]],
) -> None:
    page = Page.received(MultiDict(posted))
    page.validate()
    for each in page:
        assert len(each.errors) <= 1
        assert all(
            "This field" not in str(error) and "Not a valid" not in str(error) for error in each.errors
        )


def test_a_question_must_say_how_it_shows_receives_and_displays() -> None:
    class Bare(PageForm):
        bare = Question("?")

    with pytest.raises(NotImplementedError):
        Bare.showing({})
    with pytest.raises(NotImplementedError):
        Bare.received(MultiDict())
    with pytest.raises(NotImplementedError):
        Question.display(shown("days", 1), 1)
