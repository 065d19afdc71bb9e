"""Texts leave the desk only with a reason, which is kept sealed with the name of who gave it and the time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.storage.store import Store
from tests.integration.web.clinic.desk_files import (
    CANARIES,
    CODE,
    KINDS,
    NOTE,
    TABLE,
    TYPED_NAME,
    WITH_TEXT,
    add_with_canaries,
    address_of,
    events,
    take,
)
from tests.support.accounts import CLINICIAN
from tests.support.audit import entries
from tests.support.client import WebClient
from tests.support.databases import stored_bytes
from tests.support.screenings import add

REASON = WITH_TEXT["reason"]


@pytest.fixture(params=["a view", "a record"])
def where(request: pytest.FixtureRequest, clinic_client: WebClient, sqlite_store: Store) -> str:
    """Each page whose file may hold texts, with something in it."""
    screening_id = add_with_canaries(sqlite_store)
    return TABLE if request.param == "a view" else address_of(screening_id, "/fhir")


@pytest.mark.requirement("IO-09", part="a reason")
@pytest.mark.parametrize("reason", ["", "   ", "\x00", None])
def test_texts_need_a_reason(
    reason: str | None, where: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    clinic_client.open(where)
    fields = {"texts": ["with_text"], "reason": reason} | ({"format": "fhir"} if where == TABLE else {})
    page = clinic_client.submit("Take the file", fields, status=422)
    assert page.errors == {"reason": "Enter why the texts are needed, or leave them out"}
    assert events(sqlite_store) == []


def test_nothing_is_ticked_or_written_beforehand(where: str, clinic_client: WebClient) -> None:
    values = clinic_client.open(where).values("Take the file")
    assert "texts" not in values
    assert values["reason"] == [""]


@pytest.mark.requirement("DAT-07", part="tables and FHIR")
def test_the_reason_is_kept_with_name_and_time_and_sealed(
    where: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    take(clinic_client, where, format="fhir", **WITH_TEXT)
    [(kind, name, detail)] = events(sqlite_store)
    assert (kind, name, detail["reason"]) == ("fhir_made", CLINICIAN.name, REASON)
    happened_at = entries(sqlite_store)[-1].happened_at
    assert timedelta(0) <= datetime.now(UTC) - happened_at < timedelta(minutes=1)
    assert b"For the audit" not in stored_bytes(sqlite_store.database)


def test_every_kind_of_table_keeps_it_with_its_view(clinic_client: WebClient, sqlite_store: Store) -> None:
    for kind in KINDS:
        take(clinic_client, f"{TABLE}?status=done&urgency=soon", format=kind, **WITH_TEXT)
    told = {"filters": "status=done&urgency=soon", "rows": 0, "reason": REASON}
    assert events(sqlite_store) == [
        ("table_taken", CLINICIAN.name, {"format": "csv", **told}),
        ("table_taken", CLINICIAN.name, {"format": "xlsx", **told}),
        ("fhir_made", CLINICIAN.name, {"format": "fhir", **told}),
    ]


def test_without_texts_no_reason_is_kept(where: str, clinic_client: WebClient, sqlite_store: Store) -> None:
    taken = take(clinic_client, where, format="fhir", reason="Typed, and then thought better of")
    [(_, _, detail)] = events(sqlite_store)
    assert not (detail or {}).get("reason")
    assert NOTE.encode() not in taken


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"texts": "not_sure", "reason": "x"}, "texts"),
        ({"texts": "none"}, "texts"),
        ({"texts": ["with_text", "none"], "reason": "x"}, "texts"),
        ({"texts": "yes", "reason": "x"}, "texts"),
        ({"texts": "with_text", "reason": "x" * 201}, "reason"),
    ],
)
def test_a_form_that_is_not_ours_takes_nothing(
    form: dict[str, Any], field: str, where: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    clinic_client.open(where)
    page = clinic_client.post(where, {"format": "fhir", **form})
    assert (page.status, list(page.errors)) == (422, [field])
    assert events(sqlite_store) == []


@pytest.mark.parametrize("kind", ["", "pdf", "CSV", "csv;xlsx", "\x00"])
def test_a_kind_of_table_that_is_none_takes_nothing(
    kind: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    clinic_client.open(TABLE)
    page = clinic_client.post(TABLE, {"format": kind})
    assert (page.status, page.errors) == (422, {"format": "Choose the kind of file"})
    assert events(sqlite_store) == []


# --- one record as FHIR -----------------------------------------------------------------------------


def test_a_record_as_fhir_tells_nothing_of_one_person_by_itself(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    screening_id = add_with_canaries(sqlite_store)
    text = take(clinic_client, address_of(screening_id, "/fhir")).decode()
    for canary in (*CANARIES, CODE, "7KQ2", str(screening_id), screening_id.hex, CLINICIAN.email):
        assert canary not in text, canary


def test_a_record_as_fhir_with_texts_has_them_but_never_the_code(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    screening_id = add_with_canaries(sqlite_store)
    text = take(clinic_client, address_of(screening_id, "/fhir"), **WITH_TEXT).decode()
    for canary in (TYPED_NAME, NOTE, CLINICIAN.name, "T09:41:27"):
        assert canary in text, canary
    for secret in (CODE, "7KQ2", str(screening_id), screening_id.hex):
        assert secret not in text, secret


def test_a_reason_is_no_markup_where_the_record_shows_it(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    screening_id = add(sqlite_store)
    take(clinic_client, address_of(screening_id, "/fhir"), texts="with_text", reason="<script>x</script>%s")
    assert "<script>x" not in clinic_client.open(address_of(screening_id)).body
