"""The codes that are stored and exchanged: each written here once more, so that none is renamed unnoticed."""

from enum import Enum
from typing import Final

import pytest

from app.domain.codes import (
    TAKEN_BACK,
    BotulinumSafety,
    ConfirmedDiagnosis,
    Contradiction,
    CountedFrom,
    LookAlike,
    NotSure,
    Outcome,
    RedFlagGroup,
    Status,
    TakenFor,
    TrialResult,
    Urgency,
    YesNo,
    diagnosis_entry,
)
from app.domain.medication_overuse import OveruseStatus
from app.domain.medicines import MedicineClass
from app.domain.policies import Phase, RequirementStatus
from app.domain.preventive_history import CountReason

CODES: Final[dict[type[Enum], str]] = {
    NotSure: "not_sure",
    YesNo: "yes no",
    CountedFrom: "memory diary",
    RedFlagGroup: "emergency other",
    Urgency: "emergency urgent soon routine",
    LookAlike: "constant_from_first_day always_one_side_with_watering_eye",
    TrialResult: "no_benefit side_effects unsuitable helped stopped_for_other_reason",
    TakenFor: "migraine other_condition",
    BotulinumSafety: "allergy_to_botulinum_toxin infection_at_injection_site neuromuscular_disease "
    "swallowing_or_breathing_problem bleeding_or_anticoagulant pregnant_or_breastfeeding "
    "aminoglycoside_or_muscle_relaxant botulinum_in_last_4_months",
    Status: "met not_met cannot_tell",
    Outcome: "emergency positive borderline negative cannot_tell",
    Contradiction: "headache_free_days_do_not_add_up preventive_taken_longer_than_headaches "
    "acute_medication_days_do_not_add_up younger_than_onset",
    OveruseStatus: "likely watch cannot_tell not_likely",
    Phase: "start continue",
    RequirementStatus: "met not_met missing",
    CountReason: "no_benefit side_effects unsuitable helped stopped_for_other_reason result_not_known "
    "not_taken taken_for_other_condition purpose_not_known acute_medicine usually_not_accepted "
    "treatment_itself not_in_catalogue same_medicine_again",
    MedicineClass: "beta_blocker anticonvulsant antidepressant arb_or_ace_inhibitor calcium_channel_blocker "
    "cgrp_antibody gepant botulinum_toxin other_preventive triptan ergot opioid combination_analgesic "
    "simple_analgesic acute_gepant_or_ditan",
}


@pytest.mark.parametrize(("codes", "words"), CODES.items(), ids=[codes.__name__ for codes in CODES])
def test_no_code_is_renamed_or_dropped(codes: type[Enum], words: str) -> None:
    assert [code.value for code in codes] == words.split()


def test_a_review_names_a_diagnosis_or_takes_one_back() -> None:
    for diagnosis in ConfirmedDiagnosis:
        assert diagnosis_entry(diagnosis.value) is diagnosis
    assert diagnosis_entry("taken_back") is TAKEN_BACK
    with pytest.raises(ValueError, match="migraine"):
        diagnosis_entry("migraine")
