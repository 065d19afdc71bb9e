"""Where each line lies, found by asking the code on both sides of it and never written down here."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from app.domain import ScreeningAnswers, answers_from_mapping, assess
from app.domain.answers import DEFAULT_WINDOW_DAYS, WINDOWS_DAYS
from app.domain.codes import CountedFrom, Status
from app.domain.criteria import (
    CRITERIA,
    GREY_HEADACHE_DAYS,
    HEADACHE_DAYS_PER_30,
    MIGRAINE_DAYS_PER_30,
    MONTHS,
)
from app.domain.medication_overuse import (
    MONTHS_OF_USE,
    SEVERAL_CLASSES,
    SEVERAL_CLASSES_PER_30,
    THRESHOLDS_PER_30,
    medication_overuse,
)
from app.domain.migraine_features import migraine_features
from app.domain.preventive_history import COUNTING_REASONS, CountReason
from app.domain.scores import RANGES, Instrument, Score
from app.questionnaire.desk_labels import INSTRUMENTS
from app.questionnaire.labels import ACUTE_CLASSES, COUNT_REASONS

Row = tuple[str, ...]
_WORDS: Final = {Status.MET: "met", Status.NOT_MET: "not met", Status.CANNOT_TELL: "cannot tell"}
_KINDS_OF_PAIN: Final = (
    "unilateral_location",
    "pulsating_quality",
    "moderate_or_severe_pain",
    "aggravated_by_routine_activity",
)


def spans(numbers: Iterable[int]) -> str:
    """Numbers as ranges: 0–11, 18–30."""
    parts = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        parts.append(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]))
    return ", ".join(parts) or "none"


# --- the three criteria ---------------------------------------------------------------------------


def days_rows(name: str) -> Iterator[Row]:
    """For each window and way of counting: the days that are not met and met, with and without the mark."""
    kinds = [(Status.NOT_MET, False), (Status.NOT_MET, True), (Status.MET, True), (Status.MET, False)]
    for window in WINDOWS_DAYS:
        for counted_from in CountedFrom:
            found: dict[tuple[Status, bool], list[int]] = {kind: [] for kind in kinds}
            for days in range(window + 1):
                raw = {name: days, "window_days": window, "counted_from": counted_from.value}
                criterion = CRITERIA[name](answers_from_mapping(raw))
                found[criterion.status, criterion.borderline].append(days)
            yield (f"{window} days", counted_from.value, *(spans(found[kind]) for kind in kinds))


def months_rows() -> Iterator[Row]:
    """Durations around the line."""
    for months in (MONTHS - 1, MONTHS - 0.5, MONTHS, MONTHS + 0.5, MONTHS + 1):
        criterion = CRITERIA["duration"](ScreeningAnswers(months_at_this_frequency=months))
        yield f"{months:g}", _WORDS[criterion.status], "yes" if criterion.borderline else "no"


def example_rows() -> Iterator[Row]:
    """Worked cases with the outcome that the code gives them."""
    line = {"headache_days": HEADACHE_DAYS_PER_30, "migraine_days": MIGRAINE_DAYS_PER_30}
    far: dict[str, Any] = {"headache_days": 20, "migraine_days": 12, "months_at_this_frequency": 6}
    short = {"headache_days": HEADACHE_DAYS_PER_30 - 1}
    far_short = {"headache_days": GREY_HEADACHE_DAYS[0] - 1, "migraine_days": MIGRAINE_DAYS_PER_30 + 1}
    cases: list[dict[str, Any]] = [
        {**line, "months_at_this_frequency": MONTHS, "counted_from": "diary"},
        {**far, **short, "counted_from": "memory"},
        {**far, **short, "counted_from": "diary"},
        {**far, **far_short, "counted_from": "memory"},
        {**far, **short, "window_days": WINDOWS_DAYS[0], "counted_from": "diary"},
        {**far, "months_at_this_frequency": "not_sure"},
        {**far, "migraine_days": 2, "months_at_this_frequency": "not_sure"},
        {**far, "look_alikes": ["constant_from_first_day"]},
        {**far, "look_alikes": "not_sure"},
        {**far, "red_flags": ["double_vision"]},
        {**far, "red_flags": "not_sure"},
        {**far, "migraine_days": 2, "red_flags": ["loss_of_vision"]},
    ]
    for raw in cases:
        given = ", ".join(f"{name} {_said(value)}" for name, value in raw.items())
        yield given.replace("_", " "), f"`{assess(answers_from_mapping(raw), '', ()).outcome}`"


def _said(value: Any) -> str:
    return " and ".join(value) if isinstance(value, list) else str(value)


# --- features, medicines and scores ---------------------------------------------------------------


def fewest_kinds_of_pain() -> int:
    """How many of the four kinds of pain settle ICHD-3 1.1 C."""
    for many in range(len(_KINDS_OF_PAIN) + 1):
        raw = {name: "yes" if at < many else "no" for at, name in enumerate(_KINDS_OF_PAIN)}
        if migraine_features(answers_from_mapping(raw)).pain is Status.MET:
            return many
    raise AssertionError("no number of kinds of pain is enough")


def company_words() -> str:
    """What settles ICHD-3 1.1 D, alone and together."""
    names = ("nausea_or_vomiting", "photophobia", "phonophobia")
    cases = {
        "nausea or vomiting alone": names[:1],
        "light alone": names[1:2],
        "sound alone": names[2:],
        "light and sound together": names[1:],
    }
    words = []
    for what, present in cases.items():
        raw = {name: "yes" if name in present else "no" for name in names}
        words.append(f"{what}: {_WORDS[migraine_features(answers_from_mapping(raw)).company]}")
    return "; ".join(words)


def _overuse(**changes: Any) -> str:
    """The status of somebody who takes nothing and has had headache on enough days, with some changes."""
    base = {
        "headache_days": HEADACHE_DAYS_PER_30,
        "months_of_acute_medication_use": MONTHS_OF_USE + 1,
        **{f"{name}_days": 0 for name in THRESHOLDS_PER_30},
    }
    return medication_overuse(answers_from_mapping({**base, **changes})).status.value


def _use(name: str, days: int) -> dict[str, int]:
    """So many days with this class, or with two classes none of which is overused by itself."""
    if name != SEVERAL_CLASSES:
        return {f"{name}_days": days}
    each = SEVERAL_CLASSES_PER_30 // 2 + 1
    two = {"triptan_days": each, "simple_analgesic_days": each, "gepant_or_ditan_days": 0}
    return {**two, "any_acute_medication_days": days}


def overuse_rows() -> Iterator[Row]:
    """Each class with its line and the status on both sides of it."""
    for name, line in {**THRESHOLDS_PER_30, SEVERAL_CLASSES: SEVERAL_CLASSES_PER_30}.items():
        below, reached = (_overuse(**_use(name, days)) for days in (line - 1, line))
        yield str(ACUTE_CLASSES[name]), f"{line} or more", f"{line - 1}: `{below}`", f"{line}: `{reached}`"


def months_of_use_words() -> str:
    """The status with the days reached, around the months and the headache days."""
    used = _use("triptan", THRESHOLDS_PER_30["triptan"])
    exactly, longer = (
        _overuse(**used, months_of_acute_medication_use=months)
        for months in (MONTHS_OF_USE, MONTHS_OF_USE + 0.5)
    )
    fewer = _overuse(**used, headache_days=HEADACHE_DAYS_PER_30 - 1)
    return (
        f"exactly {MONTHS_OF_USE} months: `{exactly}`; {MONTHS_OF_USE + 0.5:g} months: `{longer}`; "
        f"{HEADACHE_DAYS_PER_30 - 1} headache days: `{fewer}`"
    )


def gepant_words() -> str:
    days = DEFAULT_WINDOW_DAYS
    return f"on all {days} days: `{_overuse(gepant_or_ditan_days=days, any_acute_medication_days=days)}`"


def reason_rows() -> Iterator[Row]:
    """Why a trial counts or does not."""
    for reason in CountReason:
        counts = "counts" if reason in COUNTING_REASONS else "does not count"
        yield f"`{reason}`", str(COUNT_REASONS[reason]), counts


def score_rows() -> Iterator[Row]:
    """Each instrument with its range, and its grades or its cut-off."""
    for instrument, (lowest, highest) in RANGES.items():
        totals = [Score(instrument, total) for total in range(lowest, highest + 1)]
        yield str(INSTRUMENTS[instrument]), f"{lowest} to {highest}", _meaning(totals)


def _meaning(totals: list[Score]) -> str:
    by_grade: Mapping[int, list[int]] = {
        grade: [each.total for each in group]
        for grade, group in groupby(totals, lambda each: each.grade)
        if grade is not None
    }
    if by_grade:
        return "; ".join(f"grade {grade}: {spans(found)}" for grade, found in by_grade.items())
    positive = [each.total for each in totals if each.is_positive]
    return f"positive from {positive[0]}" if positive else "no grade and no cut-off"


def highest_of(instrument: Instrument) -> int:
    return RANGES[instrument][1]
