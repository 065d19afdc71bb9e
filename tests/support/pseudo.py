"""Languages that nobody speaks, to see what pages do with them: much longer, or from right to left.

Both stand in the place of Spanish, so that every page comes in them without any catalogue.
"""

import re
from collections.abc import Callable
from string import ascii_lowercase, ascii_uppercase
from typing import Final

import pytest
from babel import Locale
from babel.support import NullTranslations
from flask_babel import Domain

LANGUAGE: Final = "es"
_KEPT: Final = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>|&[#\w]+;)")
_VOWEL: Final = re.compile("[aeiou]")
# Hebrew letters by the sound of the English ones: what matters is that they run from right to left.
_LETTERS: Final = "אבגדהפגהיחקלמנופקרסתועוקיז"
_HEBREW: Final = str.maketrans(ascii_lowercase + ascii_uppercase, _LETTERS * 2)


def _apart_from_marks(change: Callable[[str], str], text: str) -> str:
    parts = _KEPT.split(text)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def longer(text: str) -> str:
    """About half as long again, as German and Finnish are; placeholders and tags stay."""
    return _apart_from_marks(lambda part: _VOWEL.sub(lambda vowel: vowel[0] * 2, part), text)


def mirrored(text: str) -> str:
    """In letters that run from right to left; placeholders and tags stay."""
    return _apart_from_marks(lambda part: part.translate(_HEBREW), text)


class _Pseudo(NullTranslations):
    """Every text of ours, changed."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__()
        self._change = change

    def ugettext(self, message: str) -> str:
        return self._change(message)

    def ungettext(self, singular: str, plural: str, num: int) -> str:
        return self._change(singular if num == 1 else plural)


def speak(monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str], direction: str) -> None:
    """Let every page in `LANGUAGE` come changed, and in this direction, until the test ends."""
    monkeypatch.setattr(Domain, "get_translations", lambda _self: _Pseudo(change))
    monkeypatch.setattr(Locale, "text_direction", direction)
