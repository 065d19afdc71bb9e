"""Answers that do not fit together: asked about once, kindly, and stored as the person left them."""

from typing import Any

import pytest

from app.services.clinical_review import find_by_reference_code, open_record
from app.storage.store import Store
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    ABOUT_HEADACHES,
    CHECK,
    DAYS,
    HOW_LONG,
    LOOK_AGAIN,
    MEDICINE_DAYS,
    MEDICINES,
    MIGRAINE_MEDICINE,
    NO_MEDICINE,
    POSITIVE,
    PREVENTIVES,
    PROPRANOLOL,
    RESULT,
    SAFETY,
    UNTREATED,
    WORK,
    Answers,
    fill_section,
    walk_to,
)
from tests.support.page import text

GO_ON = "They are right: go on"
FREE_DAYS = "You counted 20 days with a headache and 25 days without one, in 30 days."
LONGER = (
    "You took a medicine to prevent headaches for longer than your headaches have been like this. "
    "That can be right: you may have had fewer headaches before."
)
MORE_DAYS = "You took any medicine on 2 days, but one kind of medicine on more days than that."
TOO_MANY_FREE: Answers = {"headache_free_days": 25}
TOO_MANY_TRIPTANS: Answers = {"any_acute_medication_days": 2, "triptan_days": 5}
LONG_TAKEN: Answers = {**POSITIVE, "preventives": [{**PROPRANOLOL, "weeks": 200}]}


def to_free_days(client: WebClient) -> Page:
    walk_to(client, NO_MEDICINE, CHECK)
    return fill_section(client, ABOUT_HEADACHES, TOO_MANY_FREE)


def to_medicine_days(client: WebClient) -> Page:
    walk_to(client, NO_MEDICINE, CHECK)
    return fill_section(client, MEDICINES, TOO_MANY_TRIPTANS)


def to_long_taken(client: WebClient) -> Page:
    return walk_to(client, LONG_TAKEN, LOOK_AGAIN)


# How to get there, what is said, where it can be changed, what is stored, and its code.
CASES: dict[str, tuple[Any, str, list[str], Answers]] = {
    "headache_free_days_do_not_add_up": (
        to_free_days,
        FREE_DAYS,
        [DAYS, UNTREATED],
        {**NO_MEDICINE, **TOO_MANY_FREE},
    ),
    "preventive_taken_longer_than_headaches": (to_long_taken, LONGER, [HOW_LONG, PREVENTIVES], LONG_TAKEN),
    "acute_medication_days_do_not_add_up": (
        to_medicine_days,
        MORE_DAYS,
        [MEDICINE_DAYS, MIGRAINE_MEDICINE],
        {**NO_MEDICINE, **TOO_MANY_TRIPTANS},
    ),
}
each_contradiction = pytest.mark.parametrize("code", CASES)


def said_on(page: Page) -> list[str]:
    """The sentences of the page, one a contradiction."""
    lists = [each for each in page.html.iter("ul") if each.get("class") == "medicines"]
    return [text(sentence) for each in lists for sentence in each.iter("p")]


def change_links(page: Page) -> list[str]:
    links = (each.get("href", "") for main in page.html.iter("main") for each in main.iter("a"))
    return [link.partition("?")[0] for link in links if link.endswith("?change=yes")]


# --- asked ----------------------------------------------------------------------------------------


@each_contradiction
def test_answers_that_do_not_fit_are_asked_about_before_the_check_page(
    code: str, patient_client: WebClient
) -> None:
    reach, sentence, pages, _ = CASES[code]
    page = reach(patient_client)
    assert page.address == LOOK_AGAIN
    assert page.h1 == "Some of your answers do not seem to fit together"
    assert said_on(page) == [sentence]
    assert change_links(page) == pages
    assert "Step " not in page.main


@each_contradiction
def test_the_check_page_waits_and_nothing_is_sent_until_then(code: str, patient_client: WebClient) -> None:
    CASES[code][0](patient_client)
    page = patient_client.post("/screening/submit")
    assert (page.status, page.location) == (303, LOOK_AGAIN)
    assert patient_client.open(CHECK).address == LOOK_AGAIN


@each_contradiction
def test_going_on_keeps_both_answers_and_stores_them(
    code: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    reach, _, _, answers = CASES[code]
    reach(patient_client)
    assert patient_client.submit(GO_ON).address == CHECK
    page = patient_client.submit("Send my answers")
    record = open_record(sqlite_store, find_by_reference_code(sqlite_store, page.code))
    assert record.screening.answers == answers
    assert [str(each) for each in record.assessment.contradictions] == [code]


@each_contradiction
def test_each_is_asked_about_once_only(code: str, patient_client: WebClient) -> None:
    CASES[code][0](patient_client)
    patient_client.submit(GO_ON)
    assert patient_client.open(CHECK).address == CHECK
    assert patient_client.open(LOOK_AGAIN).address == CHECK
    patient_client.open(f"{DAYS}?change=yes")
    assert patient_client.submit("Continue", migraine_days="9").address == CHECK
    patient_client.open(WORK)
    assert patient_client.submit("Continue", work_days_missed="2").address == CHECK
    assert patient_client.submit("Send my answers").address == RESULT


def test_two_that_do_not_fit_are_asked_about_together(patient_client: WebClient) -> None:
    walk_to(patient_client, LONG_TAKEN, LOOK_AGAIN)
    patient_client.open(UNTREATED)
    patient_client.submit("Continue", headache_free_days="25")
    assert said_on(patient_client.open(CHECK)) == [FREE_DAYS, LONGER]
    assert patient_client.submit(GO_ON).address == CHECK


# --- changed --------------------------------------------------------------------------------------


@each_contradiction
def test_every_change_link_leads_to_its_page_and_back_here_while_nothing_is_changed(
    code: str, patient_client: WebClient
) -> None:
    CASES[code][0](patient_client)
    for address in CASES[code][2]:
        patient_client.open(LOOK_AGAIN)
        page = patient_client.open(f"{address}?change=yes")
        assert page.address == f"{address}?change=yes"
        button = "That is all: continue" if address == PREVENTIVES else "Continue"
        assert patient_client.submit(button).address.partition("?")[0] == LOOK_AGAIN


@pytest.mark.parametrize(
    ("code", "address", "mended"),
    [
        ("headache_free_days_do_not_add_up", DAYS, {"headache_days": "5", "migraine_days": "5"}),
        ("headache_free_days_do_not_add_up", UNTREATED, {"headache_free_days": "10"}),
        ("headache_free_days_do_not_add_up", UNTREATED, {"headache_free_days": ""}),
        (
            "preventive_taken_longer_than_headaches",
            HOW_LONG,
            {"months_at_this_frequency": "5", "months_at_this_frequency-unit": "years"},
        ),
        ("acute_medication_days_do_not_add_up", MEDICINE_DAYS, {"any_acute_medication_days": "5"}),
        ("acute_medication_days_do_not_add_up", MIGRAINE_MEDICINE, {"triptan_days": "2"}),
    ],
)
def test_an_answer_that_was_mended_leads_on_to_the_check_page(
    code: str, address: str, mended: dict[str, str], patient_client: WebClient
) -> None:
    CASES[code][0](patient_client)
    patient_client.open(f"{address}?change=yes")
    assert patient_client.submit("Continue", mended).address == CHECK
    assert patient_client.open(LOOK_AGAIN).address == CHECK


def test_a_medicine_taken_off_the_list_needs_no_look(patient_client: WebClient) -> None:
    walk_to(patient_client, LONG_TAKEN, LOOK_AGAIN)
    page = patient_client.open(f"{PREVENTIVES}?change=yes")
    forms = (each.get("action", "") for each in page.html.iter("form"))
    [remove] = [action for action in forms if "/remove" in action]
    patient_client.submit(remove)
    assert patient_client.submit("Continue", preventives="no").address == CHECK


# --- a different one later ------------------------------------------------------------------------


def test_a_different_one_in_a_section_is_asked_about_alone(patient_client: WebClient) -> None:
    walk_to(patient_client, LONG_TAKEN, LOOK_AGAIN)
    patient_client.submit(GO_ON)
    page = fill_section(patient_client, ABOUT_HEADACHES, TOO_MANY_FREE)
    assert (page.address, said_on(page)) == (LOOK_AGAIN, [FREE_DAYS])
    assert patient_client.submit(GO_ON).address == CHECK


def test_a_different_one_made_by_a_change_is_asked_about_alone(patient_client: WebClient) -> None:
    to_medicine_days(patient_client)
    patient_client.submit(GO_ON)
    patient_client.open(f"{UNTREATED}?change=yes")
    page = patient_client.submit("Continue", headache_free_days="25")
    assert page.address.partition("?")[0] == LOOK_AGAIN
    assert said_on(page) == [FREE_DAYS]
    assert patient_client.submit(GO_ON).address == CHECK


def test_a_different_one_is_not_sent_before_it_was_asked_about(patient_client: WebClient) -> None:
    to_free_days(patient_client)
    patient_client.submit(GO_ON)
    fill_section(patient_client, MEDICINES, TOO_MANY_TRIPTANS)
    assert patient_client.post("/screening/submit").location == LOOK_AGAIN


# --- nothing to ask -------------------------------------------------------------------------------


@pytest.mark.parametrize("stopped_at", [SAFETY, DAYS, PREVENTIVES, CHECK])
def test_the_page_cannot_be_opened_when_there_is_nothing_to_ask(
    stopped_at: str, patient_client: WebClient
) -> None:
    walk_to(patient_client, NO_MEDICINE, stopped_at)
    assert patient_client.open(LOOK_AGAIN).address == stopped_at
    page = patient_client.post(LOOK_AGAIN)
    assert (page.status, page.location) == (303, stopped_at)
    assert LOOK_AGAIN not in [
        link.partition("?")[0] for link in change_links(patient_client.open(stopped_at))
    ]


def test_an_ordinary_journey_never_meets_the_page(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE)
    assert LOOK_AGAIN not in patient_client.visited


def test_medicine_days_left_over_do_not_lead_to_a_page_that_is_gone(patient_client: WebClient) -> None:
    """Who changes to no medicine at all is not asked about the days given before: they are not handed in."""
    walk_to(patient_client, NO_MEDICINE, CHECK)
    fill_section(patient_client, MEDICINES, {"any_acute_medication_days": 5, "triptan_days": 5})
    patient_client.open(f"{MEDICINE_DAYS}?change=yes")
    page = patient_client.submit("Continue", any_acute_medication_days="0")
    for address in change_links(page) if page.address != CHECK else []:
        assert patient_client.open(f"{address}?change=yes").address == f"{address}?change=yes"
    assert page.address == CHECK
