"""The order of the questionnaire and who is asked what: one tuple, no request, no database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.domain import ScreeningAnswers, answers_from_mapping
from app.domain.codes import Urgency
from app.domain.medication_overuse import medication_overuse
from app.domain.red_flags import URGENCY
from app.domain.values import NOT_SURE_WORD
from app.questionnaire.care_forms import BotulinumSafetyForm, CareSoFarForm, WorkForm
from app.questionnaire.draft_answers import contract_answers
from app.questionnaire.forms import (
    AskNowForm,
    AskTodayForm,
    EmergencyCheckForm,
    HeadacheDaysForm,
    HowLongForm,
    OtherSignsForm,
    PreventivesForm,
)
from app.questionnaire.headache_forms import AuraForm, CompanyForm, PainForm, StrengthForm, UntreatedForm
from app.questionnaire.look_again import SEEN, LookAgainForm, open_contradictions
from app.questionnaire.medicine_forms import (
    MedicineDaysForm,
    MedicinePlanForm,
    MigraineMedicineForm,
    PainkillerForm,
    takes_medicine,
)
from app.questionnaire.page import PageForm
from app.questionnaire.sections import Section

Answers = Mapping[str, Any]


def _always(answers: Answers) -> bool:
    return True


def _never(answers: Answers) -> bool:
    """A page that goes away once it is answered."""
    return False


def _is_unsure_of_danger(answers: Answers) -> bool:
    return answers.get("red_flags") == NOT_SURE_WORD


def _should_be_seen_today(answers: Answers) -> bool:
    """An urgent sign, or not sure of one."""
    given = answers.get("other_red_flags")
    if isinstance(given, list):
        return any(URGENCY.get(code) is Urgency.URGENT for code in given)
    return given == NOT_SURE_WORD


def _has_every_story(answers: Answers) -> bool:
    """Each medicine on the list has its story: what happened was asked."""
    given = answers.get("preventives")
    return not isinstance(given, list) or all("result" in trial for trial in given)


def _does_not_fit(answers: Answers) -> bool:
    """Asked at the end only: most pages are shown before there is anything to compare."""
    return answers.get("preventives") is not None and bool(open_contradictions(answers))


def _takes_much_medicine(answers: Answers) -> bool:
    """Asking for a plan makes sense once the days of some class are reached."""
    if not takes_medicine(answers):
        return False
    try:
        known: ScreeningAnswers = answers_from_mapping(contract_answers(answers))
    except ValueError:
        return False
    return bool(medication_overuse(known).reached)


@dataclass(frozen=True)
class Step:
    """One page: its place in the address, its form, the answers that complete it, and when it applies.

    `is_whole` is a further condition on those answers; a step that is not counted has no number. A step of
    an optional section is never needed.
    """

    slug: str
    form: type[PageForm]
    answer_names: tuple[str, ...]
    applies: Callable[[Answers], bool] = _always
    is_whole: Callable[[Answers], bool] = _always
    is_counted: bool = True
    section: Section | None = None


def _optional(
    section: Section, slug: str, form: type[PageForm], applies: Callable[[Answers], bool] = _always
) -> Step:
    names = tuple(field.name for field in form().questions)
    return Step(slug, form, names, applies, section=section)


STEPS: Final = (
    Step("safety-check", EmergencyCheckForm, ("red_flags",)),
    Step("ask-now", AskNowForm, ("safety_advice",), _is_unsure_of_danger, is_counted=False),
    Step("other-signs", OtherSignsForm, ("other_red_flags",)),
    Step("ask-today", AskTodayForm, ("today_advice",), _should_be_seen_today, is_counted=False),
    Step("headache-days", HeadacheDaysForm, ("headache_days", "migraine_days", "counted_from")),
    Step("how-long", HowLongForm, ("months_at_this_frequency", "look_alikes")),
    Step("preventives", PreventivesForm, ("preventives",), is_whole=_has_every_story),
    _optional(Section.HEADACHES, "untreated", UntreatedForm),
    _optional(Section.HEADACHES, "pain", PainForm),
    _optional(Section.HEADACHES, "strength", StrengthForm),
    _optional(Section.HEADACHES, "company", CompanyForm),
    _optional(Section.HEADACHES, "aura", AuraForm),
    _optional(Section.MEDICINES, "medicine-days", MedicineDaysForm),
    _optional(Section.MEDICINES, "migraine-medicine", MigraineMedicineForm, takes_medicine),
    _optional(Section.MEDICINES, "painkillers", PainkillerForm, takes_medicine),
    _optional(Section.MEDICINES, "medicine-plan", MedicinePlanForm, _takes_much_medicine),
    _optional(Section.BOTULINUM, "botulinum-safety", BotulinumSafetyForm),
    _optional(Section.BOTULINUM, "care-so-far", CareSoFarForm),
    _optional(Section.COST, "work", WorkForm),
    Step("look-again", LookAgainForm, (SEEN,), _does_not_fit, _never, is_counted=False),
)
STEP_BY_SLUG: Final = {step.slug: step for step in STEPS}
