"""Numbers as people type them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.questionnaire.numbers import NumberProblem, read_number, read_whole_number

P = NumberProblem


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("15", 15),
        ("0", 0),
        ("007", 7),
        ("+5", 5),
        (" 15 ", 15),
        ("\t15\n", 15),
        ("15\u00a0", 15),  # no-break space
        ("\u00a015", 15),
        ("\u202f15", 15),  # narrow no-break space
        ("\u300015", 15),  # ideographic space
        ("\u200b15\u200b", 15),  # zero width
        ("\ufeff15", 15),
        ("１５", 15),
        ("１５．５", 15.5),
        ("٣", 3),
        ("15.0", 15),
        ("15,0", 15),
        ("15.", 15),
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("２，５", 2.5),
        (".5", 0.5),
        (",5", 0.5),
        ("0.25", 0.25),
        ("999999999999", 999999999999),
    ],
)
def test_a_number_is_read(typed: str, number: float) -> None:
    found = read_number(typed)
    assert found == number
    assert isinstance(found, int) == (number == int(number))


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", P.MISSING),
        (" ", P.MISSING),
        ("\u00a0\u3000", P.MISSING),
        ("\u200b", P.MISSING),
        ("-1", P.NEGATIVE),
        ("- 1", P.NEGATIVE),
        ("\u22121", P.NEGATIVE),  # minus sign
        ("\u20131", P.NEGATIVE),  # en dash
        ("－１", P.NEGATIVE),
        ("-2.5", P.NEGATIVE),
        ("-2,5", P.NEGATIVE),
        ("-0", P.NEGATIVE),
        ("fifteen", P.NOT_DIGITS),
        ("15 days", P.NOT_DIGITS),
        ("1 5", P.NOT_DIGITS),
        ("1\u00a0200", P.NOT_DIGITS),
        ("1,200", P.NOT_DIGITS),
        ("1.200", P.NOT_DIGITS),
        ("about 15", P.NOT_DIGITS),
        ("10-15", P.NOT_DIGITS),
        ("10–15", P.NOT_DIGITS),
        ("1/2", P.NOT_DIGITS),
        ("½", P.NOT_DIGITS),
        ("1½", P.NOT_DIGITS),
        ("1e3", P.NOT_DIGITS),
        ("0x10", P.NOT_DIGITS),
        ("1_5", P.NOT_DIGITS),
        ("nan", P.NOT_DIGITS),
        ("inf", P.NOT_DIGITS),
        ("1.2.3", P.NOT_DIGITS),
        ("1,200.5", P.NOT_DIGITS),
        (".", P.NOT_DIGITS),
        ("-", P.NOT_DIGITS),
        ("--5", P.NOT_DIGITS),
        ("+", P.NOT_DIGITS),
        ("五", P.NOT_DIGITS),
        ("15%", P.NOT_DIGITS),
        ("<script>", P.NOT_DIGITS),
        ("15\x00", P.NOT_DIGITS),
        ("9" * 13, P.TOO_LONG),
        ("9" * 10_000, P.TOO_LONG),
    ],
)
def test_what_is_no_number_says_why(typed: str, problem: NumberProblem) -> None:
    assert read_number(typed) is problem
    assert read_whole_number(typed) is problem


@pytest.mark.parametrize(("typed", "number"), [("15", 15), ("15.0", 15), ("15,00", 15), ("１５", 15)])
def test_a_whole_number_may_be_written_with_zeros_after_the_point(typed: str, number: int) -> None:
    assert read_whole_number(typed) == number


@pytest.mark.parametrize("typed", ["15.5", "15,5", ".5", "１５．５", "0.01"])
def test_a_part_of_a_whole_is_no_whole_number(typed: str) -> None:
    assert read_whole_number(typed) is P.FRACTION


@given(st.text())
@settings(deadline=None, max_examples=300)
def test_anything_typed_is_a_number_from_0_up_or_a_problem(typed: str) -> None:
    found = read_number(typed)
    assert isinstance(found, NumberProblem) or 0 <= found < 10**12


@given(st.integers(0, 10**11), st.sampled_from(["", " ", "\u00a0", "\t", "\u3000"]))
@settings(deadline=None)
def test_every_whole_number_is_read_whatever_space_surrounds_it(number: int, space: str) -> None:
    assert read_whole_number(f"{space}{number}{space}") == number
