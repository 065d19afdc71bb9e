"""A confirmed diagnosis at the desk: recorded, and taken back when it was a mistake."""

from app.services.clinical_review import open_record
from app.storage.store import Store
from tests.integration.web.clinic.record_page import action_of, before_heading, record, screening_id_of
from tests.support.client import Page, WebClient

CONFIRMED = "Confirmed diagnosis: Chronic migraine"
TAKEN_BACK = "The confirmed diagnosis was taken back"
OFFER = "Taken back: the diagnosis recorded before was a mistake"


def save(client: WebClient, diagnosis: str, *, status: int = 200) -> Page:
    sent = {"status": "reviewed", "note": diagnosis, "diagnosis": diagnosis}
    return client.submit(action_of(client.current, "reviews"), sent, status=status)


def test_a_wrong_diagnosis_is_taken_back_and_both_reviews_stay(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    assert OFFER not in record(clinic_client, sqlite_store).main
    page = save(clinic_client, "chronic_migraine")
    assert OFFER in page.main
    assert page.main.count(CONFIRMED) == 2, "under the heading and in the review"
    page = save(clinic_client, "taken_back")
    assert OFFER not in page.main
    assert page.main.count(CONFIRMED) == 1, "in the review alone"
    assert page.main.index(TAKEN_BACK) < page.main.index(CONFIRMED), "the newest stands first"
    stored = open_record(sqlite_store, screening_id_of(page))
    assert [each.diagnosis for each in stored.reviews] == ["taken_back", "chronic_migraine"]
    assert stored.diagnosis is None


def test_a_diagnosis_that_nobody_knows_is_refused(clinic_client: WebClient, sqlite_store: Store) -> None:
    record(clinic_client, sqlite_store)
    save(clinic_client, "chronic_migraine")
    page = save(clinic_client, "taken_back_twice", status=422)
    assert page.errors == {"diagnosis": "Choose one of the answers on this page"}
    assert "Error:" not in before_heading(page)
