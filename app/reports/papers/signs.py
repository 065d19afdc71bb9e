"""What a clinician has to see first: warning signs, what resembles the pattern, and what to ask about."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.domain.codes import Outcome, YesNo
from app.domain.comparison import differences
from app.domain.migraine_features import is_minor
from app.domain.values import NOT_SURE_WORD
from app.questionnaire.desk_labels import CONTRADICTIONS, LOOK_ALIKES, PARTS
from app.questionnaire.labels import BOTULINUM_SAFETY, RED_FLAGS, URGENCIES
from app.reports.papers.words import NONE_TICKED, NOT_ANSWERED
from app.reports.record_words import difference_rows, overuse_warning
from app.services.clinical_review import ScreeningRecord


def warning_signs(record: ScreeningRecord) -> tuple[str, ...]:
    """The signs ticked, the most urgent first, and whether the person was not sure of others."""
    assessment = record.assessment
    signs = [f"{URGENCIES[flag.urgency]}: {RED_FLAGS[flag.code]}" for flag in assessment.red_flags]
    if assessment.red_flags_not_sure:
        signs.append(f"{URGENCIES[assessment.urgency]}: {_('not sure about the warning signs')}")
    return tuple(signs)


def warning_state(answers: Mapping[str, Any]) -> str:
    """What to say when there is no sign."""
    return str(NOT_ANSWERED if answers.get("red_flags") is None else NONE_TICKED)


def look_alikes(record: ScreeningRecord) -> tuple[str, ...]:
    """Other headaches to consider. An emergency sign ends the questions before they are asked."""
    found = [str(LOOK_ALIKES[code]) for code in record.assessment.look_alikes]
    given = record.screening.answers.get("look_alikes")
    if given is None and record.assessment.outcome is not Outcome.EMERGENCY:
        found.append(_("Look-alikes: not answered"))
    if given == NOT_SURE_WORD:
        found.append(
            _(
                "Not sure about look-alikes: ask whether the pain has been constant from one day on, or is "
                "side-locked with a watering or red eye"
            )
        )
    return tuple(found)


def contradictions(record: ScreeningRecord) -> tuple[str, ...]:
    """Answers that do not fit together."""
    return tuple(
        str(_("To ask about: %(what)s", what=CONTRADICTIONS[code]))
        for code in record.assessment.contradictions
    )


def cautions(record: ScreeningRecord) -> tuple[str, ...]:
    """What else matters before treatment is spoken of, and what today's rules say otherwise."""
    overuse = overuse_warning(record.assessment.medication_overuse)
    first = [str(overuse)] if overuse else []
    return (*first, *_today(record), *_before_treatment(record.screening.answers))


def _today(record: ScreeningRecord) -> list[str]:
    """Policies are left out: the paper shows those of today."""
    then, now = record.assessment, record.reassessed
    if now is None:
        return []
    changed = [each for each in differences(then, now) if each.part in PARTS]
    return [
        str(_("By today’s rules: %(part)s: %(now)s (as stored: %(then)s)", part=part, now=after, then=before))
        for part, before, after in difference_rows(changed, then, now)
    ]


def _before_treatment(answers: Mapping[str, Any]) -> list[str]:
    found = []
    if is_minor(answers.get("age_years")):
        found.append(_("Under 18: this screening is made for adults"))
    if answers.get("current_cgrp_treatment") == YesNo.YES:
        found.append(_("On a CGRP medicine now"))
    listed = answers.get("botulinum_safety")
    if listed == NOT_SURE_WORD:
        found.append(_("Before botulinum toxin: the patient was not sure about the safety list."))
    elif listed:
        ticked = "; ".join(str(BOTULINUM_SAFETY[code]) for code in listed)
        found.append(f"{_('Before botulinum toxin, the patient ticked:')} {ticked}")
    return found
