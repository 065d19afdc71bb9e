"""Which classes reach their line, also while months or headache days are not known."""

from typing import Any, Final

import pytest

from app.domain import answers_from_mapping
from app.domain.medication_overuse import (
    MOST_LENIENT_LINE_PER_30,
    THRESHOLDS_PER_30,
    medication_overuse,
)

NOTHING: Final = dict.fromkeys((f"{name}_days" for name in THRESHOLDS_PER_30), 0)
LASTED: Final = {"headache_days": 20, "months_of_acute_medication_use": 6}
SHORT: Final = {"headache_days": 20, "months_of_acute_medication_use": 1}
OPEN: Final = {"headache_days": 20}


def reached(**answers: Any) -> list[str]:
    return [use.name for use in medication_overuse(answers_from_mapping(answers)).reached]


@pytest.mark.parametrize("context", [LASTED, SHORT, OPEN, {}])
@pytest.mark.parametrize(("name", "line"), THRESHOLDS_PER_30.items())
def test_a_class_is_reached_from_its_line_on_whatever_else_is_known(
    name: str, line: int, context: dict[str, Any]
) -> None:
    assert reached(**{f"{name}_days": line}, **context) == [name]
    assert reached(**{f"{name}_days": line - 1}, **context) == []


@pytest.mark.parametrize("context", [LASTED, SHORT, OPEN, {}])
def test_two_kinds_together_are_reached_and_one_alone_is_not(context: dict[str, Any]) -> None:
    """Simple painkillers on 12 days are under their own line of 15."""
    alone = {**NOTHING, "simple_analgesic_days": 12, "any_acute_medication_days": 12}
    assert reached(**alone, gepant_or_ditan_days=0, **context) == []
    both = {**alone, "triptan_days": 1}
    assert reached(**both, gepant_or_ditan_days=0, **context) == ["several_classes"]
    three = {**both, "ergot_days": 1}
    assert reached(**three, gepant_or_ditan_days=0, **context) == ["several_classes"]


@pytest.mark.parametrize("context", [LASTED, SHORT, OPEN, {}])
@pytest.mark.parametrize(("days", "names"), [(9, []), (10, ["several_classes"])])
def test_several_kinds_have_a_line_of_ten(days: int, names: list[str], context: dict[str, Any]) -> None:
    counts = {**NOTHING, "simple_analgesic_days": days, "triptan_days": 1, "any_acute_medication_days": days}
    assert reached(**counts, gepant_or_ditan_days=0, **context) == names


@pytest.mark.parametrize("context", [OPEN, {}])
def test_one_known_kind_is_not_called_several_while_others_are_open(context: dict[str, Any]) -> None:
    assert reached(simple_analgesic_days=14, any_acute_medication_days=14, **context) == []


def test_without_days_nothing_is_reached() -> None:
    assert reached() == reached(**LASTED) == reached(**NOTHING, **LASTED) == []


def test_the_most_lenient_line_is_that_of_simple_painkillers() -> None:
    assert THRESHOLDS_PER_30["simple_analgesic"] == MOST_LENIENT_LINE_PER_30 == 15
