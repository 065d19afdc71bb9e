"""A change is made only from our own pages: nothing else changes a single row."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.storage.models import Clinician
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, clinic_app
from tests.support.audit import entries
from tests.support.client import WebClient
from tests.support.journeys import CHECK, POSITIVE, PREVENTIVES, walk_to
from tests.support.product import row_counts, rows_that_matter
from tests.support.routes import routes_of
from tests.support.screenings import add

FORM = {
    "red_flags": "none",
    "headache_days": "1",
    "status": "closed",
    "code": "x",
    "email": CLINICIAN.email,
    "password": "x",
    "medicine": "propranolol",
    "name_given": "propranolol",
    "instrument": "midas",
    "total": "5",
    "window_days": "30",
    "baseline": "20",
    "later": "14, 12",
    "cycles": "2",
    "name": "A view",
}
FOREIGN: dict[str, Mapping[str, str]] = {
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a sister site": {"Sec-Fetch-Site": "same-site"},
    "a strange word": {"Sec-Fetch-Site": "whatever"},
    "a foreign origin": {"Origin": "https://evil.example"},
    "an origin that begins like ours": {"Origin": "http://localhost.evil.example"},
    "an origin that ends like ours": {"Origin": "http://evil-localhost"},
    "another port": {"Origin": "http://localhost:81"},
    "an origin with our name in it": {"Origin": "http://localhost@evil.example"},
}
OURS: dict[str, Mapping[str, str]] = {
    "nothing": {},
    "our own page": {"Sec-Fetch-Site": "same-origin"},
    "an address typed": {"Sec-Fetch-Site": "none"},
    "a browser that hides it": {"Origin": "null"},
    "our own origin": {"Origin": "http://localhost"},
}


def posts(app: Flask, prefix: str, identifier: str = "0") -> list[str]:
    return [prefix + route.example(identifier) for route in routes_of(app) if "POST" in route.methods]


@pytest.fixture
def patient(patient_client: WebClient) -> WebClient:
    """In the middle of a journey, with something to lose."""
    walk_to(patient_client, POSITIVE, CHECK)
    return patient_client


@pytest.fixture
def clinician(clinic_client: WebClient) -> WebClient:
    clinic_client.open("/clinic/find")
    return clinic_client


@pytest.fixture
def targets(
    app: Flask, sqlite_store: Store, patient: WebClient, clinician: WebClient
) -> list[tuple[WebClient, str]]:
    """Every address that takes a change, with a browser that would be allowed to make it."""
    screening_id = str(add(sqlite_store))
    of_patient = [(patient, address) for address in posts(app, "")]
    of_clinic = [(clinician, address) for address in posts(clinic_app(app), "/clinic", screening_id)]
    assert len(of_patient) >= 9
    assert len(of_clinic) >= 7
    return of_patient + of_clinic


@pytest.mark.requirement("WEB-04")
def test_without_a_token_nothing_changes(targets: list[tuple[WebClient, str]], sqlite_store: Store) -> None:
    before = rows_that_matter(sqlite_store)
    for client, address in targets:
        for token in ("", "x", "x.y.z", client.csrf_token[:-3]):
            page = client.post(address, FORM, token=token)
            assert (page.status, page.h1) == (400, "Send it once more"), address
    assert rows_that_matter(sqlite_store) == before


@pytest.mark.requirement("WEB-04")
def test_with_its_token_the_same_form_adds_what_it_says(clinician: WebClient, sqlite_store: Store) -> None:
    """Else the tests beside this one would pass for a form that changes nothing anyway."""
    address = f"/clinic/screenings/{add(sqlite_store)}"
    (me,) = clinician_ids(sqlite_store)
    for part, table in (
        (f"{address}/reviews", "screening_reviews"),
        (f"{address}/scores", "screening_measures"),
        (f"{address}/courses", "screening_measures"),
        (f"{address}/assignment", "audit_events"),
        ("/clinic/views", "saved_views"),
    ):
        before = row_counts(sqlite_store)[table]
        assert clinician.post(part, {**FORM, "to": str(me)}).status == 303, part
        assert row_counts(sqlite_store)[table] == before + 1


def clinician_ids(store: Store) -> list[UUID]:
    with store.database.reading() as session:
        return list(session.scalars(select(Clinician.id)))


@pytest.mark.requirement("WEB-04")
def test_with_the_token_of_another_session_nothing_changes(
    targets: list[tuple[WebClient, str]], app: Flask, sqlite_store: Store
) -> None:
    other = WebClient(app)
    before = rows_that_matter(sqlite_store)
    for client, address in targets:
        other.open("/clinic/sign-in" if address.startswith("/clinic") else "/")
        assert client.post(address, FORM, token=other.csrf_token).status == 400, address
    assert rows_that_matter(sqlite_store) == before


@pytest.mark.requirement("WEB-04")
def test_a_token_of_one_app_is_none_of_the_other(patient: WebClient, clinician: WebClient) -> None:
    assert patient.post("/finish", token=clinician.csrf_token).status == 400
    assert clinician.post("/clinic/sign-out", token=patient.csrf_token).status == 400


@pytest.mark.requirement("WEB-04")
def test_from_elsewhere_nothing_changes_even_with_the_token(
    targets: list[tuple[WebClient, str]], sqlite_store: Store
) -> None:
    before = rows_that_matter(sqlite_store)
    for client, address in targets:
        for sender, headers in FOREIGN.items():
            assert client.post(address, FORM, headers=headers).status == 400, (sender, address)
    assert rows_that_matter(sqlite_store) == before


@pytest.mark.parametrize("sender", OURS)
def test_from_our_own_pages_changes_are_taken(sender: str, patient: WebClient) -> None:
    page = patient.post("/screening/submit", headers=OURS[sender])
    assert (page.status, page.location) == (303, "/screening/result")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_takes_a_change_cannot_be_read(method: str, patient: WebClient, sqlite_store: Store) -> None:
    before = row_counts(sqlite_store)
    for address in ("/start", "/continue", "/finish", "/screening/submit", f"{PREVENTIVES}/done"):
        assert patient.request(method, address).status in (303, 404, 405)
    assert row_counts(sqlite_store) == before


@pytest.mark.requirement("WEB-05", part="no row comes or goes")
@pytest.mark.requirement("DAT-06", part="pages that are read")
def test_reading_every_page_changes_no_row_and_adds_only_who_looked(
    app: Flask, patient: WebClient, clinician: WebClient, sqlite_store: Store
) -> None:
    """Who opens a record or its summary is noted, on purpose."""
    screening_id = str(add(sqlite_store))
    before, earlier = row_counts(sqlite_store), entries(sqlite_store)
    for client, part, prefix in ((patient, app, ""), (clinician, clinic_app(app), "/clinic")):
        for route in routes_of(part):
            if "GET" in route.methods:
                client.request("GET", prefix + route.example(screening_id))
    administration = [each for each in routes_of(clinic_app(app)) if each.address.startswith("/admin/")]
    refused = sum("GET" in each.methods for each in administration)
    noted = entries(sqlite_store)[len(earlier) :]
    looked = [each for each in noted if each.action != "access_refused"]
    assert len(noted) - len(looked) == refused
    assert sorted(each.action for each in looked) == ["evidence_prepared", "screening_opened", "summary_made"]
    assert {str(each.subject_id) for each in looked} == {screening_id}
    assert [each.actor.id for each in noted] == clinician_ids(sqlite_store) * len(noted)
    assert row_counts(sqlite_store) == {**before, "audit_events": len(earlier) + len(noted)}


def test_a_token_in_the_address_is_none(patient: WebClient) -> None:
    address = f"/screening/submit?csrf_token={patient.csrf_token}"
    assert patient.post(address, token="").status == 400
