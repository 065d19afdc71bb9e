"""Every set of answers a person could give, for Hypothesis. Also single trials of a preventive."""

from enum import StrEnum
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from app.domain.answers import KINDS, WINDOWS_DAYS, ScreeningAnswers
from app.domain.codes import NOT_SURE, TakenFor, TrialResult, YesNo
from app.domain.medicines import MEDICINES, OTHER
from app.domain.trials import PREVENTIVE_TRIALS, PreventiveTrial
from app.domain.values import CodeList, Number, OneCode, WholeNumber

_KINDS: Final[dict[str, Any]] = {**KINDS}
_WINDOWS: Final = st.sampled_from([None, NOT_SURE, *WINDOWS_DAYS])
# Kinds are compared by identity: all counts of days share one.
_DAYS: Final = _KINDS["headache_days"]


def _missing_or(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.just(NOT_SURE), values)


def _amounts(highest: int) -> st.SearchStrategy[int | float]:
    """Numbers to one decimal, whole ones as `int`: as answers are read."""
    return st.integers(0, highest * 10).map(lambda tenths: tenths / 10 if tenths % 10 else tenths // 10)


@cache
def preventive_trials() -> st.SearchStrategy[PreventiveTrial]:
    """A trial of any medicine of the catalogue, or of another."""
    return st.builds(
        PreventiveTrial,
        medicine=st.sampled_from([*MEDICINES, OTHER]),
        weeks=_missing_or(_amounts(60)),
        result=_missing_or(st.sampled_from(TrialResult)),
        still_taking=_missing_or(st.sampled_from(YesNo)),
        taken_for=_missing_or(st.sampled_from(TakenFor)),
        daily_dose_mg=_missing_or(_amounts(1000)),
        name_given=st.none() | st.text(max_size=20),
    )


def _codes(kind: OneCode[Any] | CodeList[Any]) -> list[StrEnum]:
    enumeration: type[StrEnum] = kind.codes
    return list(enumeration)


@cache
def _values(kind: Any, window: int) -> st.SearchStrategy[Any]:
    if kind is _DAYS:
        return st.integers(0, window)
    match kind:
        case WholeNumber():
            return st.integers(kind.lowest, kind.highest)
        case Number():
            return _amounts(kind.highest)
        case OneCode():
            return st.sampled_from(_codes(kind))
        case CodeList():
            return st.lists(st.sampled_from(_codes(kind)), unique=True).map(tuple)
    if kind is PREVENTIVE_TRIALS:
        return st.lists(preventive_trials(), max_size=6).map(tuple)
    raise TypeError(f"tests.support.strategies knows no values for {kind}")


@cache
def _missing_or_values(kind: Any, window: int) -> st.SearchStrategy[Any]:
    return _missing_or(_values(kind, window))


@st.composite
def screening_answers(
    draw: st.DrawFn, /, *, criteria_known: bool = False, **fixed: st.SearchStrategy[Any]
) -> ScreeningAnswers:
    """Answers that could have been read: each missing, not sure or in its range, days within the window.

    `criteria_known` leaves neither days nor months open. `fixed` replaces single answers.
    """
    window = draw(fixed.get("window_days", _WINDOWS))
    days = {None: 30, NOT_SURE: 90}.get(window, window)
    values: dict[str, Any] = {"window_days": window}
    known = ("headache_days", "migraine_days", "months_at_this_frequency")
    for name, kind in _KINDS.items():
        if name in fixed and name not in values:
            values[name] = draw(fixed[name])
        elif name not in values:
            most = values.get("headache_days") if name == "migraine_days" else None
            span = most if isinstance(most, int) else days
            is_known = criteria_known and name in known
            values[name] = draw((_values if is_known else _missing_or_values)(kind, span))
    return ScreeningAnswers(**values)
