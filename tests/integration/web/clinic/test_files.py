"""What holds for everything that hands a file out of the desk or takes one in: who may, and what may fail."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text, update

from app.storage.models import Screening, ScreeningReview
from app.storage.store import Store
from tests.integration.web.clinic.desk_files import (
    NOTE,
    TABLE,
    TAKE_IN,
    TYPED_NAME,
    add_with_canaries,
    address_of,
    events,
    request,
)
from tests.support.accounts import ADMINISTRATOR_ONLY, SIGN_IN, Person
from tests.support.audit import entries
from tests.support.client import WebClient
from tests.support.fhir import bundle_of
from tests.support.product import row_counts

Enter = Callable[[Person], WebClient]
CANARY = "Canarypatient"


@dataclass(frozen=True)
class Way:
    """One way in or out: where it is, whether it is sent as a form, and what makes it work."""

    part: str
    is_form: bool = True
    form: dict[str, Any] = field(default_factory=dict)
    status: int = 200

    def address(self, screening_id: object) -> str:
        return self.part if self.part.startswith("/") else f"/clinic/screenings/{screening_id}/{self.part}"

    def sent(self) -> dict[str, Any]:
        """The form with a fresh file where it has one."""
        file = {"file": (io.BytesIO(json.dumps(bundle_of()).encode()), f"{CANARY}.json")}
        return {**self.form, **(file if self.part == TAKE_IN else {})}

    def go(self, client: WebClient, screening_id: object, **options: Any) -> Any:
        """Ask for it as a browser does, with the token of the page that is open."""
        address = self.address(screening_id)
        if not self.is_form:
            return client.request("GET", address, **options)
        return client.post(address, self.sent(), **options)


WAYS = {
    "summary": Way("summary", is_form=False),
    "evidence": Way("evidence", form={"policy": "uk-nice-ta260", "paper": "a4", "patient_name": CANARY}),
    "fhir": Way("fhir"),
    "table": Way(TABLE, form={"format": "csv"}),
    "take-in": Way(TAKE_IN),
}
OF_A_RECORD = {name: way for name, way in WAYS.items() if not way.part.startswith("/")}
OUT = {name: way for name, way in WAYS.items() if way.part != TAKE_IN}
FORMS = {name: way for name, way in WAYS.items() if way.is_form}
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
each_form = pytest.mark.parametrize("way", FORMS.values(), ids=FORMS)
each_of_a_record = pytest.mark.parametrize("way", OF_A_RECORD.values(), ids=OF_A_RECORD)


@pytest.fixture
def desk(clinic_client: WebClient) -> WebClient:
    clinic_client.open("/clinic/find")
    return clinic_client


@pytest.fixture
def screening_id(clinic_client: WebClient, sqlite_store: Store) -> UUID:
    return add_with_canaries(sqlite_store)


# --- who may --------------------------------------------------------------------------------------


@each_way
def test_a_clinician_may(way: Way, desk: WebClient, screening_id: UUID, sqlite_store: Store) -> None:
    """Else the refusals below would prove nothing."""
    assert way.go(desk, screening_id).status == way.status
    assert len(events(sqlite_store)) == 1


@pytest.mark.requirement("AZ-05", part="who is no clinician")
@each_way
def test_an_administrator_who_is_no_clinician_may_not(
    way: Way, enter: Enter, desk: WebClient, screening_id: UUID, sqlite_store: Store
) -> None:
    client = enter(ADMINISTRATOR_ONLY)
    client.open("/clinic/", status=403)
    before = row_counts(sqlite_store)
    page = way.go(client, screening_id)
    assert (page.status, page.h1) == (403, "You cannot open this page")
    assert client.request("GET", way.address(screening_id)).status == 403
    assert row_counts(sqlite_store) == {**before, "audit_events": before["audit_events"] + 2}


@each_way
def test_nobody_who_is_signed_out_may_and_nothing_that_was_sent_is_kept(
    way: Way, app: Flask, desk: WebClient, screening_id: UUID, sqlite_store: Store
) -> None:
    client = WebClient(app)
    client.open(SIGN_IN)
    before = row_counts(sqlite_store)
    page = way.go(client, screening_id)
    assert page.status == (401 if way.is_form else 303)
    for told in (TYPED_NAME, NOTE, "QuestionnaireResponse"):
        assert told not in page.body
    assert (CANARY in page.body) is (way.part == "evidence"), "what was typed can be sent again"
    assert row_counts(sqlite_store) == before
    assert client.request("GET", way.address(screening_id)).location.startswith(f"{SIGN_IN}?next=")


def rows_besides_refusals(store: Store) -> dict[str, int]:
    """How many rows there are, but for those that say that a form was refused."""
    counts = row_counts(store)
    return {name: n for name, n in counts.items() if name not in ("audit_events", "throttles")}


@each_form
def test_without_the_token_of_the_session_nothing_goes_in_or_out(
    way: Way, desk: WebClient, screening_id: UUID, sqlite_store: Store
) -> None:
    before = rows_besides_refusals(sqlite_store)
    for token in ("", "x", desk.csrf_token[:-3]):
        page = way.go(desk, screening_id, token=token)
        assert (page.status, page.h1) == (400, "Send it once more"), token
        assert "Content-Disposition" not in page.headers
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert way.go(desk, screening_id, headers=headers).status == 400
    assert rows_besides_refusals(sqlite_store) == before


# --- what is not there, or damaged ----------------------------------------------------------------


@pytest.mark.requirement("AZ-09")
@each_of_a_record
@pytest.mark.parametrize(
    "identifier", ["3f1c0a52-8d0e-4b7a-9a51-0c7be0d7a1aa", "0", "x" * 300, "%00", "NaN", "..%2f..%2fetc"]
)
def test_a_screening_that_does_not_exist_is_a_calm_404(
    identifier: str, way: Way, desk: WebClient, screening_id: UUID, sqlite_store: Store
) -> None:
    for page in (way.go(desk, identifier), desk.request("GET", way.address(identifier))):
        assert (page.status, page.h1) == (404, "There is no such page")
    assert events(sqlite_store) == []


@pytest.mark.parametrize(
    "damage",
    [
        update(Screening).values(answers=b"damaged"),
        update(Screening).values(assessment=b""),
        update(ScreeningReview).values(note=b"damaged"),
    ],
    ids=["answers", "assessment", "a note"],
)
@each_of_a_record
def test_a_damaged_screening_is_a_calm_page(
    damage: Any, way: Way, desk: WebClient, screening_id: UUID, sqlite_store: Store
) -> None:
    with sqlite_store.database.writing() as session:
        session.execute(damage)
    asked = desk.request("GET", way.address(screening_id))
    record = desk.request("GET", address_of(screening_id))
    for page in (way.go(desk, screening_id), asked, record):
        assert (page.status, page.h1) == (410, "This screening cannot be read")
        assert "If you ask for help, give this number:" in page.main
        assert "Content-Disposition" not in page.headers
    assert desk.open("/clinic/").status == 200


# --- the event comes first ------------------------------------------------------------------------


@pytest.mark.requirement("DAT-06", part="files in and out")
@each_way
def test_where_no_event_can_be_stored_there_is_no_file(
    way: Way, desk: WebClient, screening_id: UUID, sqlite_store: Store
) -> None:
    """A table that is gone stands for every way in which a database can refuse."""
    past_the_guard = create_engine(sqlite_store.database.engine.url, poolclass=NullPool)
    with past_the_guard.begin() as connection:
        connection.execute(text("DROP TABLE audit_events"))
    page = way.go(desk, screening_id)
    assert (page.status, page.h1) == (503, "This is not available now")
    assert "Content-Disposition" not in page.headers
    with sqlite_store.database.reading() as session:
        assert session.query(Screening).count() == 1


@pytest.mark.requirement("DAT-06", part="files in and out")
@pytest.mark.parametrize("way", OUT.values(), ids=OUT)
def test_the_event_is_stored_before_the_file_is_made(
    way: Way,
    desk: WebClient,
    screening_id: UUID,
    sqlite_store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever has seen a part of a paper that failed has seen it."""

    class StoppedError(BaseException):
        """Nothing catches it."""

    def stop(*arguments: Any, **options: Any) -> Iterator[bytes]:
        raise StoppedError

    for name in (
        "app.reports.papers.summary.summary_pdf",
        "app.reports.papers.evidence.evidence_pdf",
        "app.reports.fhir.bundle.bundle_for",
        "app.clinic.tables.csv_lines",
    ):
        monkeypatch.setattr(name, stop)
    with pytest.raises(StoppedError):
        way.go(desk, screening_id)
    assert len(events(sqlite_store)) == 1


def test_opening_the_forms_changes_no_row_but_the_note_of_who_saw_warning_signs(
    desk: WebClient, screening_id: UUID, sqlite_store: Store
) -> None:
    before = row_counts(sqlite_store)
    for way in FORMS.values():
        for method in ("GET", "HEAD", "OPTIONS"):
            assert request(desk, method, way.address(screening_id)).status_code == 200
    assert entries(sqlite_store)[-1].action == "evidence_prepared"
    assert row_counts(sqlite_store) == {**before, "audit_events": before["audit_events"] + 1}
