"""Where a person is and may go, computed from the answers alone and never stored."""

from collections.abc import Mapping
from typing import Any

from app.questionnaire.draft_answers import contract_answers
from app.questionnaire.sections import Section
from app.questionnaire.steps import STEPS, Step

Answers = Mapping[str, Any]


def path(answers: Answers) -> tuple[Step, ...]:
    """The steps that have to be answered, in order."""
    return tuple(step for step in STEPS if step.section is None and step.applies(answers))


def section_path(section: Section, answers: Answers) -> tuple[Step, ...]:
    """The steps of an optional section that apply, in order."""
    return tuple(step for step in STEPS if step.section is section and step.applies(answers))


def is_begun(step: Step, answers: Answers) -> bool:
    """Whether anything on this page was answered."""
    return any(answers.get(name) is not None for name in step.answer_names)


def asked(answers: Answers) -> tuple[Step, ...]:
    """The steps that have to be answered, and those of optional sections that the person filled in."""
    optional = (step for section in Section for step in section_path(section, answers))
    return (*path(answers), *(step for step in optional if is_begun(step, answers)))


def is_answered(step: Step, answers: Answers) -> bool:
    """Whether nothing on this page is open. Pages of an optional section never are."""
    if step.section is not None:
        return True
    given = all(answers.get(name) is not None for name in step.answer_names)
    return given and step.is_whole(answers)


def first_incomplete(answers: Answers) -> Step | None:
    """The first step still to answer, or None when all are answered."""
    return next((step for step in path(answers) if not is_answered(step, answers)), None)


def may_open(step: Step, answers: Answers) -> bool:
    """Whether a step lies on the answered part of the path, or is the next one.

    A page of an optional section may be opened once the core answers are there.
    """
    for each in path(answers):
        if each is step:
            return True
        if not is_answered(each, answers) and not _comes_after(each, step):
            return False
    return step.section is not None and step.applies(answers)


def _comes_after(step: Step, other: Step) -> bool:
    return STEPS.index(step) > STEPS.index(other)


def _way(step: Step, answers: Answers) -> tuple[Step, ...]:
    """The steps among which this one has a next and a previous."""
    return path(answers) if step.section is None else section_path(step.section, answers)


def next_step(step: Step, answers: Answers) -> Step | None:
    """The step after this one, or None at the end."""
    steps = _way(step, answers)
    if step not in steps:  # another page has changed the way meanwhile
        return first_incomplete(answers)
    place = steps.index(step)
    return steps[place + 1] if place + 1 < len(steps) else None


def previous_step(step: Step, answers: Answers) -> Step | None:
    """The step before this one, or None at the beginning."""
    steps = _way(step, answers)
    place = steps.index(step)
    return steps[place - 1] if place else None


def place_of(step: Step, answers: Answers) -> tuple[int, int]:
    """Which of how many pages this is, for "step 2 of 6". The check page is the last of the core."""
    counted = [each for each in _way(step, answers) if each.is_counted]
    before = [each for each in counted if not _comes_after(each, step)]
    return max(len(before), 1), len(counted) + (step.section is None)


def on_path(answers: Answers) -> dict[str, Any]:
    """The answers to hand in: those asked on the path, and nothing left over from another one."""
    names = {name for step in asked(answers) for name in step.answer_names}
    return contract_answers({name: value for name, value in answers.items() if name in names})
