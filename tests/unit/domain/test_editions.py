"""The name of an edition is stored beside every second look: it keeps its form."""

from dataclasses import replace

import pytest

from app.domain import ScreeningAnswers, assess
from app.domain.comparison import edition_of
from app.domain.policies import Phase, PolicyResult, RequirementStatus


@pytest.mark.parametrize(
    ("policies", "edition"),
    [
        ((), "1.0+e3b0c44298fc"),
        ((("xx-one", "2026-01"),), "1.0+e39483959da2"),
        ((("xx-one", "2026-01"), ("xx-two", "2025")), "1.0+b28e46388954"),
    ],
)
def test_an_edition_keeps_its_name(policies: tuple[tuple[str, str], ...], edition: str) -> None:
    results = tuple(
        PolicyResult(policy_id, version, Phase.START, RequirementStatus.MET, ())
        for policy_id, version in policies
    )
    made = replace(assess(ScreeningAnswers(), "1.0", ()), rules_version="1.0", policies=results)
    assert edition_of(made) == edition
