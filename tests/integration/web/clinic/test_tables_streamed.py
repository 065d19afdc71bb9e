"""A table is written while it is read: what others change meanwhile, and what cannot be finished."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete
from werkzeug.test import TestResponse

from app.clinic import tables
from app.storage.models import Screening, ScreeningPolicy
from app.storage.store import Store
from tests.integration.web.clinic.desk_files import (
    MARK,
    TABLE,
    add_marked,
    begin,
    bundles,
    close,
    csv_rows,
    failing_at,
    marks,
    seven_in_batches,
    take,
)
from tests.support.client import WebClient
from tests.support.screenings import EMERGENCY_ANSWERS


@pytest.fixture
def three_batches(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    return seven_in_batches(sqlite_store, monkeypatch)


# --- others work meanwhile (IO-11) ----------------------------------------------------------------


def read_with(response: TestResponse, after: int, change: Callable[[], Any]) -> bytes:
    """All of a file, of which so many pieces are read before something happens."""
    pieces = []
    for number, piece in enumerate(response.response):
        assert isinstance(piece, bytes)
        pieces.append(piece)
        if number == after:
            change()
    response.close()
    return b"".join(pieces)


def test_what_comes_meanwhile_moves_no_other_row(
    three_batches: list[UUID], clinic_client: WebClient, sqlite_store: Store
) -> None:
    """One that belongs behind the place that was reached is there, one that belongs before it is not."""

    def add_two() -> None:
        add_marked(sqlite_store, 99)
        add_marked(sqlite_store, 98, answers=EMERGENCY_ANSWERS)

    taken = read_with(begin(clinic_client, "csv"), 2, add_two)
    assert marks(taken) == ["0", "1", "2", "3", "4", "5", "6", "99"]


def test_what_is_closed_meanwhile_leaves_and_moves_no_other_row(
    three_batches: list[UUID], clinic_client: WebClient, sqlite_store: Store
) -> None:
    """Behind and before the place that was reached, and the screening at that place itself."""

    def close_three() -> None:
        for number in (0, 2, 4):
            close(sqlite_store, three_batches[number])

    taken = read_with(begin(clinic_client, "csv"), 3, close_three)
    assert marks(taken) == ["0", "1", "2", "3", "5", "6"]


@pytest.mark.requirement("IO-11", part="nothing deleted meanwhile")
def test_what_is_deleted_meanwhile_leaves_no_row(
    three_batches: list[UUID], clinic_client: WebClient, sqlite_store: Store
) -> None:
    def delete_two() -> None:
        with sqlite_store.database.writing() as session:
            for number in (2, 3):
                policies = delete(ScreeningPolicy).where(
                    ScreeningPolicy.screening_id == three_batches[number]
                )
                session.execute(policies)
                session.execute(delete(Screening).where(Screening.id == three_batches[number]))

    taken = read_with(begin(clinic_client, "csv"), 3, delete_two)
    assert marks(taken) == ["0", "1", "2", "4", "5", "6"]


# --- what fails -----------------------------------------------------------------------------------


def test_a_csv_that_cannot_be_finished_says_so_in_its_last_row(
    three_batches: list[UUID], clinic_client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends it as if it were whole: nothing else would tell."""
    failing_at(4, monkeypatch)
    rows = csv_rows(take(clinic_client, TABLE, format="csv"))
    assert [row[MARK] or "" for row in rows] == ["0", "1", "2", ""]
    assert rows[-1]["received_on"] == tables.NOT_COMPLETE


def test_bundles_that_cannot_be_finished_say_so_in_the_last_line(
    three_batches: list[UUID], clinic_client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_at(4, monkeypatch)
    found = bundles(take(clinic_client, TABLE, format="fhir"))
    assert [each.get("resourceType") for each in found] == ["Bundle"] * 3 + [None]
    assert found[-1] == {"error": tables.NOT_COMPLETE}


def test_a_failure_half_way_is_logged(
    three_batches: list[UUID],
    clinic_client: WebClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing_at(4, monkeypatch)
    take(clinic_client, TABLE, format="csv")
    [entry] = [each for each in caplog.records if each.name == "screening"]
    assert "StorageUnavailableError" in entry.getMessage()
