"""What a record says beside the outcome: warnings first, then features, overuse, safety and each section."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.domain.codes import BotulinumSafety, LookAlike, RedFlagCode
from app.domain.policy_files import LoadedPolicies
from app.domain.red_flags import OTHER_CODES, URGENCY
from app.questionnaire.desk_labels import CONTRADICTIONS, LOOK_ALIKES
from app.questionnaire.labels import BOTULINUM_SAFETY, RED_FLAGS, URGENCIES
from app.storage.store import Store
from tests.integration.web.clinic.record_page import before_heading, captions, headings, record, table
from tests.support.client import WebClient
from tests.support.journeys import (
    BOTULINUM,
    COST,
    EMERGENCY,
    NEGATIVE,
    NOT_SURE_EVERYWHERE,
    POSITIVE,
    SECTIONS,
    answers_of,
)
from tests.support.screenings import keep, made

OVERUSED: dict[str, Any] = {
    **POSITIVE,
    "any_acute_medication_days": 20,
    "months_of_acute_medication_use": 12,
    "triptan_days": 12,
    "simple_analgesic_days": 4,
}


# --- what has to be seen first --------------------------------------------------------------------


@pytest.mark.parametrize("code", OTHER_CODES)
def test_every_sign_stands_before_the_outcome_with_its_urgency(
    code: RedFlagCode, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, {**POSITIVE, "red_flags": [code.value]})
    assert f"{URGENCIES[URGENCY[code]]}: {RED_FLAGS[code]}" in before_heading(page)
    assert page.h1 == "Screen positive"


def test_several_signs_stand_with_the_most_urgent_first(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    signs = ["recent_change_of_pattern", "onset_after_50", "loss_of_vision"]
    first = before_heading(record(clinic_client, sqlite_store, {"red_flags": signs}))
    places = [first.index(str(RED_FLAGS[RedFlagCode(code)])) for code in reversed(signs)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "answers",
    [NOT_SURE_EVERYWHERE, {**POSITIVE, "unsure_red_flags": ["other"]}],
    ids=["of all", "of one page"],
)
def test_being_unsure_of_the_signs_is_said_first(
    answers: dict[str, Any], clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, answers)
    assert "Urgent: not sure about the warning signs" in before_heading(page)


def test_being_unsure_of_one_page_is_not_hidden_by_a_sign_of_the_other(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    for code in RedFlagCode:
        answers = {**POSITIVE, "red_flags": [code.value], "unsure_red_flags": ["other"]}
        first = before_heading(record(clinic_client, sqlite_store, answers))
        assert f"{URGENCIES[URGENCY[code]]}: {RED_FLAGS[code]}" in first
        assert ": not sure about the warning signs" in first


def test_being_sure_of_the_signs_is_not_called_unsure(clinic_client: WebClient, sqlite_store: Store) -> None:
    for answers in (POSITIVE, EMERGENCY, {**POSITIVE, "red_flags": ["onset_after_50"]}):
        assert "not sure about the warning signs" not in record(clinic_client, sqlite_store, answers).main


@pytest.mark.parametrize("code", LookAlike)
def test_a_look_alike_stands_before_the_outcome(
    code: LookAlike, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, {**POSITIVE, "look_alikes": [code.value]})
    assert str(LOOK_ALIKES[code]) in before_heading(page)
    assert page.h1 == "Borderline"


UNSURE_OF_LOOK_ALIKES = "Not sure about look-alikes: ask whether the pain has been constant"


@pytest.mark.parametrize(
    ("given", "is_said"),
    [("not_sure", True), ([], False), (["constant_from_first_day"], False), (None, False)],
)
def test_being_unsure_of_look_alikes_is_said_with_what_to_ask(
    given: object, is_said: bool, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, {**POSITIVE, "look_alikes": given})
    assert (UNSURE_OF_LOOK_ALIKES in before_heading(page)) == is_said


@pytest.mark.parametrize(
    ("age", "is_said"), [(17, True), (0, True), (18, False), (120, False), ("not_sure", False), (None, False)]
)
def test_someone_under_18_is_pointed_out(
    age: object, is_said: bool, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, {**POSITIVE, "age_years": age})
    assert ("Under 18: this screening is made for adults" in before_heading(page)) == is_said


CONTRADICTED: dict[str, dict[str, Any]] = {
    "headache_free_days_do_not_add_up": {"headache_free_days": 20},
    "preventive_taken_longer_than_headaches": {"months_at_this_frequency": 2},
    "acute_medication_days_do_not_add_up": {"any_acute_medication_days": 2, "triptan_days": 5},
    "younger_than_onset": {"age_years": 49, "red_flags": ["onset_after_50"]},
}


def test_every_contradiction_stands_before_the_outcome_and_alone(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    assert list(CONTRADICTED) == [code.value for code in CONTRADICTIONS]
    for code, words in CONTRADICTIONS.items():
        page = record(clinic_client, sqlite_store, {**POSITIVE, **CONTRADICTED[code.value]})
        first = before_heading(page)
        assert f"To ask about: {words}" in first
        assert first.count("To ask about") == 1


NOT_KNOWN = "Medication overuse: the days reach the line, the months or headache days are not known"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Medication overuse: Likely"),
        (
            {"months_of_acute_medication_use": 3},
            "Medication overuse: Watch: days reached, but not the months or the headache days",
        ),
        ({"triptan_days": 0, "simple_analgesic_days": 0, "any_acute_medication_days": 0}, ""),
        ({"months_of_acute_medication_use": "not_sure"}, NOT_KNOWN),
        ({"headache_days": "not_sure", "migraine_days": 10}, NOT_KNOWN),
        ({"triptan_days": 9, "months_of_acute_medication_use": "not_sure"}, ""),
    ],
    ids=["likely", "watch", "not likely", "months not known", "headache days not known", "under the line"],
)
def test_overuse_is_warned_of_once_the_days_reach_their_line(
    changes: dict[str, Any], words: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, {**OVERUSED, **changes})
    first = before_heading(page)
    assert words in first
    assert ("Medication overuse" in first) == bool(words)
    assert page.h1 == ("Cannot tell" if "headache_days" in changes else "Screen positive")


def test_where_nothing_presses_nothing_stands_before_the_outcome(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    assert before_heading(record(clinic_client, sqlite_store, NEGATIVE)) == "All screenings"


# --- findings -------------------------------------------------------------------------------------


def test_features_and_overuse_have_their_tables(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = record(clinic_client, sqlite_store, {**OVERUSED, **answers_of("About your headaches")})
    features = dict(table(page, "Features of migraine"))
    assert features["ICHD-3 1.1 as a whole"] == "Met"
    assert len(features) == 5
    overuse = table(page, "Medication overuse")
    assert ["Triptans", "12", "10 days", "Likely"] in overuse
    assert ["Ergots", "not known", "10 days", "Cannot tell"] in overuse
    assert "It never changes the outcome." in page.main


@pytest.mark.parametrize(
    ("given", "about"),
    [
        ({"triptan_days": 12}, "Medication overuse"),
        ({"simple_analgesic_days": 20, "months_of_acute_medication_use": "not_sure"}, "Medication overuse"),
        ({"unilateral_location": "yes"}, "Features of migraine"),
        ({"photophobia": "yes", "phonophobia": "no"}, "Features of migraine"),
    ],
    ids=str,
)
def test_what_was_answered_in_part_is_not_called_unanswered(
    given: dict[str, Any], about: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, {**POSITIVE, **given})
    assert f"{about} Not answered." not in page.main
    assert about in captions(page)


@pytest.mark.parametrize("code", BotulinumSafety)
def test_what_was_ticked_about_botulinum_toxin_is_shown(
    code: BotulinumSafety, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, {**POSITIVE, "botulinum_safety": [code.value]})
    assert f"Before botulinum toxin, the patient ticked: {BOTULINUM_SAFETY[code]}" in page.main


@pytest.mark.parametrize("given", [None, [], "not_sure"])
def test_without_a_tick_about_botulinum_toxin_nothing_is_said(
    given: object, clinic_client: WebClient, sqlite_store: Store
) -> None:
    answers = {**POSITIVE} if given is None else {**POSITIVE, "botulinum_safety": given}
    page = record(clinic_client, sqlite_store, answers)
    assert "the patient ticked" not in page.main
    said = "Before botulinum toxin: the patient was not sure about the safety list." in page.main
    assert said == (given == "not_sure")


def test_the_answers_of_every_section_are_shown_under_its_title(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    everything = {name: value for section in SECTIONS for name, value in answers_of(section).items()}
    page = record(clinic_client, sqlite_store, {**POSITIVE, **everything})
    shown = headings(page)
    after = shown[shown.index("Answers as the patient gave them") + 1 :]
    assert after[: len(SECTIONS)] == list(SECTIONS)
    assert page.answers["On how many days did you take a triptan?"] == "10 days"
    assert page.answers["For how many months have you kept a headache diary?"] == "2.5 months"


def test_sections_that_were_left_out_are_not_there(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = record(clinic_client, sqlite_store, {**POSITIVE, **answers_of(COST)})
    assert COST in headings(page)
    assert BOTULINUM not in headings(page)


OLDER = "They were asked with an earlier questionnaire: some words on this page are newer than those"


def test_answers_to_the_questionnaire_of_today_are_not_called_older(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    assert OLDER not in record(clinic_client, sqlite_store).main


def test_a_record_that_ended_at_a_sign_has_nothing_but_its_answers_and_reviews(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    everything = {name: value for section in SECTIONS for name, value in answers_of(section).items()}
    for answers in (EMERGENCY, {**POSITIVE, **everything, "red_flags": ["thunderclap_onset"]}):
        page = record(clinic_client, sqlite_store, answers)
        assert page.h1 == "Emergency sign reported"
        assert captions(page) == ["Who has looked"]
        shown = [each for each in headings(page) if each not in SECTIONS]
        assert shown == ["Answers as the patient gave them", "Reviews", "Record a review", "Who has looked"]
        assert [each for each in page.html.iter("details") if each.get("class") == "screen-only"] == []
        assert "Published policies" not in page.main
        assert "No score was entered" not in page.main


def add_of_rules_1_0(store: Store, answers: dict[str, Any]) -> UUID:
    """A screening as the first version stored it."""
    given = {name: value for name, value in answers.items() if name != "unsure_red_flags"}
    new = made(replace(store, policies=LoadedPolicies(())), given)
    later = ("migraine_features", "medication_overuse", "policies")
    kept = {name: value for name, value in new.assessment.items() if name not in later}
    kept["versions"] = {"questionnaire": "1.0", "rules": "1.0"}
    return keep(store, replace(new, assessment=kept))


@pytest.mark.parametrize("answers", [POSITIVE, NEGATIVE, EMERGENCY], ids=["positive", "negative", "stop"])
def test_a_record_of_the_first_rules_is_shown_with_what_it_has(
    answers: dict[str, Any], clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = clinic_client.open(f"/clinic/screenings/{add_of_rules_1_0(sqlite_store, dict(answers))}")
    assert "questionnaire 1.0 · rules 1.0" in page.main
    assert OLDER in page.main
    assert "Published policies" not in headings(page)
    assert set(captions(page)) <= {"Preventive treatment", "Who has looked"}
