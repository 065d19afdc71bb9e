"""A view as a file: what is in it, what is not unless it is asked for, and which rows it has."""

import io
import json
import zipfile
from uuid import UUID

import pytest

from app.services import exporting
from app.storage.models import Screening
from app.storage.store import Store
from tests.integration.web.clinic.desk_files import (
    CANARIES,
    CODE,
    KINDS,
    MARK,
    MINUTE,
    TABLE,
    WITH_TEXT,
    add_marked,
    add_with_canaries,
    all_text,
    bundles,
    close,
    csv_rows,
    events,
    marks,
    request,
    send,
    take,
)
from tests.support.accounts import CLINICIAN
from tests.support.client import WebClient
from tests.support.journeys import POSITIVE
from tests.support.screenings import BY_URGENCY, EMERGENCY_ANSWERS, add

each_kind = pytest.mark.parametrize("kind", KINDS)


def damage(store: Store, screening_id: UUID) -> None:
    with store.database.writing() as session:
        session.get_one(Screening, screening_id).answers = b"damaged"


# --- what leaves by itself, and what does not (IO-09) -----------------------------------------------


@pytest.mark.requirement("IO-09", part="nothing by itself")
@each_kind
def test_nothing_that_tells_of_one_person_leaves_by_itself(
    kind: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    screening_id = add_with_canaries(sqlite_store)
    text = all_text(take(clinic_client, TABLE, format=kind))
    for canary in (*CANARIES, CODE, "7KQ2", str(screening_id), screening_id.hex, CLINICIAN.email):
        assert canary not in text, canary
    assert "<v>46083." not in text, "a time of day stands in a cell"
    assert "positive" in text


@pytest.mark.requirement("IO-09", part="never the code")
@each_kind
def test_what_was_typed_leaves_when_it_is_asked_for_but_never_the_code(
    kind: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    """Else the canaries of the test above would prove nothing."""
    screening_id = add_with_canaries(sqlite_store)
    text = all_text(take(clinic_client, TABLE, format=kind, **WITH_TEXT))
    for canary in CANARIES[:3]:
        assert canary in text, canary
    assert ("<v>46083.40347" if kind == "xlsx" else f"{MINUTE:%H:%M}") in text
    for secret in (CODE, "7KQ2", str(screening_id), screening_id.hex):
        assert secret not in text


def test_days_are_those_of_the_clinic(clinic_client: WebClient, sqlite_store: Store) -> None:
    add_with_canaries(sqlite_store)
    [row] = csv_rows(take(clinic_client, TABLE, format="csv"))
    assert (row["received_on"], row["first_reviewed_on"], row["status"]) == (
        "2026-03-02",
        "2026-03-02",
        "in_review",
    )
    assert row["outcome_basis"] == "self_reported_not_a_diagnosis"


# --- the rows (IO-11) -----------------------------------------------------------------------------


@pytest.mark.requirement("IO-11", part="the rows of the view")
@each_kind
def test_the_rows_are_those_of_the_view_in_its_order(
    kind: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    for mark, answers in enumerate(reversed(BY_URGENCY)):
        add_marked(sqlite_store, mark, answers=answers)
    close(sqlite_store, add_marked(sqlite_store, 9))
    taken = take(clinic_client, f"{TABLE}?status=any", format=kind)
    if kind == "csv":
        assert marks(taken) == ["3", "2", "1", "0", "9"]
        assert marks(take(clinic_client, TABLE, format="csv")) == ["3", "2", "1", "0"]
        assert marks(take(clinic_client, f"{TABLE}?status=done", format="csv")) == ["9"]
        assert marks(take(clinic_client, f"{TABLE}?urgency=urgent", format="csv")) == ["3", "2"]
    elif kind == "fhir":
        found = [json.dumps(bundle) for bundle in bundles(taken)]
        assert len(found) == 5
        assert "loss_of_vision" in found[0]
    else:
        with zipfile.ZipFile(io.BytesIO(taken)) as parts:
            sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert sheet.count("<row ") == 6


def test_a_view_of_several_batches_has_each_row_once(clinic_client: WebClient, sqlite_store: Store) -> None:
    for mark in range(101):
        add_marked(sqlite_store, mark, answers=EMERGENCY_ANSWERS if mark % 2 else POSITIVE)
    odd, even = range(1, 101, 2), range(0, 101, 2)
    assert marks(take(clinic_client, TABLE, format="csv")) == [str(each) for each in (*odd, *even)]


def test_an_empty_view_is_a_file_with_no_row(clinic_client: WebClient) -> None:
    assert csv_rows(take(clinic_client, TABLE, format="csv")) == []
    assert bundles(take(clinic_client, TABLE, format="fhir")) == []


@each_kind
def test_a_screening_that_cannot_be_read_keeps_its_row_and_says_so(
    kind: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    ids = [add_marked(sqlite_store, mark) for mark in range(3)]
    damage(sqlite_store, ids[1])
    taken = take(clinic_client, TABLE, format=kind)
    if kind == "csv":
        rows = csv_rows(taken)
        assert [row[MARK] for row in rows] == ["0", "", "2"]
        assert [value for value in rows[1].values() if value] == ["cannot_be_read"]
    elif kind == "fhir":
        found = bundles(taken)
        assert found[1] == {"error": "cannot_be_read"}
        assert [each.get("resourceType") for each in found] == ["Bundle", None, "Bundle"]
    else:
        assert all_text(taken).count("cannot_be_read") == 1


def test_a_view_that_is_not_understood_is_not_taken_as_a_wider_one(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    """A day that is none would else let everything out."""
    add(sqlite_store)
    clinic_client.open(TABLE)
    for query in ("from=2026-02-30", "status=nonsense", "assigned=somebody", "urgency=1"):
        page = clinic_client.post(f"{TABLE}?{query}", {"format": "csv"})
        assert page.status == 422
        assert "left out" in page.main
        assert "left out" in clinic_client.request("GET", f"{TABLE}?{query}").main
    assert events(sqlite_store) == []


# --- the cap --------------------------------------------------------------------------------------


@pytest.mark.requirement("IO-11", part="limited in number")
def test_a_view_of_more_than_a_browser_should_wait_for_is_refused_with_what_to_do(
    clinic_client: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exporting.MOST_IN_BROWSER == 5_000
    for module in ("services.exporting", "clinic.tables"):
        monkeypatch.setattr(f"app.{module}.MOST_IN_BROWSER", 2)
    for mark in range(2):
        add_marked(sqlite_store, mark)
    assert len(marks(take(clinic_client, TABLE, format="csv"))) == 2
    one_too_many = add_marked(sqlite_store, 2)
    clinic_client.open(TABLE)
    page = clinic_client.submit("Take the file", format="csv", status=422)
    assert page.errors == {
        "format": "This view has more than 2 screenings. Choose fewer with the filters, or ask for the "
        "operator’s command “export”"
    }
    assert len(events(sqlite_store)) == 1
    close(sqlite_store, one_too_many)
    assert len(marks(take(clinic_client, TABLE, format="csv"))) == 2


def test_the_page_alone_takes_nothing(clinic_client: WebClient, sqlite_store: Store) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        assert request(clinic_client, method, TABLE).status_code == 200
    assert events(sqlite_store) == []
    clinic_client.open(f"{TABLE}?status=done&urgency=urgent")
    assert send(clinic_client, f"{TABLE}?status=done", {"format": "csv"}).status_code == 200
