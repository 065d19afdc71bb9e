"""Reading answers: right values, wrong values with the field at fault, names nearly right."""

import math
from typing import Any, Final

import pytest

from app.domain import (
    NOT_SURE,
    AnswerError,
    ScreeningAnswers,
    answers_from_mapping,
    answers_from_texts,
    answers_to_mapping,
)
from app.domain.answers import KINDS
from app.domain.codes import CountedFrom, LookAlike, RedFlagCode, YesNo

YES_NO: Final = (
    "lifetime_attacks_at_least_5",
    "unilateral_location",
    "pulsating_quality",
    "moderate_or_severe_pain",
    "aggravated_by_routine_activity",
    "nausea_or_vomiting",
    "photophobia",
    "phonophobia",
    "aura",
    "medication_overuse_managed",
    "current_cgrp_treatment",
    "specialist_involved",
)
DAYS: Final = (
    "headache_days",
    "migraine_days",
    "headache_free_days",
    "triptan_days",
    "ergot_days",
    "opioid_days",
    "combination_analgesic_days",
    "simple_analgesic_days",
    "gepant_or_ditan_days",
    "any_acute_medication_days",
    "work_days_missed",
    "work_days_half_done",
)
MONTHS: Final = ("months_at_this_frequency", "months_of_acute_medication_use", "diary_months")
LISTS: Final = {
    "red_flags": "painful_red_eye",
    "unsure_red_flags": "emergency",
    "look_alikes": "constant_from_first_day",
    "botulinum_safety": "neuromuscular_disease",
}
ALL_NAMES: Final = {
    *YES_NO,
    *DAYS,
    *MONTHS,
    *LISTS,
    "age_years",
    "window_days",
    "counted_from",
    "hours_per_headache_day",
    "preventives",
}
HIGHEST: Final = {
    "age_years": 120,
    "hours_per_headache_day": 24,
    **dict.fromkeys(DAYS, 30),
    **dict.fromkeys(MONTHS, 1200),
}
WHOLE: Final = ("age_years", *DAYS)
FRACTIONS: Final = ("hours_per_headache_day", *MONTHS)


def refused(raw: dict[str, Any]) -> AnswerError:
    with pytest.raises(AnswerError) as caught:
        answers_from_mapping(raw)
    return caught.value


def refused_text(raw: dict[str, str]) -> AnswerError:
    with pytest.raises(AnswerError) as caught:
        answers_from_texts(raw)
    return caught.value


def value_of(name: str, raw: Any) -> Any:
    return getattr(answers_from_mapping({name: raw}), name)


def test_the_answers_are_those_of_the_contract() -> None:
    assert set(KINDS) == ALL_NAMES


def test_nothing_given_is_nothing_asked() -> None:
    assert answers_from_mapping({}) == answers_from_texts({}) == ScreeningAnswers()
    assert answers_to_mapping(ScreeningAnswers()) == {}


@pytest.mark.parametrize("name", sorted(ALL_NAMES))
def test_null_and_an_empty_cell_mean_not_asked(name: str) -> None:
    assert answers_from_mapping({name: None}) == ScreeningAnswers()
    assert answers_from_texts({name: ""}) == ScreeningAnswers()


@pytest.mark.parametrize("name", sorted(ALL_NAMES))
def test_not_sure_is_an_answer_to_every_question(name: str) -> None:
    """The contract makes `not_sure` a value of every scalar; lists were given it as well."""
    assert value_of(name, "not_sure") is NOT_SURE
    assert getattr(answers_from_texts({name: "not_sure"}), name) is NOT_SURE


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "highest"), HIGHEST.items())
def test_a_number_may_be_anything_from_0_to_its_highest(name: str, highest: int) -> None:
    assert value_of(name, 0) == 0
    assert value_of(name, highest) == highest
    for wrong in (-1, highest + 1, -0.5, highest + 0.5):
        assert refused({name: wrong}).field == name


@pytest.mark.parametrize("name", HIGHEST)
@pytest.mark.parametrize(
    "wrong",
    [
        True,
        False,
        math.nan,
        math.inf,
        -math.inf,
        1e308,
        10**30,
        "15",
        "",
        "NOT_SURE",
        "not sure",
        [],
        [15],
        {},
    ],
    ids=repr,
)
def test_what_is_no_number_is_refused(name: str, wrong: Any) -> None:
    problem = refused({name: wrong})
    assert problem.field == name
    assert str(problem).startswith(f"{name} must be a ")
    assert f"0 to {1200 if name in MONTHS else ''}" in str(problem)


@pytest.mark.parametrize("name", HIGHEST)
def test_a_number_with_very_many_digits_is_refused_and_breaks_nothing(name: str) -> None:
    assert refused({name: 10**400}).field == name


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_number_may_be_written_with_a_point(name: str) -> None:
    value = value_of(name, 15.0)
    assert value == 15
    assert type(value) is int
    assert refused({name: 15.5}).field == name


@pytest.mark.parametrize("name", FRACTIONS)
def test_half_a_month_and_half_an_hour_are_allowed(name: str) -> None:
    assert value_of(name, 2.5) == 2.5
    whole = value_of(name, 3.0)
    assert whole == 3
    assert type(whole) is int


@pytest.mark.parametrize("window", [28, 30, 90])
def test_days_are_counted_over_28_30_or_90(window: int) -> None:
    assert answers_from_mapping({"window_days": window}).window == window
    assert answers_from_mapping({"window_days": float(window)}).window_days == window
    assert answers_from_texts({"window_days": str(window)}).window_days == window


@pytest.mark.parametrize("wrong", [0, 7, 29, 31, 28.5, -30, True, "30", "", [], 10**400, math.nan])
def test_another_window_is_refused(wrong: Any) -> None:
    problem = refused({"window_days": wrong})
    assert (problem.field, str(problem)) == (
        "window_days",
        "window_days must be one of 28, 30, 90, or not_sure",
    )


def test_the_window_is_30_days_unless_said_otherwise() -> None:
    assert ScreeningAnswers().window == 30


def test_a_window_that_is_not_sure_is_none_and_allows_the_longest() -> None:
    answers = answers_from_mapping({"window_days": "not_sure", "headache_days": 90})
    assert answers.window is None
    assert refused({"window_days": "not_sure", "headache_days": 91}).field == "headache_days"
    assert answers_to_mapping(answers)["window_days"] == "not_sure"


@pytest.mark.parametrize("name", DAYS)
@pytest.mark.parametrize("window", [28, 30, 90])
def test_a_count_of_days_is_at_most_the_window(name: str, window: int) -> None:
    assert getattr(answers_from_mapping({name: window, "window_days": window}), name) == window
    problem = refused({name: window + 1, "window_days": window})
    assert problem.field == name
    assert str(window) in str(problem)


def test_a_count_over_30_days_needs_the_longer_window() -> None:
    assert refused({"headache_days": 45}).field == "headache_days"


@pytest.mark.parametrize(("headache", "migraine"), [(0, 1), (15, 16), (29, 30)])
def test_migraine_days_are_a_part_of_the_headache_days(headache: int, migraine: int) -> None:
    problem = refused({"headache_days": headache, "migraine_days": migraine})
    assert problem.field == "migraine_days"
    assert str(headache) in str(problem)


@pytest.mark.parametrize(
    ("headache", "migraine"),
    [(15, 15), (0, 0), ("not_sure", 30), (None, 30), (15, "not_sure"), (15, None)],
)
def test_migraine_days_are_compared_only_with_known_headache_days(headache: Any, migraine: Any) -> None:
    answers_from_mapping({"headache_days": headache, "migraine_days": migraine})


# --- codes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", YES_NO)
def test_a_yes_no_question_takes_yes_and_no(name: str) -> None:
    assert value_of(name, "yes") is YesNo.YES
    assert value_of(name, "no") is YesNo.NO


@pytest.mark.parametrize("name", [*YES_NO, "counted_from"])
@pytest.mark.parametrize("wrong", [True, False, 1, 0, "Yes", "NO", "maybe", "", [], ["yes"], {}])
def test_another_code_is_refused(name: str, wrong: Any) -> None:
    problem = refused({name: wrong})
    assert problem.field == name
    assert "must be one of" in str(problem)


def test_days_are_counted_from_memory_or_a_diary() -> None:
    assert value_of("counted_from", "memory") is CountedFrom.MEMORY
    assert value_of("counted_from", "diary") is CountedFrom.DIARY


# --- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "code"), LISTS.items())
def test_a_list_holds_each_code_once(name: str, code: str) -> None:
    assert value_of(name, [code]) == (code,)
    assert value_of(name, [code, code]) == (code,)
    assert value_of(name, []) == ()


@pytest.mark.parametrize("name", [*LISTS, "preventives"])
@pytest.mark.parametrize(
    "wrong",
    ["", "none", "yes", 0, True, {}, ["unknown"], [1], [None], [["x"]], [True]],
    ids=repr,
)
def test_what_is_no_list_of_these_is_refused(name: str, wrong: Any) -> None:
    assert refused({name: wrong}).field == name


def test_an_object_in_a_list_of_codes_is_refused() -> None:
    assert refused({"red_flags": [{}]}).field == "red_flags"


@pytest.mark.parametrize("name", [*LISTS, "preventives"])
def test_a_list_of_the_wrong_kind_says_how_to_report_nothing(name: str) -> None:
    assert "[] when there is nothing to report" in str(refused({name: "none"}))


@pytest.mark.parametrize("name", LISTS)
def test_an_unknown_code_in_a_list_is_told_what_may_stand_there(name: str) -> None:
    problem = refused({name: ["unknown"]})
    assert str(problem) == f"{name} must be a {KINDS[name].describes}"


def test_the_order_of_a_list_is_kept() -> None:
    codes = ["painful_red_eye", "double_vision", "loss_of_vision"]
    assert value_of("red_flags", codes) == tuple(RedFlagCode(code) for code in codes)


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("headache_day", "headache_days"),
        ("migrane_days", "migraine_days"),
        ("red_flag", "red_flags"),
        ("Headache_Days", "headache_days"),
    ],
)
def test_a_name_nearly_right_gets_a_hint(typed: str, meant: str) -> None:
    problem = refused({typed: 1})
    assert problem.field == typed
    assert f"did you mean {meant}?" in str(problem)
    assert str(refused_text({typed: ""})) == str(problem)


@pytest.mark.parametrize("typed", ["", "zzz", "🙂", "x" * 10_000])
def test_a_name_like_none_is_refused_without_a_hint(typed: str) -> None:
    problem = refused({typed: 1})
    assert problem.field == typed
    assert "did you mean" not in str(problem)
    assert len(str(problem)) < 200


def test_a_long_name_is_quoted_only_in_part() -> None:
    assert str(refused({"x" * 60 + "y": 1})) == f"'{'x' * 60}' is not the name of an answer"


def test_an_error_says_nothing_of_the_value() -> None:
    assert "secret" not in str(refused({"headache_days": "secret"}))


# --- cells of a table -----------------------------------------------------------------------------


def test_cells_are_read_by_their_meaning() -> None:
    answers = answers_from_texts(
        {
            "age_years": "41",
            "headache_days": "20.0",
            "months_at_this_frequency": "3.5",
            "counted_from": "diary",
            "aura": "not_sure",
            "red_flags": "none",
            "look_alikes": "constant_from_first_day; always_one_side_with_watering_eye",
            "preventives": "",
        }
    )
    assert answers == ScreeningAnswers(
        age_years=41,
        headache_days=20,
        months_at_this_frequency=3.5,
        counted_from=CountedFrom.DIARY,
        aura=NOT_SURE,
        red_flags=(),
        look_alikes=tuple(LookAlike),
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [("15", 15), ("15.0", 15), ("+15", 15), ("015", 15), ("1e1", 10), ("0", 0), ("not_sure", NOT_SURE)],
)
def test_a_cell_may_hold_a_number_in_these_ways(cell: str, value: Any) -> None:
    assert answers_from_texts({"headache_days": cell}).headache_days == value


@pytest.mark.parametrize(
    "cell",
    [
        "nan",
        "inf",
        "-inf",
        "1e400",
        "-1",
        "15,0",
        "1_5",
        "0x10",
        "True",
        "yes",
        "15 days",
        "9" * 5000,
        "١٥",
        "²",
    ],
)
@pytest.mark.parametrize("name", ["headache_days", "months_at_this_frequency", "window_days"])
def test_a_cell_that_holds_no_number_is_refused(name: str, cell: str) -> None:
    problem = refused_text({name: cell})
    assert problem.field == name
    assert str(problem).startswith(f"{name} must be ")


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("none", ()),
        ("double_vision", ("double_vision",)),
        ("double_vision;", ("double_vision",)),
        (" double_vision ; loss_of_vision ", ("double_vision", "loss_of_vision")),
        ("double_vision;double_vision", ("double_vision",)),
    ],
)
def test_a_list_in_a_cell_is_separated_by_semicolons(cell: str, codes: tuple[str, ...]) -> None:
    assert answers_from_texts({"red_flags": cell}).red_flags == codes


@pytest.mark.parametrize(
    "cell", ["[]", "None", "none;double_vision", "double_vision,loss_of_vision", "not_sure;none", ";"]
)
def test_a_cell_that_is_no_list_of_codes_is_refused(cell: str) -> None:
    """Only `none` says that there is nothing to report; a lone separator says nothing."""
    assert refused_text({"red_flags": cell}).field == "red_flags"


@pytest.mark.parametrize("cell", [";", "double_vision;;loss_of_vision"])
@pytest.mark.parametrize("name", ["red_flags", "preventives"])
def test_an_empty_item_is_refused_with_the_way_to_report_nothing(name: str, cell: str) -> None:
    problem = refused_text({name: cell})
    assert str(problem) == f"{name} has an empty item; write none for an empty list"


# --- there and back -------------------------------------------------------------------------------


def test_answers_are_written_as_they_are_read() -> None:
    raw = {
        "age_years": 41,
        "window_days": 28,
        "headache_days": 14,
        "migraine_days": "not_sure",
        "months_at_this_frequency": 3.5,
        "counted_from": "memory",
        "aura": "yes",
        "photophobia": "not_sure",
        "red_flags": ["double_vision"],
        "look_alikes": [],
        "botulinum_safety": "not_sure",
        "preventives": [
            {"medicine": "topiramate", "weeks": 8, "result": "no_benefit"},
            {
                "medicine": "other",
                "weeks": "not_sure",
                "result": "not_sure",
                "still_taking": "no",
                "taken_for": "migraine",
                "daily_dose_mg": 12.5,
                "name_given": "a herbal tea",
            },
        ],
    }
    assert answers_to_mapping(answers_from_mapping(raw)) == raw
