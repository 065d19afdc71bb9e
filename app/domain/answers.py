"""What a person answered, with the names and codes that files and other software rely on.

Every answer may be not asked (None), not sure (`NOT_SURE`) or a value; a list that was asked and has
nothing to report is empty.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeAlias

from app.domain.codes import (
    BotulinumSafety,
    CountedFrom,
    LookAlike,
    NotSure,
    RedFlagCode,
    RedFlagGroup,
    YesNo,
)
from app.domain.trials import PREVENTIVE_TRIALS, PreventiveTrial
from app.domain.values import CodeList, Kind, Number, OneCode, OneOfNumbers, WholeNumber

Count: TypeAlias = int | NotSure | None
Amount: TypeAlias = int | float | NotSure | None
YesNoAnswer: TypeAlias = YesNo | NotSure | None

LONGEST_WINDOW_DAYS: Final = 90
DEFAULT_WINDOW_DAYS: Final = 30
WINDOWS_DAYS: Final = (28, 30, 90)
_DAYS: Final = WholeNumber(LONGEST_WINDOW_DAYS)
_MONTHS: Final = Number(1200)
_YES_NO: Final = OneCode(YesNo)


def _asked(kind: Kind) -> Any:
    """A field of this kind that is not asked until it is given."""
    return field(default=None, metadata={"kind": kind})


@dataclass(frozen=True, kw_only=True)
class ScreeningAnswers:
    """All answers of one person. Day counts are days within `window_days`."""

    age_years: Count = _asked(WholeNumber(120))
    window_days: Count = _asked(OneOfNumbers(WINDOWS_DAYS))
    headache_days: Count = _asked(_DAYS)
    migraine_days: Count = _asked(_DAYS)
    headache_free_days: Count = _asked(_DAYS)
    months_at_this_frequency: Amount = _asked(_MONTHS)
    counted_from: CountedFrom | NotSure | None = _asked(OneCode(CountedFrom))
    hours_per_headache_day: Amount = _asked(Number(24))
    lifetime_attacks_at_least_5: YesNoAnswer = _asked(_YES_NO)
    unilateral_location: YesNoAnswer = _asked(_YES_NO)
    pulsating_quality: YesNoAnswer = _asked(_YES_NO)
    moderate_or_severe_pain: YesNoAnswer = _asked(_YES_NO)
    aggravated_by_routine_activity: YesNoAnswer = _asked(_YES_NO)
    nausea_or_vomiting: YesNoAnswer = _asked(_YES_NO)
    photophobia: YesNoAnswer = _asked(_YES_NO)
    phonophobia: YesNoAnswer = _asked(_YES_NO)
    aura: YesNoAnswer = _asked(_YES_NO)
    red_flags: tuple[RedFlagCode, ...] | NotSure | None = _asked(CodeList(RedFlagCode))
    unsure_red_flags: tuple[RedFlagGroup, ...] | NotSure | None = _asked(CodeList(RedFlagGroup))
    look_alikes: tuple[LookAlike, ...] | NotSure | None = _asked(CodeList(LookAlike))
    triptan_days: Count = _asked(_DAYS)
    ergot_days: Count = _asked(_DAYS)
    opioid_days: Count = _asked(_DAYS)
    combination_analgesic_days: Count = _asked(_DAYS)
    simple_analgesic_days: Count = _asked(_DAYS)
    gepant_or_ditan_days: Count = _asked(_DAYS)
    any_acute_medication_days: Count = _asked(_DAYS)
    months_of_acute_medication_use: Amount = _asked(_MONTHS)
    medication_overuse_managed: YesNoAnswer = _asked(_YES_NO)
    preventives: tuple[PreventiveTrial, ...] | NotSure | None = _asked(PREVENTIVE_TRIALS)
    current_cgrp_treatment: YesNoAnswer = _asked(_YES_NO)
    botulinum_safety: tuple[BotulinumSafety, ...] | NotSure | None = _asked(CodeList(BotulinumSafety))
    specialist_involved: YesNoAnswer = _asked(_YES_NO)
    diary_months: Amount = _asked(_MONTHS)
    work_days_missed: Count = _asked(_DAYS)
    work_days_half_done: Count = _asked(_DAYS)

    @property
    def window(self) -> int | None:
        """The days over which days were counted: 30 unless said otherwise, None when not sure."""
        if isinstance(self.window_days, NotSure):
            return None
        return self.window_days or DEFAULT_WINDOW_DAYS


KINDS: Final[dict[str, Kind]] = {each.name: each.metadata["kind"] for each in fields(ScreeningAnswers)}
_DAYS_IN_WINDOW: Final = tuple(name for name, kind in KINDS.items() if kind is _DAYS)
_days_in_window: Final = attrgetter(*_DAYS_IN_WINDOW)
# Cells of a file that are read once, as most of them come again and again; longer ones are not kept.
_CELLS_KEPT: Final = 4096
_LONGEST_KEPT: Final = 40


class AnswerError(ValueError):
    """An answer that cannot be: `field` names it, the text says what it must be."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@lru_cache(maxsize=1000)
def _unknown_name(name: str) -> str:
    alike = get_close_matches(name, KINDS, n=1)
    hint = f"; did you mean {alike[0]}?" if alike else ""
    return f"{name[:60]!r} is not the name of an answer{hint}"


def _kind_of(name: str) -> Kind:
    kind = KINDS.get(name)
    if kind is None:
        raise AnswerError(name, _unknown_name(name))
    return kind


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What cannot be read within is the fault of this answer."""
    try:
        yield
    except ValueError as problem:
        raise AnswerError(name, f"{name} {problem}") from None


def _from_values(values: dict[str, Any]) -> ScreeningAnswers:
    answers = ScreeningAnswers(**values)
    _check_days(answers)
    return answers


def _check_days(answers: ScreeningAnswers) -> None:
    """No count is over its window, and migraine days are a part of the headache days."""
    window = answers.window or LONGEST_WINDOW_DAYS
    for name, days in zip(_DAYS_IN_WINDOW, _days_in_window(answers), strict=True):
        if isinstance(days, int) and days > window:
            raise AnswerError(name, f"{name} must be at most the {window} days counted")
    headache, migraine = answers.headache_days, answers.migraine_days
    if isinstance(headache, int) and isinstance(migraine, int) and migraine > headache:
        raise AnswerError("migraine_days", f"migraine_days must be at most headache_days ({headache})")


def answers_from_mapping(raw: Mapping[str, Any]) -> ScreeningAnswers:
    """Answers from JSON values by contract name. None means not asked.

    Raises:
        AnswerError: a name is unknown, a value is out of range, or two answers cannot both be true.
    """
    values = {}
    for name, item in raw.items():
        kind = _kind_of(name)
        if item is not None:
            with _named(name):
                values[name] = kind.read(item)
    return _from_values(values)


def answers_from_texts(raw: Mapping[str, str]) -> ScreeningAnswers:
    """Answers from CSV cells by column name. An empty cell means not asked.

    Raises:
        AnswerError: as `answers_from_mapping`.
    """
    values = {}
    for name, text in raw.items():
        if text == "":
            _kind_of(name)
        elif len(text) <= _LONGEST_KEPT:
            values[name] = _read_short_cell(name, text)
        else:
            values[name] = _read_cell(name, text)
    return _from_values(values)


def _read_cell(name: str, text: str) -> Any:
    kind = _kind_of(name)
    with _named(name):
        return kind.read_text(text)


_read_short_cell: Final = lru_cache(maxsize=_CELLS_KEPT)(_read_cell)


def answers_to_mapping(answers: ScreeningAnswers) -> dict[str, Any]:
    """The answers as JSON values; what was not asked is left out. Inverse of `answers_from_mapping`."""
    return {
        name: kind.write(value)
        for name, kind in KINDS.items()
        if (value := getattr(answers, name)) is not None
    }
