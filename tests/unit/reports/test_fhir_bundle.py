"""The Bundle of a screening: its resources, their links, what is never in it, and what only on request."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.domain.codes import TAKEN_BACK, ConfirmedDiagnosis
from app.reports.fhir.bundle import bundle_for
from app.storage.statuses import ScreeningStatus
from tests.support.fhir import (
    SCREENING_ID,
    Json,
    bundle_of,
    codes,
    every,
    generated_records,
    record_of,
    resources,
    review,
    the_response,
)
from tests.support.journeys import EMERGENCY, NOT_SURE_EVERYWHERE, POSITIVE, WITH_RESULT

TYPED: Final = {
    **POSITIVE,
    "preventives": [{"medicine": "other", "name_given": "Feverfew forte", "weeks": 8}],
}
NOTED: Final = review(1, note="Call the mother back", diagnosis=ConfirmedDiagnosis.CHRONIC_MIGRAINE)
CASES: Final = [EMERGENCY, NOT_SURE_EVERYWHERE, {}, *(answers for answers, _ in WITH_RESULT.values())]


@pytest.mark.parametrize("answers", CASES)
def test_it_holds_questionnaire_person_response_and_observations(answers: Json) -> None:
    bundle = bundle_of(answers, review(1), review(2))
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    assert kinds[:3] == ["Questionnaire", "Patient", "QuestionnaireResponse"]
    assert kinds.count("Observation") == 8
    assert kinds.count("ClinicalImpression") == 2
    assert len(kinds) == 13


@pytest.mark.parametrize("answers", CASES)
def test_every_link_leads_to_a_resource_of_the_bundle(answers: Json) -> None:
    bundle = bundle_of(answers, review(1))
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    assert urls == [f"urn:uuid:{entry['resource']['id']}" for entry in bundle["entry"]]
    links = set(every(bundle, "reference"))
    assert links <= set(urls)
    assert len(links) == 2  # the person and the response


def test_the_same_record_gives_the_same_bundle_and_another_one_nothing_in_common() -> None:
    first, second = bundle_of(), bundle_of()
    other = bundle_of(screening_id=UUID(int=5))
    assert first == second
    ids = set(every(first, "id")) & set(every(other, "id"))
    assert ids == {resources(first, "Questionnaire")[0]["id"]}


def test_no_id_of_ours_goes_out() -> None:
    """Who finds a bundle cannot look the screening up by it."""
    text = json.dumps(bundle_of(TYPED, NOTED))
    assert str(SCREENING_ID) not in text
    assert str(NOTED.id) not in text


def test_the_person_is_nobody() -> None:
    [patient] = resources(bundle_of(), "Patient")
    assert patient.keys() == {"resourceType", "id", "meta"}


def test_the_response_says_when_in_which_language_and_to_which_version() -> None:
    response = the_response(bundle_of(with_text=False))
    assert response["authored"] == "2026-03-02"
    assert the_response(bundle_of(with_text=True))["authored"] == "2026-03-02T12:00:00+00:00"
    assert response["language"] == "en"
    assert response["questionnaire"] == "urn:headache-screening:questionnaire|2.0"
    assert response["status"] == "completed"
    assert {"system": "http://loinc.org", "code": "74465-6"}.items() <= response["meta"]["tag"][-1].items()


def test_every_resource_about_the_person_carries_the_versions_behind_it() -> None:
    bundle = bundle_of(POSITIVE, review(1), versions={"questionnaire": "1.0", "rules": "1.1"})
    carriers = [bundle, *(entry["resource"] for entry in bundle["entry"][1:])]
    for carrier in carriers:
        tags = {tag["system"].rpartition(":")[2]: tag["code"] for tag in carrier["meta"]["tag"]}
        assert (tags["questionnaire-version"], tags["rules-version"]) == ("1.0", "1.1")
    assert the_response(bundle)["questionnaire"].endswith("|1.0")


def test_somebody_who_does_not_exist_is_marked_everywhere() -> None:
    bundle = bundle_of(is_demonstration=True)
    marked = [each["meta"]["security"] for each in (bundle, *(e["resource"] for e in bundle["entry"][1:]))]
    assert all(codes({"coding": mark}) == ["HTEST"] for mark in marked)
    assert "HTEST" not in json.dumps(bundle_of())


def test_text_goes_out_only_when_it_is_asked_for() -> None:
    asked, plain = bundle_of(TYPED, NOTED), bundle_of(TYPED, NOTED, with_text=False)
    for words in ("Feverfew forte", "Call the mother back"):
        assert words in json.dumps(asked)
        assert words not in json.dumps(plain)
    assert [tag["code"] for tag in plain["meta"]["tag"]][-1] == "without_text"
    assert "without_text" not in json.dumps(asked)


def test_a_name_that_was_typed_stands_in_the_response_alone() -> None:
    found = json.dumps(resources(bundle_of(TYPED), "Observation"))
    assert "Feverfew" not in found


def test_the_record_itself_is_left_as_it_was() -> None:
    record = record_of(TYPED, NOTED)
    before = json.dumps(record.screening.answers)
    bundle_for(record, with_text=False)
    assert json.dumps(record.screening.answers) == before


# --- reviews --------------------------------------------------------------------------------------


def impressions(*reviews: Any, with_text: bool = True) -> list[Json]:
    return resources(bundle_of(POSITIVE, *reviews, with_text=with_text), "ClinicalImpression")


def test_a_review_is_a_clinical_impression() -> None:
    [found] = impressions(NOTED)
    assert found["assessor"] == {"display": "Dr Ada Example"}
    assert found["date"] == "2026-03-02T12:01:00+00:00"
    assert codes(found["finding"][0]["itemCodeableConcept"]) == ["chronic_migraine"]
    [note] = found["note"]
    assert (note["text"], note["authorString"]) == ("Call the mother back", "Dr Ada Example")


def test_without_texts_a_review_has_its_day_and_no_name() -> None:
    [found] = impressions(NOTED, with_text=False)
    assert found["date"] == "2026-03-02"
    assert not {"assessor", "note"} & found.keys()
    assert "Dr Ada Example" not in json.dumps(found)


def test_a_day_is_that_of_the_clinic() -> None:
    record = record_of(POSITIVE)
    late = replace(record.screening, received_at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    bundle = bundle_for(replace(record, screening=late), with_text=False, zone=ZoneInfo("Europe/Paris"))
    assert the_response(bundle)["authored"] == "2026-03-03"


def test_the_oldest_review_comes_first() -> None:
    dates = [each["date"][14:16] for each in impressions(review(3), review(1), review(2))]
    assert dates == ["01", "02", "03"]


def test_a_diagnosis_that_was_taken_back_is_no_finding_and_a_later_one_is() -> None:
    told = [ConfirmedDiagnosis.CHRONIC_MIGRAINE, TAKEN_BACK, None, ConfirmedDiagnosis.OTHER]
    reviews = [review(minute, diagnosis=diagnosis) for minute, diagnosis in enumerate(told)]
    findings = [each.get("finding", []) for each in impressions(*reviews)]
    assert [len(each) for each in findings] == [0, 0, 0, 1]
    assert [len(each.get("finding", [])) for each in impressions(*reviews[:1])] == [1]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (ScreeningStatus.NEW, "in-progress"),
        (ScreeningStatus.IN_REVIEW, "in-progress"),
        (ScreeningStatus.NEEDS_CONTACT, "in-progress"),
        (ScreeningStatus.REVIEWED, "completed"),
        (ScreeningStatus.CLOSED, "completed"),
    ],
)
def test_a_review_that_leaves_the_screening_open_is_in_progress(status: ScreeningStatus, state: str) -> None:
    [found] = impressions(review(1, status=status))
    assert found["status"] == state
    assert codes(found["statusReason"]) == [status.value]


def test_a_review_without_diagnosis_and_note_claims_neither() -> None:
    [found] = impressions(review(1))
    assert not {"finding", "note", "summary"} & found.keys()


def test_a_diagnosis_stands_only_where_a_clinician_made_it() -> None:
    bundle = bundle_of(POSITIVE, NOTED)
    found = [each for each in bundle["entry"] if "codes:confirmed-diagnosis" in json.dumps(each)]
    assert [each["resource"]["resourceType"] for each in found] == ["ClinicalImpression"]


# --- all of it ------------------------------------------------------------------------------------


def test_no_code_of_a_system_that_may_not_be_given_away_and_none_invented() -> None:
    allowed = {
        "http://loinc.org",
        "http://terminology.hl7.org/CodeSystem/observation-category",
        "http://terminology.hl7.org/CodeSystem/data-absent-reason",
        "http://terminology.hl7.org/CodeSystem/v3-ActReason",
        "http://unitsofmeasure.org",
    }
    standard: set[tuple[str, str]] = set()
    for record in generated_records(200):
        for coding in _codings(bundle_for(record, with_text=True)):
            if not coding["system"].startswith("urn:headache-screening:codes:"):
                standard.add((coding["system"], coding["code"]))
    assert {system for system, _code in standard} == allowed
    assert {code for system, code in standard if system == "http://loinc.org"} == {"74465-6"}


def _codings(bundle: Json) -> list[Json]:
    lists = [*every(bundle, "coding"), *every(bundle, "tag"), *every(bundle, "security")]
    single = [*every(bundle, "valueCoding")]
    return [*(coding for found in lists for coding in found), *single]


def test_the_document_names_every_code_system_and_every_observation() -> None:
    """The names of our systems come from the code: a class that is renamed must not rename one."""
    everything = [bundle_for(each, with_text=False) for each in generated_records(300)]
    everything.append(bundle_of({**POSITIVE, "headache_free_days": 29}))
    text = json.dumps(everything)
    document = (Path(__file__).parents[3] / "docs" / "fhir.md").read_text("utf-8")
    holds, ours = document.partition("## Codes")[0], document.partition("## Codes")[2]
    systems = re.findall(r"`([a-z-]+)`", ours.partition("Standard codes")[0])
    assert set(systems) == set(re.findall(r"urn:headache-screening:codes:([a-z-]+)", text))
    named = {
        name for line in holds.splitlines() if line.startswith("| `Observation`") for name in _names(line)
    }
    assert named == {codes(each["code"])[0] for each in resources(everything[-1], "Observation")}


def _names(line: str) -> list[str]:
    """The names in the first cell of a row, after the type."""
    return re.findall(r"`([a-z_]+)`", line.split("|")[1])
