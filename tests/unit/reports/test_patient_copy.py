"""The numbers of a person's copy: as people write them, and never on the other side of a line."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import answers_from_mapping, assess
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.reports.patient_copy import _readable
from tests.support.journeys import POSITIVE, PROPRANOLOL


@pytest.mark.parametrize(
    ("kept", "written"),
    [
        (90 / 7, 12.9),  # 3 months as weeks
        (45 / 7, 6.4),
        (7.5, 7.5),
        (12, 12),
        (True, True),
        (2.96, 2.96),  # 3.0 would be on the line
        (0.033, 0.03),
        (60 / 7 - 8, 0.6),
        ("not_sure", "not_sure"),
        ({"preventives": [{"weeks": 30 / 7}]}, {"preventives": [{"weeks": 4.3}]}),
    ],
)
def test_a_number_has_one_decimal_unless_that_would_make_it_whole(kept: Any, written: Any) -> None:
    assert _readable(kept) == written
    assert type(_readable(kept)) is type(kept)


@given(st.floats(min_value=-2000, max_value=6000, allow_nan=False))
def test_a_number_stays_between_its_whole_neighbours(value: float) -> None:
    assert math.floor(_readable(value)) == math.floor(value)
    assert abs(_readable(value) - value) <= 0.05 + 1e-9


def test_what_was_kept_is_not_changed_and_the_rules_read_it_as_before() -> None:
    answers: dict[str, Any] = {**POSITIVE, "preventives": [{**PROPRANOLOL, "weeks": 60 / 7}]}
    before = assess(answers_from_mapping(answers), QUESTIONNAIRE_VERSION)
    assert _readable(answers)["preventives"][0]["weeks"] == 8.6
    assert answers["preventives"][0]["weeks"] == 60 / 7
    assert assess(answers_from_mapping(answers), QUESTIONNAIRE_VERSION) == before
