"""The emergency page: it names what was ticked, and it comes whatever happens to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.domain.codes import Urgency
from app.domain.red_flags import EMERGENCY_CODES, URGENCY
from app.questionnaire.labels import RED_FLAGS
from app.services.clinical_review import find_by_reference_code, open_record
from app.storage.database import Database, StorageUnavailableError
from app.storage.store import Store
from tests.integration.web.patient.result_page import numbers_to_call
from tests.support.client import Page, WebClient
from tests.support.journeys import CHECK, EMERGENCY_PAGE, NO_MEDICINE, POSITIVE, SAFETY, walk_to
from tests.support.product import row_counts

SIGN = {"red_flags": ["loss_of_vision"]}
TICKED = "You ticked:"
DO_NOT_WAIT = "Do not wait for the clinic: it cannot call you."


def signs_on(page: Page) -> list[str]:
    """The codes of the signs that the page names."""
    return [code.value for code in URGENCY if str(RED_FLAGS[code]) in page.main]


def assert_help(page: Page) -> None:
    """The page says whom to call, and not to wait."""
    assert (page.address, page.h1) == (EMERGENCY_PAGE, "Get help now")
    assert numbers_to_call(page.html) == ["999"]
    assert DO_NOT_WAIT in page.main


@contextmanager
def unavailable(*kinds: str) -> Iterator[None]:
    """A database that answers none of these transactions."""

    def unreachable(_: Database) -> None:
        raise StorageUnavailableError

    with pytest.MonkeyPatch.context() as patch:
        for kind in kinds:
            patch.setattr(Database, kind, unreachable)
        yield


each_failure = pytest.mark.parametrize(
    "kinds", [("writing",), ("reading", "looking", "writing")], ids=["no writing", "nothing"]
)


# --- what it names --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", EMERGENCY_CODES)
def test_it_names_the_sign_that_was_ticked(code: str, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, SAFETY)
    page = patient_client.submit("Continue", red_flags=[code])
    assert_help(page)
    assert TICKED in page.main
    assert signs_on(page) == [code]


def test_it_names_every_sign_of_an_emergency_and_no_other(patient_client: WebClient) -> None:
    walk_to(patient_client, {**NO_MEDICINE, "red_flags": ["double_vision"]}, CHECK)
    patient_client.open(f"{SAFETY}?change=yes")
    ticked = ["painful_red_eye", "thunderclap_onset"]
    page = patient_client.submit("Continue", red_flags=ticked)
    assert sorted(signs_on(page)) == sorted(ticked)
    assert {URGENCY[code] for code in URGENCY if code.value in signs_on(page)} == {Urgency.EMERGENCY}


def test_whoever_opens_it_without_a_sign_reads_whom_to_call_and_no_list(patient_client: WebClient) -> None:
    for answers in (None, NO_MEDICINE):
        if answers is not None:
            walk_to(patient_client, answers)
        page = patient_client.open(EMERGENCY_PAGE)
        assert_help(page)
        assert (TICKED in page.main, signs_on(page)) == (False, [])


def test_a_sign_ticked_by_mistake_is_named_no_more(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, SAFETY)
    patient_client.submit("Continue", SIGN)
    patient_client.submit("I ticked it by mistake: back to the question")
    page = patient_client.open(EMERGENCY_PAGE)
    assert_help(page)
    assert signs_on(page) == []


# --- without a database ---------------------------------------------------------------------------


@each_failure
def test_a_sign_leads_to_help_when_it_cannot_be_stored(
    kinds: tuple[str, ...], patient_client: WebClient, sqlite_store: Store
) -> None:
    walk_to(patient_client, POSITIVE, SAFETY)
    with unavailable(*kinds):
        answer = patient_client.post(SAFETY, SIGN)
        assert (answer.status, answer.location) == (303, EMERGENCY_PAGE)
        page = patient_client.open(EMERGENCY_PAGE)
    assert_help(page)
    assert (TICKED in page.main, signs_on(page)) == (False, [])
    assert row_counts(sqlite_store)["screenings"] == 0


@each_failure
def test_a_sign_that_could_not_be_stored_is_stored_when_it_is_sent_again(
    kinds: tuple[str, ...], patient_client: WebClient, sqlite_store: Store
) -> None:
    code = walk_to(patient_client, NO_MEDICINE, CHECK).code
    patient_client.open(f"{SAFETY}?change=yes")
    token = patient_client.csrf_token
    with unavailable(*kinds):
        patient_client.post(SAFETY, SIGN, token=token)
    for _ in range(2):
        assert patient_client.post(SAFETY, SIGN, token=token).location == EMERGENCY_PAGE
    assert row_counts(sqlite_store)["screenings"] == 1
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, code)).screening
    assert (stored.outcome, stored.answers) == ("emergency", {**NO_MEDICINE, **SIGN})
    assert signs_on(patient_client.open(EMERGENCY_PAGE)) == SIGN["red_flags"]


@each_failure
def test_a_stored_sign_is_still_help_while_the_database_is_away(
    kinds: tuple[str, ...], patient_client: WebClient, sqlite_store: Store
) -> None:
    walk_to(patient_client, POSITIVE, SAFETY)
    patient_client.submit("Continue", SIGN)
    with unavailable(*kinds):
        assert_help(patient_client.open(EMERGENCY_PAGE))
    assert row_counts(sqlite_store)["screenings"] == 1


@each_failure
def test_no_sign_is_lost_with_the_questions_that_the_failure_interrupts(
    kinds: tuple[str, ...], patient_client: WebClient
) -> None:
    """Any other answer waits for the database; only a sign does not."""
    walk_to(patient_client, POSITIVE, SAFETY)
    with unavailable(*kinds):
        assert patient_client.post(SAFETY, {"red_flags": ["none"]}).status == 503
        assert patient_client.post(SAFETY, {"red_flags": ["not_sure"]}).status == 503
    assert patient_client.open(CHECK).address == SAFETY


# --- the code -------------------------------------------------------------------------------------

FOR_LATER = "For later: your reference code"


def test_the_code_that_leads_to_the_answers_stands_below_the_help(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    walk_to(patient_client, POSITIVE, SAFETY)
    page = patient_client.submit("Continue", SIGN)
    assert_help(page)
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, page.code)).screening
    assert stored.outcome == "emergency"
    assert page.main.index(DO_NOT_WAIT) < page.main.index(FOR_LATER)


def test_no_code_is_shown_that_leads_to_no_emergency(patient_client: WebClient) -> None:
    assert FOR_LATER not in patient_client.open(EMERGENCY_PAGE).main
    walk_to(patient_client, POSITIVE)
    assert FOR_LATER not in patient_client.open(EMERGENCY_PAGE).main
    with unavailable("writing"):
        patient_client.post(SAFETY, SIGN)
        assert FOR_LATER not in patient_client.open(EMERGENCY_PAGE).main
