"""What was answered, found and published is a record: nothing in the domain changes it afterwards."""

import inspect
import pkgutil
from dataclasses import FrozenInstanceError, fields, is_dataclass
from importlib import import_module
from typing import Any, Final

import pytest

import app.domain
from app.domain import ScreeningAnswers
from app.domain.trials import PreventiveTrial

MODULES: Final = [
    import_module(each.name) for each in pkgutil.iter_modules(app.domain.__path__, "app.domain.")
]
RECORDS: Final = sorted(
    {
        record
        for module in MODULES
        for _, record in inspect.getmembers(module, inspect.isclass)
        if is_dataclass(record) and record.__module__.startswith("app.domain.")
    },
    key=lambda record: record.__qualname__,
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__qualname__)
def test_no_part_of_a_record_can_be_changed(record: Any) -> None:
    made = object.__new__(record)
    for part in fields(record):
        with pytest.raises(FrozenInstanceError):
            setattr(made, part.name, None)


def test_the_records_are_found() -> None:
    assert {ScreeningAnswers, PreventiveTrial} <= set(RECORDS)


@pytest.mark.parametrize("record", [ScreeningAnswers, PreventiveTrial])
def test_answers_are_given_by_name_never_by_position(record: Any) -> None:
    with pytest.raises(TypeError, match="positional"):
        record("topiramate", 12)
