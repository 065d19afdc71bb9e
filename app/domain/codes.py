"""Stable English codes for answers and results. They are stored and exchanged: never rename one."""

from enum import Enum, StrEnum
from typing import Final

# The languages in which the questionnaire can be asked, the first by default.
LANGUAGES: Final = ("en", "es")


class NotSure(Enum):
    """The one value of an answer that was asked and honestly not known."""

    NOT_SURE = "not_sure"


NOT_SURE: Final = NotSure.NOT_SURE


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


class CountedFrom(StrEnum):
    """How the days were counted. Recall under-counts mild days (clinical reference, section 10)."""

    MEMORY = "memory"
    DIARY = "diary"


class RedFlagCode(StrEnum):
    """Warning signs of a dangerous cause of headache, after SNNOOP10 (Do 2019)."""

    THUNDERCLAP_ONSET = "thunderclap_onset"
    RECENT_HEAD_INJURY = "recent_head_injury"
    NEW_NEUROLOGICAL_DEFICIT = "new_neurological_deficit"
    LOSS_OF_VISION = "loss_of_vision"
    FEVER_WITH_STIFF_NECK = "fever_with_stiff_neck"
    PAINFUL_RED_EYE = "painful_red_eye"
    ONSET_AFTER_50 = "onset_after_50"
    JAW_OR_SCALP_PAIN = "jaw_or_scalp_pain"
    DOUBLE_VISION = "double_vision"
    PREGNANCY_OR_POSTPARTUM = "pregnancy_or_postpartum"
    CANCER_OR_IMMUNE_SUPPRESSION = "cancer_or_immune_suppression"
    BROUGHT_ON_BY_COUGH_OR_EXERTION = "brought_on_by_cough_or_exertion"
    CHANGES_WITH_POSTURE = "changes_with_posture"
    VOMITING_WITH_WEIGHT_LOSS = "vomiting_with_weight_loss"
    RECENT_CHANGE_OF_PATTERN = "recent_change_of_pattern"


class RedFlagGroup(StrEnum):
    """The two groups in which warning signs are asked; a person may be unsure of either."""

    EMERGENCY = "emergency"
    OTHER = "other"


class Urgency(StrEnum):
    """How soon someone should see the person; the order of the clinic's queue."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"


class LookAlike(StrEnum):
    """Other headaches that resemble chronic migraine (ICHD-3 4.10 and 3.4)."""

    CONSTANT_FROM_FIRST_DAY = "constant_from_first_day"
    ALWAYS_ONE_SIDE_WITH_WATERING_EYE = "always_one_side_with_watering_eye"


class TrialResult(StrEnum):
    """What happened with a preventive medicine."""

    NO_BENEFIT = "no_benefit"
    SIDE_EFFECTS = "side_effects"
    UNSUITABLE = "unsuitable"
    HELPED = "helped"
    STOPPED_FOR_OTHER_REASON = "stopped_for_other_reason"


class TakenFor(StrEnum):
    MIGRAINE = "migraine"
    OTHER_CONDITION = "other_condition"


class BotulinumSafety(StrEnum):
    """What a clinician must know before botulinum toxin is considered (US label; clinical reference 2.1)."""

    ALLERGY_TO_BOTULINUM_TOXIN = "allergy_to_botulinum_toxin"
    INFECTION_AT_INJECTION_SITE = "infection_at_injection_site"
    NEUROMUSCULAR_DISEASE = "neuromuscular_disease"
    SWALLOWING_OR_BREATHING_PROBLEM = "swallowing_or_breathing_problem"
    BLEEDING_OR_ANTICOAGULANT = "bleeding_or_anticoagulant"
    PREGNANT_OR_BREASTFEEDING = "pregnant_or_breastfeeding"
    AMINOGLYCOSIDE_OR_MUSCLE_RELAXANT = "aminoglycoside_or_muscle_relaxant"
    BOTULINUM_IN_LAST_4_MONTHS = "botulinum_in_last_4_months"


class Status(StrEnum):
    """The three values of every criterion. A missing answer is never a "no"."""

    MET = "met"
    NOT_MET = "not_met"
    CANNOT_TELL = "cannot_tell"


class Outcome(StrEnum):
    """What the screening says. It is never a diagnosis."""

    EMERGENCY = "emergency"
    POSITIVE = "positive"
    BORDERLINE = "borderline"
    NEGATIVE = "negative"
    CANNOT_TELL = "cannot_tell"


class Contradiction(StrEnum):
    """Answers that do not fit together: asked about, shown to the clinician, never corrected."""

    HEADACHE_FREE_DAYS_DO_NOT_ADD_UP = "headache_free_days_do_not_add_up"
    PREVENTIVE_TAKEN_LONGER_THAN_HEADACHES = "preventive_taken_longer_than_headaches"
    ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP = "acute_medication_days_do_not_add_up"
    YOUNGER_THAN_ONSET = "younger_than_onset"


class ConfirmedDiagnosis(StrEnum):
    """What a clinician found in the end; never what the screen says."""

    CHRONIC_MIGRAINE = "chronic_migraine"
    CHRONIC_MIGRAINE_AND_OVERUSE = "chronic_migraine_and_overuse"  # ICHD-3 1.3 gives both codes
    EPISODIC_MIGRAINE = "episodic_migraine"
    MEDICATION_OVERUSE_HEADACHE = "medication_overuse_headache"
    TENSION_TYPE_HEADACHE = "tension_type_headache"
    OTHER = "other"
    UNSURE = "unsure"


class DiagnosisTakenBack(StrEnum):
    """What a review says in place of a diagnosis when the one recorded before it was a mistake."""

    TAKEN_BACK = "taken_back"


TAKEN_BACK: Final = DiagnosisTakenBack.TAKEN_BACK
DiagnosisEntry = ConfirmedDiagnosis | DiagnosisTakenBack


def diagnosis_entry(code: str) -> DiagnosisEntry:
    """What a review says of the diagnosis, from its code."""
    return TAKEN_BACK if code == TAKEN_BACK else ConfirmedDiagnosis(code)
