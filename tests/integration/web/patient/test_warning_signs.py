"""The two pages of warning signs: an emergency stops the questions, any other sign does not."""

import pytest

from app.storage.store import Store
from tests.support.client import WebClient
from tests.support.journeys import (
    ASK_TODAY,
    CHECK,
    DAYS,
    EMERGENCY_PAGE,
    NO_MEDICINE,
    OTHER_SIGNS,
    POSITIVE,
    SAFETY,
    walk_to,
)
from tests.support.product import row_counts

NOW = "Is any of these happening now, or new in the last few days?"
OTHERS = "Do you have any of these other warning signs?"


@pytest.mark.parametrize("other", ["none", "not_sure", "unheard_of", "loss_of_vision"])
def test_a_sign_is_an_emergency_whatever_else_is_ticked(
    other: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    walk_to(patient_client, POSITIVE, SAFETY)
    page = patient_client.post(SAFETY, {"red_flags": ["loss_of_vision", other]})
    assert (page.status, page.location) == (303, EMERGENCY_PAGE)
    assert row_counts(sqlite_store)["screenings"] == 1


def test_answers_that_stand_alone_cannot_stand_together(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, SAFETY)
    page = patient_client.submit("Continue", red_flags=["none", "not_sure"], status=422)
    assert page.errors == {"red_flags": "Choose “None of these” only when you choose nothing else"}
    assert page.values()["red_flags"] == ["none", "not_sure"]


UNSURE = {
    SAFETY: ("red_flags", {NOW: "I am not sure", OTHERS: "None of these"}),
    OTHER_SIGNS: ("other_red_flags", {NOW: "None of these", OTHERS: "I am not sure"}),
}


@pytest.mark.parametrize("address", UNSURE)
def test_being_unsure_of_one_page_of_signs_is_no_answer_to_the_other(
    address: str, patient_client: WebClient
) -> None:
    name, shown = UNSURE[address]
    walk_to(patient_client, NO_MEDICINE, CHECK)
    patient_client.open(f"{address}?change=yes")
    page = patient_client.submit("Continue", {name: ["not_sure"]})
    if page.address != CHECK:
        page = patient_client.submit("Continue")
    assert page.address == CHECK
    assert "See a clinician today" not in page.main
    assert {question: page.answers[question] for question in shown} == shown


def test_a_sign_of_the_second_page_does_not_stop_the_questions(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, OTHER_SIGNS)
    page = patient_client.submit("Continue", other_red_flags=["double_vision", "jaw_or_scalp_pain"])
    assert page.address == ASK_TODAY
    assert patient_client.submit("Continue").address == DAYS


def test_a_sign_of_the_second_page_sent_twice_is_kept_once(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, OTHER_SIGNS)
    page = patient_client.submit("Continue", other_red_flags=["double_vision", "double_vision"])
    assert page.address == ASK_TODAY
    assert patient_client.open(OTHER_SIGNS).values()["other_red_flags"] == ["double_vision"]


@pytest.mark.parametrize("others", [["loss_of_vision"], ["double_vision", "none"], ["none", "not_sure"], []])
def test_the_second_page_takes_its_own_signs_alone(others: list[str], patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, OTHER_SIGNS)
    page = patient_client.post(OTHER_SIGNS, {"other_red_flags": others})
    assert page.status == 422
    assert list(page.errors) == ["other_red_flags"]


def test_a_sign_without_a_journey_still_leads_to_help(patient_client: WebClient, sqlite_store: Store) -> None:
    """The journey may have expired; what to do now is not kept back for that."""
    patient_client.open("/")
    page = patient_client.post(SAFETY, {"red_flags": ["loss_of_vision"]})
    assert (page.status, page.location) == (303, EMERGENCY_PAGE)
    assert row_counts(sqlite_store)["screenings"] == 0


def test_a_sign_sent_twice_is_stored_once(patient_client: WebClient, sqlite_store: Store) -> None:
    """A button pressed twice, or the page loaded again."""
    walk_to(patient_client, POSITIVE, SAFETY)
    form = {"red_flags": ["loss_of_vision"], "csrf_token": patient_client.csrf_token}
    for _ in range(2):
        assert patient_client.post(SAFETY, form).location == EMERGENCY_PAGE
    assert row_counts(sqlite_store)["screenings"] == 1


def test_a_sign_ticked_after_sending_is_an_emergency_of_its_own(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    walk_to(patient_client, NO_MEDICINE, CHECK)
    token = patient_client.csrf_token
    patient_client.submit("Send my answers")
    page = patient_client.post(SAFETY, {"red_flags": ["loss_of_vision"]}, token=token)
    assert page.location == EMERGENCY_PAGE
    assert row_counts(sqlite_store)["screenings"] == 2


def test_two_signs_are_one_emergency(patient_client: WebClient, sqlite_store: Store) -> None:
    walk_to(patient_client, POSITIVE, SAFETY)
    page = patient_client.submit("Continue", red_flags=["loss_of_vision", "painful_red_eye"])
    assert page.h1 == "Get help now"
    assert row_counts(sqlite_store)["screenings"] == 1
