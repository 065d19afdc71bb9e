"""Every page of the desk notes exactly what is declared here, and does nothing that cannot be noted."""

import io
import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.storage.audit import Action
from app.storage.database import StorageUnavailableError
from app.storage.models import Clinician, Screening
from app.storage.store import Store
from tests.integration.web.clinic.desk_files import request
from tests.support.accounts import clinic_app
from tests.support.audit import chain, entries
from tests.support.client import WebClient
from tests.support.fhir import bundle_of
from tests.support.product import row_counts
from tests.support.routes import routes_of
from tests.support.screenings import add

CODE, UNKNOWN = "7Q75CQRWT8QSY1EG5", "MDVEXKHDTBP70EA3C"
COURSE = {"window_days": "30", "baseline": "20", "later": "14, 12", "cycles": "2"}
SCREENINGS = "/screenings/<uuid:screening_id>"


@dataclass(frozen=True)
class Use:
    """One use of a page: what is sent, the status that comes, and what is noted, in this order."""

    address: str
    noted: tuple[str, ...] = ()
    form: dict[str, Any] | None = None
    status: int = 200
    is_about_it: bool = True


USES = [
    Use(SCREENINGS, ("screening_opened",)),
    Use(f"{SCREENINGS}/summary", ("summary_made",)),
    Use(f"{SCREENINGS}/evidence", ("evidence_prepared",)),
    Use(f"{SCREENINGS}/evidence", ("evidence_prepared",), {"policy": ""}, 422),
    Use(f"{SCREENINGS}/evidence", ("evidence_made",), {"policy": "uk-nice-ta260", "paper": "a4"}),
    Use(f"{SCREENINGS}/fhir"),
    Use(f"{SCREENINGS}/fhir", ("fhir_made",), {}),
    Use(f"{SCREENINGS}/reviews", ("review_recorded",), {"status": "closed", "note": "canary"}, 303),
    Use(f"{SCREENINGS}/reviews", ("screening_opened",), {"status": "unheard of"}, 422),
    Use(f"{SCREENINGS}/scores", ("measure_recorded",), {"instrument": "midas", "total": "5"}, 303),
    Use(f"{SCREENINGS}/scores", ("screening_opened",), {"instrument": "midas"}, 422),
    Use(f"{SCREENINGS}/courses", ("measure_recorded",), COURSE, 303),
    Use(f"{SCREENINGS}/courses", ("screening_opened",), {}, 422),
    Use(f"{SCREENINGS}/assignment", ("screening_assigned",), {"to": "me"}, 303),
    Use(f"{SCREENINGS}/assignment", ("screening_opened",), {"to": "me", "shown": "me"}, 409),
    Use("/table"),
    Use("/table", ("table_taken",), {"format": "csv"}, is_about_it=False),
    Use("/table", ("fhir_made",), {"format": "fhir"}, is_about_it=False),
    Use("/table", (), {"format": "unheard of"}, 422),
    Use("/take-in"),
    Use("/take-in", ("fhir_taken_in",), {"file": None}, is_about_it=False),
    Use("/find"),
    Use("/find", ("screening_found",), {"code": CODE}, 303),
    Use("/find", ("code_not_found",), {"code": UNKNOWN}, 422, is_about_it=False),
    Use("/find", (), {"code": "no code"}, 422),
    Use("/"),
]


@dataclass
class Desk:
    client: WebClient
    store: Store
    screening_id: UUID
    me: UUID

    def use(self, use: Use) -> None:
        address = "/clinic" + use.address.replace("<uuid:screening_id>", str(self.screening_id))
        if use.form is None:
            assert request(self.client, "GET", address).status_code == use.status
            return
        form = {name: str(self.me) if value == "me" else value for name, value in use.form.items()}
        if "file" in form:
            form["file"] = (io.BytesIO(json.dumps(bundle_of()).encode()), "answers.json")
        data = {"csrf_token": self.client.csrf_token, **form}
        response = request(self.client, "POST", address, data=data)
        assert response.status_code == use.status, response.text


@pytest.fixture
def desk(clinic_client: WebClient, sqlite_store: Store) -> Desk:
    screening_id = add(sqlite_store, code=CODE)
    clinic_client.open("/clinic/find")
    with sqlite_store.database.reading() as session:
        me = session.query(Clinician.id).scalar()
    return Desk(clinic_client, sqlite_store, screening_id, me)


@pytest.mark.requirement("DAT-06", "DAT-07", part="the pages of the desk")
@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.address} {use.status} {use.noted}")
def test_each_use_of_a_page_notes_what_it_says(desk: Desk, use: Use) -> None:
    before = len(entries(desk.store))
    desk.use(use)
    noted = entries(desk.store)[before:]
    assert tuple(each.action for each in noted) == use.noted
    for each in noted:
        assert each.actor.id == desk.me
        if use.is_about_it:
            assert each.subject_id == desk.screening_id
        assert "canary" not in str(each.detail)
    sealed = b"".join(row["detail"] or b"" for row in chain(desk.store))
    assert CODE.encode() not in sealed


@pytest.mark.requirement("DAT-06", part="the pages of the desk")
@pytest.mark.parametrize(
    "use",
    [use for use in USES if use.noted and use.status < 400],
    ids=lambda use: f"{use.address} {use.noted}",
)
def test_what_cannot_be_noted_does_not_happen(desk: Desk, use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {**row_counts(desk.store), "throttles": 0}
    monkeypatch.setattr("app.storage.audit._end_of_chain", _no_end)
    desk.use(replace(use, status=503))
    assert {**row_counts(desk.store), "throttles": 0} == before, "a try is counted all the same"


def _no_end(_session: object) -> None:
    raise StorageUnavailableError("gone")


def test_every_page_about_a_screening_is_declared_here(app: Flask) -> None:
    pages = {route.address for route in routes_of(clinic_app(app)) if "screening_id" in route.address}
    assert pages == {use.address for use in USES if "screening_id" in use.address}


@pytest.mark.requirement("DAT-02", part="is noted")
def test_a_record_that_cannot_be_read_is_noted(desk: Desk) -> None:
    with desk.store.database.writing() as session:
        session.get_one(Screening, desk.screening_id).answers = b"damaged"
    desk.use(Use(f"{SCREENINGS}", status=410))
    noted = [(each.action, each.subject_id, each.actor.id) for each in entries(desk.store)]
    assert noted == [
        ("screening_opened", desk.screening_id, desk.me),
        ("screening_unreadable", desk.screening_id, desk.me),
    ]


@pytest.mark.requirement("DAT-11", part="forged forms")
@pytest.mark.parametrize(
    ("token", "headers"),
    [("x", {}), (None, {"Sec-Fetch-Site": "cross-site"}), (None, {"Origin": "https://evil.example"})],
    ids=["token", "site", "origin"],
)
def test_of_forms_that_are_refused_the_first_is_noted(
    token: str | None, headers: dict[str, str], desk: Desk
) -> None:
    for _ in range(3):
        desk.client.post("/clinic/find", {"code": CODE}, token=token, headers=headers)
    (noted,) = [each for each in entries(desk.store) if each.action is not Action.SCREENING_STORED]
    assert (noted.action, noted.subject_id, noted.actor.id) == (Action.FORM_REFUSED, desk.me, desk.me)


def test_a_form_of_nobody_is_refused_without_a_note(app: Flask, desk: Desk) -> None:
    """Whoever is nobody could fill the audit log."""
    before = row_counts(desk.store)
    stranger = WebClient(app)
    assert stranger.post("/clinic/sign-in", {}, token="x").status == 400
    assert row_counts(desk.store) == before
