"""Words that only clinicians see: what stands beside the outcome in a record."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.domain.codes import (
    ConfirmedDiagnosis,
    Contradiction,
    DiagnosisEntry,
    DiagnosisTakenBack,
    LookAlike,
    Status,
)
from app.domain.medication_overuse import OveruseStatus
from app.domain.policies import RequirementStatus
from app.domain.scores import Instrument

LOOK_ALIKES: Final[dict[LookAlike, Any]] = {
    LookAlike.CONSTANT_FROM_FIRST_DAY: _l(
        "Constant from a day that is remembered: consider new daily persistent headache (ICHD-3 4.10)"
    ),
    LookAlike.ALWAYS_ONE_SIDE_WITH_WATERING_EYE: _l(
        "Side-locked with a watering or red eye: consider hemicrania continua (ICHD-3 3.4)"
    ),
}
CONTRADICTIONS: Final[dict[Contradiction, Any]] = {
    Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP: _l(
        "Headache days and headache-free days do not add up to the days counted"
    ),
    Contradiction.PREVENTIVE_TAKEN_LONGER_THAN_HEADACHES: _l(
        "A preventive was taken for migraine for longer than the headaches have been this frequent"
    ),
    Contradiction.ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP: _l(
        "One class of acute medicine was taken on more days than any medicine at all"
    ),
    Contradiction.YOUNGER_THAN_ONSET: _l("Onset after 50 was ticked, and the age given is under 50"),
}
FEATURES: Final[dict[str, Any]] = {
    "attacks": _l("A. 5 or more attacks"),
    "hours": _l("B. 4–72 h untreated, 2–72 under 18 (lower bound only)"),
    "pain": _l("C. 2 of: one side, pulsating, moderate or severe, worse with activity"),
    "company": _l("D. Nausea or vomiting, or light and sound together"),
    "whole": _l("ICHD-3 1.1 as a whole"),
}
FEATURE_STATUSES: Final[dict[Status, Any]] = {
    Status.MET: _l("Met"),
    Status.NOT_MET: _l("Not met"),
    Status.CANNOT_TELL: _l("Cannot tell"),
}
OVERUSE_STATUSES: Final[dict[OveruseStatus, Any]] = {
    OveruseStatus.LIKELY: _l("Likely"),
    OveruseStatus.WATCH: _l("Watch: days reached, but not the months or the headache days"),
    OveruseStatus.CANNOT_TELL: _l("Cannot tell"),
    OveruseStatus.NOT_LIKELY: _l("Not likely"),
}
REQUIREMENT_STATUSES: Final[dict[RequirementStatus, Any]] = {
    RequirementStatus.MET: _l("Met"),
    RequirementStatus.NOT_MET: _l("Not met"),
    RequirementStatus.MISSING: _l("Missing"),
}
INSTRUMENTS: Final[dict[Instrument, Any]] = {
    Instrument.MIDAS: _l("MIDAS"),
    Instrument.HIT_6: _l("HIT-6"),
    Instrument.PHQ_2: _l("PHQ-2"),
    Instrument.GAD_2: _l("GAD-2"),
}
# What an assessment by later rules is compared in (app/domain/comparison.py).
PARTS: Final[dict[str, Any]] = {
    "outcome": _l("Outcome"),
    "headache_days": _l("Headache days"),
    "migraine_days": _l("Migraine days"),
    "duration": _l("Duration"),
    "red_flags": _l("Warning signs"),
    "urgency": _l("Urgency"),
    "look_alikes": _l("Look-alikes"),
    "contradictions": _l("Contradictions"),
    "preventive_medicines": _l("Preventive medicines counted"),
    "preventive_classes": _l("Preventive classes counted"),
    "migraine_features": _l("Migraine features"),
    "medication_overuse": _l("Medication overuse"),
}
DIAGNOSES: Final[dict[ConfirmedDiagnosis, Any]] = {
    ConfirmedDiagnosis.CHRONIC_MIGRAINE: _l("Chronic migraine"),
    ConfirmedDiagnosis.CHRONIC_MIGRAINE_AND_OVERUSE: _l("Chronic migraine and medication-overuse headache"),
    ConfirmedDiagnosis.EPISODIC_MIGRAINE: _l("Episodic migraine"),
    ConfirmedDiagnosis.MEDICATION_OVERUSE_HEADACHE: _l("Medication-overuse headache"),
    ConfirmedDiagnosis.TENSION_TYPE_HEADACHE: _l("Tension-type headache"),
    ConfirmedDiagnosis.OTHER: _l("Another diagnosis"),
    ConfirmedDiagnosis.UNSURE: _l("Unsure"),
}


def confirmed_words(diagnosis: DiagnosisEntry | None) -> Any:
    """What was confirmed, as a sentence of its own; empty when nothing was recorded."""
    if diagnosis is None:
        return ""
    if isinstance(diagnosis, DiagnosisTakenBack):
        return _l("The confirmed diagnosis was taken back")
    if diagnosis is ConfirmedDiagnosis.UNSURE:
        return _l("The diagnosis is unsure")
    return _l("Confirmed diagnosis: %(words)s", words=DIAGNOSES[diagnosis])
