"""The reference code: the only link between a person and their stored answers.

Sixteen random symbols of Crockford's base 32 (80 bits) and one check symbol, which finds every single
wrong symbol and every swap of neighbours before anything is looked up. It adds no secrecy.
"""

import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O or U
RANDOM_SYMBOLS: Final = 16
_VALUE: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}
LOOK_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_POLYNOMIAL: Final = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)
_GROUP: Final = 4


class ReferenceCodeError(ValueError):
    """What was typed is not a reference code."""


def _times_alpha(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled & 0b100000 else doubled


def _check_symbol(symbols: str) -> str:
    """The sum of αⁱ·dᵢ over GF(32), by Horner's rule from the last symbol."""
    total = 0
    for symbol in reversed(symbols):
        total = _times_alpha(total ^ _VALUE[symbol])
    return ALPHABET[total]


def new_reference_code() -> str:
    """A fresh code in canonical form: 17 symbols without separators."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SYMBOLS))
    return symbols + _check_symbol(symbols)


def format_reference_code(code: str) -> str:
    """The code as it is shown: `7KQ2-M9XD-4TRB-ZP3V-N`."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def parse_reference_code(typed: str) -> str:
    """The canonical code from what a person typed: any case, spaces, dashes, O for 0, I or L for 1.

    A reader of QR codes types the whole address that the picture holds: the code stands after its "#".

    Raises:
        ReferenceCodeError: a symbol is missing, wrong or swapped.
    """
    plain = unicodedata.normalize("NFKC", typed[:200].rpartition("#")[2])
    code = "".join(filter(str.isalnum, plain)).upper().translate(LOOK_ALIKE)
    if len(code) != RANDOM_SYMBOLS + 1 or not _VALUE.keys() >= set(code):
        raise ReferenceCodeError("a reference code has 17 letters and digits")
    if _check_symbol(code[:-1]) != code[-1]:
        raise ReferenceCodeError("a letter or digit of the code is wrong")
    return code
