"""What the rules say about the answers, as Observations: self-reported, and never a diagnosis.

A number that is not known has the reason of the standard for its absence, never a 0. Policies are left
out: a sum of one would be read as a decision (docs/fhir.md).
"""

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.answers import KINDS
from app.domain.criteria import Criterion
from app.domain.medication_overuse import MONTHS_OF_USE, ClassUse, MedicationOveruse
from app.domain.migraine_features import MigraineFeatures
from app.domain.preventive_history import CountedTrial
from app.domain.values import NOT_SURE_WORD
from app.questionnaire.desk_labels import (
    CONTRADICTIONS,
    FEATURE_STATUSES,
    FEATURES,
    LOOK_ALIKES,
    OVERUSE_STATUSES,
    PARTS,
)
from app.questionnaire.labels import (
    ACUTE_CLASSES,
    COUNT_REASONS,
    CRITERIA,
    OUTCOMES,
    RED_FLAGS_IN_SHORT,
    STATUSES,
    URGENCIES,
    named_medicine,
)
from app.reports.fhir.codes import (
    ABSENT_REASON_SYSTEM,
    UNIT_SYSTEM,
    Resource,
    code_concept,
    code_system,
    coding,
    concept,
)
from app.reports.fhir.questionnaire import MEDICINE_SYSTEM
from app.reports.fhir.subject import OBSERVATION_SYSTEM, Subject

_DAYS: Final = {"unit": _l("days per 30 days")}
_MONTHS: Final = {"unit": _l("months"), "system": UNIT_SYSTEM, "code": "mo"}
# Each criterion with the answer that it is about, and its unit.
_ABOUT: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "headache_days": ("headache_days", _DAYS),
    "migraine_days": ("migraine_days", _DAYS),
    "duration": ("months_at_this_frequency", _MONTHS),
}


def observations(subject: Subject) -> list[Resource]:
    """All Observations of a screening. What rules 1.0 did not look at has none."""
    assessment = subject.assessment
    found = [_outcome(subject), _urgency(subject)]
    found += [_criterion(subject, name, each) for name, each in assessment.criteria.items()]
    if assessment.migraine_features is not None:
        found.append(_features(subject, assessment.migraine_features))
    if assessment.medication_overuse is not None:
        found.append(_overuse(subject, assessment.medication_overuse))
    return [*found, _preventives(subject)]


def _reason(subject: Subject, name: str) -> str:
    """Why a number is not known, in the standard's words, by the answer that it follows from."""
    answer = subject.screening.answers.get(name)
    if answer == NOT_SURE_WORD:
        return "asked-unknown"
    return "not-asked" if answer is None and name in KINDS else "unknown"


def _absent(reason: str) -> Resource:
    return {"dataAbsentReason": {"coding": [coding(ABSENT_REASON_SYSTEM, reason)]}}


def _quantity(value: Fraction | int, unit: dict[str, Any]) -> Resource:
    exact = Fraction(value)
    number = exact.numerator if exact.denominator == 1 else float(exact)
    return {"value": number, **unit, "unit": str(unit["unit"])}


def _known_or_absent(value: Fraction | None, unit: dict[str, Any], reason: str) -> Resource:
    return _absent(reason) if value is None else {"valueQuantity": _quantity(value, unit)}


def _threshold(threshold: int, unit: dict[str, Any], text: Any) -> list[Resource]:
    """The line that a number is compared with. What is normal is not meant."""
    kind = concept(code_system("range"), "line_of_the_pattern", _("The line of a published pattern"))
    return [{"low": _quantity(threshold, unit), "type": kind, "text": str(text)}]


def _component(code: StrEnum, words: Any, **content: Any) -> Resource:
    return {"code": code_concept(code, words), **content}


def _named(name: str, words: Any, **content: Any) -> Resource:
    return {"code": concept(OBSERVATION_SYSTEM, name, words), **content}


def _criterion(subject: Subject, name: str, criterion: Criterion) -> Resource:
    about, unit = _ABOUT[name]
    interpretation = [code_concept(criterion.status, STATUSES[criterion.status])]
    if criterion.borderline:
        interpretation.append(concept(code_system("mark"), "borderline", _("Close to the line")))
    line = _("Pattern of chronic migraine: %(num)s or more", num=criterion.threshold)
    return subject.observation(
        name,
        CRITERIA[name],
        **_known_or_absent(criterion.value, unit, _reason(subject, about)),
        interpretation=interpretation,
        referenceRange=_threshold(criterion.threshold, unit, line),
    )


def _outcome(subject: Subject) -> Resource:
    """The outcome, with what else was noticed about the answers."""
    assessment = subject.assessment
    noticed: Iterable[tuple[StrEnum, Any]] = [
        *((code, LOOK_ALIKES[code]) for code in assessment.look_alikes),
        *((code, CONTRADICTIONS[code]) for code in assessment.contradictions),
    ]
    return subject.observation(
        "outcome",
        PARTS["outcome"],
        valueCodeableConcept=code_concept(assessment.outcome, OUTCOMES[assessment.outcome]),
        component=[_component(code, words, valueBoolean=True) for code, words in noticed],
    )


def _urgency(subject: Subject) -> Resource:
    """How soon somebody should look, with each warning sign reported."""
    assessment = subject.assessment
    signs = [
        _component(
            flag.code,
            RED_FLAGS_IN_SHORT[flag.code],
            valueCodeableConcept=code_concept(flag.urgency, URGENCIES[flag.urgency]),
        )
        for flag in assessment.red_flags
    ]
    if assessment.red_flags_not_sure:
        signs.append(_named("red_flags_not_sure", _("Not sure about a warning sign"), valueBoolean=True))
    return subject.observation(
        "urgency",
        PARTS["urgency"],
        valueCodeableConcept=code_concept(assessment.urgency, URGENCIES[assessment.urgency]),
        component=signs,
    )


def _features(subject: Subject, features: MigraineFeatures) -> Resource:
    def status(name: str) -> Resource:
        found = getattr(features, name)
        return {"valueCodeableConcept": code_concept(found, FEATURE_STATUSES[found])}

    parts = [_named(name, words, **status(name)) for name, words in FEATURES.items() if name != "whole"]
    return subject.observation(
        "migraine_features", PARTS["migraine_features"], **status("whole"), component=parts
    )


def _overuse(subject: Subject, overuse: MedicationOveruse) -> Resource:
    return subject.observation(
        "medication_overuse",
        PARTS["medication_overuse"],
        valueCodeableConcept=code_concept(overuse.status, OVERUSE_STATUSES[overuse.status]),
        component=[_class_use(subject, use) for use in overuse.classes],
    )


def _class_use(subject: Subject, use: ClassUse) -> Resource:
    """One class of medicine for attacks; or several together, which follow from several questions."""
    line = _(
        "ICHD-3 8.2: %(days)s or more, for more than %(months)s months",
        days=use.threshold,
        months=MONTHS_OF_USE,
    )
    return {
        "code": concept(code_system("acute-class"), use.name, ACUTE_CLASSES[use.name]),
        **_known_or_absent(use.days, _DAYS, _reason(subject, f"{use.name}_days")),
        "interpretation": [code_concept(use.status, OVERUSE_STATUSES[use.status])],
        "referenceRange": _threshold(use.threshold, _DAYS, line),
    }


def _preventives(subject: Subject) -> Resource:
    """How many medicines and classes count as tried without success, and each trial with its reason.

    A medicine outside the catalogue is not named: its name is what somebody typed.
    """
    history = subject.assessment.preventive_history
    counts = {"preventive_medicines": history.medicines, "preventive_classes": history.classes}
    unknown = _absent(_reason(subject, "preventives"))
    numbers = [
        _named(name, PARTS[name], **({"valueInteger": count} if history.asked else unknown))
        for name, count in counts.items()
    ]
    title = _("Preventive medicines tried")
    return subject.observation("preventives", title, component=[*numbers, *map(_trial, history.trials)])


def _trial(verdict: CountedTrial) -> Resource:
    medicine, reason = verdict.trial.medicine, verdict.reason
    return {
        "code": concept(MEDICINE_SYSTEM, medicine, named_medicine(medicine, None)),
        "valueBoolean": verdict.counted,
        "interpretation": [code_concept(reason, COUNT_REASONS[reason])],
    }
