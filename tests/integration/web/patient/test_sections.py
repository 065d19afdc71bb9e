"""The optional sections: offered on the check page, walked page by page, and stored as they were given."""

from typing import Any

import pytest

from app.services.clinical_review import find_by_reference_code, open_record
from app.storage.store import Store
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    ABOUT_HEADACHES,
    BOTULINUM,
    CHECK,
    COST,
    MEDICINE_DAYS,
    MEDICINE_PLAN,
    MEDICINES,
    MIGRAINE_MEDICINE,
    NO_MEDICINE,
    OPTIONAL_PAGES,
    PAINKILLERS,
    PREVENTIVES,
    RESULT,
    SAFETY,
    SECTIONS,
    UNTREATED,
    WORK,
    answers_of,
    fill_section,
    open_optional,
    walk_to,
)
from tests.support.page import link_by_text, text

each_section = pytest.mark.parametrize("section", SECTIONS)
each_page = pytest.mark.parametrize("address", OPTIONAL_PAGES)
OFFERS = (
    f"{ABOUT_HEADACHES} (2 minutes)",
    f"{MEDICINES} (2 minutes)",
    f"{BOTULINUM} (1 minute)",
    f"{COST} (half a minute)",
)


def offers_on(page: Page) -> list[str]:
    """What the check page says of each section."""
    lists = [each for each in page.html.iter("ul") if each.get("class") == "medicines"]
    assert len(lists) == 1
    return [text(item) for item in lists[0].iter("li")]


def answered_on(page: Page) -> list[str]:
    """The sections that are marked as answered."""
    return [title for title, offer in zip(SECTIONS, offers_on(page), strict=True) if "· Answered" in offer]


def stored_answers(client: WebClient, store: Store) -> dict[str, Any]:
    """What is stored after sending from the check page."""
    code = client.submit("Send my answers").code
    answers: dict[str, Any] = open_record(store, find_by_reference_code(store, code)).screening.answers
    return answers


def not_sure_of(section: str) -> dict[str, str]:
    return dict.fromkeys(answers_of(section), "not_sure")


@pytest.fixture
def client(patient_client: WebClient) -> WebClient:
    """At the check page, with all that has to be answered."""
    walk_to(patient_client, NO_MEDICINE, CHECK)
    return patient_client


# --- the offer ------------------------------------------------------------------------------------


def test_the_check_page_offers_every_section_with_its_time_and_its_use(client: WebClient) -> None:
    offers = offers_on(client.current)
    assert [offer.startswith(words) for offer, words in zip(offers, OFFERS, strict=True)] == [True] * 4
    assert all(offer.endswith(".") for offer in offers), "each says why it helps"
    assert answered_on(client.current) == []
    assert "You can also send your answers as they are." in client.current.main


def test_the_answers_can_be_sent_without_any_section(client: WebClient, sqlite_store: Store) -> None:
    assert stored_answers(client, sqlite_store) == NO_MEDICINE


@each_section
def test_a_section_that_was_filled_in_is_marked_and_the_others_are_not(
    section: str, client: WebClient
) -> None:
    page = fill_section(client, section)
    assert (page.address, answered_on(page)) == (CHECK, [section])


@each_section
def test_a_section_left_empty_is_not_marked_and_shows_no_question(section: str, client: WebClient) -> None:
    before = client.current.answers
    page = fill_section(client, section, {})
    assert (page.address, answered_on(page)) == (CHECK, [])
    assert page.answers == before


# --- the way through a section --------------------------------------------------------------------


@each_section
def test_a_section_is_walked_in_order_and_back_again(section: str, client: WebClient) -> None:
    fill_section(client, section)
    pages = list(SECTIONS[section])
    walked = [address for address in dict.fromkeys(client.visited) if address in OPTIONAL_PAGES]
    assert walked == pages
    for address, before in zip(pages, [CHECK, *pages], strict=False):
        assert link_by_text(client.open(address).html, "‹Back") == before


@each_section
def test_each_page_says_where_in_its_section_it_is(section: str, client: WebClient) -> None:
    fill_section(client, section)
    pages = list(SECTIONS[section])
    for number, address in enumerate(pages, start=1):
        words = client.open(address).main
        assert f"{section}, page {number} of {len(pages)}" in words
        assert "You may leave any of these empty." in words
        assert "Step " not in words


@each_section
def test_every_answer_of_a_section_is_stored_as_it_was_given(
    section: str, client: WebClient, sqlite_store: Store
) -> None:
    fill_section(client, section)
    assert stored_answers(client, sqlite_store) == {**NO_MEDICINE, **answers_of(section)}


@each_section
def test_not_being_sure_of_a_section_is_stored_as_that(
    section: str, client: WebClient, sqlite_store: Store
) -> None:
    given = not_sure_of(section)
    if section == MEDICINES:
        del given["medication_overuse_managed"]  # the plan is for those who know their days
    fill_section(client, section, given)
    assert stored_answers(client, sqlite_store) == {**NO_MEDICINE, **given}


@each_section
def test_a_section_left_empty_hands_nothing_in(section: str, client: WebClient, sqlite_store: Store) -> None:
    fill_section(client, section, {})
    assert stored_answers(client, sqlite_store) == NO_MEDICINE


def test_all_sections_together_are_stored(client: WebClient, sqlite_store: Store) -> None:
    for section in SECTIONS:
        fill_section(client, section)
    assert answered_on(client.current) == list(SECTIONS)
    every_answer = {name: value for section in SECTIONS for name, value in answers_of(section).items()}
    assert stored_answers(client, sqlite_store) == {**NO_MEDICINE, **every_answer}


def test_one_answer_of_a_page_is_enough_and_the_rest_stays_open(
    client: WebClient, sqlite_store: Store
) -> None:
    page = fill_section(client, ABOUT_HEADACHES, {"photophobia": "no"})
    assert answered_on(page) == []
    assert [offer.count("· Partly answered") for offer in offers_on(page)] == [
        int(title == ABOUT_HEADACHES) for title in SECTIONS
    ]
    assert page.answers["Is light hard to bear?"] == "No"
    assert page.answers["Is sound hard to bear?"] == "Not answered"
    assert "How old are you?" not in page.answers
    assert stored_answers(client, sqlite_store) == {**NO_MEDICINE, "photophobia": "no"}


# --- who may open a page --------------------------------------------------------------------------


@each_page
@pytest.mark.parametrize("stopped_at", [SAFETY, PREVENTIVES])
def test_no_page_of_a_section_is_open_before_the_core_answers_are_there(
    stopped_at: str, address: str, patient_client: WebClient
) -> None:
    walk_to(patient_client, NO_MEDICINE, stopped_at)
    assert patient_client.open(address).address == stopped_at
    page = patient_client.post(address, {"work_days_missed": "3", "aura": "yes"})
    assert (page.status, page.location) == (303, stopped_at)


@each_page
def test_no_page_of_a_section_is_open_after_sending(address: str, client: WebClient) -> None:
    client.submit("Send my answers")
    assert client.open(address).address == RESULT


@each_page
def test_a_page_of_a_section_without_a_journey_is_a_calm_404(address: str, patient_client: WebClient) -> None:
    assert patient_client.open(address, status=404).h1 == "We cannot find your answers here"


# --- changing -------------------------------------------------------------------------------------


@each_page
def test_leaving_a_page_as_it_was_changes_nothing(
    address: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    page = open_optional(patient_client, address)
    before = page.values()
    assert patient_client.follow("Leave this page as it was").address == CHECK
    after = patient_client.open(address).values()
    assert {**after, "csrf_token": []} == {**before, "csrf_token": []}


def test_every_change_link_of_a_section_leads_to_its_question_and_back(client: WebClient) -> None:
    for section in SECTIONS:
        fill_section(client, section)
    links = [each.get("href", "") for each in client.current.html.iter("a")]
    optional = [link for link in links if "change=yes" in link and link.partition("?")[0] in OPTIONAL_PAGES]
    assert len(optional) == sum(len(answers) for answers in OPTIONAL_PAGES.values())
    for link in optional:
        page = client.open(link)
        assert link.partition("#")[2] in {element.get("id") for element in page.html.iter()}
        assert link_by_text(page.html, "‹Back") == CHECK
        assert client.submit("Continue").address == CHECK


def test_an_answer_that_was_taken_back_is_neither_shown_nor_stored(
    client: WebClient, sqlite_store: Store
) -> None:
    fill_section(client, COST)
    client.open(f"{WORK}?change=yes")
    page = client.submit("Continue", work_days_missed="", work_days_half_done="")
    assert (page.address, answered_on(page)) == (CHECK, [])
    assert stored_answers(client, sqlite_store) == NO_MEDICINE


# --- pages that do not apply ----------------------------------------------------------------------


def test_who_took_no_medicine_is_asked_nothing_more_about_it(client: WebClient, sqlite_store: Store) -> None:
    page = fill_section(client, MEDICINES, {"any_acute_medication_days": 0})
    assert page.address == CHECK
    for address in (MIGRAINE_MEDICINE, PAINKILLERS, MEDICINE_PLAN):
        assert address not in client.visited
        assert client.open(address).address == CHECK
    assert stored_answers(client, sqlite_store) == {**NO_MEDICINE, "any_acute_medication_days": 0}


def test_who_takes_little_medicine_is_not_asked_for_a_plan(client: WebClient) -> None:
    fill_section(client, MEDICINES, {**answers_of(MEDICINES), "triptan_days": 4})
    assert MEDICINE_PLAN not in client.visited
    assert client.open(MEDICINE_PLAN).address == CHECK


def test_a_plan_left_over_from_more_medicine_is_not_stored(client: WebClient, sqlite_store: Store) -> None:
    fill_section(client, MEDICINES)
    client.open(f"{MIGRAINE_MEDICINE}?change=yes")
    page = client.submit("Continue", triptan_days="4")
    assert "Yes" not in page.answers.values()
    stored = stored_answers(client, sqlite_store)
    assert "medication_overuse_managed" not in stored
    assert stored["triptan_days"] == 4


def test_days_left_over_from_before_there_was_no_medicine_are_not_stored(
    client: WebClient, sqlite_store: Store
) -> None:
    fill_section(client, MEDICINES)
    client.open(f"{MEDICINE_DAYS}?change=yes")
    page = client.submit("Continue", any_acute_medication_days="0")
    assert page.address == CHECK
    stored = stored_answers(client, sqlite_store)
    kept = {"any_acute_medication_days": 0, "months_of_acute_medication_use": 18}
    assert stored == {**NO_MEDICINE, **kept}


# --- an emergency in between ----------------------------------------------------------------------


def test_an_emergency_ticked_later_is_stored_with_the_optional_answers(
    client: WebClient, sqlite_store: Store
) -> None:
    for section in (ABOUT_HEADACHES, MEDICINES):
        fill_section(client, section)
    code = client.current.code
    client.open(f"{SAFETY}?change=yes")
    client.submit("Continue", red_flags=["painful_red_eye"])
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, code)).screening
    assert stored.outcome == "emergency"
    expected = {**NO_MEDICINE, **answers_of(ABOUT_HEADACHES), **answers_of(MEDICINES)}
    assert stored.answers == {**expected, "red_flags": ["painful_red_eye"]}
    client.submit("I ticked it by mistake: back to the question")
    client.submit("Continue", red_flags=["none"])
    client.submit("Continue", other_red_flags=["none"])
    page = client.open(CHECK)
    assert (page.address, answered_on(page)) == (CHECK, [ABOUT_HEADACHES, MEDICINES])
    assert client.open(UNTREATED).values()["hours_per_headache_day"] == ["7.5"]
