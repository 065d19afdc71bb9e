"""Yes, no and unknown together: how statuses combine without a missing answer becoming a "no"."""

from collections.abc import Iterable

from app.domain.answers import YesNoAnswer
from app.domain.codes import Status, YesNo


def status_of_answer(answer: YesNoAnswer) -> Status:
    """A yes is met, a no is not met, anything else cannot be told."""
    if answer is YesNo.YES:
        return Status.MET
    return Status.NOT_MET if answer is YesNo.NO else Status.CANNOT_TELL


def at_least(wanted: int, statuses: Iterable[Status]) -> Status:
    """Whether at least this many are met, counting what is unknown both ways."""
    known = list(statuses)
    met = known.count(Status.MET)
    if met >= wanted:
        return Status.MET
    possible = met + known.count(Status.CANNOT_TELL)
    return Status.CANNOT_TELL if possible >= wanted else Status.NOT_MET


def all_of(*statuses: Status) -> Status:
    """Whether every one is met."""
    return at_least(len(statuses), statuses)


def any_of(*statuses: Status) -> Status:
    """Whether one is met."""
    return at_least(1, statuses)
