"""Typing a code: what is found, what is not, and that the answer to both is the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.domain.reference_code import format_reference_code, new_reference_code
from app.storage.audit import Action
from app.storage.encryption import FieldCipher
from app.storage.models import AuditEvent, ReadingGrant, Screening
from app.storage.store import Store
from config import Settings
from tests.support.client import Page, WebClient
from tests.support.journeys import CHECK, EMERGENCY, NEGATIVE, POSITIVE, walk_to
from tests.support.product import Product, row_counts
from tests.support.screenings import add, minutes_after_noon

ADDRESS = "/your-screening"
LIST = "/your-screening/list"
NOTHING = "There is no screening under this code"


@pytest.fixture
def client(store: Store, settings: Settings, product: Product) -> WebClient:
    """A patient on each kind of database."""
    return WebClient(product.make(settings, store))


def type_code(client: WebClient, code: str, *, status: int = 200) -> Page:
    client.open(ADDRESS)
    return client.submit("Find my screening", code=code, status=status)


def actions(store: Store) -> list[tuple[str, Any]]:
    with store.database.reading() as session:
        query = select(AuditEvent.action, AuditEvent.subject_id).order_by(AuditEvent.seq)
        return [(action, subject) for action, subject in session.execute(query)]


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Every statement that is sent to the database, by its first words."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(" ".join(statement.split()[:3]))

    event.listen(store.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(store.database.engine, "before_cursor_execute", note)


def test_drafts_are_taken_before_grants_as_everywhere(patient_client: WebClient, sqlite_store: Store) -> None:
    """Two that take them in different orders can wait for each other for ever."""
    walk_to(patient_client, NEGATIVE, CHECK)
    patient_client.open(ADDRESS)
    with statements(sqlite_store) as sent:
        patient_client.submit("Find my screening", code=new_reference_code(), status=404)
    assert sent.index("UPDATE screening_drafts SET") < sent.index("DELETE FROM reading_grants")


# --- the way there --------------------------------------------------------------------------------


def test_the_start_page_and_every_footer_lead_there(patient_client: WebClient) -> None:
    patient_client.open("/")
    words = "Use your code: go on, read, copy or delete"
    links = [each for each in patient_client.current.html.iter("a") if each.get("href") == ADDRESS]
    assert len(links) == 2
    patient_client.open("/about")
    assert patient_client.follow(words).h1 == words


def test_every_screening_under_the_code_is_listed_the_newest_first(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    add(store, NEGATIVE, code=code)
    add(store, POSITIVE, code=code, received_at=minutes_after_noon(60 * 24))
    add(store, POSITIVE)
    page = type_code(client, format_reference_code(code).lower())
    assert (page.address, page.h1, page.code) == (LIST, "Your screenings", code)
    addresses = [each.get("href") or "" for each in page.html.iter("a")]
    links = [each for each in addresses if each.startswith(ADDRESS) and each[-1].isdigit()]
    assert links == [f"{ADDRESS}/2", f"{ADDRESS}/1"]
    assert "2 screenings" in page.main


def test_a_result_is_shown_as_it_was(client: WebClient, store: Store) -> None:
    shown = walk_to(client, POSITIVE)
    client.submit("Finish and clear this screen")
    type_code(client, shown.code)
    page = client.open(f"{ADDRESS}/1")
    assert (page.h1, page.code) == (shown.h1, shown.code)
    then, again = (each.main.split(shown.h1, 1)[1].split("Take it with you")[0] for each in (shown, page))
    assert then == again
    assert "Check again with new answers" not in page.main


def test_an_emergency_is_shown_as_one_and_leads_back(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    add(store, EMERGENCY, code=code)
    type_code(client, code)
    page = client.open(f"{ADDRESS}/1")
    assert page.h1 == "Get help now"
    assert "worst within a minute" in page.main
    assert "by mistake" not in page.main
    assert client.follow("‹Your screenings").address == LIST


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "٣"])
def test_another_number_is_calmly_not_there(
    number: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    type_code(patient_client, code)
    assert patient_client.open(f"{ADDRESS}/{number}", status=404).h1 == NOTHING


def test_without_a_code_every_page_asks_for_it(patient_client: WebClient) -> None:
    for address in (LIST, f"{ADDRESS}/1", f"{ADDRESS}/delete", f"{ADDRESS}/deleted"):
        assert patient_client.open(address).address == ADDRESS
    for address in (f"{ADDRESS}/copy", f"{ADDRESS}/1/paper", f"{ADDRESS}/delete"):
        page = patient_client.post(address, {"confirmed": "yes"})
        assert (page.status, page.location) == (303, ADDRESS)


def test_reading_is_noted_and_changes_nothing_of_the_desk(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    screening_id = add(store, code=code)
    with store.database.reading() as session:
        before = dict(session.execute(select(Screening.__table__)).mappings().one())
    kept = {name: n for name, n in row_counts(store).items() if name in ("statistic_counts", "desk_events")}
    type_code(client, code)
    client.open(f"{ADDRESS}/1")
    with store.database.reading() as session:
        assert dict(session.execute(select(Screening.__table__)).mappings().one()) == before
    assert {name: row_counts(store)[name] for name in kept} == kept
    assert actions(store) == [
        (Action.SCREENING_FOUND, screening_id),
        (Action.SCREENING_READ_BY_CODE, screening_id),
    ]


# --- leave ends -----------------------------------------------------------------------------------


def test_finish_ends_it_and_the_old_cookie_is_worth_nothing(client: WebClient, store: Store) -> None:
    code = new_reference_code()
    add(store, code=code)
    type_code(client, code)
    held = client.cookie("screening") or ""
    client.submit("Finish and clear this screen")
    assert row_counts(store)["reading_grants"] == 0
    client.set_cookie("screening", held)
    assert client.open(LIST).address == ADDRESS


@pytest.mark.parametrize(("minutes", "is_over"), [(29, False), (31, True)])
def test_it_ends_after_half_an_hour_without_use(
    minutes: int, is_over: bool, client: WebClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = new_reference_code()
    add(store, code=code)
    type_code(client, code)
    later = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr("app.patient.your_screening.now", lambda: later)
    assert client.open(LIST).address == (ADDRESS if is_over else LIST)


def test_use_prolongs_it_but_never_past_four_hours(
    client: WebClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = new_reference_code()
    add(store, code=code)
    type_code(client, code)
    begun = datetime.now(UTC)
    for minutes in range(20, 240, 20):
        monkeypatch.setattr("app.patient.your_screening.now", lambda m=minutes: begun + timedelta(minutes=m))
        assert client.open(LIST).address == LIST
    monkeypatch.setattr("app.patient.your_screening.now", lambda: begun + timedelta(minutes=241))
    assert client.open(LIST).address == ADDRESS


def test_a_journey_that_was_begun_goes_along(client: WebClient, store: Store) -> None:
    walk_to(client, NEGATIVE, CHECK)
    code = new_reference_code()
    add(store, code=code)
    type_code(client, code)
    assert client.open(CHECK).address == CHECK
    assert client.open(LIST).code == code


def test_what_the_browser_holds_and_what_is_stored_say_nothing_of_the_code(
    client: WebClient, store: Store
) -> None:
    code = new_reference_code()
    type_code(client, code, status=404)
    assert not [each for each in client.visited + client.cookies_set if code in each.upper()]
    with store.database.reading() as session:
        (row,) = session.scalars(select(ReadingGrant))
    assert code.encode() not in row.content


# --- nobody learns from the answer whether a code is known ----------------------------------------


@pytest.mark.requirement("PAT-07")
def test_a_hit_and_a_miss_are_answered_alike(
    client: WebClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, unknown = new_reference_code(), new_reference_code()
    add(store, code=known)
    client.open(ADDRESS)
    client.post(ADDRESS, {"code": new_reference_code()})  # what is read once for all
    opened: list[Any] = []
    monkeypatch.setattr(FieldCipher, "open", lambda *given: opened.append(given))
    answers = []
    for code in (known, unknown):
        client.open(ADDRESS)
        with statements(store) as sent:
            page = client.post(ADDRESS, {"code": code})
        headers = [(name, value) for name, value in page.headers if name not in ("Set-Cookie", "Date")]
        cookie = page.headers["Set-Cookie"].partition(";")
        answers.append((page.status, page.location, headers, len(page.body), cookie[2], len(cookie[0]), sent))
    assert answers[0] == answers[1]
    assert answers[0][:2] == (303, LIST)
    assert not opened
    assert len(answers[0][-1]) > 5


def test_only_the_page_after_it_tells(client: WebClient, store: Store) -> None:
    page = type_code(client, new_reference_code(), status=404)
    assert (page.address, page.h1) == (LIST, NOTHING)
    assert "It may have been deleted, answers that were not sent may be past their day, or" in page.main
    assert actions(store) == [(Action.CODE_NOT_FOUND, None)]


@pytest.mark.requirement("PAT-02")
def test_a_code_with_a_wrong_symbol_reaches_no_database(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    patient_client.open(ADDRESS)
    swapped = next(
        code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(16) if code[i] != code[i + 1]
    )
    with statements(sqlite_store) as sent:
        page = patient_client.submit("Find my screening", code=swapped, status=422)
    assert sent == []
    assert list(page.errors) == ["code"]
    assert page.values("Find my screening")["code"] == [swapped]


@pytest.mark.requirement("PAT-06")
@pytest.mark.parametrize("query", ["code={}", "CODE={}", "x=1&code={}", "code="])
def test_a_code_in_an_address_is_refused_and_not_logged(
    query: str, patient_client: WebClient, caplog: pytest.LogCaptureFixture, sqlite_store: Store
) -> None:
    code = new_reference_code()
    before = row_counts(sqlite_store)
    for address in (ADDRESS, LIST, f"{ADDRESS}/1", f"{ADDRESS}/delete"):
        page = patient_client.request("GET", f"{address}?{query.format(code)}")
        assert (page.status, page.h1) == (400, "Type your code on the page")
        assert code not in page.body
    assert not [each for each in caplog.records if code in each.getMessage()]
    assert row_counts(sqlite_store) == before


@pytest.mark.requirement("PAT-10")
def test_many_lookups_leave_the_record_as_it_is(app: Flask, sqlite_store: Store) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    with sqlite_store.database.reading() as session:
        before = dict(session.execute(select(Screening.__table__)).mappings().one())
    client = WebClient(app)
    for _ in range(10):
        client.open(ADDRESS)
        client.post(ADDRESS, {"code": new_reference_code()})
    other = WebClient(app)
    other.flask.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert type_code(other, code).address == LIST
    with sqlite_store.database.reading() as session:
        assert dict(session.execute(select(Screening.__table__)).mappings().one()) == before


@pytest.mark.parametrize("typed", ["\x00", "🧠" * 2000, "%00", "' OR 1=1 --"])
def test_whatever_is_typed_is_never_a_failure(typed: str, patient_client: WebClient) -> None:
    patient_client.open(ADDRESS)
    for code in (typed, [typed, typed]):
        assert patient_client.post(ADDRESS, {"code": code}).status == 422
