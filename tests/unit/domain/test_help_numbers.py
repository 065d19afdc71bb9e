"""Whom to call, by country."""

import pytest

from app.domain.help_numbers import help_for


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("GB", ("999",)),
        ("IE", ("112", "999")),
        ("US", ("911",)),
        ("CA", ("911",)),
        ("AU", ("000",)),
        ("NZ", ("111",)),
        ("DE", ("112",)),
        ("SE", ("112",)),
    ],
)
def test_a_known_country_has_its_emergency_number(country: str, numbers: tuple[str, ...]) -> None:
    assert help_for(country).emergency == numbers


@pytest.mark.parametrize(
    "country",
    [
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    ],
)
def test_112_is_the_number_of_the_european_union(country: str) -> None:
    assert help_for(country).emergency == ("112",)


@pytest.mark.parametrize(
    ("country", "name", "number", "is_everywhere"),
    [
        ("GB", "NHS 111", "111", False),
        ("AU", "1800MEDICARE", "1800 633 422", True),
        ("NZ", "Healthline", "0800 611 116", True),
        ("CA", "811", "811", False),
        ("DE", "116117", "116117", True),
        ("AT", "1450", "1450", True),
    ],
)
def test_a_known_country_has_its_advice_line(
    country: str, name: str, number: str, is_everywhere: bool
) -> None:
    line = help_for(country).advice
    assert line is not None
    assert (line.name, line.number, line.is_everywhere) == (name, number, is_everywhere)


@pytest.mark.parametrize("country", ["US", "IE", "SE", "FR"])
def test_a_country_without_a_known_line_has_none_rather_than_a_guess(country: str) -> None:
    assert help_for(country).advice is None
    assert help_for(country).emergency


@pytest.mark.parametrize("country", ["", "XX", "gb", "GBR"])
def test_an_unknown_country_has_no_number_rather_than_a_guess(country: str) -> None:
    assert help_for(country).emergency == ()
    assert help_for(country).advice is None
