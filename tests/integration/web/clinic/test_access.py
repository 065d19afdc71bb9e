"""Who may open what: everything is closed, to everybody, unless it is named as open."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, update

from app.clinic.rights import RIGHTS, Right
from app.storage.account_models import Clinician, ClinicSession
from app.storage.store import Store
from tests.support.accounts import (
    ADMINISTRATOR_ONLY,
    CLINICIAN,
    COOKIE,
    PASSWORD,
    SIGN_IN,
    Doorkeeper,
    Person,
    clinic_app,
    sign_in,
)
from tests.support.client import WebClient
from tests.support.journeys import POSITIVE, walk_to
from tests.support.product import row_counts
from tests.support.routes import routes_of
from tests.support.screenings import add

Enter = Callable[[Person], WebClient]
# Enough for every form of the desk to be taken, were it open.
FORM = {
    "status": "closed",
    "code": "x",
    "instrument": "midas",
    "total": "5",
    "window_days": "30",
    "baseline": "20",
    "later": "14",
    "cycles": "2",
    "name": "A view",
}


# What everybody who is signed in has: their own account, and the ways in and out.
OWN = ("/clinic/account", "/clinic/factor", "/clinic/sign-out", "/clinic/stay")
ADMINISTRATION = "/clinic/admin/"


def unchanged(before: dict[str, int], after: dict[str, int]) -> bool:
    """Whether nothing was stored but what the audit notes of who tried."""
    return {**before, "audit_events": 0} == {**after, "audit_events": 0}


def closed(app: Flask, method: str, identifier: object = None) -> list[str]:
    """The addresses of all pages that are not named as public, with an id where one belongs."""
    return [
        "/clinic" + route.example(str(identifier or uuid4()))
        for route in routes_of(clinic_app(app))
        if RIGHTS[route.endpoint] is not Right.ANYONE and method in route.methods
    ]


def test_there_is_something_to_keep_closed(app: Flask) -> None:
    assert len(closed(app, "GET")) >= 3
    assert len(closed(app, "POST")) >= 5


def test_signed_out_every_page_leads_to_sign_in(app: Flask, sqlite_store: Store) -> None:
    screening_id = add(sqlite_store)
    before = row_counts(sqlite_store)
    client = WebClient(app)
    client.open(SIGN_IN)
    for method in ("GET", "HEAD", "OPTIONS"):
        for address in closed(app, "GET"):
            page = client.request(method, address)
            assert (page.status, page.location.partition("?")[0]) == (303, SIGN_IN), (method, address)
    for address in closed(app, "POST", screening_id):
        page = client.post(address, FORM)
        assert (page.status, page.h1) == (401, "Send it once more"), address
    assert row_counts(sqlite_store) == before


def test_signed_out_an_address_that_does_not_exist_looks_like_any_other(app: Flask) -> None:
    client = WebClient(app)
    for address in ("/clinic/nothing", "/clinic/screenings/x", "/clinic/admin", "/clinic/../clinic/find"):
        page = client.request("GET", address)
        assert (page.status, page.location.partition("?")[0]) == (303, SIGN_IN)


def test_signed_out_a_record_that_exists_looks_like_one_that_does_not(
    app: Flask, sqlite_store: Store
) -> None:
    client = WebClient(app)
    ids = (add(sqlite_store), uuid4())
    replies = [client.request("GET", f"/clinic/screenings/{each}") for each in ids]
    assert replies[0].location.replace(str(ids[0]), "") == replies[1].location.replace(str(ids[1]), "")
    assert replies[0].status == replies[1].status == 303


def test_a_clinician_may_open_every_page_but_those_of_administrators(
    app: Flask, clinic_client: WebClient
) -> None:
    for address in closed(app, "GET"):
        status = clinic_client.request("GET", address).status
        assert (status == 403) if address.startswith(ADMINISTRATION) else status in (200, 303, 404), address


def test_an_administrator_who_is_no_clinician_sees_nothing_clinical(
    app: Flask, enter: Enter, sqlite_store: Store
) -> None:
    screening_id = add(sqlite_store)
    client = enter(ADMINISTRATOR_ONLY)
    before = row_counts(sqlite_store)
    page = client.open("/clinic/", status=403)
    assert page.h1 == "You cannot open this page"
    client.open("/clinic/set-up/none", status=410)
    clinical = [
        each for each in closed(app, "GET", screening_id) if not each.startswith((*OWN, ADMINISTRATION))
    ]
    for address in clinical:
        assert client.request("GET", address).status == 403, address
    token = client.csrf_token
    for address in closed(app, "POST", screening_id):
        if not address.startswith((*OWN, ADMINISTRATION)):
            assert client.post(address, FORM, token=token).status == 403, address
    assert unchanged(before, row_counts(sqlite_store))
    assert client.post("/clinic/sign-out", token=token).location == SIGN_IN


def test_whoever_is_refused_can_sign_out_from_that_page(enter: Enter) -> None:
    client = enter(ADMINISTRATOR_ONLY)
    client.open("/clinic/", status=403)
    assert client.submit("Sign out").address == SIGN_IN


def test_a_patient_is_nobody_at_the_desk(app: Flask, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE)
    for address in closed(app, "GET"):
        assert patient_client.request("GET", address).location.partition("?")[0] == SIGN_IN


@pytest.mark.requirement("SESS-06")
def test_an_account_that_is_shut_is_refused_on_the_next_request(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    clinic_client.open("/clinic/find")
    token = clinic_client.csrf_token
    with sqlite_store.database.writing() as session:
        session.execute(update(Clinician).values(is_active=False))
    assert clinic_client.post("/clinic/find", {"code": "x"}, token=token).status == 401
    assert clinic_client.open("/clinic/").address == SIGN_IN
    assert row_counts(sqlite_store)["clinic_sessions"] == 0, "it does not come back with the account"


@pytest.mark.requirement("SESS-06")
def test_losing_the_role_takes_effect_on_the_next_request(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    clinic_client.open("/clinic/")
    with sqlite_store.database.writing() as session:
        session.execute(update(Clinician).values(is_clinician=False))
    clinic_client.open("/clinic/", status=403)


def test_an_account_that_was_removed_is_nobody(clinic_client: WebClient, sqlite_store: Store) -> None:
    with sqlite_store.database.writing() as session:
        session.execute(delete(ClinicSession))
        session.execute(delete(Clinician))
    assert clinic_client.open("/clinic/").address == SIGN_IN


@pytest.mark.requirement("SESS-02")
def test_the_cookie_of_the_desk_is_strict(app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper) -> None:
    doorkeeper.make(sqlite_store, CLINICIAN)
    client = WebClient(app)
    sign_in(client)
    for cookie in client.cookies_set:
        assert cookie.startswith((f"{COOKIE}=", "desk-browser="))
        assert "SameSite=Strict" in cookie
        assert PASSWORD not in cookie
        assert CLINICIAN.email not in cookie
