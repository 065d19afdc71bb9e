"""The page for a sign that someone should look at today: who sees it, what it says, and never twice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.domain.codes import RedFlagCode, Urgency
from app.domain.red_flags import OTHER_CODES, URGENCY
from app.services.clinical_review import find_by_reference_code, open_record
from app.storage.store import Store
from config import Settings
from tests.integration.web.patient.result_page import numbers_to_call
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    ASK_NOW,
    ASK_TODAY,
    CHECK,
    DAYS,
    HOW_LONG,
    NO_MEDICINE,
    NOT_SURE_EVERYWHERE,
    OTHER_SIGNS,
    POSITIVE,
    SAFETY,
    walk_to,
)
from tests.support.page import link_by_text
from tests.support.product import Product

TICKED = "You ticked a sign that someone should look at today. It should not wait."
UNSURE = "You were not sure about a warning sign. Let someone help you to decide today."
GO_ON = "You can go on with the questions: they do not replace that advice."
URGENT: dict[str, Any] = {**NO_MEDICINE, "red_flags": ["double_vision"]}
UNSURE_OF_OTHERS: dict[str, Any] = {**NO_MEDICINE, "red_flags": "not_sure", "unsure_red_flags": ["other"]}
In = Callable[[str], WebClient]


@pytest.fixture
def living_in(settings: Settings, sqlite_store: Store, product: Product) -> In:
    """A browser at a clinic of this country."""
    return lambda country: WebClient(product.make(replace(settings, country=country), sqlite_store))


def change_other_signs(client: WebClient, *ticked: str) -> Page:
    """From the check page to the second page of signs and on."""
    client.open(f"{OTHER_SIGNS}?change=yes")
    return client.submit("Continue", other_red_flags=list(ticked))


# --- who sees it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [*OTHER_CODES, "none", "not_sure"])
def test_it_comes_after_an_urgent_sign_and_after_not_sure_and_after_nothing_else(
    code: str, patient_client: WebClient
) -> None:
    is_urgent = code == "not_sure" or (code != "none" and URGENCY[RedFlagCode(code)] is Urgency.URGENT)
    walk_to(patient_client, POSITIVE, OTHER_SIGNS)
    page = patient_client.submit("Continue", other_red_flags=[code])
    assert page.address == (ASK_TODAY if is_urgent else DAYS)


def test_a_sign_for_soon_beside_an_urgent_one_changes_nothing(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, OTHER_SIGNS)
    page = patient_client.submit("Continue", other_red_flags=["recent_change_of_pattern", "double_vision"])
    assert page.address == ASK_TODAY


def test_who_is_not_sure_of_both_pages_reads_both_advices(patient_client: WebClient) -> None:
    walk_to(patient_client, NOT_SURE_EVERYWHERE, DAYS)
    walked = [each for each in patient_client.visited if each in (SAFETY, ASK_NOW, OTHER_SIGNS, ASK_TODAY)]
    assert list(dict.fromkeys(walked)) == [SAFETY, ASK_NOW, OTHER_SIGNS, ASK_TODAY]


def test_nobody_else_can_open_it(patient_client: WebClient) -> None:
    walk_to(patient_client, NO_MEDICINE, CHECK)
    assert patient_client.open(ASK_TODAY).address == CHECK


# --- what it says ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "said", "not_said"),
    [(URGENT, TICKED, UNSURE), (UNSURE_OF_OTHERS, UNSURE, TICKED)],
    ids=["ticked", "not sure"],
)
def test_it_says_why_and_that_the_questions_go_on(
    answers: dict[str, Any], said: str, not_said: str, patient_client: WebClient
) -> None:
    page = walk_to(patient_client, answers, ASK_TODAY)
    assert page.h1 == "See a clinician today"
    assert said in page.main
    assert not_said not in page.main
    assert GO_ON in page.main
    assert "Step " not in page.main
    assert "Sources:" in page.main
    assert set(page.values()) == {"csrf_token", "seen"}
    assert link_by_text(page.html, "‹Back") == OTHER_SIGNS


@pytest.mark.parametrize(
    ("country", "numbers"), [("GB", ["111"]), ("DE", ["116117"]), ("US", []), ("", [])], ids=str
)
def test_it_says_whom_to_call_today_where_the_clinic_is(
    country: str, numbers: list[str], living_in: In
) -> None:
    page = walk_to(living_in(country), URGENT, ASK_TODAY)
    assert numbers_to_call(page.html) == numbers
    assert ("Call your doctor today." in page.main) == (not numbers)


# --- it is read once, and is no answer ------------------------------------------------------------


@pytest.mark.parametrize("answers", [URGENT, UNSURE_OF_OTHERS], ids=["ticked", "not sure"])
def test_it_has_to_be_read_before_the_questions_go_on(
    answers: dict[str, Any], patient_client: WebClient
) -> None:
    walk_to(patient_client, answers, ASK_TODAY)
    for address in (DAYS, HOW_LONG, CHECK):
        assert patient_client.open(address).address == ASK_TODAY
    assert patient_client.submit("Continue").address == DAYS


@pytest.mark.parametrize("answers", [URGENT, UNSURE_OF_OTHERS], ids=["ticked", "not sure"])
def test_it_is_no_answer_that_is_shown_or_stored(
    answers: dict[str, Any], patient_client: WebClient, sqlite_store: Store
) -> None:
    page = walk_to(patient_client, answers, CHECK)
    assert "See a clinician today" not in page.main
    code = patient_client.submit("Send my answers").code
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, code)).screening
    assert stored.answers == answers


def test_a_sign_ticked_at_the_check_page_shows_the_advice_first(patient_client: WebClient) -> None:
    walk_to(patient_client, NO_MEDICINE, CHECK)
    page = change_other_signs(patient_client, "double_vision")
    assert page.address == f"{ASK_TODAY}?change=yes"
    assert patient_client.submit("Continue").address == CHECK


@pytest.mark.parametrize("again", [["onset_after_50"], ["not_sure"], ["double_vision", "onset_after_50"]])
def test_who_has_read_it_goes_straight_back_to_the_check_page(
    again: list[str], patient_client: WebClient
) -> None:
    walk_to(patient_client, URGENT, CHECK)
    assert change_other_signs(patient_client, *again).address == CHECK
    assert change_other_signs(patient_client, "none").address == CHECK
    assert change_other_signs(patient_client, *again).address == CHECK


def test_a_sign_taken_back_leaves_the_page(patient_client: WebClient) -> None:
    walk_to(patient_client, URGENT, ASK_TODAY)
    patient_client.open(OTHER_SIGNS)
    assert patient_client.submit("Continue", other_red_flags=["none"]).address == DAYS
    assert patient_client.open(ASK_TODAY).address == DAYS
