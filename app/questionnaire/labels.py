"""The words for codes, written once and used by every page, record and paper."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.domain.codes import BotulinumSafety, LookAlike, Outcome, RedFlagCode, Status, Urgency
from app.domain.medication_overuse import SEVERAL_CLASSES
from app.domain.medicines import MedicineClass
from app.domain.preventive_history import CountedTrial, CountReason
from app.questionnaire.medicine_names import MEDICINE_NAMES

RED_FLAGS: Final[dict[RedFlagCode, Any]] = {
    RedFlagCode.THUNDERCLAP_ONSET: _l("A sudden, very bad headache that reached its worst within a minute"),
    RedFlagCode.RECENT_HEAD_INJURY: _l("A headache that began after a knock or injury to your head"),
    RedFlagCode.NEW_NEUROLOGICAL_DEFICIT: _l(
        "New weakness, numbness, a drooping face, trouble speaking, confusion, drowsiness or a fit"
    ),
    RedFlagCode.LOSS_OF_VISION: _l("New loss of sight"),
    RedFlagCode.FEVER_WITH_STIFF_NECK: _l("A very high temperature with a stiff neck or a rash"),
    RedFlagCode.PAINFUL_RED_EYE: _l("A red, painful eye"),
    RedFlagCode.ONSET_AFTER_50: _l("Headaches that first began after the age of 50"),
    RedFlagCode.JAW_OR_SCALP_PAIN: _l("Pain in your jaw when you eat, or a sore scalp"),
    RedFlagCode.DOUBLE_VISION: _l("New blurred or double sight"),
    RedFlagCode.PREGNANCY_OR_POSTPARTUM: _l("Pregnant now, or gave birth in the last few weeks"),
    RedFlagCode.CANCER_OR_IMMUNE_SUPPRESSION: _l(
        "Cancer, HIV, or an immune system made weak by illness or medicine"
    ),
    RedFlagCode.BROUGHT_ON_BY_COUGH_OR_EXERTION: _l("Headaches brought on by coughing, straining or effort"),
    RedFlagCode.CHANGES_WITH_POSTURE: _l(
        "Headaches that get much worse when you lie down, or when you stand up"
    ),
    RedFlagCode.VOMITING_WITH_WEIGHT_LOSS: _l("Throwing up again and again while you lose weight"),
    RedFlagCode.RECENT_CHANGE_OF_PATTERN: _l(
        "Headaches that have changed, or got worse and worse, in the last few weeks"
    ),
}
# The same signs as a clinician names them, short enough for a list.
RED_FLAGS_IN_SHORT: Final[dict[RedFlagCode, Any]] = {
    RedFlagCode.THUNDERCLAP_ONSET: _l("Thunderclap onset"),
    RedFlagCode.RECENT_HEAD_INJURY: _l("Recent head injury"),
    RedFlagCode.NEW_NEUROLOGICAL_DEFICIT: _l("New neurological deficit"),
    RedFlagCode.LOSS_OF_VISION: _l("Loss of vision"),
    RedFlagCode.FEVER_WITH_STIFF_NECK: _l("Fever with stiff neck"),
    RedFlagCode.PAINFUL_RED_EYE: _l("Painful red eye"),
    RedFlagCode.ONSET_AFTER_50: _l("Onset after 50"),
    RedFlagCode.JAW_OR_SCALP_PAIN: _l("Jaw or scalp pain"),
    RedFlagCode.DOUBLE_VISION: _l("Double vision"),
    RedFlagCode.PREGNANCY_OR_POSTPARTUM: _l("Pregnancy or recent birth"),
    RedFlagCode.CANCER_OR_IMMUNE_SUPPRESSION: _l("Cancer or immune suppression"),
    RedFlagCode.BROUGHT_ON_BY_COUGH_OR_EXERTION: _l("Brought on by cough or exertion"),
    RedFlagCode.CHANGES_WITH_POSTURE: _l("Changes with posture"),
    RedFlagCode.VOMITING_WITH_WEIGHT_LOSS: _l("Vomiting with weight loss"),
    RedFlagCode.RECENT_CHANGE_OF_PATTERN: _l("Recent change of pattern"),
}
LOOK_ALIKES: Final[dict[LookAlike, Any]] = {
    LookAlike.CONSTANT_FROM_FIRST_DAY: _l(
        "The pain began on one day that I remember, and it has not stopped since"
    ),
    LookAlike.ALWAYS_ONE_SIDE_WITH_WATERING_EYE: _l(
        "The pain never changes sides, and the eye on that side waters or turns red"
    ),
}
BOTULINUM_SAFETY: Final[dict[BotulinumSafety, Any]] = {
    BotulinumSafety.ALLERGY_TO_BOTULINUM_TOXIN: _l(
        "An allergy to a botulinum toxin, such as Botox, Dysport, Xeomin or Myobloc"
    ),
    BotulinumSafety.INFECTION_AT_INJECTION_SITE: _l("Infected skin on the head, face or neck"),
    BotulinumSafety.NEUROMUSCULAR_DISEASE: _l(
        "A disease of nerves and muscles, such as ALS or myasthenia gravis"
    ),
    BotulinumSafety.SWALLOWING_OR_BREATHING_PROBLEM: _l("Trouble swallowing or breathing"),
    BotulinumSafety.BLEEDING_OR_ANTICOAGULANT: _l("Bleeding problems, or medicine that thins the blood"),
    BotulinumSafety.PREGNANT_OR_BREASTFEEDING: _l("Pregnant, planning to be, or breastfeeding"),
    BotulinumSafety.AMINOGLYCOSIDE_OR_MUSCLE_RELAXANT: _l(
        "Medicine that relaxes muscles, or an antibiotic such as gentamicin"
    ),
    BotulinumSafety.BOTULINUM_IN_LAST_4_MONTHS: _l(
        "Any botulinum toxin in the last 4 months, even for looks"
    ),
}
OUTCOMES: Final[dict[Outcome, Any]] = {
    Outcome.EMERGENCY: _l("Emergency sign reported"),
    Outcome.POSITIVE: _l("Screen positive"),
    Outcome.BORDERLINE: _l("Borderline"),
    Outcome.NEGATIVE: _l("Screen negative"),
    Outcome.CANNOT_TELL: _l("Cannot tell"),
}
URGENCIES: Final[dict[Urgency, Any]] = {
    Urgency.EMERGENCY: _l("Emergency"),
    Urgency.URGENT: _l("Urgent"),
    Urgency.SOON: _l("Soon"),
    Urgency.ROUTINE: _l("Routine"),
}
CRITERIA: Final[dict[str, Any]] = {
    "headache_days": _l("Headache days a month"),
    "migraine_days": _l("Migraine days a month"),
    "duration": _l("How long it has been like this"),
}
STATUSES: Final[dict[Status, Any]] = {
    Status.MET: _l("Reached"),
    Status.NOT_MET: _l("Not reached"),
    Status.CANNOT_TELL: _l("Cannot tell yet"),
}
CLOSE_TO_THE_LINE: Final[dict[Status, Any]] = {
    Status.MET: _l("Reached, close to the line"),
    Status.NOT_MET: _l("Not reached, close to the line"),
    Status.CANNOT_TELL: _l("Cannot tell yet"),
}
MEDICINE_CLASSES: Final[dict[MedicineClass, Any]] = {
    MedicineClass.BETA_BLOCKER: _l("beta blocker"),
    MedicineClass.ANTICONVULSANT: _l("anti-seizure medicine"),
    MedicineClass.ANTIDEPRESSANT: _l("antidepressant"),
    MedicineClass.ARB_OR_ACE_INHIBITOR: _l("blood pressure medicine (ARB or ACE inhibitor)"),
    MedicineClass.CALCIUM_CHANNEL_BLOCKER: _l("calcium channel blocker"),
    MedicineClass.CGRP_ANTIBODY: _l("CGRP antibody"),
    MedicineClass.GEPANT: _l("gepant"),
    MedicineClass.BOTULINUM_TOXIN: _l("botulinum toxin"),
    MedicineClass.OTHER_PREVENTIVE: _l("other preventive"),
    MedicineClass.TRIPTAN: _l("triptan"),
    MedicineClass.ERGOT: _l("ergot"),
    MedicineClass.OPIOID: _l("opioid pain medicine"),
    MedicineClass.COMBINATION_ANALGESIC: _l("combination pain medicine"),
    MedicineClass.SIMPLE_ANALGESIC: _l("simple pain medicine"),
    MedicineClass.ACUTE_GEPANT_OR_DITAN: _l("gepant or ditan for attacks"),
}
# The classes of medication overuse (app/domain/medication_overuse.py), in the words of a list.
ACUTE_CLASSES: Final[dict[str, Any]] = {
    "triptan": _l("Triptans"),
    "ergot": _l("Ergots"),
    "opioid": _l("Opioid pain medicine"),
    "combination_analgesic": _l("Mixed painkillers"),
    "simple_analgesic": _l("Simple painkillers"),
    SEVERAL_CLASSES: _l("Several kinds together"),
}
COUNT_REASONS: Final[dict[CountReason, Any]] = {
    CountReason.NO_BENEFIT: _l("it did not help"),
    CountReason.SIDE_EFFECTS: _l("stopped because of side effects"),
    CountReason.UNSUITABLE: _l("not safe or not suitable"),
    CountReason.HELPED: _l("it helped, so it was not tried without success"),
    CountReason.STOPPED_FOR_OTHER_REASON: _l("stopped for a reason that is not about the medicine"),
    CountReason.RESULT_NOT_KNOWN: _l("it is not known what happened"),
    CountReason.NOT_TAKEN: _l("it was taken for no time"),
    CountReason.PURPOSE_NOT_KNOWN: _l("it is not known what it was taken for"),
    CountReason.TAKEN_FOR_OTHER_CONDITION: _l("it was taken for another illness"),
    CountReason.ACUTE_MEDICINE: _l("it treats an attack and does not prevent one"),
    CountReason.USUALLY_NOT_ACCEPTED: _l("published rules usually do not count it"),
    CountReason.TREATMENT_ITSELF: _l("it is the treatment in question"),
    CountReason.NOT_IN_CATALOGUE: _l("it is not in the list of known preventives"),
    CountReason.SAME_MEDICINE_AGAIN: _l("the same medicine is already counted"),
}


def named_medicine(medicine: str, name_given: str | None) -> str:
    """The medicine of a trial as the person named it."""
    if medicine in MEDICINE_NAMES:
        return str(MEDICINE_NAMES[medicine])
    return name_given or str(_l("Another medicine"))


def trial_medicine(verdict: CountedTrial) -> str:
    return named_medicine(verdict.trial.medicine, verdict.trial.name_given)


def counted_words(verdict: CountedTrial) -> list[Any]:
    """Why a trial counts or does not, as short phrases for the patient."""
    reason = COUNT_REASONS[verdict.reason]
    if verdict.counted:
        return [_l("Counted: %(reason)s", reason=reason), *_remarks(verdict)]
    return [_l("Not counted: %(reason)s", reason=reason)]


def counted_cell(verdict: CountedTrial) -> list[Any]:
    """The same for the clinician's table, where what happened stands beside it."""
    if verdict.counted:
        return [_l("Yes"), *_remarks(verdict)]
    return [_l("No: %(reason)s", reason=COUNT_REASONS[verdict.reason])]


def _remarks(verdict: CountedTrial) -> list[Any]:
    words = []
    if verdict.is_short:
        words.append(_l("shorter than the 8 weeks that many rules ask for"))
    if verdict.is_class_again:
        words.append(_l("same class as another, so the class counts once"))
    return words
