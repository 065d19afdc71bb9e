"""The papers of a record at the desk: what is handed out, on which paper, and what is noted of it."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask

from app.reports.papers.typesetting import Paper
from app.storage.models import Screening
from app.storage.store import Store
from app.web.context import EXTENSION, Installation
from app.web.paper_size import usual_paper
from config import Settings
from tests.integration.web.clinic.desk_files import (
    address_of,
    attachment_faults,
    events,
    request,
    send,
    take,
)
from tests.support.accounts import CLINICIAN, Doorkeeper, clinic_app
from tests.support.audit import entries
from tests.support.client import WebClient
from tests.support.journeys import EMERGENCY, WITH_RESULT
from tests.support.papers import read, text_of
from tests.support.product import Product, row_counts
from tests.support.screenings import add, minutes_after_noon

A4, LETTER = (595, 842), (612, 792)
POLICY = "uk-nice-ta260"
IN_COUNTRY = [("GB", A4), ("", A4), ("DE", A4), ("AU", A4), ("US", LETTER), ("CA", LETTER), ("MX", LETTER)]
Clinic = Callable[[str], WebClient]


@pytest.fixture
def clinic_in(settings: Settings, sqlite_store: Store, product: Product, doorkeeper: Doorkeeper) -> Clinic:
    """A clinician at a clinic in a country."""
    return lambda country: doorkeeper.enter(
        product.make(replace(settings, country=country), sqlite_store), sqlite_store, CLINICIAN
    )


def size(pdf: bytes) -> tuple[int, int]:
    """Width and height of every page in points of 1/72 inch; they are all alike."""
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in read(pdf).pages}
    assert len(sizes) == 1
    return sizes.pop()


def summary(client: WebClient, address: str) -> bytes:
    response = request(client, "GET", address)
    assert response.status_code == 200
    assert not attachment_faults(response)
    return bytes(response.data)


# --- the summary ----------------------------------------------------------------------------------


@pytest.mark.requirement("IO-10")
def test_a_summary_is_a_pdf_to_keep_named_by_its_day_alone(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    address = address_of(add(sqlite_store, received_at=minutes_after_noon(3)), "/summary")
    response = request(clinic_client, "GET", address)
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="headache-summary-2026-03-02.pdf"'
    )
    assert int(response.headers["Content-Length"]) == len(response.data)
    text = text_of(response.data)
    assert "not a diagnosis" in text
    assert "Page 1 of 1" in text


@pytest.mark.parametrize("answers", [*(each for each, _ in WITH_RESULT.values()), EMERGENCY])
def test_every_outcome_has_its_summary(
    answers: dict[str, object], clinic_client: WebClient, sqlite_store: Store
) -> None:
    assert text_of(summary(clinic_client, address_of(add(sqlite_store, answers), "/summary")))


@pytest.mark.parametrize(("country", "expected"), IN_COUNTRY)
def test_paper_has_the_size_of_the_country(
    country: str, expected: tuple[int, int], clinic_in: Clinic, sqlite_store: Store
) -> None:
    client, screening_id = clinic_in(country), add(sqlite_store)
    assert size(summary(client, address_of(screening_id, "/summary"))) == expected
    offered = client.open(address_of(screening_id, "/evidence")).values("Make the paper")["paper"]
    assert offered == ["us-letter" if expected == LETTER else "a4"]


def test_where_paper_is_cut_as_letter(settings: Settings, app: Flask, sqlite_store: Store) -> None:
    desk = clinic_app(app)
    for country in ("US", "CA", "MX", "PH", "CL", "CO", "CR", "GT", "PA", "SV", "PR", "GB", "BR", "ES"):
        desk.extensions[EXTENSION] = Installation(replace(settings, country=country), sqlite_store)
        with desk.test_request_context():
            assert (usual_paper() is Paper.A4) is (country in ("GB", "BR", "ES")), country


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("us-letter", LETTER),
        ("a4", A4),
        ("A4", A4),
        ("", A4),
        ("a3", A4),
        ("%00", A4),
        ("../../etc/passwd", A4),
        ("a4&paper=us-letter", A4),
    ],
)
def test_another_size_can_be_asked_for(
    asked: str, expected: tuple[int, int], clinic_client: WebClient, sqlite_store: Store
) -> None:
    address = address_of(add(sqlite_store), f"/summary?paper={asked}")
    assert size(summary(clinic_client, address)) == expected


# --- what is noted --------------------------------------------------------------------------------


@pytest.mark.requirement("DAT-07", part="papers")
def test_each_paper_is_noted_with_who_made_it(clinic_client: WebClient, sqlite_store: Store) -> None:
    screening_id = add(sqlite_store)
    summary(clinic_client, address_of(screening_id, "/summary"))
    take(clinic_client, address_of(screening_id, "/evidence"), policy=POLICY, paper="a4")
    take(clinic_client, address_of(screening_id, "/fhir"))
    assert events(sqlite_store) == [
        ("summary_made", CLINICIAN.name, None),
        ("evidence_made", CLINICIAN.name, {"policy": POLICY}),
        ("fhir_made", CLINICIAN.name, None),
    ]


def test_asking_for_the_headers_alone_is_no_summary(clinic_client: WebClient, sqlite_store: Store) -> None:
    """Programs that fetch a file often ask so first; what was not handed out must not be noted."""
    address = address_of(add(sqlite_store), "/summary")
    asked = request(clinic_client, "HEAD", address)
    assert (asked.status_code, asked.data) == (200, b"")
    assert asked.headers["Content-Type"] == "application/pdf"
    assert events(sqlite_store) == []
    assert len(summary(clinic_client, address)) == int(asked.headers["Content-Length"])
    assert [kind for kind, _, _ in events(sqlite_store)] == ["summary_made"]
    assert request(clinic_client, "HEAD", address_of(uuid4(), "/summary")).status_code == 404


def test_the_forms_alone_leave_it_unread_and_only_the_one_with_warning_signs_is_noted(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    screening_id = add(sqlite_store)
    before = row_counts(sqlite_store)
    for part in ("/evidence", "/fhir"):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert request(clinic_client, method, address_of(screening_id, part)).status_code == 200
    assert request(clinic_client, "OPTIONS", address_of(screening_id, "/summary")).status_code == 200
    [noted] = entries(sqlite_store)
    assert (noted.action, noted.actor_name, noted.subject_id) == (
        "evidence_prepared",
        CLINICIAN.name,
        screening_id,
    )
    assert row_counts(sqlite_store) == {**before, "audit_events": 1}
    with sqlite_store.database.reading() as session:
        assert session.get_one(Screening, screening_id).is_unread


def test_a_form_that_is_refused_notes_nothing(clinic_client: WebClient, sqlite_store: Store) -> None:
    address = address_of(add(sqlite_store), "/evidence")
    page = clinic_client.open(address)
    for form in ({}, {"policy": "unheard-of", "paper": "a4"}, {"policy": POLICY, "paper": "a3"}):
        assert send(clinic_client, address, form).status_code == 422
    page = clinic_client.submit("Make the paper", paper="a4", status=422)
    assert page.errors == {"policy": "Choose the policy"}
    assert page.title.startswith("Error: ")
    assert events(sqlite_store) == []


def test_the_way_back_leads_to_the_record_in_its_view(clinic_client: WebClient, sqlite_store: Store) -> None:
    screening_id = add(sqlite_store)
    for part in ("/evidence", "/fhir"):
        clinic_client.open(f"{address_of(screening_id, part)}?status=any&urgency=routine")
        page = clinic_client.follow("‹The screening")
        assert page.address == f"{address_of(screening_id)}?status=any&urgency=routine"


def test_two_summaries_of_one_record_differ_in_nothing_but_their_time(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    address = address_of(add(sqlite_store), "/summary")
    first, second = (text_of(summary(clinic_client, address)).partition("printed")[0] for _ in range(2))
    assert first == second
