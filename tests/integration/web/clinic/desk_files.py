"""Files that go out of the desk or come in: sending the forms as a browser does, and reading what comes."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.services import exporting
from app.services.clinical_review import ScreeningRecord, read_answers
from app.services.reviewing import NewReview, record_review
from app.storage.audit import Action
from app.storage.database import StorageUnavailableError
from app.storage.models import Clinician, Screening
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import CLINICIAN
from tests.support.audit import entries
from tests.support.client import WebClient
from tests.support.headers import header_faults
from tests.support.journeys import POSITIVE
from tests.support.screenings import add, minutes_after_noon

TABLE, TAKE_IN = "/clinic/table", "/clinic/take-in"
KINDS: Final = ("csv", "xlsx", "fhir")
WITH_TEXT: Final = {"texts": "with_text", "reason": "For the audit of 2026"}
# What only the patient, or only the clinic, may know; each is a text of its own.
TYPED_NAME, NOTE, CODE = "Canarywort tea", "Canarynote: call her sister", "7KQ2M9XD4TRBZP3VN"
MINUTE: Final = datetime(2026, 3, 2, 9, 41, 27, tzinfo=UTC)
CANARIES: Final = (TYPED_NAME, NOTE, CLINICIAN.name, "09:41", "10:52")

# The number by which a test knows its screenings again; it decides nothing.
MARK: Final = "diary_months"


def address_of(screening_id: UUID, part: str = "") -> str:
    return f"/clinic/screenings/{screening_id}{part}"


def add_with_canaries(store: Store) -> UUID:
    """A screening with something of all that must not leave by itself. Somebody has to be signed in."""
    herb = {"medicine": "other", "name_given": TYPED_NAME, "weeks": 8, "result": "no_benefit"}
    screening_id = add(store, {**POSITIVE, "preventives": [herb]}, received_at=MINUTE, code=CODE)
    review(store, screening_id, NOTE, MINUTE.replace(hour=10, minute=52))
    return screening_id


def review(store: Store, screening_id: UUID, note: str, now: datetime = MINUTE) -> None:
    """A review by whoever has an account."""
    with store.database.reading() as session:
        clinician_id = session.scalars(select(Clinician.id)).first()
    assert clinician_id is not None
    new = NewReview(uuid4(), ScreeningStatus.IN_REVIEW, note)
    record_review(store, screening_id, new, clinician_id=clinician_id, now=now)


def add_marked(store: Store, mark: int, **more: Any) -> UUID:
    answers = more.pop("answers", POSITIVE)
    return add(store, {**answers, MARK: mark}, received_at=minutes_after_noon(mark), **more)


def marks(content: bytes) -> list[str]:
    return [row[MARK] for row in csv_rows(content)]


def close(store: Store, screening_id: UUID) -> None:
    with store.database.writing() as session:
        row = session.get_one(Screening, screening_id)
        row.status, row.is_open = "closed", False


def send(client: WebClient, address: str, form: Mapping[str, Any], **options: Any) -> TestResponse:
    """Post a form with the token of the page that is open, and return what comes, of whatever kind."""
    data = {"csrf_token": client.csrf_token, **form}
    return request(client, "POST", address, data=data, **options)


def request(client: WebClient, method: str, address: str, **options: Any) -> TestResponse:
    """Any request, its whole answer read. No answer lacks a header, and none is a failure."""
    response = client.flask.open(address, method=method, base_url=client.origin, buffered=True, **options)
    faults = list(header_faults(response.headers))
    assert not faults, faults
    assert response.status_code != 500, f"{method} {address} failed: see the log"
    return response


def take(client: WebClient, address: str, **form: Any) -> bytes:
    """Open a form, send it, and return the file; it has to be one."""
    client.open(address)
    response = send(client, address, form)
    assert response.status_code == 200, response.text
    assert not attachment_faults(response)
    return bytes(response.data)


def upload(client: WebClient, content: bytes, name: str = "answers.json", **options: Any) -> TestResponse:
    """Send a file to be taken in, as a browser does."""
    client.open(TAKE_IN)
    file = (io.BytesIO(content), name, "application/json")
    return send(client, TAKE_IN, {"file": file}, **options)


def attachment_faults(response: TestResponse) -> list[str]:
    """What is wrong with a file as it is handed out; the other headers are looked at for every answer."""
    told = response.headers.get("Content-Disposition", "")
    faults = []
    if not re.fullmatch(r'attachment; filename="[a-z]+(-[a-z]+)*-\d{4}-\d\d-\d\d\.[a-z]+"', told, re.ASCII):
        faults.append(f"Content-Disposition is {told!r}")
    if response.mimetype == "text/html":
        faults.append("it is a page")
    return faults


def seven_in_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Seven screenings, which a table reads three at a time."""
    monkeypatch.setattr(exporting, "_BATCH", 3)
    return [add_marked(store, mark) for mark in range(7)]


def begin(client: WebClient, kind: str) -> TestResponse:
    """A table of the open screenings, of which nothing has been read yet."""
    client.open(TABLE)
    data = {"csrf_token": client.csrf_token, "format": kind}
    return client.flask.post(TABLE, data=data, base_url=client.origin, buffered=False)


def failing_at(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is gone when so many screenings were read for a table."""
    seen = iter(range(1000))

    def fail_late(*arguments: Any) -> ScreeningRecord:
        if next(seen) >= number:
            raise StorageUnavailableError("gone")
        return read_answers(*arguments)

    monkeypatch.setattr("app.services.exporting.read_answers", fail_late)


# --- reading --------------------------------------------------------------------------------------


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def bundles(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def all_text(content: bytes) -> str:
    """Everything that can be read in a file; the parts of a spreadsheet one after the other."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


TAKEN: Final = (
    Action.SUMMARY_MADE,
    Action.EVIDENCE_MADE,
    Action.FHIR_MADE,
    Action.FHIR_TAKEN_IN,
    Action.TABLE_TAKEN,
)


def events(store: Store) -> list[tuple[str, str, Any]]:
    """Action, name and detail of everything that was taken along, the oldest first."""
    return [(each.action, each.actor_name, each.detail) for each in entries(store) if each.action in TAKEN]
