"""Two who review the same screening: the second sees both texts, and loses nothing."""

from collections.abc import Callable

import pytest

from app.domain.codes import ConfirmedDiagnosis
from app.questionnaire.desk_labels import DIAGNOSES
from app.services.clinical_review import open_record
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.integration.web.clinic.queue_page import address_of
from tests.integration.web.clinic.record_page import record, screening_id_of
from tests.support.accounts import CLINICIAN, COLLEAGUE, Person
from tests.support.client import Page, WebClient
from tests.support.page import text as words
from tests.support.product import row_counts
from tests.support.screenings import add

SAVE = "Save the review"


@pytest.fixture
def bo(enter: Callable[[Person], WebClient]) -> WebClient:
    """A colleague in another browser."""
    return enter(COLLEAGUE)


def save(client: WebClient, page: Page, note: str, *, status: int = 200, **fields: str) -> Page:
    client.page = page
    return client.submit(SAVE, {"status": "closed", "note": note, **fields}, status=status)


def notes(page: Page) -> list[str]:
    return [words(each) for each in page.html.iter("p") if each.get("class") == "note"]


def notice(page: Page) -> str:
    (said,) = (words(each) for each in page.html.iter("div") if each.get("class") == "notice")
    return said


def test_the_second_is_told_sees_both_texts_and_saves_with_one_more_press(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    page = clinic_client.open(address_of(add(sqlite_store), "urgency=routine"))
    save(bo, bo.open(page.address), "Bo’s text", diagnosis="other")
    answer = save(clinic_client, page, "Ada’s text", status=409, diagnosis="unsure")
    assert notice(answer).startswith(f"{COLLEAGUE.name} has recorded a review since you opened this page")
    assert notes(answer) == ["Bo’s text"]
    form = answer.values(SAVE)
    assert (form["status"], form["note"], form["diagnosis"]) == (["closed"], ["Ada’s text"], ["unsure"])
    assert row_counts(sqlite_store)["screening_reviews"] == 1
    page = clinic_client.submit(SAVE)
    assert notes(page) == ["Ada’s text", "Bo’s text"]
    assert "urgency=routine&saved=review#saved" in page.address
    stored = open_record(sqlite_store, screening_id_of(page))
    assert [each.diagnosis for each in stored.reviews] == ["unsure", "other"]
    assert stored.screening.status is ScreeningStatus.CLOSED


def test_the_text_can_be_changed_before_it_is_saved(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    save(bo, bo.open(page.address), "Bo’s text")
    save(clinic_client, page, "Ada’s text", status=409)
    page = clinic_client.submit(SAVE, {"note": "Ada agrees", "status": "reviewed"})
    assert notes(page) == ["Ada agrees", "Bo’s text"]


def test_a_second_colleague_in_between_is_told_of_as_well(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    theirs = save(bo, bo.open(page.address), "first")
    answer = save(clinic_client, page, "mine", status=409)
    save(bo, theirs, "second")
    answer = save(clinic_client, answer, "mine", status=409)
    assert notes(answer) == ["second", "first"]
    assert notes(save(clinic_client, answer, "mine")) == ["mine", "second", "first"]


def test_a_page_with_something_to_mend_does_not_hide_what_a_colleague_wrote(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    """Mending a form is no reading of what changed elsewhere on the page."""
    page = record(clinic_client, sqlite_store)
    save(bo, bo.open(page.address), "Bo’s text")
    clinic_client.page = page
    answer = clinic_client.submit(SAVE, {"note": "Ada’s text"}, status=422)
    answer = save(clinic_client, answer, "Ada’s text", status=409)
    assert notice(answer).startswith(COLLEAGUE.name)
    assert row_counts(sqlite_store)["screening_reviews"] == 1


def test_ones_own_second_window_is_no_clash(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = record(clinic_client, sqlite_store)
    other_window = clinic_client.open(page.address)
    save(clinic_client, other_window, "one")
    assert notes(save(clinic_client, page, "two")) == ["two", "one"]


def test_a_text_in_the_clash_is_shown_as_it_was_typed_and_is_never_markup(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    save(bo, bo.open(page.address), "<script>alert(1)</script>")
    answer = save(clinic_client, page, "</textarea><b>bold</b>\nsecond line", status=409)
    assert notes(answer) == ["<script>alert(1)</script>"]
    assert answer.values(SAVE)["note"] == ["</textarea><b>bold</b>\nsecond line"]


@pytest.mark.parametrize("seen", ["", "x", "\x00", "0" * 32, "x" * 5000], ids=lambda each: each[:5])
def test_what_a_page_has_shown_cannot_be_forged_into_a_failure(
    seen: str, clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    save(bo, bo.open(page.address), "Bo’s text")
    clinic_client.page = page
    form = {"status": "closed", "note": "Ada’s text", "seen": seen}
    assert clinic_client.post(f"{page.address}/reviews", form).status == 409
    assert row_counts(sqlite_store)["screening_reviews"] == 1


# --- the diagnosis that was confirmed -------------------------------------------------------------


@pytest.mark.parametrize("diagnosis", ConfirmedDiagnosis)
def test_a_confirmed_diagnosis_stands_with_its_review_and_above(
    diagnosis: ConfirmedDiagnosis, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = save(clinic_client, record(clinic_client, sqlite_store), "", diagnosis=diagnosis.value)
    said = f"Confirmed diagnosis: {DIAGNOSES[diagnosis]}"
    if diagnosis is ConfirmedDiagnosis.UNSURE:
        said = "The diagnosis is unsure"
    assert page.main.count(said) == 2
    page = save(clinic_client, page, "later", status=200)
    assert page.main.count(said) == 2
    assert [each.diagnosis for each in open_record(sqlite_store, screening_id_of(page)).reviews] == [
        None,
        diagnosis,
    ]


@pytest.mark.parametrize(
    "diagnosis", ["", "unheard_of", "positive", "\x00", "x" * 5000], ids=lambda each: each[:9]
)
def test_without_a_diagnosis_that_is_known_none_is_stored(
    diagnosis: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    form = {"status": "closed", "note": "", "diagnosis": diagnosis}
    assert clinic_client.post(f"{page.address}/reviews", form).status in (303, 422)
    kept = open_record(sqlite_store, screening_id_of(page)).reviews
    assert [each.diagnosis for each in kept] in ([], [None])
    page = clinic_client.open(page.address)
    assert "Confirmed diagnosis:" not in page.main
    assert CLINICIAN.name in page.main
