"""However a table ends, whole, broken off or not begun: nothing stays behind, and the next one is made."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.storage.database import StorageUnavailableError
from app.storage.store import Store
from config import Settings
from tests.integration.web.clinic.desk_files import (
    KINDS,
    TABLE,
    add_marked,
    begin,
    events,
    failing_at,
    marks,
    send,
    seven_in_batches,
    take,
)
from tests.support.client import WebClient

Laid = Callable[[], list[str]]
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def three_batches(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    return seven_in_batches(sqlite_store, monkeypatch)


@pytest.fixture
def laid_down(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Laid:
    """What lies in the folders in which something may be laid down for a while."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    before = set(settings.data_dir.iterdir())
    return lambda: [
        each.name
        for each in (*folder.iterdir(), *settings.data_dir.iterdir())
        if each not in before and not each.name.endswith("-journal")
    ]


# --- not begun ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "number"), [("xlsx", 0), ("xlsx", 6), ("fhir", 0)])
def test_what_fails_before_the_file_begins_is_a_page_and_no_file(
    kind: str,
    number: int,
    three_batches: list[UUID],
    laid_down: Laid,
    clinic_client: WebClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing_at(number, monkeypatch)
    clinic_client.open(TABLE)
    page = clinic_client.post(TABLE, {"format": kind})
    assert (page.status, page.h1) == (503, "This is not available now")
    assert "Content-Disposition" not in page.headers
    assert laid_down() == []


# --- what stays behind (IO-10) --------------------------------------------------------------------


@pytest.mark.requirement("IO-10")
@each_kind
def test_nothing_stays_in_the_temporary_folder(
    kind: str, three_batches: list[UUID], laid_down: Laid, clinic_client: WebClient
) -> None:
    take(clinic_client, TABLE, format=kind)
    assert laid_down() == []


@pytest.mark.requirement("IO-10")
@each_kind
@pytest.mark.parametrize("pieces", [0, 1])
def test_nothing_stays_when_the_browser_stops_reading(
    kind: str, pieces: int, three_batches: list[UUID], laid_down: Laid, clinic_client: WebClient
) -> None:
    response = begin(clinic_client, kind)
    assert bool(laid_down()) is (kind == "xlsx")
    for _ in range(pieces):
        assert next(iter(response.response))
    response.close()
    assert laid_down() == []


def test_whoever_stops_reading_holds_up_nobody(
    three_batches: list[UUID], clinic_client: WebClient, sqlite_store: Store
) -> None:
    """On SQLite a reader that is left open would stop every writer."""
    response = begin(clinic_client, "csv")
    for _, piece in zip(range(3), response.response, strict=False):
        assert piece
    add_marked(sqlite_store, 50)
    response.close()
    assert len(marks(take(clinic_client, TABLE, format="csv"))) == 8


# --- one at a time --------------------------------------------------------------------------------


@pytest.mark.requirement("IO-11", part="one at a time")
def test_a_second_table_meanwhile_is_asked_to_wait_and_is_not_noted(
    three_batches: list[UUID], clinic_client: WebClient, sqlite_store: Store
) -> None:
    """The few threads of a worker are there for patients, too."""
    first = begin(clinic_client, "csv")
    clinic_client.open(TABLE)
    page = clinic_client.submit("Take the file", format="csv", status=503)
    assert page.errors == {"format": "Another table is being made. Wait a minute, then take this one"}
    first.close()
    first.close()
    assert len(marks(take(clinic_client, TABLE, format="csv"))) == 7
    assert len(events(sqlite_store)) == 2


@each_kind
@pytest.mark.parametrize("number", [0, 4])
def test_after_one_that_failed_the_next_is_made(
    kind: str,
    number: int,
    three_batches: list[UUID],
    clinic_client: WebClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        failing_at(number, patched)
        clinic_client.open(TABLE)
        send(clinic_client, TABLE, {"format": kind})
    assert len(marks(take(clinic_client, TABLE, format="csv"))) == 7


def test_after_one_that_could_not_be_noted_the_next_is_made(
    three_batches: list[UUID], clinic_client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise StorageUnavailableError("gone")

    with monkeypatch.context() as patched:
        patched.setattr("app.clinic.tables.record_table_taken", refuse)
        clinic_client.open(TABLE)
        assert clinic_client.post(TABLE, {"format": "csv"}).status == 503
    assert len(marks(take(clinic_client, TABLE, format="csv"))) == 7
