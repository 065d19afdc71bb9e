"""Reading a number as people type it: spaces, full-width digits, a comma for the decimal point."""

import re
import unicodedata
from enum import Enum
from typing import Final

_LONGEST: Final = 12
_WHOLE: Final = re.compile(r"[+]?\d+")
_DECIMAL: Final = re.compile(r"[+]?(\d+[.,]\d{0,2}|[.,]\d{1,2})")
_MINUS: Final = re.compile(r"[-\u2212\u2013]\s*\d+([.,]\d*)?")


class NumberProblem(Enum):
    """Why what was typed is not the number asked for."""

    MISSING = "missing"
    NOT_DIGITS = "not_digits"
    NEGATIVE = "negative"
    FRACTION = "fraction"
    TOO_LONG = "too_long"


def tidy(typed: str) -> str:
    """What was typed without the spaces around it, full-width forms folded to plain ones."""
    return unicodedata.normalize("NFKC", typed).strip().strip("\u200b\ufeff")


def read_number(typed: str) -> int | float | NumberProblem:
    """The number typed, or why it is none."""
    text = tidy(typed)
    if not text:
        return NumberProblem.MISSING
    if _MINUS.fullmatch(text):
        return NumberProblem.NEGATIVE
    if not (_WHOLE.fullmatch(text) or _DECIMAL.fullmatch(text)):
        return NumberProblem.NOT_DIGITS
    if len(text) > _LONGEST:
        return NumberProblem.TOO_LONG
    value = float(text.replace(",", "."))
    return int(value) if value.is_integer() else value


def read_whole_number(typed: str) -> int | NumberProblem:
    """The whole number typed, or why it is none. 15.0 is whole; 15.5 is not."""
    value = read_number(typed)
    return NumberProblem.FRACTION if isinstance(value, float) else value
