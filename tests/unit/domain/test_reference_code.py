"""The reference code: every slip of one symbol or of two neighbours is found."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import reference_code
from app.domain.reference_code import (
    ALPHABET,
    RANDOM_SYMBOLS,
    ReferenceCodeError,
    format_reference_code,
    new_reference_code,
    parse_reference_code,
)

# A code as the product makes it; the randomness is Python's and needs no shrinking.
CODES = st.builds(new_reference_code)


def is_refused(typed: str) -> bool:
    try:
        parse_reference_code(typed)
    except ReferenceCodeError:
        return True
    return False


@pytest.mark.requirement("PAT-01")
def test_a_new_code_has_16_random_symbols_and_a_check_symbol() -> None:
    code = new_reference_code()
    assert len(code) == RANDOM_SYMBOLS + 1 == 17
    assert set(code) <= set(ALPHABET)


@pytest.mark.requirement("PAT-03")
def test_the_alphabet_holds_no_letter_that_looks_like_another() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.slow
@pytest.mark.requirement("PAT-01")
def test_new_codes_differ_and_every_position_is_evenly_spread() -> None:
    """χ² of 31 degrees of freedom is above 105 by chance in one run of a thousand million."""
    codes = [new_reference_code() for _ in range(100_000)]
    assert len(set(codes)) == len(codes)
    expected = len(codes) / len(ALPHABET)
    for place in range(RANDOM_SYMBOLS + 1):
        counted = Counter(code[place] for code in codes)
        assert sum((counted[symbol] - expected) ** 2 / expected for symbol in ALPHABET) < 105, place


@pytest.mark.requirement("PAT-01")
def test_one_place_in_the_program_makes_codes() -> None:
    """Nothing else draws symbols or knows them; each is drawn from the system's random source."""
    source = Path(reference_code.__file__)
    for path in source.parents[1].rglob("*.py"):
        names = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Attribute | ast.Name)
        }
        makes = {"ALPHABET", "_check_symbol"} & names
        assert not makes or path == source or path.name == "recovery_codes.py", path  # of clinicians
    (maker,) = (
        node
        for node in ast.parse(source.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "new_reference_code"
    )
    assert "secrets.choice(ALPHABET) for _ in range(RANDOM_SYMBOLS)" in ast.unparse(maker)


@pytest.mark.parametrize("code", ["7KQ2M9XD4TRBZP3V0", "0123456789ABCDEF9"])
def test_a_code_that_was_given_out_stays_a_code(code: str) -> None:
    """People keep their codes: the check symbol is never reckoned in another way."""
    assert parse_reference_code(code) == code


def test_a_code_is_shown_in_groups_of_four() -> None:
    assert format_reference_code("7KQ2M9XD4TRBZP3VN") == "7KQ2-M9XD-4TRB-ZP3V-N"


@pytest.mark.requirement("PAT-03")
@given(CODES)
@settings(deadline=None)
def test_what_is_shown_can_be_typed(code: str) -> None:
    assert parse_reference_code(format_reference_code(code)) == code


@pytest.mark.requirement("PAT-02")
@given(CODES)
@settings(deadline=None, max_examples=25)
def test_every_single_wrong_symbol_is_found(code: str) -> None:
    for place in range(len(code)):
        for symbol in ALPHABET:
            if symbol != code[place]:
                assert is_refused(code[:place] + symbol + code[place + 1 :])


@pytest.mark.requirement("PAT-02")
@given(CODES)
@settings(deadline=None)
def test_every_swap_of_neighbours_is_found(code: str) -> None:
    for place in range(len(code) - 1):
        first, second = code[place], code[place + 1]
        if first != second:
            assert is_refused(code[:place] + second + first + code[place + 2 :])


@given(CODES)
@settings(deadline=None)
def test_every_missing_or_doubled_symbol_is_found(code: str) -> None:
    for place in range(len(code)):
        assert is_refused(code[:place] + code[place + 1 :])
        assert is_refused(code[:place] + code[place] + code[place:])


CODE = "0123456789ABCDEF"
WHOLE = next(CODE + last for last in ALPHABET if not is_refused(CODE + last))
SHOWN = format_reference_code(WHOLE)


@pytest.mark.requirement("PAT-03")
@pytest.mark.parametrize(
    "typed",
    [
        WHOLE,
        SHOWN,
        WHOLE.lower(),
        SHOWN.lower(),
        f"  {SHOWN}  ",
        SHOWN.replace("-", " "),
        SHOWN.replace("-", " - "),
        SHOWN.replace("-", "–"),
        SHOWN.replace("-", "—"),
        SHOWN.replace("-", "."),
        SHOWN.replace("-", "\u00a0"),
        SHOWN.replace("-", "\n"),
        " ".join(WHOLE),
        SHOWN + "\r\n",
        SHOWN.replace("0", "O").replace("1", "I"),
        SHOWN.replace("0", "o").replace("1", "l"),
        SHOWN.replace("1", "L").lower(),
        SHOWN.replace("1", "i"),
        f"https://clinic.example/your-screening#{SHOWN}",
        f"#{WHOLE}",
    ],
)
def test_a_code_may_be_typed_in_any_of_these_ways(typed: str) -> None:
    assert parse_reference_code(typed) == WHOLE


@pytest.mark.requirement("PAT-03")
@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-",
        WHOLE[:-1],
        WHOLE + "0",
        WHOLE + WHOLE,
        WHOLE[:-1] + "U",
        "U" + WHOLE[1:],
        "é" + WHOLE[1:],
        WHOLE[:-1] + "!",
        WHOLE[:-1] + "é",
        WHOLE[:-1] + "🙂",
        "0" * 300,
        "-" * 300 + WHOLE,
        "x" * 1_000_000,
    ],
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(ReferenceCodeError):
        parse_reference_code(typed)


def test_only_the_first_200_characters_are_read() -> None:
    assert parse_reference_code("-" * 183 + WHOLE) == WHOLE
    assert parse_reference_code("-" * 183 + WHOLE + "0") == WHOLE
    assert is_refused("-" * 184 + WHOLE)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_anything_typed_is_a_code_or_refused(typed: str) -> None:
    if not is_refused(typed):
        code = parse_reference_code(typed)
        assert parse_reference_code(code) == code
