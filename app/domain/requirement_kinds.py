"""The fixed vocabulary of requirements. Each kind makes a check from the numbers of a policy file.

A check looks at a few values only, so that what they come to is one finding for all who gave them.

*More than 3* is not *3 or more*, and *under 30 %* is not *30 %*: the operator is a part of the kind. Which
boundary which source draws: clinical reference, sections 1.4 and 2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter
from typing import Any, Final

from app.domain.answers import Amount, Count, YesNoAnswer
from app.domain.codes import NotSure, Status
from app.domain.criteria import rate_of
from app.domain.medication_overuse import OveruseStatus
from app.domain.policies import Case, Check, Finding
from app.domain.qualifying_trials import judge_by, qualifying_trials
from app.domain.response import TreatmentResponse
from app.domain.three_valued import status_of_answer

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class RequirementKind:
    """How a kind is written in a file: the settings it needs, the settings it may have, and its check."""

    make: Callable[[Settings], Check]
    settings: Mapping[str, type[Any]]
    optional: Mapping[str, type[Any]]


def _plain(answer: Any) -> Any:
    """An answer as JSON writes it."""
    return answer.value if isinstance(answer, NotSure) else answer


def _met(is_met: bool) -> Status:
    return Status.MET if is_met else Status.NOT_MET


def _one_answer(name: str) -> Callable[[Case], tuple[Any]]:
    return lambda case: (getattr(case.answers, name),)


def _response(case: Case) -> tuple[TreatmentResponse | None]:
    return (case.response,)


def _compared(value: Amount, is_met: Callable[[int | float], bool], name: str) -> Finding:
    """A number against its threshold; what is not a number is missing."""
    if value is None or isinstance(value, NotSure):
        return Finding(Status.CANNOT_TELL, {name: _plain(value)})
    return Finding(_met(is_met(value)), {name: value})


def _days_at_least(settings: Settings) -> Check:
    """Days per 30 of `count` reach `days`."""
    name, wanted = settings["count"], settings["days"]

    def find(count: Count, window: int | None) -> Finding:
        rate = rate_of(count, window)
        status = Status.CANNOT_TELL if rate is None else _met(rate >= wanted)
        return Finding(status, {name: _plain(count), "window_days": window})

    return Check(attrgetter(f"answers.{name}", "window"), find)


def _amount_at_least(settings: Settings) -> Check:
    """The number in answer `amount` is `least` or more."""
    name, wanted = settings["amount"], settings["least"]
    return Check(_one_answer(name), lambda given: _compared(given, lambda value: value >= wanted, name))


def _amount_more_than(settings: Settings) -> Check:
    """The number in answer `amount` is above `limit`, not just equal to it."""
    name, limit = settings["amount"], settings["limit"]
    return Check(_one_answer(name), lambda given: _compared(given, lambda value: value > limit, name))


def _answer_yes(settings: Settings) -> Check:
    """The question in `answer` was answered with yes."""
    name = settings["answer"]

    def find(given: YesNoAnswer) -> Finding:
        return Finding(status_of_answer(given), {name: None if given is None else given.value})

    return Check(_one_answer(name), find)


def _overuse_managed(_: Settings) -> Check:
    """Medication overuse is managed, or there is none. Overuse that is managed bars nothing."""

    def find(overuse: OveruseStatus, managed: YesNoAnswer) -> Finding:
        status = status_of_answer(managed)
        if overuse is OveruseStatus.NOT_LIKELY:
            status = Status.MET
        elif overuse is OveruseStatus.CANNOT_TELL and status is Status.NOT_MET:
            status = Status.CANNOT_TELL  # there may be nothing to manage
        given = None if managed is None else managed.value
        return Finding(status, {"medication_overuse": overuse.value, "medication_overuse_managed": given})

    return Check(attrgetter("overuse.status", "answers.medication_overuse_managed"), find)


def _tried_at_least(settings: Settings, what: str) -> Check:
    judge = judge_by(settings)

    def facts(case: Case) -> tuple[Any, ...]:
        found = qualifying_trials(case.answers.preventives, judge)
        if found is None:
            return Status.CANNOT_TELL, _plain(case.answers.preventives)
        sure, possible = getattr(found, what), getattr(found, f"possible_{what}")
        status = _met(len(sure) >= settings["least"])
        if status is Status.NOT_MET and len(possible) >= settings["least"]:
            status = Status.CANNOT_TELL
        return status, tuple(sorted(sure))

    def find(status: Status, names: tuple[str, ...] | str | None) -> Finding:
        return Finding(status, {what: list(names) if isinstance(names, tuple) else names})

    return Check(facts, find)


def _medicines_tried(settings: Settings) -> Check:
    """At least `least` distinct medicines were tried in a way that counts."""
    return _tried_at_least(settings, "medicines")


def _classes_tried(settings: Settings) -> Check:
    """The medicines that count are of at least `least` classes."""
    return _tried_at_least(settings, "classes")


def _reduction(settings: Settings, is_met: Callable[[Fraction], bool]) -> Check:
    """Too small a fall counts against going on only once `after_cycles` cycles are known to be given."""

    def find(response: TreatmentResponse | None) -> Finding:
        fall = None if response is None else response.reduction_percent
        if response is None or fall is None:
            return Finding(Status.CANNOT_TELL, {"reduction_percent": None})
        status = _met(is_met(fall))
        if status is Status.NOT_MET and (response.cycles or 0) < settings.get("after_cycles", 0):
            status = Status.CANNOT_TELL
        return Finding(status, {"reduction_percent": round(float(fall), 1), "cycles": response.cycles})

    return Check(_response, find)


def _reduction_at_least(settings: Settings) -> Check:
    """Headache days fell by `percent` or more: a stop for *under 30 %* lets exactly 30 % go on."""
    return _reduction(settings, lambda fall: fall >= settings["percent"])


def _reduction_more_than(settings: Settings) -> Check:
    """Headache days fell by more than `percent`; exactly that much is not enough."""
    return _reduction(settings, lambda fall: fall > settings["percent"])


def _not_below_for(settings: Settings) -> Check:
    """Headache days were not under `days` per 30 in each of the last `months` monthly counts.

    Being under for so long is success, and a reason to stop.
    """

    def find(response: TreatmentResponse | None) -> Finding:
        later = response.later[-settings["months"] :] if response else ()
        if any(count.rate >= settings["days"] for count in later):
            status = Status.MET
        else:
            status = Status.NOT_MET if len(later) == settings["months"] else Status.CANNOT_TELL
        window = later[-1].window_days if later else None
        return Finding(status, {"headache_days": [count.days for count in later], "window_days": window})

    return Check(_response, find)


def _course_within(settings: Settings) -> Check:
    """One more course would be within the `most` that are given."""

    def find(response: TreatmentResponse | None) -> Finding:
        cycles = response.cycles if response else None
        return _compared(cycles, lambda given: given < settings["most"], "cycles")

    return Check(_response, find)


_TRIALS: Final = {"results": list, "classes": list, "without": list, "shortest_days": int}
_CYCLES: Final = {"after_cycles": int}
KINDS: Final[dict[str, RequirementKind]] = {
    "days_at_least": RequirementKind(_days_at_least, {"count": str, "days": int}, {}),
    "amount_at_least": RequirementKind(_amount_at_least, {"amount": str, "least": int}, {}),
    "amount_more_than": RequirementKind(_amount_more_than, {"amount": str, "limit": int}, {}),
    "answer_yes": RequirementKind(_answer_yes, {"answer": str}, {}),
    "overuse_managed": RequirementKind(_overuse_managed, {}, {}),
    "medicines_tried": RequirementKind(_medicines_tried, {"least": int}, _TRIALS),
    "classes_tried": RequirementKind(_classes_tried, {"least": int}, _TRIALS),
    "reduction_at_least": RequirementKind(_reduction_at_least, {"percent": int}, _CYCLES),
    "reduction_more_than": RequirementKind(_reduction_more_than, {"percent": int}, _CYCLES),
    "not_below_for": RequirementKind(_not_below_for, {"days": int, "months": int}, {}),
    "course_within": RequirementKind(_course_within, {"most": int}, {}),
}
