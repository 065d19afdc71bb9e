"""Where a person is and may go, computed from the answers alone and never stored."""

from collections.abc import Mapping
from typing import Any

from app.domain.answers import KINDS
from app.questionnaire.steps import STEPS, Step
from app.questionnaire.trial_list import without_keys

Answers = Mapping[str, Any]


def path(answers: Answers) -> tuple[Step, ...]:
    """The steps that apply, in order."""
    return tuple(step for step in STEPS if step.applies(answers))


def is_answered(step: Step, answers: Answers) -> bool:
    given = all(answers.get(name) is not None for name in step.answer_names)
    return given and step.is_whole(answers)


def first_incomplete(answers: Answers) -> Step | None:
    """The first step still to answer, or None when all are answered."""
    return next((step for step in path(answers) if not is_answered(step, answers)), None)


def may_open(step: Step, answers: Answers) -> bool:
    """Whether a step lies on the answered part of the path, or is the next one."""
    for each in path(answers):
        if each is step:
            return True
        if not is_answered(each, answers):
            return False
    return False


def next_step(step: Step, answers: Answers) -> Step | None:
    """The step after this one, or None at the end."""
    steps = path(answers)
    if step not in steps:  # another page has changed the way meanwhile
        return first_incomplete(answers)
    place = steps.index(step)
    return steps[place + 1] if place + 1 < len(steps) else None


def previous_step(step: Step, answers: Answers) -> Step | None:
    """The step before this one, or None at the beginning."""
    steps = path(answers)
    place = steps.index(step)
    return steps[place - 1] if place else None


def place_of(step: Step, answers: Answers) -> tuple[int, int]:
    """Which of how many pages this is, for "step 2 of 5". The check page is the last one."""
    counted = [each for each in path(answers) if each.is_counted]
    before = [each for each in counted if STEPS.index(each) <= STEPS.index(step)]
    return max(len(before), 1), len(counted) + 1


def on_path(answers: Answers) -> dict[str, Any]:
    """The answers to hand in: those asked on the path, and nothing left over from another one."""
    names = {name for step in path(answers) for name in step.answer_names}
    return without_keys({name: value for name, value in answers.items() if name in names and name in KINDS})
