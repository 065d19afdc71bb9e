"""The way of a patient from the first page to the result, for every outcome."""

import re

import pytest
from flask import Flask

from app.domain.reference_code import parse_reference_code
from app.services.clinical_review import find_by_reference_code, open_record
from app.storage.store import Store
from config import Settings
from tests.support.client import WebClient
from tests.support.journeys import (
    ASK_NOW,
    BORDERLINE,
    CANNOT_TELL,
    CHECK,
    DAYS,
    EMERGENCY,
    EMERGENCY_PAGE,
    HOW_LONG,
    NEGATIVE,
    NOT_SURE_EVERYWHERE,
    OTHER_SIGNS,
    POSITIVE,
    PREVENTIVES,
    RESULT,
    SAFETY,
    WITH_RESULT,
    fields_of,
    walk_to,
)
from tests.support.product import Product, row_counts

# The only words that an address may hold: names of pages, never an answer or a code.
ADDRESS = re.compile(
    r"/|/(start|continue|finish|finished)"
    r"|/screening/(safety-check|ask-now|other-signs|ask-today|headache-days|how-long)(\?change=yes)?"
    r"|/screening/(check-answers|submit|result|emergency|correct)"
    r"|/screening/preventives(/(add|done|[0-9a-f]{12}(/remove)?))?(\?change=yes)?"
)


@pytest.mark.parametrize("name", WITH_RESULT)
def test_a_journey_ends_in_the_result_it_should(
    name: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    answers, outcome = WITH_RESULT[name]
    page = walk_to(patient_client, answers)
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, page.code)).screening
    assert stored.outcome == outcome
    assert stored.answers == answers
    assert not stored.is_demonstration
    assert "Consult your clinician" in page.main
    assert parse_reference_code(page.code) == page.code
    assert "not a diagnosis" in page.main or "not a “no”" in page.main


@pytest.mark.parametrize("name", WITH_RESULT)
def test_no_address_and_no_cookie_holds_an_answer_or_the_code(name: str, patient_client: WebClient) -> None:
    page = walk_to(patient_client, WITH_RESULT[name][0])
    assert [each for each in patient_client.visited if not ADDRESS.fullmatch(each)] == []
    patient_client.submit("Finish and clear this screen")
    for cookie in patient_client.cookies_set:
        value = cookie.partition(";")[0]
        assert page.code not in value
        assert not re.search("headache|migraine|propranolol|memory|not_sure|positive|negative", value)


def test_a_positive_result_shows_each_number_beside_its_threshold(patient_client: WebClient) -> None:
    page = walk_to(patient_client, POSITIVE)
    assert page.h1 == "Your answers match the pattern of chronic migraine"
    for sentence in (
        "You said 20 days in 30. The pattern starts at 15 days.",
        "You said 10 days in 30. The pattern starts at 8 days.",
        "You said 24 months. This screening asks for 3 months;",
        "2 preventive medicines count as tried without success.",
        "It does not mean that you have chronic migraine.",
    ):
        assert sentence in page.main
    assert "fewer" not in page.main.partition("Learn more")[0]


def test_a_negative_result_says_how_far_off_each_number_is(patient_client: WebClient) -> None:
    page = walk_to(patient_client, NEGATIVE)
    assert page.h1 == "Your answers do not match the pattern of chronic migraine today"
    for sentence in (
        "You said 9 days in 30. The pattern starts at 15 days. That is 6 days fewer.",
        "You said 5 days in 30. The pattern starts at 8 days. That is 3 days fewer.",
        "You said 24 months. This screening asks for 3 months;",
        "It does not rule chronic migraine out.",
        "it is not an all-clear",
        "You have not tried a medicine to prevent headaches.",
    ):
        assert sentence in page.main


def test_a_borderline_result_says_that_a_diary_would_make_it_surer(patient_client: WebClient) -> None:
    page = walk_to(patient_client, BORDERLINE)
    assert page.h1 == "Your answers are close to the pattern of chronic migraine"
    for sentence in (
        "You said 14 days in 30. The pattern starts at 15 days. That is 1 day fewer.",
        "You said 8 days in 30. The pattern starts at 8 days.",
        "Not reached, close to the line",
        "Reached, close to the line",
        "a diary would make this surer",
    ):
        assert sentence in page.main


def test_a_result_that_cannot_be_told_says_what_is_open(patient_client: WebClient) -> None:
    page = walk_to(patient_client, CANNOT_TELL)
    assert page.h1 == "Your answers do not yet show whether the pattern fits"
    for sentence in (
        "You said 20 days in 30.",
        "You were not sure. The pattern starts at 8 days. A diary for one month would tell.",
        "Cannot tell yet",
    ):
        assert sentence in page.main


def test_not_being_sure_of_anything_is_an_honest_journey_too(patient_client: WebClient) -> None:
    page = walk_to(patient_client, NOT_SURE_EVERYWHERE, ASK_NOW)
    assert page.h1 == "Ask someone now, before you go on"
    assert "Call 999" in page.main
    page = walk_to(patient_client, NOT_SURE_EVERYWHERE)
    assert "You were not sure about a warning sign" in page.main
    assert "You were not sure whether you have tried a medicine to prevent headaches." in page.main
    assert page.main.count("You were not sure. The pattern starts at") == 2
    assert "You were not sure. This screening asks for 3 months;" in page.main


def test_an_emergency_shows_help_and_below_it_the_code(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    page = walk_to(patient_client, EMERGENCY, EMERGENCY_PAGE)
    assert page.h1 == "Get help now"
    assert "Call 999" in page.main
    for word in ("result", "summary", "pattern", "chronic", "Consult"):
        assert word not in page.main
    assert page.main.index("Call 999") < page.main.index("Get help first. Show the code")
    assert not list(page.html.iter("header")), "a way to somewhere else would be something else"
    assert not list(page.html.iter("footer"))
    assert row_counts(sqlite_store)["screenings"] == 1


def test_every_way_from_an_emergency_leads_back_to_it(patient_client: WebClient, sqlite_store: Store) -> None:
    walk_to(patient_client, EMERGENCY, EMERGENCY_PAGE)
    for address in (SAFETY, OTHER_SIGNS, DAYS, HOW_LONG, PREVENTIVES, CHECK, RESULT):
        assert patient_client.open(address).address == EMERGENCY_PAGE
    assert row_counts(sqlite_store)["screenings"] == 1


def test_a_sign_ticked_by_mistake_leads_to_the_question_and_keeps_the_screening(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    walk_to(patient_client, EMERGENCY, EMERGENCY_PAGE)
    page = patient_client.submit("I ticked it by mistake: back to the question")
    assert page.address == SAFETY
    assert "red_flags" not in page.values()
    assert row_counts(sqlite_store)["screenings"] == 1
    walk_to(patient_client, POSITIVE)
    assert row_counts(sqlite_store)["screenings"] == 2


def test_an_emergency_found_while_changing_answers_is_stored_with_the_others(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    answers = {**POSITIVE, "red_flags": ["double_vision"]}
    code = walk_to(patient_client, answers, CHECK).code
    patient_client.open(f"{SAFETY}?change=yes")
    page = patient_client.submit("Continue", red_flags=["loss_of_vision"])
    assert page.address == EMERGENCY_PAGE
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, code)).screening
    assert stored.outcome == "emergency"
    assert stored.answers == {**POSITIVE, "red_flags": ["loss_of_vision", "double_vision"]}


def test_a_sign_ticked_by_mistake_asks_both_pages_of_signs_again_and_nothing_else(
    patient_client: WebClient,
) -> None:
    walk_to(patient_client, {**POSITIVE, "red_flags": ["double_vision"]}, CHECK)
    patient_client.open(f"{SAFETY}?change=yes")
    patient_client.submit("Continue", red_flags=["loss_of_vision"])
    page = patient_client.submit("I ticked it by mistake: back to the question")
    assert (page.address, "red_flags" in page.values()) == (SAFETY, False)
    assert patient_client.open(CHECK).address == SAFETY
    page = patient_client.submit("Continue", red_flags=["none"])
    assert (page.address, "other_red_flags" in page.values()) == (OTHER_SIGNS, False)
    assert patient_client.open(CHECK).address == OTHER_SIGNS
    page = patient_client.submit("Continue", other_red_flags=["none"])
    assert page.values()["headache_days"] == ["20"]
    assert patient_client.open(CHECK).address == CHECK


def test_the_code_on_the_check_page_is_the_code_of_the_result(patient_client: WebClient) -> None:
    assert walk_to(patient_client, NEGATIVE, CHECK).code == patient_client.submit("Send my answers").code


def test_the_check_page_shows_every_answer_in_the_words_of_the_patient(patient_client: WebClient) -> None:
    page = walk_to(patient_client, POSITIVE, CHECK)
    assert page.answers == {
        "Is any of these happening now, or new in the last few days?": "None of these",
        "Do you have any of these other warning signs?": "None of these",
        "On how many days did you have a headache?": "20 days",
        "On how many of those days was it a migraine?": "10 days",
        "How did you count?": "From memory",
        "For how long have you had headaches about this often?": "2 years",
        "Is one of these true of your headaches?": "None of these",
        "Have you tried a medicine to prevent headaches?": (
            "Propranolol. 12 weeks. It did not help enough"
            "Topiramate. 4 weeks. I stopped because of side effects"
        ),
    }


@pytest.mark.requirement("PAT-16", part="the same code")
def test_pressing_send_twice_stores_the_answers_once(patient_client: WebClient, sqlite_store: Store) -> None:
    code = walk_to(patient_client, POSITIVE, CHECK).code
    sent = {"csrf_token": patient_client.csrf_token}
    first = patient_client.post("/screening/submit", sent)
    second = patient_client.post("/screening/submit", sent)
    assert (first.status, first.location) == (second.status, second.location) == (303, RESULT)
    assert patient_client.open(RESULT).code == code
    assert row_counts(sqlite_store)["screenings"] == 1


def test_back_after_sending_leads_to_the_result_and_changes_nothing(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = walk_to(patient_client, POSITIVE, CHECK).code
    stale = patient_client.csrf_token
    patient_client.submit("Send my answers")
    for address in (
        SAFETY,
        OTHER_SIGNS,
        HOW_LONG,
        PREVENTIVES,
        f"{PREVENTIVES}/add",
        f"{PREVENTIVES}/1",
        CHECK,
    ):
        assert patient_client.open(address).address == RESULT
    page = patient_client.post(DAYS, {"headache_days": "1", "migraine_days": "1"}, token=stale)
    assert (page.status, page.location) == (303, RESULT)
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, code)).screening
    assert stored.answers == POSITIVE


def test_the_result_can_be_loaded_again(patient_client: WebClient) -> None:
    first = walk_to(patient_client, POSITIVE)
    second = patient_client.open(RESULT)
    assert (first.h1, first.code) == (second.h1, second.code)


def test_a_restart_of_the_server_loses_nothing(
    patient_client: WebClient, product: Product, settings: Settings, sqlite_store: Store
) -> None:
    walk_to(patient_client, POSITIVE, HOW_LONG)
    patient_client.move_to(product.make(settings, sqlite_store))
    patient_client.submit("Continue", fields_of(HOW_LONG, POSITIVE))
    page = patient_client.open(DAYS)
    assert page.values()["headache_days"] == ["20"]


@pytest.mark.requirement("PAT-13", part="Finish")
def test_finishing_clears_the_screen_and_keeps_what_was_sent(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = walk_to(patient_client, POSITIVE).code
    response = patient_client.post("/finish")
    assert (response.status, response.location) == (303, "/finished")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert patient_client.open("/finished").h1 == "This screen is clear"
    assert "/continue" not in patient_client.open("/").body
    for address in (RESULT, CHECK, DAYS):
        patient_client.open(address, status=404)
    assert row_counts(sqlite_store) == {**row_counts(sqlite_store), "screenings": 1, "screening_drafts": 0}
    assert open_record(sqlite_store, find_by_reference_code(sqlite_store, code)).screening.answers == POSITIVE


@pytest.mark.requirement("PAT-13", part="Finish")
def test_the_old_cookie_is_worth_nothing_after_finishing(patient_client: WebClient, app: Flask) -> None:
    walk_to(patient_client, POSITIVE)
    old = patient_client.cookie("screening")
    patient_client.submit("Finish and clear this screen")
    stranger = WebClient(app)
    stranger.set_cookie("screening", old or "")
    stranger.open(RESULT, status=404)


def test_a_new_screening_begins_without_the_old_answers(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    first = walk_to(patient_client, POSITIVE).code
    page = patient_client.submit("Check again with new answers")
    assert (page.address, "red_flags" in page.values()) == (SAFETY, False)
    second = walk_to(patient_client, NEGATIVE).code
    assert first != second
    assert row_counts(sqlite_store)["screenings"] == 2


def test_the_first_page_offers_to_go_on_where_one_stopped(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, HOW_LONG)
    patient_client.open("/")
    assert patient_client.submit("Go on where you stopped").address == HOW_LONG
    walk_to(patient_client, POSITIVE, CHECK)
    patient_client.open("/")
    assert patient_client.submit("Go on where you stopped").address == CHECK
    patient_client.submit("Send my answers")
    patient_client.open("/")
    assert patient_client.follow("See your summary").address == RESULT
