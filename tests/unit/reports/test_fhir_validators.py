"""Two independent validators look at the bundles of a thousand people; neither alone would be enough."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given, settings

from app.domain import ScreeningAnswers, answers_from_mapping
from app.reports.fhir.bundle import bundle_for
from app.reports.fhir.response import answers_from_response
from tests.support.fhir import (
    Json,
    bundle_of,
    generated_records,
    items,
    misfits,
    resources,
    review,
    sent,
    the_questionnaire,
    the_response,
)
from tests.support.fhir_checks import python_errors
from tests.support.journeys import EMERGENCY, NOT_SURE_EVERYWHERE, POSITIVE
from tests.support.node_checks import FHIR, HTML, NodeValidator
from tests.support.strategies import screening_answers

PEOPLE: Final = 1000
SPECIAL: Final = [POSITIVE, EMERGENCY, NOT_SURE_EVERYWHERE, {}]
OUTCOMES: Final = {"positive", "borderline", "negative", "cannot_tell", "emergency"}
KINDS: Final = {"Questionnaire", "Patient", "QuestionnaireResponse", "Observation", "ClinicalImpression"}


@pytest.mark.slow
def test_the_python_validator_finds_nothing_wrong_with_a_thousand_people() -> None:
    verdicts, outcomes, kinds = [], set(), set()
    for record in generated_records(PEOPLE):
        bundle = sent(bundle_for(record, with_text=True))
        verdicts.append(python_errors(bundle))
        outcomes.add(record.screening.outcome.value)
        kinds |= {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert (len(verdicts), [errors for errors in verdicts if errors]) == (PEOPLE, [])
    assert (outcomes, kinds) == (OUTCOMES, KINDS)  # people who are all alike would prove little


@pytest.mark.slow
@pytest.mark.node
def test_the_node_validator_finds_nothing_wrong_with_a_thousand_people() -> None:
    verdicts = FHIR.faults(bundle_for(record, with_text=True) for record in generated_records(PEOPLE))
    assert (len(verdicts), [errors for errors in verdicts if errors]) == (PEOPLE, [])


@pytest.mark.slow
def test_the_answers_of_a_thousand_people_fit_the_questionnaire_and_come_back_exactly() -> None:
    for record in generated_records(PEOPLE):
        bundle = sent(bundle_for(record, with_text=True))
        assert misfits(the_response(bundle)["item"], items(the_questionnaire(bundle))) == []
        assert answers_from_response(bundle).answers == answers_from_mapping(record.screening.answers)


@pytest.mark.parametrize("with_text", [True, False])
@pytest.mark.parametrize("answers", SPECIAL)
def test_the_python_validator_finds_nothing_wrong_with_the_ends_of_the_range(
    answers: Json, with_text: bool
) -> None:
    assert python_errors(bundle_of(answers, review(1, note="note"), with_text=with_text)) == []


@pytest.mark.node
def test_the_node_validator_finds_nothing_wrong_with_the_ends_of_the_range() -> None:
    told = [bundle_of(answers, review(1), with_text=text) for answers in SPECIAL for text in (True, False)]
    assert FHIR.faults(told) == [[]] * len(told)


@settings(max_examples=50)
@given(screening_answers())
def test_the_python_validator_finds_nothing_wrong_with_any_answers(answers: ScreeningAnswers) -> None:
    assert python_errors(bundle_of(answers, with_text=False)) == []


# --- each finds what the other misses -------------------------------------------------------------


def _unknown_status(bundle: Json) -> None:
    resources(bundle, "Observation")[0]["status"] = "nearly"


def _unknown_item_type(bundle: Json) -> None:
    the_questionnaire(bundle)["item"][0]["type"] = "number"


def _unknown_impression(bundle: Json) -> None:
    resources(bundle, "ClinicalImpression")[0]["status"] = "draft"


def _two_values(bundle: Json) -> None:
    resources(bundle, "Observation")[0]["valueString"] = "positive"


def _two_answers_in_one(bundle: Json) -> None:
    the_response(bundle)["item"][1]["answer"][0]["valueString"] = "20"


def _month_13(bundle: Json) -> None:
    the_response(bundle)["authored"] = "2026-13-02T12:00:00+00:00"


def _no_link_id(bundle: Json) -> None:
    del the_response(bundle)["item"][0]["linkId"]


def _unknown_property(bundle: Json) -> None:
    resources(bundle, "Patient")[0]["surname"] = "Example"


Fault = Callable[[Json], Any]
ONLY_NODE_FINDS: Final[list[Fault]] = [_unknown_status, _unknown_item_type, _unknown_impression]
ONLY_PYTHON_FINDS: Final[list[Fault]] = [_two_values, _two_answers_in_one, _month_13]
BOTH_FIND: Final[list[Fault]] = [_no_link_id, _unknown_property]


def spoilt(fault: Fault) -> Json:
    bundle = bundle_of(POSITIVE, review(1))
    fault(bundle)
    return bundle


@pytest.mark.node
def test_each_validator_finds_faults_that_the_other_one_misses() -> None:
    faults = [*ONLY_NODE_FINDS, *ONLY_PYTHON_FINDS, *BOTH_FIND]
    told = [spoilt(fault) for fault in faults]
    found_by_node = [bool(errors) for errors in FHIR.faults(told)]
    found_by_python = [bool(python_errors(bundle)) for bundle in told]
    assert found_by_node == [fault not in ONLY_PYTHON_FINDS for fault in faults]
    assert found_by_python == [fault not in ONLY_NODE_FINDS for fault in faults]


@pytest.mark.node
def test_the_node_validator_answers_for_each_resource_in_order_and_breaks_over_none() -> None:
    good = bundle_of()
    verdicts = FHIR.faults(
        [good, {"resourceType": "Nothing"}, {}, {"resourceType": "Patient", "name": 5}, good]
    )
    assert [bool(errors) for errors in verdicts] == [False, True, True, True, False]


@pytest.mark.parametrize("validator", [FHIR, HTML], ids=["fhir", "html"])
def test_the_lock_of_a_node_validator_pins_every_package_and_names_no_place_to_fetch_it_from(
    validator: NodeValidator,
) -> None:
    lock = json.loads((validator.folder / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    pinned = json.loads((validator.folder / "package.json").read_text())["dependencies"]
    assert packages[f"node_modules/{validator.package}"]["version"] == pinned[validator.package]
    assert all(each.get("integrity") or each.get("inBundle") for each in packages.values())
    assert "http" not in json.dumps(lock)
