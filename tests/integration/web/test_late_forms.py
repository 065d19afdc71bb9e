"""A form that comes too late loses nothing that was typed, and never shows a password again."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from app.services.clinical_review import open_record
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, PASSWORD, SIGN_IN, Doorkeeper, sign_in
from tests.support.client import WebClient
from tests.support.journeys import DAYS, HOW_LONG, POSITIVE, fields_of, walk_to
from tests.support.product import row_counts
from tests.support.screenings import add

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOTE = 'Call on Monday.\n"Ask" about <b>the diary</b> & sleep.'
HEADING = "Send it once more"


def test_answers_with_an_old_token_are_kept_and_sent_with_one_press(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    typed = fields_of(DAYS, POSITIVE)
    page = patient_client.submit("Continue", typed, extra={"csrf_token": "too-old"}, status=400)
    assert page.h1 == HEADING
    kept = page.values()
    assert {name: kept[name] for name in typed} == {name: [str(value)] for name, value in typed.items()}
    assert patient_client.submit("Send again").address == HOW_LONG


def test_several_ticks_of_one_name_are_all_kept(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    ticks = ["painful_red_eye", "loss_of_vision"]
    page = patient_client.post("/screening/safety-check", {"red_flags": ticks}, token="too-old")
    assert page.values()["red_flags"] == ticks
    assert page.values()["csrf_token"] != ["too-old"]


@pytest.mark.parametrize("address", [SIGN_IN, "/clinic/set-up/none"])
def test_a_password_is_never_shown_again(address: str, app: Flask) -> None:
    client = WebClient(app)
    client.open(SIGN_IN)
    form = {"email": "ada@example.org", "password": PASSWORD, "password_again": PASSWORD}
    page = client.post(address, form, token="too-old")
    assert (page.status, page.h1) == (400, HEADING)
    assert PASSWORD not in page.body
    assert page.values()["email"] == ["ada@example.org"]


def test_what_is_kept_is_text_and_never_markup(patient_client: WebClient) -> None:
    patient_client.open("/")
    hostile = '"><script>alert(1)</script>'
    page = patient_client.post("/start", {"x": hostile, hostile: "y", "nul": "a\x00b"}, token="too-old")
    assert page.status == 400
    assert not list(page.html.iter("script"))
    assert page.values()["x"] == [hostile]


def test_a_form_from_another_site_is_not_offered_to_be_sent_again(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        page = patient_client.post(DAYS, fields_of(DAYS, POSITIVE), token="too-old", headers=headers)
        assert (page.status, page.h1) == (400, "This page cannot be used any more")
        assert not list(page.html.iter("form"))


def test_a_review_written_too_slowly_is_stored_after_signing_in_again(
    app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper
) -> None:
    doorkeeper.make(sqlite_store, CLINICIAN)
    screening_id = add(sqlite_store)
    client = WebClient(app)
    with time_machine.travel(MORNING, tick=False) as clock:
        sign_in(client)
        client.open(f"/clinic/screenings/{screening_id}")
        clock.shift(timedelta(minutes=70))
        form = {"status": "needs_contact", "note": NOTE}
        late = client.post(f"/clinic/screenings/{screening_id}/reviews", form)
        assert (late.status, late.h1) in {(401, HEADING), (400, HEADING)}
        assert CLINICIAN.name not in late.body
        assert row_counts(sqlite_store)["screening_reviews"] == 0
        sign_in(client)  # in another tab; then back to the page that kept the note
        client.page = late
        page = client.submit("Send again", status=400)
        assert page.values()["note"] == [NOTE]
        client.submit("Send again")
    (review,) = open_record(sqlite_store, screening_id).reviews
    assert (review.note, review.clinician_name) == (NOTE, CLINICIAN.name)


def test_signed_out_in_another_tab_a_review_is_kept_for_after_signing_in(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    screening_id = add(sqlite_store)
    clinic_client.open("/clinic/")
    clinic_client.submit("Sign out")
    address = f"/clinic/screenings/{screening_id}/reviews"
    page = clinic_client.post(address, {"status": "closed", "note": NOTE})
    assert (page.status, page.h1) == (401, HEADING)
    assert page.values()["note"] == [NOTE]
    assert row_counts(sqlite_store)["screening_reviews"] == 0
