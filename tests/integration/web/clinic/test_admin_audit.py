"""The audit log and the state of the installation, as administrators read them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from app.services.audit_pages import PAGE_SIZE
from app.storage.audit import OPERATOR, Action, Actor, AuditEntry, add_audit_entry, clinician
from app.storage.models import AuditEvent
from app.storage.store import Store
from tests.integration.web.clinic.record_page import table
from tests.support.accounts import ADMINISTRATOR_ONLY, COLLEAGUE, Person, add_person
from tests.support.client import Page, WebClient
from tests.support.databases import unguarded
from tests.support.page import text
from tests.support.screenings import NOON

AUDIT = "/clinic/admin/audit"


@pytest.fixture
def client(enter: Callable[[Person], WebClient]) -> WebClient:
    return enter(ADMINISTRATOR_ONLY)


@pytest.fixture
def bo(sqlite_store: Store) -> UUID:
    return add_person(sqlite_store, COLLEAGUE, "no password")


def note(store: Store, action: Action, actor: Actor = OPERATOR, days: int = 0, **detail: object) -> None:
    with store.database.writing() as session:
        entry = AuditEntry(action, actor, NOON + timedelta(days=days), detail=dict(detail) or None)
        add_audit_entry(session, store.keyring, entry)


def whats(page: Page) -> list[str]:
    """The column that says what was done."""
    cells = (each for each in page.html.iter("td") if each.get("data-label") == "What")
    return [text(each) for each in cells]


def test_entries_stand_newest_first_in_words(client: WebClient, bo: UUID, sqlite_store: Store) -> None:
    note(sqlite_store, Action.SIGNED_IN, clinician(bo))
    note(sqlite_store, Action.SETTING_CHANGED, name="keep_closed_days", to=90)
    page = client.open(AUDIT)
    assert whats(page) == ["A setting was changed", "Somebody signed in"]
    assert "The command line A setting was changed – setting: keep_closed_days, to: 90 2" in page.main
    assert "Dr Bo Example Somebody signed in – – 1" in page.main
    assert "The log ends with entry 2." in page.main


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=signed_in", ["Somebody signed in"]),
        ("actor=operator", ["A key was added", "A setting was changed"]),
        ("actor=clinician", ["Somebody signed in"]),
        ("actor=patient", []),
        ("first=2026-03-04", ["A key was added"]),
        ("last=2026-03-02", ["Somebody signed in"]),
        ("first=2026-03-03&last=2026-03-03&actor=operator", ["A setting was changed"]),
        ("before=2", ["Somebody signed in"]),
    ],
)
def test_filters_combine_in_the_address(
    query: str, found: list[str], client: WebClient, bo: UUID, sqlite_store: Store
) -> None:
    note(sqlite_store, Action.SIGNED_IN, clinician(bo))
    note(sqlite_store, Action.SETTING_CHANGED, days=1)
    note(sqlite_store, Action.KEY_ADDED, days=2)
    page = client.open(f"{AUDIT}?{query}")
    assert whats(page) == found
    assert ("There is no such entry." in page.main) is not bool(found)


def test_one_person_is_found_by_the_list(client: WebClient, bo: UUID, sqlite_store: Store) -> None:
    note(sqlite_store, Action.SIGNED_IN, clinician(bo))
    note(sqlite_store, Action.KEY_ADDED)
    assert whats(client.open(f"{AUDIT}?actor={bo}")) == ["Somebody signed in"]


@pytest.mark.parametrize(
    "query", ["action=nothing", "actor=nobody-knows", "first=yesterday", "last=2026-02-30", "actor=1&first=x"]
)
def test_a_filter_that_cannot_be_is_said(query: str, client: WebClient) -> None:
    page = client.open(f"{AUDIT}?{query}", status=422)
    assert page.title.startswith("Error:")
    assert "There is no such entry." not in page.main


@pytest.mark.parametrize("odd", ["-1", "x", "²", "١", "1" * 40, "9223372036854775808", "NaN", ""])
def test_a_place_that_cannot_be_is_no_failure(odd: str, client: WebClient, sqlite_store: Store) -> None:
    note(sqlite_store, Action.KEY_ADDED)
    client.open(f"{AUDIT}?before={odd}")


def test_pages_hold_every_entry_once(client: WebClient, sqlite_store: Store) -> None:
    with sqlite_store.database.writing() as session:
        for _ in range(PAGE_SIZE + 7):
            entry = AuditEntry(Action.KEY_ADDED, OPERATOR, NOON)
            add_audit_entry(session, sqlite_store.keyring, entry)
    assert len(whats(client.open(f"{AUDIT}?action=key_added&first=2026-01-01"))) == PAGE_SIZE
    older = client.follow("Older entries")
    assert len(whats(older)) == 7
    assert "first=2026-01-01" in older.address
    assert "Older entries" not in older.body


def test_a_detail_that_cannot_be_read_hides_no_other(client: WebClient, sqlite_store: Store) -> None:
    note(sqlite_store, Action.KEY_ADDED, id="abcd")
    with unguarded(sqlite_store.database) as connection:
        connection.execute(update(AuditEvent).values(detail=b"\0"))
    note(sqlite_store, Action.KEY_RETIRED)
    page = client.open(AUDIT)
    assert "This cannot be read" in page.main
    assert whats(page) == ["A key was retired", "A key was added"]


CLINICAL: dict[str, Any] = {
    "status": "needs_contact",
    "policy": "nice-ta-260",
    "reason": "typed-words",
    "filters": "outcome=x",
}


@pytest.mark.requirement("AZ-05", part="the details of the audit log")
def test_who_is_no_clinician_sees_nothing_clinical_in_a_detail(
    client: WebClient, sqlite_store: Store
) -> None:
    told: dict[str, Any] = {"rows": 3, "format": "csv", "later_word": "unheard-of", **CLINICAL}
    note(sqlite_store, Action.TABLE_TAKEN, **told)
    page = client.open(AUDIT)
    assert "rows: 3, format: csv" in page.main
    for value in (*CLINICAL.values(), "unheard-of"):
        assert value not in page.main


def test_who_is_a_clinician_too_sees_the_whole_detail(
    enter: Callable[[Person], WebClient], sqlite_store: Store
) -> None:
    client = enter(Person("ed@example.org", "Ed Example", is_administrator=True))
    told: dict[str, Any] = {"rows": 3, **CLINICAL}
    note(sqlite_store, Action.TABLE_TAKEN, **told)
    page = client.open(AUDIT)
    for value in CLINICAL.values():
        assert value in page.main


def test_looking_at_the_log_changes_nothing(client: WebClient, sqlite_store: Store) -> None:
    note(sqlite_store, Action.KEY_ADDED)
    client.open(AUDIT)
    with sqlite_store.database.reading() as session:
        assert session.query(AuditEvent).count() == 1


def test_the_installation_shows_keys_without_their_secret(client: WebClient, sqlite_store: Store) -> None:
    page = client.open("/clinic/admin/installation")
    key = sqlite_store.keyring.active
    assert key.id in page.main
    assert table(page, "Keys") == [[key.id, "Seals and opens", "0 days old"]]
    assert key.secret.hex() not in page.body
    assert "ichd-3-1.3" in page.main
    assert sqlite_store.database.engine.dialect.name in page.main
