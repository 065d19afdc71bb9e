"""Which number to call, by country."""

import pytest

from app.domain.emergency_numbers import emergency_number


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("GB", "999"),
        ("IE", "112 / 999"),
        ("US", "911"),
        ("CA", "911"),
        ("AU", "000"),
        ("NZ", "111"),
        ("DE", "112"),
        ("SE", "112"),
    ],
)
def test_a_known_country_has_its_number(country: str, number: str) -> None:
    assert emergency_number(country) == number


@pytest.mark.parametrize("country", ["", "XX", "gb", "GBR"])
def test_an_unknown_country_has_none_rather_than_a_guess(country: str) -> None:
    assert emergency_number(country) is None
