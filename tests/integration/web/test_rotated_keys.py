"""A new key while people are at work: nobody is signed out, no answer is lost, no form is typed again."""

import pytest
from flask import Flask

from app.services.clinical_review import open_record
from app.services.keys import reseal, retire, rotate
from app.storage.encryption import FieldCipher
from app.storage.keyring import load_keyring
from app.storage.store import Store
from config import Settings
from tests.support.accounts import COOKIE
from tests.support.client import WebClient
from tests.support.journeys import DAYS, HOW_LONG, POSITIVE, fields_of, walk_to
from tests.support.product import Product
from tests.support.screenings import NOON, add

HEADING = "Send it once more"


@pytest.fixture
def rotated(sqlite_store: Store, settings: Settings, product: Product, app: Flask) -> Flask:
    """The product as it is after a rotation, started again. `app` is the one of before."""
    rotate(sqlite_store, settings.keyring_path, NOON)
    keyring = load_keyring(settings.keyring_path)
    return product.make(settings, Store(sqlite_store.database, keyring, FieldCipher(keyring)))


def moved(client: WebClient, app: Flask, cookie: str) -> WebClient:
    """The same browser with the page that it shows, when another server answers."""
    later = WebClient(app)
    later.set_cookie(cookie, client.cookie(cookie) or "")
    later.page = client.page
    return later


@pytest.mark.requirement("SESS-10")
def test_a_journey_goes_on_and_a_form_of_before_is_sent_once_more(
    patient_client: WebClient, request: pytest.FixtureRequest
) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    later = moved(patient_client, request.getfixturevalue("rotated"), "screening")
    assert later.submit("Continue", fields_of(DAYS, POSITIVE), status=400).h1 == HEADING
    assert later.submit("Send again").address == HOW_LONG
    later.submit("Continue", fields_of(HOW_LONG, POSITIVE))
    assert later.current.address not in (DAYS, HOW_LONG)


@pytest.mark.requirement("SESS-10")
def test_a_clinician_stays_signed_in_also_when_the_old_key_is_retired(
    clinic_client: WebClient, sqlite_store: Store, settings: Settings, request: pytest.FixtureRequest
) -> None:
    old = sqlite_store.keyring.active.id
    rotated = request.getfixturevalue("rotated")
    list(reseal(sqlite_store))
    retire(sqlite_store, settings.keyring_path, old, NOON)
    later = moved(clinic_client, rotated, COOKIE)
    assert later.open("/clinic/").h1 == "Open screenings"


@pytest.mark.requirement("SESS-10", part="what was typed is kept")
def test_a_note_that_was_typed_before_is_saved_with_one_press(
    clinic_client: WebClient, sqlite_store: Store, request: pytest.FixtureRequest
) -> None:
    screening_id = add(sqlite_store)
    clinic_client.open(f"/clinic/screenings/{screening_id}")
    later = moved(clinic_client, request.getfixturevalue("rotated"), COOKIE)
    typed = {"status": "reviewed", "note": "Call on Monday."}
    page = later.submit("Save the review", typed, status=400)
    assert page.h1 == HEADING
    later.submit("Send again")
    assert open_record(sqlite_store, screening_id).reviews[0].note == "Call on Monday."
