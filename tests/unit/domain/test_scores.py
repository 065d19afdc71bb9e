"""Totals of published instruments: both ends of every range, both sides of every grade and cut-off."""

import pytest

from app.domain.scores import RANGES, Instrument, Score

ENDS = [(each, *RANGES[each]) for each in Instrument]


@pytest.mark.parametrize(
    ("instrument", "lowest", "highest"),
    [
        (Instrument.MIDAS, 0, 270),
        (Instrument.HIT_6, 36, 78),
        (Instrument.PHQ_2, 0, 6),
        (Instrument.GAD_2, 0, 6),
    ],
)
def test_the_ranges_are_those_of_the_instruments(instrument: Instrument, lowest: int, highest: int) -> None:
    assert RANGES[instrument] == (lowest, highest)


def test_every_instrument_has_a_range_and_a_code_that_stays() -> None:
    assert set(RANGES) == set(Instrument)
    assert [each.value for each in Instrument] == ["midas", "hit_6", "phq_2", "gad_2"]


@pytest.mark.parametrize(("instrument", "lowest", "highest"), ENDS)
def test_both_ends_of_a_range_are_taken(instrument: Instrument, lowest: int, highest: int) -> None:
    assert [Score(instrument, total).total for total in (lowest, highest)] == [lowest, highest]


@pytest.mark.parametrize(("instrument", "lowest", "highest"), ENDS)
def test_one_outside_either_end_is_refused_with_the_range(
    instrument: Instrument, lowest: int, highest: int
) -> None:
    for total in (lowest - 1, highest + 1, -(10**9), 10**9):
        with pytest.raises(ValueError, match=f"^a total of {instrument} is from {lowest} to {highest}$"):
            Score(instrument, total)


@pytest.mark.parametrize(
    ("total", "grade"), [(0, 1), (5, 1), (6, 2), (10, 2), (11, 3), (20, 3), (21, 4), (270, 4)]
)
def test_a_grade_of_midas_begins_at_its_lowest_total(total: int, grade: int) -> None:
    assert Score(Instrument.MIDAS, total).grade == grade


@pytest.mark.parametrize("instrument", [Instrument.PHQ_2, Instrument.GAD_2])
@pytest.mark.parametrize(("total", "is_positive"), [(0, False), (2, False), (3, True), (6, True)])
def test_two_questions_are_positive_from_three(instrument: Instrument, total: int, is_positive: bool) -> None:
    assert Score(instrument, total).is_positive is is_positive


@pytest.mark.parametrize("instrument", [each for each in Instrument if each is not Instrument.MIDAS])
def test_only_midas_has_a_grade(instrument: Instrument) -> None:
    assert {Score(instrument, total).grade for total in RANGES[instrument]} == {None}


@pytest.mark.parametrize("instrument", [Instrument.MIDAS, Instrument.HIT_6])
def test_only_the_two_question_instruments_have_a_cut_off(instrument: Instrument) -> None:
    assert {Score(instrument, total).is_positive for total in RANGES[instrument]} == {None}


def test_every_total_of_midas_has_a_grade_that_never_falls() -> None:
    lowest, highest = RANGES[Instrument.MIDAS]
    grades = [Score(Instrument.MIDAS, total).grade or 0 for total in range(lowest, highest + 1)]
    assert grades == sorted(grades)
    assert set(grades) == {1, 2, 3, 4}
