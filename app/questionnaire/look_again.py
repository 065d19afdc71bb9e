"""Answers that do not fit together: asked about once, kindly, and never corrected for the person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from app.domain import ScreeningAnswers, answers_from_mapping
from app.domain.codes import Contradiction
from app.domain.contradictions import contradictions_of
from app.questionnaire.draft_answers import contract_answers
from app.questionnaire.medicine_forms import DAYS_BY_CLASS, takes_medicine
from app.questionnaire.page import PageForm

Answers = Mapping[str, Any]
SEEN: Final = "contradictions_seen"


def _asked(answers: Answers) -> dict[str, Any]:
    """The answers by contract name, without days of medicine left over from pages that no longer apply."""
    if takes_medicine(answers):
        return contract_answers(answers)
    return contract_answers({name: value for name, value in answers.items() if name not in DAYS_BY_CLASS})


def open_contradictions(answers: Answers) -> tuple[Contradiction, ...]:
    """What the person has not been asked about yet."""
    try:
        found = contradictions_of(answers_from_mapping(_asked(answers)))
    except ValueError:  # the last look before storing says which answer cannot be
        return ()
    seen = answers.get(SEEN) or ()
    return tuple(code for code in found if code.value not in seen)


class LookAgainForm(PageForm):
    """Shown when answers do not fit together; going on keeps them as they are."""

    title = _l("Some of your answers do not seem to fit together")

    def applied_to(self, answers: Answers) -> dict[str, Any]:
        seen = [*(answers.get(SEEN) or ()), *(code.value for code in open_contradictions(answers))]
        return {**answers, SEEN: seen}


@dataclass(frozen=True)
class Remark:
    """One contradiction in a sentence, with the slugs of the pages where its answers can be changed."""

    sentence: Any
    slugs: tuple[str, ...]


def _free_days(answers: ScreeningAnswers) -> Remark:
    sentence = _l(
        "You counted %(headache)s days with a headache and %(free)s days without one, in %(window)s days.",
        headache=answers.headache_days,
        free=answers.headache_free_days,
        window=answers.window,
    )
    return Remark(sentence, ("headache-days", "untreated"))


def _preventive(answers: ScreeningAnswers) -> Remark:
    sentence = _l(
        "You took a medicine to prevent headaches for longer than your headaches have been like this. "
        "That can be right: you may have had fewer headaches before."
    )
    return Remark(sentence, ("how-long", "preventives"))


def _medication_days(answers: ScreeningAnswers) -> Remark:
    sentence = _l(
        "You took any medicine on %(days)s days, but one kind of medicine on more days than that.",
        days=answers.any_acute_medication_days,
    )
    return Remark(sentence, ("medicine-days", "migraine-medicine", "painkillers"))


def _age(answers: ScreeningAnswers) -> Remark:
    sentence = lazy_ngettext(
        "You ticked that your headaches first began after the age of 50, and your age is %(num)s year.",
        "You ticked that your headaches first began after the age of 50, and your age is %(num)s years.",
        answers.age_years,
    )
    return Remark(sentence, ("other-signs", "aura"))


REMARKS: Final[dict[Contradiction, Callable[[ScreeningAnswers], Remark]]] = {
    Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP: _free_days,
    Contradiction.PREVENTIVE_TAKEN_LONGER_THAN_HEADACHES: _preventive,
    Contradiction.ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP: _medication_days,
    Contradiction.YOUNGER_THAN_ONSET: _age,
}


def remarks(answers: Answers) -> list[Remark]:
    """What to look at again, of the answers of a draft."""
    known = answers_from_mapping(_asked(answers))
    return [REMARKS[code](known) for code in open_contradictions(answers)]
