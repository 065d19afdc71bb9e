"""Numbers as the language of the page writes them."""

from babel import numbers
from flask_babel import get_locale
from flask_babel.speaklater import LazyString


def number_words(value: float) -> LazyString:
    """A number with as many decimals as it has, three at most, and nothing between its thousands."""
    return LazyString(_written, value)


def _written(value: float) -> str:
    return str(numbers.format_decimal(value, format="0.###", locale=get_locale() or "en"))
