"""The result in whole sentences: one row a criterion, and what was tried."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.codes import CountedFrom, Status
from app.domain.criteria import Criterion
from app.domain.preventive_history import PreventiveHistory
from app.questionnaire.labels import (
    CLOSE_TO_THE_LINE,
    CRITERIA,
    MEDICINE_CLASSES,
    STATUSES,
    counted_words,
    trial_medicine,
)
from app.services.self_screening import ScreeningResult
from app.web.bars import Bar, bar_for
from app.web.templating import number

_TONES = {Status.MET: "met", Status.NOT_MET: "not-met", Status.CANNOT_TELL: "cannot-tell"}


@dataclass(frozen=True)
class CriterionRow:
    """One criterion as the person reads it."""

    name: Any
    state: Any
    tone: str
    bar: Bar
    sentences: list[str]
    sources: list[str]


@dataclass(frozen=True)
class TriedMedicine:
    name: str
    medicine_class: Any
    reasons: list[Any]


@dataclass(frozen=True)
class Explanation:
    rows: list[CriterionRow]
    tried_sentence: str
    tried: list[TriedMedicine]
    is_unsure_of_danger: bool
    is_from_memory: bool


def explain(result: ScreeningResult) -> Explanation:
    """The parts of the result page that depend on the numbers."""
    assessment = result.assessment
    from_memory = result.answers.get("counted_from") != CountedFrom.DIARY.value
    return Explanation(
        rows=[_row(name, each, from_memory) for name, each in assessment.criteria.items()],
        tried_sentence=_tried_sentence(assessment.preventive_history),
        tried=_tried(assessment.preventive_history),
        is_unsure_of_danger=assessment.red_flags_not_sure,
        is_from_memory=from_memory,
    )


def _row(name: str, criterion: Criterion, from_memory: bool) -> CriterionRow:
    close = criterion.borderline
    words = _month_sentences if name == "duration" else _day_sentences
    return CriterionRow(
        name=CRITERIA[name],
        state=(CLOSE_TO_THE_LINE if close else STATUSES)[criterion.status],
        tone="close" if close else _TONES[criterion.status],
        bar=bar_for(name, criterion),
        sentences=words(criterion, from_memory),
        sources=_sources(name, criterion, from_memory),
    )


def _sources(name: str, criterion: Criterion, from_memory: bool) -> list[str]:
    recalled = from_memory and name != "duration" and criterion.borderline
    return ["ichd-3-1.3", "recall-and-diary-2020"] if recalled else ["ichd-3-1.3"]


def _day_sentences(criterion: Criterion, from_memory: bool) -> list[str]:
    line = _("The pattern starts at %(threshold)s days.", threshold=criterion.threshold)
    if criterion.value is None or criterion.distance is None:
        return [_("You were not sure."), line, _("A diary for one month would tell.")]
    said = ngettext(
        "You said %(days)s day in 30.",
        "You said %(days)s days in 30.",
        1 if criterion.value == 1 else 2,
        days=number(criterion.value),
    )
    sentences = [said, line]
    if criterion.distance < 0:
        sentences.append(_days_short(-criterion.distance))
    if criterion.borderline and from_memory:
        sentences.append(
            _("People who count from memory often miss mild days, so a diary would make this surer.")
        )
    elif criterion.borderline:
        sentences.append(_("This is exactly on the line."))
    return sentences


def _days_short(missing: Fraction) -> str:
    sentence: str = ngettext(
        "That is %(days)s day fewer.",
        "That is %(days)s days fewer.",
        1 if missing == 1 else 2,
        days=number(missing),
    )
    return sentence


def _month_sentences(criterion: Criterion, from_memory: bool) -> list[str]:
    """This screening asks for 3 months; the classification that it cites asks for more than 3."""
    line = _(
        "This screening asks for %(threshold)s months; the headache classification asks for more than "
        "%(threshold)s.",
        threshold=criterion.threshold,
    )
    if criterion.value is None or criterion.distance is None:
        return [_("You were not sure."), line]
    said = ngettext(
        "You said %(months)s month.",
        "You said %(months)s months.",
        1 if criterion.value == 1 else 2,
        months=number(criterion.value),
    )
    if criterion.distance < 0:
        return [said, line, _months_short(-criterion.distance)]
    if criterion.borderline:
        return [said, line, _("This is exactly on the line.")]
    return [said, line]


def _months_short(missing: Fraction) -> str:
    sentence: str = ngettext(
        "That is %(months)s month less.",
        "That is %(months)s months less.",
        1 if missing == 1 else 2,
        months=number(missing),
    )
    return sentence


def _tried_sentence(history: PreventiveHistory) -> str:
    if not history.asked:
        return str(_("You were not sure whether you have tried a medicine to prevent headaches."))
    if not history.trials:
        return str(_("You have not tried a medicine to prevent headaches."))
    if not history.medicines:
        return str(
            _("None of the medicines you named counts as a preventive that was tried without success.")
        )
    medicines = ngettext(
        "%(num)s preventive medicine counts as tried without success.",
        "%(num)s preventive medicines count as tried without success.",
        history.medicines,
    )
    if history.medicines == 1:
        return str(medicines)
    classes = ngettext("They are of %(num)s kind.", "They are of %(num)s kinds.", history.classes)
    return f"{medicines} {classes}"


def _tried(history: PreventiveHistory) -> list[TriedMedicine]:
    return [
        TriedMedicine(
            trial_medicine(verdict),
            MEDICINE_CLASSES[medicine.medicine_class] if (medicine := verdict.trial.catalogue_entry) else "",
            counted_words(verdict),
        )
        for verdict in history.trials
    ]
