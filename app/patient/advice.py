"""What the result says beyond the three criteria: warning signs, look-alikes, medicine on many days."""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.domain.assessment import Assessment
from app.domain.codes import LookAlike, Status, Urgency
from app.domain.medication_overuse import (
    MOST_LENIENT_LINE_PER_30,
    THRESHOLDS_PER_30,
    ClassUse,
    MedicationOveruse,
    OveruseStatus,
)
from app.domain.migraine_features import MigraineFeatures, is_minor
from app.domain.values import NOT_SURE_WORD
from app.questionnaire.labels import ACUTE_CLASSES, BOTULINUM_SAFETY, RED_FLAGS
from app.services.self_screening import ScreeningResult
from app.web.templating import number

_FEATURES: Final = {
    Status.MET: _l("What you told us about the pain fits the published list of migraine signs."),
    Status.NOT_MET: _l(
        "What you told us about the pain does not fit the whole list of migraine signs. Tell your clinician: "
        "some people have more than one kind of headache."
    ),
    Status.CANNOT_TELL: _l("What you told us about the pain leaves some migraine signs open."),
}


@dataclass(frozen=True)
class LookAlikeAdvice:
    """What to ask about a headache that resembles chronic migraine, and the source."""

    sentence: Any
    question: Any
    source: str


_LOOK_ALIKES: Final = {
    LookAlike.CONSTANT_FROM_FIRST_DAY: LookAlikeAdvice(
        _l("Your pain began on one day and has not stopped since."),
        _l("Ask: “Could this be new daily persistent headache?” Say on which day it began."),
        "ndph-2019",
    ),
    LookAlike.ALWAYS_ONE_SIDE_WITH_WATERING_EYE: LookAlikeAdvice(
        _l("Your pain never changes sides, and the eye on that side waters or turns red."),
        _l("Ask: “Could this be hemicrania continua?” It is often taken for migraine."),
        "hemicrania-2017",
    ),
}


@dataclass(frozen=True)
class OveruseAdvice:
    """Medicine on many days: each class that reaches its line, and whether it has lasted."""

    has_lasted: bool
    lines: list[str]


@dataclass(frozen=True)
class Advice:
    """What stands beside the criteria. Empty parts are not shown."""

    urgent: list[Any]
    soon: list[Any]
    look_alikes: list[LookAlikeAdvice]
    is_unsure_of_look_alikes: bool
    overuse: OveruseAdvice | None
    features: Any
    botulinum_safety: list[Any]
    is_unsure_of_safety: bool
    is_minor: bool
    cost: list[str]
    has_contradictions: bool


def advise(result: ScreeningResult) -> Advice:
    """The advice for one result."""
    assessment = result.assessment
    signs = {level: _signs(assessment, level) for level in (Urgency.URGENT, Urgency.SOON)}
    listed = result.answers.get("botulinum_safety")
    return Advice(
        urgent=signs[Urgency.URGENT],
        soon=signs[Urgency.SOON],
        look_alikes=[_LOOK_ALIKES[code] for code in assessment.look_alikes],
        is_unsure_of_look_alikes=result.answers.get("look_alikes") == NOT_SURE_WORD,
        overuse=_overuse(assessment.medication_overuse, _days_with_any(result.answers)),
        features=_features(assessment.migraine_features),
        botulinum_safety=[BOTULINUM_SAFETY[code] for code in listed] if isinstance(listed, list) else [],
        is_unsure_of_safety=listed == NOT_SURE_WORD,
        is_minor=is_minor(result.answers.get("age_years")),
        cost=_cost(result.answers),
        has_contradictions=bool(assessment.contradictions),
    )


def _signs(assessment: Assessment, urgency: Urgency) -> list[Any]:
    return [RED_FLAGS[flag.code] for flag in assessment.red_flags if flag.urgency is urgency]


def _features(features: MigraineFeatures | None) -> Any:
    """A sentence once any of the signs was told."""
    if features is None:
        return ""
    each = {features.attacks, features.hours, features.pain, features.company}
    return "" if each == {Status.CANNOT_TELL} else _FEATURES[features.whole]


def _overuse(overuse: MedicationOveruse | None, days: int) -> OveruseAdvice | None:
    """Advice once the days of a class are reached, also while months or headache days are open.

    `days` with any medicine but gepants and ditans reach every line when they reach the most lenient one.
    """
    if overuse is None:
        return None
    if not overuse.reached:
        return OveruseAdvice(False, [_any_kind(days)]) if days >= MOST_LENIENT_LINE_PER_30 else None
    has_lasted = overuse.status is OveruseStatus.LIKELY
    return OveruseAdvice(has_lasted, [_class_line(use) for use in overuse.reached])


def _days_with_any(answers: dict[str, Any]) -> int:
    """Days with any medicine that has a line, of the 30 days that the pages ask about; 0 when not known."""
    taken, gepants = answers.get("any_acute_medication_days"), answers.get("gepant_or_ditan_days")
    if not isinstance(taken, int):
        return 0
    if isinstance(gepants, int):
        return taken - gepants
    is_all_told = all(isinstance(answers.get(f"{name}_days"), int) for name in THRESHOLDS_PER_30)
    return 0 if is_all_told else taken  # what is left may be gepants alone


def _any_kind(days: int) -> str:
    return str(_("Medicine of any kind: on %(days)s days a month", days=days))


def _class_line(use: ClassUse) -> str:
    """One class with its days and its line. Days of several classes together may be known only in part."""
    medicine = ACUTE_CLASSES[use.name]
    if use.days is None:
        line = _("%(medicine)s: on %(line)s days a month or more", medicine=medicine, line=use.threshold)
    else:
        days = number(use.days)
        line = _(
            "%(medicine)s: on %(days)s days a month. The line is %(line)s",
            medicine=medicine,
            days=days,
            line=use.threshold,
        )
    return str(line)


def _cost(answers: dict[str, Any]) -> list[str]:
    """Days missed and half done, as they were counted."""
    missed, half = answers.get("work_days_missed"), answers.get("work_days_half_done")
    sentences = []
    if isinstance(missed, int):
        sentences.append(
            ngettext(
                "In 30 days, headache took %(num)s day of work, school or housework.",
                "In 30 days, headache took %(num)s days of work, school or housework.",
                missed,
            )
        )
    if isinstance(half, int) and not sentences:
        sentences.append(
            ngettext(
                "In 30 days, you got half or less of your work done on %(num)s day.",
                "In 30 days, you got half or less of your work done on %(num)s days.",
                half,
            )
        )
    elif isinstance(half, int):
        sentences.append(
            ngettext(
                "On %(num)s other day you got half or less done.",
                "On %(num)s other days you got half or less done.",
                half,
            )
        )
    return sentences
