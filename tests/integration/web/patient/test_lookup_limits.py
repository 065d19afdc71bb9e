"""How often codes may be looked up: by one source, by all together, and over several processes."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.reference_code import new_reference_code
from app.services.clinical_review import SEARCHES
from app.services.reading_by_code import LOOKUPS, MISSES
from app.services.throttling import count_try, count_within
from app.storage.audit import Action
from app.storage.models import AuditEvent, Clinician
from app.storage.store import Store
from config import Settings
from tests.support.client import Page, WebClient
from tests.support.journeys import SAFETY
from tests.support.screenings import add

ADDRESS = "/your-screening"
LIST = "/your-screening/list"
WAIT = "Wait 5 seconds, then go on"
PROCESSES = 4


def type_code(client: WebClient, code: str, *, status: int = 200) -> Page:
    client.open(ADDRESS)
    return client.submit("Find my screening", code=code, status=status)


def noted(store: Store, action: Action) -> int:
    with store.database.reading() as session:
        return len(list(session.scalars(select(AuditEvent.seq).where(AuditEvent.action == action))))


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """In the middle of every stretch of time that is counted."""
    moment = datetime.now(UTC).replace(minute=35, second=0)
    monkeypatch.setattr("app.patient.your_screening.now", lambda: moment)
    return moment


# --- one source -----------------------------------------------------------------------------------


@pytest.mark.requirement("PAT-09")
def test_the_eleventh_lookup_of_a_source_has_to_wait(
    app: Flask, sqlite_store: Store, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    client = WebClient(app)
    for _ in range(10):
        assert type_code(client, code).address == LIST
    refused = type_code(client, code, status=429)
    assert refused.h1 == "Wait a little"
    assert "Your screening is safe" in refused.main
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert noted(sqlite_store, Action.SCREENING_FOUND) == 10
    elsewhere = WebClient(app)
    elsewhere.flask.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert type_code(elsewhere, code).address == LIST
    monkeypatch.setattr("app.patient.your_screening.now", lambda: noon + timedelta(minutes=10))
    assert type_code(client, code).address == LIST


@pytest.mark.requirement("PAT-09")
def test_using_a_code_again_counts_as_a_lookup(
    patient_client: WebClient, sqlite_store: Store, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.patient.pages.now", lambda: noon)
    for _ in range(LOOKUPS.most):
        patient_client.open("/again")
        assert patient_client.submit("Start", code=new_reference_code()).address == SAFETY
    patient_client.open("/again")
    refused = patient_client.submit("Start", code=new_reference_code(), status=429)
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert type_code(patient_client, new_reference_code(), status=429).h1 == "Wait a little"


def test_a_new_browser_or_a_forged_header_is_the_same_source(
    app: Flask, sqlite_store: Store, noon: datetime
) -> None:
    for number in range(10):
        client = WebClient(app)
        client.open(ADDRESS)
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        client.post(ADDRESS, {"code": new_reference_code()}, headers=headers)
    type_code(WebClient(app), new_reference_code(), status=429)


def test_typing_errors_are_not_counted(
    patient_client: WebClient, sqlite_store: Store, noon: datetime
) -> None:
    for _ in range(15):
        type_code(patient_client, "ABCD", status=422)
    type_code(patient_client, new_reference_code(), status=404)


@pytest.mark.slow
@pytest.mark.requirement("PAT-09")
def test_the_limit_holds_over_four_processes(store: Store, database_url: str, settings: Settings) -> None:
    environment = {
        **os.environ,
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": database_url,
        "COUNTRY": "GB",
    }
    command = [sys.executable, "-m", "tests.support.lookups", "tries", "6"]
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    statuses = Counter(word for each in running for word in each.communicate()[0].split())
    before, after = LOOKUPS.most, LOOKUPS.most * 2  # the clock may step into the next ten minutes meanwhile
    assert before <= statuses["303"] <= after
    assert statuses["303"] + statuses["429"] == 6 * PROCESSES
    assert noted(store, Action.CODE_NOT_FOUND) == statuses["303"]


# --- all together ---------------------------------------------------------------------------------


def misses(store: Store, number: int, moment: datetime) -> None:
    with store.database.writing() as session:
        for _ in range(number):
            count_within(session, store, MISSES, "miss", moment)


@pytest.mark.requirement("PAT-09")
def test_after_too_many_misses_everybody_waits_and_it_is_noted_once(
    app: Flask, sqlite_store: Store, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    misses(sqlite_store, MISSES.most - 1, noon)
    client = WebClient(app)
    type_code(client, new_reference_code(), status=404)
    assert noted(sqlite_store, Action.LOOKUPS_THROTTLED) == 0
    type_code(client, new_reference_code(), status=404)
    assert noted(sqlite_store, Action.LOOKUPS_THROTTLED) == 1
    page = type_code(client, code, status=422)
    assert page.h1 == WAIT
    early = client.submit("Go on", status=422)
    assert "a little too soon" in early.main
    monkeypatch.setattr("app.patient.your_screening.now", lambda: noon + timedelta(seconds=6))
    assert client.submit("Go on").address == LIST
    assert noted(sqlite_store, Action.LOOKUPS_THROTTLED) == 1
    monkeypatch.setattr("app.patient.your_screening.now", lambda: noon + timedelta(hours=1))
    assert type_code(client, code).address == LIST


@pytest.mark.parametrize("forged", ["", "1.x", "x.y", "0.", "9" * 30 + ".ab", "²." + "a" * 64])
def test_a_wait_cannot_be_forged(
    forged: str, patient_client: WebClient, sqlite_store: Store, noon: datetime
) -> None:
    misses(sqlite_store, MISSES.most + 1, noon)
    patient_client.open(ADDRESS)
    code = new_reference_code()
    page = patient_client.post(ADDRESS, {"code": code, "mark": forged})
    assert (page.status, page.h1) == (422, WAIT)
    assert noted(sqlite_store, Action.CODE_NOT_FOUND) == 0


def test_a_wait_counts_for_one_code_one_browser_and_ten_minutes(
    app: Flask, sqlite_store: Store, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    misses(sqlite_store, MISSES.most + 1, noon)
    client, other = WebClient(app), WebClient(app)
    code, wrong = new_reference_code(), new_reference_code()
    (mark,) = type_code(client, code, status=422).values("Go on")["mark"]
    monkeypatch.setattr("app.patient.your_screening.now", lambda: noon + timedelta(seconds=6))
    assert client.post(ADDRESS, {"code": wrong, "mark": mark}).status == 422
    other.open(ADDRESS)
    assert other.post(ADDRESS, {"code": code, "mark": mark}).status == 422
    misses(sqlite_store, MISSES.most + 1, noon + timedelta(minutes=11))
    monkeypatch.setattr("app.patient.your_screening.now", lambda: noon + timedelta(minutes=11))
    assert client.post(ADDRESS, {"code": code, "mark": mark}).status == 422
    monkeypatch.setattr("app.patient.your_screening.now", lambda: noon + timedelta(seconds=7))
    assert client.post(ADDRESS, {"code": code, "mark": mark}).status == 303


def test_hits_do_not_count_as_misses(patient_client: WebClient, sqlite_store: Store, noon: datetime) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    misses(sqlite_store, MISSES.most, noon)
    for _ in range(5):
        assert type_code(patient_client, code).address == LIST


# --- at the desk ----------------------------------------------------------------------------------


def test_an_account_that_searches_for_many_codes_has_to_wait(
    clinic_client: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime.now(UTC).replace(minute=35, second=0)
    monkeypatch.setattr("app.clinic.queue.now", lambda: moment)
    with sqlite_store.database.reading() as session:
        (me,) = session.scalars(select(Clinician.id))
    for _ in range(SEARCHES.most):
        count_try(sqlite_store, SEARCHES, str(me), moment)
    clinic_client.open("/clinic/find")
    code = new_reference_code()
    page = clinic_client.submit("Find", code=code, status=429)
    assert page.errors == {
        "code": "You have searched for many codes in a short time. Wait 10 minutes, then go on"
    }
    assert page.values("Find")["code"] == [code]
    assert 0 < int(page.headers["Retry-After"]) <= 600
