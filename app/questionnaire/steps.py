"""The order of the questionnaire and who is asked what: one tuple, no request, no database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.domain.values import NOT_SURE_WORD
from app.questionnaire.forms import (
    AskNowForm,
    EmergencyCheckForm,
    HeadacheDaysForm,
    HowLongForm,
    PreventivesForm,
)
from app.questionnaire.page import PageForm


def _always(answers: Mapping[str, Any]) -> bool:
    return True


def _is_unsure_of_danger(answers: Mapping[str, Any]) -> bool:
    return answers.get("red_flags") == NOT_SURE_WORD


def _has_every_story(answers: Mapping[str, Any]) -> bool:
    """Each medicine on the list has its story: what happened was asked."""
    given = answers.get("preventives")
    return not isinstance(given, list) or all("result" in trial for trial in given)


@dataclass(frozen=True)
class Step:
    """One page: its place in the address, its form, the answers that complete it, and when it applies.

    `is_whole` is a further condition on those answers; a step that is not counted has no number.
    """

    slug: str
    form: type[PageForm]
    answer_names: tuple[str, ...]
    applies: Callable[[Mapping[str, Any]], bool] = _always
    is_whole: Callable[[Mapping[str, Any]], bool] = _always
    is_counted: bool = True


STEPS: Final = (
    Step("safety-check", EmergencyCheckForm, ("red_flags",)),
    Step("ask-now", AskNowForm, ("safety_advice",), _is_unsure_of_danger, is_counted=False),
    Step("headache-days", HeadacheDaysForm, ("headache_days", "migraine_days", "counted_from")),
    Step("how-long", HowLongForm, ("months_at_this_frequency",)),
    Step("preventives", PreventivesForm, ("preventives",), is_whole=_has_every_story),
)
STEP_BY_SLUG: Final = {step.slug: step for step in STEPS}
