"""The Questionnaire follows from the contract and from the pages, and a response fits it."""

from dataclasses import fields
from typing import Final

import pytest
from hypothesis import given, settings

from app.domain import ScreeningAnswers
from app.domain.answers import KINDS
from app.domain.medicines import CATALOGUE
from app.domain.trials import PreventiveTrial
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.questionnaire.steps import STEPS
from app.reports.fhir.bundle import bundle_for
from app.reports.fhir.questionnaire import questionnaire
from tests.support.fhir import (
    Json,
    bundle_of,
    every,
    items,
    misfits,
    record_of,
    the_questionnaire,
    the_response,
)
from tests.support.strategies import screening_answers

# They are exchanged: a new one may be added, none of these may change.
CODE_SYSTEMS: Final = {
    "botulinum-safety",
    "counted-from",
    "instead",
    "look-alike",
    "medicine",
    "red-flag-code",
    "red-flag-group",
    "taken-for",
    "trial-result",
    "yes-no",
}


def options(item: Json) -> dict[str, Json]:
    return {each["valueCoding"]["code"]: each["valueCoding"] for each in item["answerOption"]}


def test_every_answer_of_the_contract_is_an_item_and_so_is_every_part_of_a_trial() -> None:
    parts = {f"preventives.{each.name}" for each in fields(PreventiveTrial)}
    found = {link_id for link_id in items(questionnaire("en")) if not link_id.endswith(".instead")}
    assert found == KINDS.keys() | parts


def test_the_words_are_those_of_the_pages() -> None:
    found = items(questionnaire("en"))
    for step in STEPS:
        for field in step.form().questions:
            name = "red_flags" if field.name == "other_red_flags" else field.name
            assert str(field.label.text) in found[name]["text"]
    assert found["months_at_this_frequency"]["text"].endswith("(months)")
    assert found["preventives.weeks"]["text"].endswith("(weeks)")
    assert options(found["counted_from"])["diary"]["display"] == "From a diary or calendar"
    assert options(found["red_flags.instead"])["none"]["display"] == "None of these"
    assert options(found["preventives.medicine"])["topiramate"]["display"] == "Topiramate"


def test_no_question_and_no_option_is_without_words() -> None:
    """A code that reaches a reader has been forgotten in the words."""
    found = items(questionnaire("en"))
    assert not [link_id for link_id, item in found.items() if item["text"] in (link_id, "")]
    texts = list(every(list(found.values()), "display"))
    assert not [text for text in texts if "_" in text]


def test_a_trial_that_helped_says_nothing_about_going_on() -> None:
    """The page has two answers for it; here whether it is still taken is a question of its own."""
    found = options(items(questionnaire("en"))["preventives.result"])
    assert found["helped"]["display"] == "It helped"
    assert "helped_still_taking" not in found


def test_the_order_is_that_of_the_pages() -> None:
    order = list(items(questionnaire("en")))
    assert order[0] == "red_flags"
    assert order.index("headache_days") < order.index("preventives") < order.index("age_years")


@pytest.mark.parametrize(
    ("link_id", "kind", "lowest", "highest", "unit"),
    [
        ("headache_days", "integer", 0, 90, "d"),
        ("age_years", "integer", 0, 120, "a"),
        ("hours_per_headache_day", "decimal", 0, 24, "h"),
        ("months_at_this_frequency", "decimal", 0, 1200, "mo"),
        ("preventives.weeks", "decimal", 0, 5200, "wk"),
        ("preventives.daily_dose_mg", "decimal", 0, 100_000, "mg"),
    ],
)
def test_a_number_has_its_limits_and_its_unit(
    link_id: str, kind: str, lowest: int, highest: int, unit: str
) -> None:
    item = items(questionnaire("en"))[link_id]
    value = {"integer": "valueInteger", "decimal": "valueDecimal"}[kind]
    found = {each["url"].rpartition("/")[2]: each for each in item["extension"]}
    assert item["type"] == kind
    assert (found["minValue"][value], found["maxValue"][value]) == (lowest, highest)
    assert found["questionnaire-unit"]["valueCoding"] == {"system": "http://unitsofmeasure.org", "code": unit}


def test_only_the_windows_that_can_be_are_offered() -> None:
    offered = [each["valueInteger"] for each in items(questionnaire("en"))["window_days"]["answerOption"]]
    assert offered == [28, 30, 90]


def test_every_medicine_of_the_catalogue_and_another_can_be_named() -> None:
    item = items(questionnaire("en"))["preventives.medicine"]
    assert set(options(item)) == {medicine.name for medicine in CATALOGUE} | {"other"}
    assert item["required"] is True


def test_what_stands_instead_of_a_value_is_asked_only_without_one() -> None:
    found = items(questionnaire("en"))
    beside = {link_id: item for link_id, item in found.items() if link_id.endswith(".instead")}
    assert len(beside) > 20
    for link_id, item in beside.items():
        question = link_id.removesuffix(".instead")
        if found[question]["type"] != "group":
            [condition] = item["enableWhen"]
            assert condition == {"question": question, "operator": "exists", "answerBoolean": False}
        assert item["text"].startswith(found[question]["text"])


def test_our_codes_are_in_our_own_systems_and_the_systems_keep_their_names() -> None:
    systems = {option["system"] for item in items(questionnaire("en")).values() for option in _codings(item)}
    assert systems == {f"urn:headache-screening:codes:{name}" for name in CODE_SYSTEMS}


def _codings(item: Json) -> list[Json]:
    return [each["valueCoding"] for each in item.get("answerOption", []) if "valueCoding" in each]


def test_it_names_its_address_and_version_and_says_that_it_is_no_diagnosis() -> None:
    found = questionnaire("en")
    assert (found["url"], found["version"]) == (
        "urn:headache-screening:questionnaire",
        QUESTIONNAIRE_VERSION,
    )
    assert "Not a diagnosis" in found["description"]
    assert (found["status"], found["language"]) == ("active", "en")


def test_every_bundle_has_a_copy_of_its_own() -> None:
    questionnaire("en")["item"].clear()
    assert questionnaire("en")["item"]


# --- a response fits it ---------------------------------------------------------------------------


@settings(max_examples=50)
@given(screening_answers())
def test_any_response_fits_the_questionnaire(answers: ScreeningAnswers) -> None:
    bundle = bundle_of(answers)
    asked = items(the_questionnaire(bundle))
    assert misfits(the_response(bundle).get("item", []), asked) == []


def test_a_misfit_would_be_seen() -> None:
    broken = the_response(bundle_of())
    broken["item"][1]["answer"][0] = {"valueDecimal": 20}
    assert misfits(broken["item"], items(questionnaire("en"))) == [
        "headache_days does not offer {'valueDecimal': 20}"
    ]


def test_a_code_that_is_no_longer_offered_goes_out_as_it_was_stored() -> None:
    record = record_of()
    record.screening.answers["look_alikes"] = ["of_an_earlier_version"]
    response = the_response(bundle_for(record, with_text=True))
    [item] = [each for each in response["item"] if each["linkId"] == "look_alikes"]
    assert item["answer"][0]["valueCoding"]["code"] == "of_an_earlier_version"
