"""Which number to call in an emergency, by the country the clinic has chosen.

Sources: the governments' own pages (NHS 999, 911.gov, triplezero.gov.au, police.govt.nz 111,
112.ie, the EU's page on 112, canada.ca).
"""

from typing import Final

_EUROPEAN_UNION: Final = (
    *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE"),
    *("IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"),
)
_NUMBERS: Final[dict[str, str]] = {
    **dict.fromkeys(_EUROPEAN_UNION, "112"),
    "IE": "112 / 999",
    "GB": "999",
    "US": "911",
    "CA": "911",
    "AU": "000",
    "NZ": "111",
}


def emergency_number(country: str) -> str | None:
    """The number for a country (ISO 3166 two-letter code), or None where it is not known."""
    return _NUMBERS.get(country)
