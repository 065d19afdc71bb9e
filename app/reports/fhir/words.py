"""The words of the questionnaire by linkId: what the patient read, and what no page asks in words."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.domain.codes import RedFlagGroup, TrialResult, YesNo
from app.domain.medicines import OTHER
from app.questionnaire.choices import YES_NO_NOT_SURE
from app.questionnaire.draft_answers import WARNING_SIGNS
from app.questionnaire.durations import DurationField
from app.questionnaire.fields import ChoiceField, CodesField, Question
from app.questionnaire.forms import EmergencyCheckForm, OtherSignsForm
from app.questionnaire.labels import named_medicine
from app.questionnaire.medicine_names import MEDICINE_NAMES
from app.questionnaire.steps import STEPS
from app.questionnaire.trial_forms import MedicineForm, TrialForm

TRIALS: Final = "preventives"
_MORE_QUESTIONS: Final[dict[str, Any]] = {
    "window_days": _l("Over how many days were the days counted?"),
    "unsure_red_flags": _l("Which pages of warning signs were answered with “I am not sure”?"),
    f"{TRIALS}.medicine": MedicineForm.title,
    f"{TRIALS}.still_taking": _l("Are you still taking it?"),
    f"{TRIALS}.daily_dose_mg": _l("How many milligrams a day?"),
}
_OPTIONS_OF_ANY: Final[dict[str, Any]] = {
    CodesField.NONE: _l("None"),
    **{option.value: option.label for option in YES_NO_NOT_SURE},
}
# The page has two answers for "it helped", with and without "I still take it"; here that is a question.
_MORE_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    TRIALS: {CodesField.NONE: _OPTIONS_OF_ANY[YesNo.NO.value]},
    "unsure_red_flags": {
        RedFlagGroup.EMERGENCY.value: EmergencyCheckForm.title,
        RedFlagGroup.OTHER.value: OtherSignsForm.title,
    },
    f"{TRIALS}.result": {TrialResult.HELPED.value: _l("It helped")},
    f"{TRIALS}.medicine": {
        **MEDICINE_NAMES,
        OTHER: LazyString(named_medicine, OTHER, None),
    },
}


def _fields() -> Iterator[tuple[str, Question]]:
    """Every field of the questionnaire with the linkId of the answer that it asks for."""
    for step in STEPS:
        for field in step.form().questions:
            yield WARNING_SIGNS[0] if field.name in WARNING_SIGNS else field.name, field
    for field in (*TrialForm().questions, MedicineForm().name_given):
        yield f"{TRIALS}.{field.name}", field


_BY_LINK_ID: Final[dict[str, list[Question]]] = {}
for _name, _field in _fields():
    _BY_LINK_ID.setdefault(_name, []).append(_field)
ASKED_ORDER: Final = tuple(_BY_LINK_ID)


def _with_unit(field: Question) -> str:
    """The question; where the page lets people choose the unit, with the one that is stored."""
    if not isinstance(field, DurationField):
        return str(field.label.text)
    return f"{field.label.text} ({next(iter(field.units.values())).label})"


def question_words(link_id: str) -> str:
    """The words of a question; its name where no page asks it."""
    asked = " ".join(map(_with_unit, _BY_LINK_ID.get(link_id, [])))
    return asked or str(_MORE_QUESTIONS.get(link_id, link_id))


@cache
def option_words(link_id: str) -> Mapping[str, Any]:
    """The words of the codes among which a question lets people choose."""
    words = {**_OPTIONS_OF_ANY}
    for field in _BY_LINK_ID.get(link_id, []):
        if isinstance(field, ChoiceField | CodesField):
            words |= {option.value: option.label for option in field.choices}
    return words | _MORE_OPTIONS.get(link_id, {})
