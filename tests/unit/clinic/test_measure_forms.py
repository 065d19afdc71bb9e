"""The forms for a score and for a course of treatment: every sentence, and what they make."""

from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.clinic.measure_forms import MOST_COUNTS, CourseForm, ScoreForm
from app.domain.response import DayCount, TreatmentResponse
from app.domain.scores import RANGES, Instrument, Score
from app.questionnaire.page import PageForm

SCORE: Final = {"instrument": "midas", "total": "21"}
COURSE: Final = {"window_days": "30", "baseline": "20", "later": "14, 12, 9", "cycles": "2"}
WHOLE: Final = "Enter a whole number"
NOT_NEGATIVE: Final = "Enter 0 or a number above 0"
DIGITS: Final = "Enter the number in digits, such as 12"
COUNTS: Final = "Enter whole numbers with commas between them, such as 14, 12, 9"
NO_COUNT: Final = "Enter the headache days of at least one period since"
PERIOD: Final = "Choose 28 or 30 days"
FALL: Final = "Enter at least 1 day: a fall from 0 cannot be told"
OVER: Final = "Enter no more days than the period has"


def score_form(**changes: str) -> ScoreForm:
    return ScoreForm.received(MultiDict({**SCORE, **changes}))


def course_form(**changes: str) -> CourseForm:
    return CourseForm.received(MultiDict({**COURSE, **changes}))


def errors(form: PageForm) -> dict[str, str]:
    """Each field with its one sentence."""
    assert form.validate() is not bool(form.errors_in_order)
    found = {name: str(sentence) for name, sentence in form.errors_in_order}
    assert len(found) == len(form.errors_in_order), "a field says two things"
    return found


# --- a score --------------------------------------------------------------------------------------


@pytest.mark.parametrize("instrument", Instrument)
def test_both_ends_of_every_range_are_taken(instrument: Instrument) -> None:
    for total in RANGES[instrument]:
        form = score_form(instrument=instrument.value, total=str(total))
        assert errors(form) == {}
        assert form.measure() == Score(instrument, total)


@pytest.mark.parametrize(
    ("instrument", "total", "sentence"),
    [
        ("midas", "271", "Enter a total from 0 to 270"),
        ("midas", "999", "Enter a total from 0 to 270"),
        ("hit_6", "999", "Enter a total from 36 to 78"),
        ("phq_2", "271", "Enter a total from 0 to 6"),
        ("hit_6", "35", "Enter a total from 36 to 78"),
        ("hit_6", "79", "Enter a total from 36 to 78"),
        ("hit_6", "0", "Enter a total from 36 to 78"),
        ("phq_2", "7", "Enter a total from 0 to 6"),
        ("gad_2", "270", "Enter a total from 0 to 6"),
        ("midas", "", "Enter the total"),
        ("midas", "   ", "Enter the total"),
        ("midas", "\x00", "Enter the total"),
        ("midas", "-1", NOT_NEGATIVE),
        ("midas", "−3", NOT_NEGATIVE),
        ("midas", "2.5", WHOLE),
        ("midas", "2,5", WHOLE),
        ("midas", "twenty", DIGITS),
        ("midas", "1e3", DIGITS),
        ("midas", "NaN", DIGITS),
        ("midas", "0x10", DIGITS),
        ("midas", "9" * 12, "Enter a total within the range of the instrument"),
        ("midas", "9" * 13, "Enter a total within the range of the instrument"),
        ("midas", "9" * 5000, "Enter a total within the range of the instrument"),
        ("midas", "<b>", DIGITS),
    ],
)
def test_a_total_that_cannot_be_is_explained(instrument: str, total: str, sentence: str) -> None:
    assert errors(score_form(instrument=instrument, total=total)) == {"total": sentence}


@pytest.mark.parametrize("typed", ["21", " 21 ", "２１", "+21", "21.0", "21,0"])
def test_a_total_is_read_as_people_type_it(typed: str) -> None:
    form = score_form(total=typed)
    assert errors(form) == {}
    assert form.measure() == Score(Instrument.MIDAS, 21)


@pytest.mark.parametrize("instrument", ["", "MIDAS", "unheard_of", "\x00", "x" * 5000])
def test_an_instrument_has_to_be_one_of_the_list(instrument: str) -> None:
    assert errors(score_form(instrument=instrument)) == {"instrument": "Choose the instrument"}


def test_everything_that_is_missing_is_said_at_once() -> None:
    form = ScoreForm.received(MultiDict())
    assert errors(form) == {"instrument": "Choose the instrument", "total": "Enter the total"}


def test_each_instrument_stands_with_its_range_and_none_of_its_questions() -> None:
    options = ScoreForm().instrument.options
    assert [(str(each.label), str(each.hint)) for each in options] == [
        ("MIDAS", "from 0 to 270"),
        ("HIT-6", "from 36 to 78"),
        ("PHQ-2", "from 0 to 6"),
        ("GAD-2", "from 0 to 6"),
    ]


@pytest.mark.parametrize("box", ["total-not-sure", "baseline-not-sure", "cycles-not-sure"])
def test_a_forged_box_for_not_sure_changes_nothing(box: str) -> None:
    for form in (score_form(**{box: "yes"}), course_form(**{box: "yes"})):
        assert errors(form) == {}
    assert errors(score_form(total="", **{box: "yes"})) == {"total": "Enter the total"}
    empty = course_form(baseline="", cycles="", **{box: "yes"})
    assert set(errors(empty)) == {"baseline", "cycles"}


# --- a course of treatment ------------------------------------------------------------------------


def test_a_course_is_made_of_counts_in_one_window() -> None:
    form = course_form()
    assert errors(form) == {}
    later = tuple(DayCount(days, 30) for days in (14, 12, 9))
    assert form.measure() == TreatmentResponse(DayCount(20, 30), later, 2)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"window_days": "28", "baseline": "28", "later": "28"}, (28, 28, [28], 2)),
        ({"baseline": "30", "later": "30 0"}, (30, 30, [30, 0], 2)),
        ({"baseline": "1", "later": "0", "cycles": "1"}, (30, 1, [0], 1)),
        ({"later": "14;12 ; 9"}, (30, 20, [14, 12, 9], 2)),
        ({"later": "14\t12\r\n9"}, (30, 20, [14, 12, 9], 2)),
        ({"later": ", 14,, 12,"}, (30, 20, [14, 12], 2)),
        ({"later": "１４ 12"}, (30, 20, [14, 12], 2)),
        ({"cycles": "100"}, (30, 20, [14, 12, 9], 100)),
        ({"later": ",".join(["1"] * MOST_COUNTS)}, (30, 20, [1] * MOST_COUNTS, 2)),
        ({"later": ", ".join(["10"] * MOST_COUNTS)}, (30, 20, [10] * MOST_COUNTS, 2)),
    ],
    ids=str,
)
def test_counts_are_read_as_people_type_them(
    changes: dict[str, str], expected: tuple[int, int, list[int], int]
) -> None:
    form = course_form(**changes)
    assert errors(form) == {}
    made = form.measure()
    window, baseline, later, cycles = expected
    assert (made.baseline, made.cycles) == (DayCount(baseline, window), cycles)
    assert made.later == tuple(DayCount(days, window) for days in later)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"window_days": ""}, {"window_days": "Choose 28 or 30 days"}),
        ({"window_days": "90"}, {"window_days": "Choose 28 or 30 days"}),
        ({"baseline": ""}, {"baseline": "Enter the headache days before treatment"}),
        ({"baseline": "31"}, {"baseline": OVER}),
        ({"baseline": "9" * 400}, {"baseline": OVER}),
        ({"window_days": "28", "baseline": "29"}, {"baseline": OVER}),
        ({"baseline": "1.5"}, {"baseline": WHOLE}),
        ({"baseline": "-1"}, {"baseline": NOT_NEGATIVE}),
        ({"baseline": "x"}, {"baseline": DIGITS}),
        ({"baseline": "0"}, {"baseline": "Enter at least 1 day: a fall from 0 cannot be told"}),
        ({"baseline": "0", "window_days": ""}, {"window_days": PERIOD, "baseline": FALL}),
        ({"later": ""}, {"later": NO_COUNT}),
        ({"later": " \t "}, {"later": NO_COUNT}),
        ({"later": "31"}, {"later": OVER}),
        ({"later": "1, 2, 31"}, {"later": OVER}),
        ({"window_days": "28", "later": "29"}, {"later": OVER}),
        ({"later": "-1"}, {"later": COUNTS}),
        ({"later": "14, x"}, {"later": COUNTS}),
        ({"later": "14.5 12"}, {"later": COUNTS}),
        ({"later": "not_sure"}, {"later": COUNTS}),
        ({"later": "９" * 40}, {"later": COUNTS}),
        ({"later": " ".join(["1"] * (MOST_COUNTS + 1))}, {"later": "Enter at most 60 counts"}),
        ({"later": "1 " * 2000}, {"later": "Enter at most 60 counts"}),
        ({"cycles": ""}, {"cycles": "Enter how many courses were given"}),
        ({"cycles": "101"}, {"cycles": "Enter at most 100 courses"}),
        ({"cycles": "9" * 30}, {"cycles": "Enter at most 100 courses"}),
        ({"cycles": "-2"}, {"cycles": NOT_NEGATIVE}),
        ({"cycles": "2.5"}, {"cycles": WHOLE}),
        ({"cycles": "0"}, {"cycles": "Enter at least 1 course"}),
        ({"cycles": "0.0"}, {"cycles": "Enter at least 1 course"}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_course_that_cannot_be_is_explained(changes: dict[str, str], expected: dict[str, str]) -> None:
    assert errors(course_form(**changes)) == expected


@pytest.mark.parametrize("later", [",", ";", " , ; ,", ",,,,"])
def test_signs_between_numbers_alone_are_no_count(later: str) -> None:
    assert errors(course_form(later=later)) == {"later": NO_COUNT}


def test_everything_that_is_missing_in_a_course_is_said_at_once() -> None:
    assert list(errors(CourseForm.received(MultiDict()))) == ["window_days", "baseline", "later", "cycles"]


def test_what_was_typed_stands_in_the_form_again() -> None:
    course = course_form(baseline="thirty", later="14, x", cycles="2.5", window_days="28")
    score = score_form(total=" 2,5 ", instrument="hit_6")
    assert not course.validate()
    assert not score.validate()
    typed = (course.baseline.typed, course.later.typed, course.cycles.typed, score.total.typed)
    assert typed == ("thirty", "14, x", "2.5", " 2,5 ")
    assert [each.value for each in course.window_days.options if each.checked] == ["28"]
    assert [each.value for each in score.instrument.options if each.checked] == ["hit_6"]


ANYTHING: Final = st.one_of(st.text(max_size=60), st.integers().map(str), st.floats().map(str))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*SCORE, *COURSE, "total-not-sure", "cycles-not-sure"]), ANYTHING))
def test_whatever_is_sent_is_a_measure_or_explained(posted: dict[str, Any]) -> None:
    for form in (ScoreForm.received(MultiDict(posted)), CourseForm.received(MultiDict(posted))):
        assert bool(errors(form)) is not bool(form.validate())
        if form.validate():
            form.measure()
