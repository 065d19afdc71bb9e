"""The last look at all answers before they are stored: every page on the path is checked again."""

from collections.abc import Mapping
from typing import Any

from app.domain import ScreeningAnswers, answers_from_mapping
from app.questionnaire.path import asked, first_incomplete, on_path, path
from app.questionnaire.steps import Step


class IncompleteAnswersError(Exception):
    """A page is missing or no longer holds together; `step` is the page to show."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.slug)
        self.step = step


def _step_with(field: str, answers: Mapping[str, Any]) -> Step:
    return next((step for step in asked(answers) if field in step.answer_names), path(answers)[0])


def answers_to_submit(answers: Mapping[str, Any]) -> ScreeningAnswers:
    """The answers on the path, complete and checked.

    Raises:
        IncompleteAnswersError: a page has to be answered (again).
    """
    missing = first_incomplete(answers)
    if missing is not None:
        raise IncompleteAnswersError(missing)
    for step in asked(answers):
        form = step.form.showing(answers)
        if not _is_kept_elsewhere(step, answers) and not form.validate():
            raise IncompleteAnswersError(step)
    try:
        return answers_from_mapping(on_path(answers))
    except ValueError as problem:
        raise IncompleteAnswersError(_step_with(getattr(problem, "field", ""), answers)) from None


def _is_kept_elsewhere(step: Step, answers: Mapping[str, Any]) -> bool:
    """The list of medicines is filled on pages of its own, so its own page holds no choice to check."""
    return step.slug == "preventives" and isinstance(answers.get("preventives"), list)
