"""What the rules said, as Observations: the numbers of the record, and honest gaps."""

from typing import Any

import pytest

from app.domain.codes import LookAlike, Outcome, RedFlagCode
from tests.support.fhir import (
    Json,
    bundle_of,
    codes,
    components,
    generated_records,
    observation,
    resources,
)
from tests.support.journeys import EMERGENCY, NOT_SURE_EVERYWHERE, POSITIVE, WITH_RESULT


def absent(found: Json) -> str:
    assert not [name for name in found if name.startswith("value")]
    [reason] = codes(found["dataAbsentReason"])
    return str(reason)


def value(found: Json) -> Any:
    assert "dataAbsentReason" not in found
    return found["valueQuantity"]["value"]


def test_each_criterion_has_its_number_its_line_and_its_status() -> None:
    bundle = bundle_of(POSITIVE)
    read = {}
    for name in ("headache_days", "migraine_days", "duration"):
        found = observation(bundle, name)
        [line] = found["referenceRange"]
        read[name] = (value(found), line["low"]["value"], codes(found["interpretation"][0]))
    assert read == {
        "headache_days": (20, 15, ["met"]),
        "migraine_days": (10, 8, ["met"]),
        "duration": (24, 3, ["met"]),
    }


def test_days_are_days_per_30_as_exactly_as_json_can_say_it() -> None:
    answers = {**POSITIVE, "window_days": 28, "headache_days": 14, "migraine_days": 8}
    bundle = bundle_of(answers)
    assert value(observation(bundle, "headache_days")) == 15
    assert value(observation(bundle, "migraine_days")) == 60 / 7
    assert observation(bundle, "headache_days")["valueQuantity"]["unit"] == "days per 30 days"
    assert observation(bundle, "duration")["valueQuantity"]["code"] == "mo"


def test_a_number_close_to_the_line_says_so_beside_its_status() -> None:
    found = observation(bundle_of({**POSITIVE, "headache_days": 14}), "headache_days")
    assert [codes(each) for each in found["interpretation"]] == [["not_met"], ["borderline"]]


def test_a_number_that_is_not_known_says_why_and_is_never_0() -> None:
    unsure = bundle_of(NOT_SURE_EVERYWHERE)
    unasked = bundle_of(EMERGENCY)
    without_window = bundle_of({**POSITIVE, "window_days": "not_sure"})
    for name in ("headache_days", "migraine_days"):
        assert absent(observation(unsure, name)) == "asked-unknown"
        assert absent(observation(unasked, name)) == "not-asked"
        assert absent(observation(without_window, name)) == "unknown"
    assert absent(observation(unsure, "duration")) == "asked-unknown"


def test_no_days_are_the_number_0() -> None:
    found = observation(bundle_of({**POSITIVE, "headache_days": 0, "migraine_days": 0}), "headache_days")
    assert value(found) == 0


@pytest.mark.parametrize("answers", [*(answers for answers, _ in WITH_RESULT.values()), EMERGENCY])
def test_everything_is_final_and_told_by_the_person_and_no_diagnosis(answers: Json) -> None:
    bundle = bundle_of(answers)
    [patient] = resources(bundle, "Patient")
    for found in resources(bundle, "Observation"):
        assert found["status"] == "final"
        assert found["performer"] == [{"reference": f"urn:uuid:{patient['id']}"}]
        assert found["effectiveDateTime"] == "2026-03-02T12:00:00+00:00"
        assert "Self-reported" in found["method"]["text"]
        assert "Not a diagnosis" in found["method"]["text"]
        assert codes(found["category"][0]) == ["survey"]


@pytest.mark.parametrize(("answers", "outcome"), WITH_RESULT.values())
def test_the_outcome_is_that_of_the_record(answers: Json, outcome: str) -> None:
    found = observation(bundle_of(answers), "outcome")
    assert codes(found["valueCodeableConcept"]) == [outcome]
    assert "diagnos" not in found["valueCodeableConcept"]["text"]


def test_an_emergency_says_which_sign_and_how_soon() -> None:
    bundle = bundle_of(EMERGENCY)
    assert codes(observation(bundle, "outcome")["valueCodeableConcept"]) == [Outcome.EMERGENCY]
    found = observation(bundle, "urgency")
    assert codes(found["valueCodeableConcept"]) == ["emergency"]
    sign = components(found)["thunderclap_onset"]
    assert codes(sign["valueCodeableConcept"]) == ["emergency"]
    assert sign["code"]["text"] == "Thunderclap onset"


def test_every_sign_reported_is_there_with_its_own_urgency_and_no_other() -> None:
    flags = [RedFlagCode.ONSET_AFTER_50.value, RedFlagCode.RECENT_CHANGE_OF_PATTERN.value]
    found = components(observation(bundle_of({**POSITIVE, "red_flags": flags}), "urgency"))
    assert {code: codes(each["valueCodeableConcept"]) for code, each in found.items()} == {
        "onset_after_50": ["urgent"],
        "recent_change_of_pattern": ["soon"],
    }


def test_not_being_sure_of_a_sign_is_said() -> None:
    unsure = components(observation(bundle_of(NOT_SURE_EVERYWHERE), "urgency"))
    assert unsure["red_flags_not_sure"]["valueBoolean"] is True
    assert "component" not in observation(bundle_of(POSITIVE), "urgency")


def test_look_alikes_and_contradictions_stand_beside_the_outcome() -> None:
    answers = {
        **POSITIVE,
        "look_alikes": [LookAlike.CONSTANT_FROM_FIRST_DAY.value],
        "headache_free_days": 20,
    }
    found = components(observation(bundle_of(answers), "outcome"))
    assert found.keys() == {"constant_from_first_day", "headache_free_days_do_not_add_up"}


def test_overuse_says_the_days_and_the_line_of_each_class() -> None:
    answers = {**POSITIVE, "triptan_days": 12, "months_of_acute_medication_use": 6, "ergot_days": "not_sure"}
    found = observation(bundle_of(answers), "medication_overuse")
    assert codes(found["valueCodeableConcept"]) == ["likely"]
    classes = components(found)
    assert (value(classes["triptan"]), codes(classes["triptan"]["interpretation"][0])) == (12, ["likely"])
    assert classes["triptan"]["referenceRange"][0]["low"]["value"] == 10
    assert absent(classes["ergot"]) == "asked-unknown"
    assert absent(classes["simple_analgesic"]) == "not-asked"
    assert classes["simple_analgesic"]["referenceRange"][0]["low"]["value"] == 15


def test_several_classes_together_are_not_said_to_have_been_left_out_of_the_questions() -> None:
    answers = {**POSITIVE, "triptan_days": 6, "simple_analgesic_days": 6}
    found = components(observation(bundle_of(answers), "medication_overuse"))["several_classes"]
    assert absent(found) == "unknown"


def test_preventives_are_counted_and_each_trial_says_whether_and_why() -> None:
    helped = {"medicine": "candesartan", "weeks": 20, "result": "helped"}
    answers = {**POSITIVE, "preventives": [*POSITIVE["preventives"], helped]}
    found = components(observation(bundle_of(answers), "preventives"))
    assert found["preventive_medicines"]["valueInteger"] == 2
    assert found["preventive_classes"]["valueInteger"] == 2
    trials_told = list(found.items())[2:]
    told = {code: (each["valueBoolean"], codes(each["interpretation"][0])) for code, each in trials_told}
    assert told == {
        "propranolol": (True, ["no_benefit"]),
        "topiramate": (True, ["side_effects"]),
        "candesartan": (False, ["helped"]),
    }


def test_preventives_that_are_not_known_are_not_0() -> None:
    for answers, reason in ((NOT_SURE_EVERYWHERE, "asked-unknown"), (EMERGENCY, "not-asked")):
        found = components(observation(bundle_of(answers), "preventives"))
        assert absent(found["preventive_medicines"]) == reason
        assert absent(found["preventive_classes"]) == reason
    none = components(observation(bundle_of({**POSITIVE, "preventives": []}), "preventives"))
    assert none["preventive_medicines"]["valueInteger"] == 0


def test_the_features_of_migraine_are_told_one_by_one() -> None:
    answers = {**POSITIVE, "nausea_or_vomiting": "yes", "hours_per_headache_day": 2}
    found = observation(bundle_of(answers), "migraine_features")
    told = {code: codes(each["valueCodeableConcept"]) for code, each in components(found).items()}
    assert told == {
        "attacks": ["cannot_tell"],
        "hours": ["not_met"],
        "pain": ["cannot_tell"],
        "company": ["met"],
    }
    assert codes(found["valueCodeableConcept"]) == ["not_met"]


def test_what_earlier_rules_did_not_look_at_is_left_out() -> None:
    record_by_rules_1_0: Any = {"migraine_features": None, "medication_overuse": None, "policies": []}
    bundle = bundle_of(POSITIVE, versions={"questionnaire": "1.0", "rules": "1.0"}, **record_by_rules_1_0)
    names = {codes(each["code"])[0] for each in resources(bundle, "Observation")}
    assert names == {"outcome", "urgency", "headache_days", "migraine_days", "duration", "preventives"}


def test_policies_have_no_verdict_in_a_bundle() -> None:
    """The sum of a policy would be read as a decision."""
    for record in generated_records(5):
        text = str(bundle_of(record.screening.answers))
        assert not [policy.id for policy in record.assessment.policies if policy.id in text]
