"""Whom to call, by the country the clinic has chosen: in an emergency, and for advice on the same day.

Emergency numbers: the governments' own pages (NHS 999, 911.gov, triplezero.gov.au, police.govt.nz 111,
112.ie, the EU's page on 112, canada.ca). Advice lines: NHS 111 (neas.nhs.uk/your-service/111, nhs24.scot/111;
not in Northern Ireland), 1800MEDICARE (in place of healthdirect since January 2026), Healthline
(health.govt.nz), 811 (albertahealthservices.ca, healthpei.ca; most of Canada), 116117 (kbv.de) and 1450
(notrufnoe.com). No national line was found for Ireland and the United States: none is shown there.
"""

from dataclasses import dataclass
from typing import Final

EUROPEAN_UNION: Final = (
    *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE"),
    *("IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"),
)
_EMERGENCY: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(EUROPEAN_UNION, ("112",)),
    "IE": ("112", "999"),
    "GB": ("999",),
    "US": ("911",),
    "CA": ("911",),
    "AU": ("000",),
    "NZ": ("111",),
}


@dataclass(frozen=True)
class AdviceLine:
    """A line that gives medical advice when it is no emergency. `is_everywhere` within the country."""

    name: str
    number: str
    is_everywhere: bool = True


_ADVICE: Final = {
    "GB": AdviceLine("NHS 111", "111", is_everywhere=False),
    "AU": AdviceLine("1800MEDICARE", "1800 633 422"),
    "NZ": AdviceLine("Healthline", "0800 611 116"),
    "CA": AdviceLine("811", "811", is_everywhere=False),
    "DE": AdviceLine("116117", "116117"),
    "AT": AdviceLine("1450", "1450"),
}


@dataclass(frozen=True)
class HelpNumbers:
    """The emergency numbers of a country, none where they are not known, and its advice line, if any."""

    emergency: tuple[str, ...]
    advice: AdviceLine | None


def help_for(country: str) -> HelpNumbers:
    """The numbers of a country (ISO 3166 two-letter code). One country's number is never shown to another."""
    return HelpNumbers(_EMERGENCY.get(country, ()), _ADVICE.get(country))
