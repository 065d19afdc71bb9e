"""The answers in the words the patient saw: for the check page, the result and the clinician's record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.domain.codes import TakenFor
from app.domain.trials import PreventiveTrial, trial_to_mapping
from app.domain.values import NOT_SURE_WORD
from app.questionnaire.fields import I_AM_NOT_SURE, NOT_ANSWERED, ChoiceField, Question
from app.questionnaire.labels import named_medicine
from app.questionnaire.page import PageForm
from app.questionnaire.path import asked
from app.questionnaire.steps import Step
from app.questionnaire.trial_forms import RESULT_WORDS, TrialForm, result_choice

_TRIAL_FORM: Final = TrialForm()


@dataclass(frozen=True)
class SummaryRow:
    """One question with the answer given. `lines` has one phrase a line."""

    step: Step
    field_id: str
    question: Any
    lines: tuple[Any, ...]


def name_of_trial(trial: Mapping[str, Any]) -> str:
    """The medicine of a trial (plain codes) as the person named it."""
    return named_medicine(trial["medicine"], trial.get("name_given"))


def weeks_words(trial: PreventiveTrial) -> Any:
    """How long a medicine was taken, in words."""
    if trial.weeks is None:
        return NOT_ANSWERED
    return _TRIAL_FORM.weeks.display(trial_to_mapping(trial)["weeks"])[0]


def result_words(trial: PreventiveTrial) -> Any:
    """What happened with a medicine, in the words the patient chose."""
    chosen = result_choice(trial_to_mapping(trial))
    return NOT_ANSWERED if chosen is None else RESULT_WORDS[chosen]


def trial_line(trial: Mapping[str, Any]) -> Any:
    """One preventive medicine in a line: name, how long, what happened, and what for if it matters."""
    parts = [name_of_trial(trial), *_how_long(trial), *_what_happened(trial)]
    taken_for = trial.get("taken_for")
    if taken_for is not None and taken_for != TakenFor.MIGRAINE:
        [words] = _TRIAL_FORM.taken_for.display(taken_for)
        parts.append(str(_l("Taken for: %(what)s", what=words)))
    return ". ".join(parts)


def _how_long(trial: Mapping[str, Any]) -> list[str]:
    if trial.get("weeks") is None:
        return []
    [words] = _TRIAL_FORM.weeks.display(trial["weeks"])
    is_unsure = trial["weeks"] == NOT_SURE_WORD
    return [str(_l("How long: %(answer)s", answer=words) if is_unsure else words)]


def _what_happened(trial: Mapping[str, Any]) -> list[str]:
    chosen = result_choice(trial)
    if chosen is None:
        return []
    words = RESULT_WORDS[chosen]
    return [str(_l("What happened: %(answer)s", answer=words) if chosen == NOT_SURE_WORD else words)]


def _preventive_lines(given: Any) -> tuple[Any, ...]:
    if given == []:
        return (_l("No"),)
    if isinstance(given, list):
        return tuple(trial_line(trial) for trial in given)
    return (I_AM_NOT_SURE,)


def _lines(field: Question, answers: Mapping[str, Any]) -> tuple[Any, ...]:
    given = answers.get(field.name)
    if given is None:
        return (NOT_ANSWERED,)
    if field.name == "preventives" and isinstance(field, ChoiceField):
        return _preventive_lines(given)
    return tuple(field.display(given)) or (NOT_ANSWERED,)


def summary_rows(answers: Mapping[str, Any]) -> list[SummaryRow]:
    """A row for every question that was asked, of the answers of a draft (draft_answers.py).

    Pages of an optional section are there once something on them was answered.
    """
    rows = []
    for step in asked(answers):
        form: PageForm = step.form()
        rows += [
            SummaryRow(step, field.id, field.label.text, _lines(field, answers)) for field in form.questions
        ]
    return rows
