"""Handing in: once whatever happens, only what was asked, and no code in clear anywhere."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.domain.reference_code import format_reference_code, new_reference_code
from app.questionnaire.draft_answers import draft_answers
from app.services.clinical_review import find_by_reference_code, open_record
from app.services.self_screening import change_answers, find_draft
from app.storage.audit import Action
from app.storage.base import Base
from app.storage.models import AuditEvent, Screening
from app.storage.store import Store
from app.web.context import now
from config import Settings
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    CHECK,
    DAYS,
    NO_MEDICINE,
    OPTIONAL_PAGES,
    POSITIVE,
    SAFETY,
    SECTIONS,
    answer_page,
    fields_of,
    fill_section,
    walk_to,
)
from tests.support.product import Product, row_counts
from tests.support.screenings import add

AT_ONCE = 40


@pytest.fixture
def client(store: Store, settings: Settings, product: Product) -> WebClient:
    """A patient on each kind of database."""
    return WebClient(product.make(settings, store))


@pytest.mark.requirement("PAT-16")
def test_forty_at_once_store_one_row_under_one_code_and_note_it_once(client: WebClient, store: Store) -> None:
    code = walk_to(client, POSITIVE, CHECK).code
    token, cookie = client.csrf_token, client.cookie("screening") or ""
    app = client.flask.application

    def send(_number: int) -> tuple[int, str, str]:
        browser = WebClient(app)
        browser.set_cookie("screening", cookie)
        page = browser.post("/screening/submit", token=token)
        return page.status, page.location, browser.open("/screening/result").code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = set(pool.map(send, range(AT_ONCE)))
    assert answers == {(303, "/screening/result", code)}
    with store.database.reading() as session:
        (screening_id,) = session.scalars(select(Screening.id))
        noted = session.scalars(
            select(AuditEvent.subject_id).where(AuditEvent.action == Action.SCREENING_STORED)
        )
        assert list(noted) in ([], [screening_id])


@pytest.mark.requirement("PAT-17", part="the answers")
def test_nothing_is_stored_before_everything_is_answered(client: WebClient, store: Store) -> None:
    client.open("/")
    assert client.post("/screening/submit").status == 404
    client.open("/")
    client.submit("Start")
    while client.current.address != CHECK:
        page = client.post("/screening/submit")
        assert (page.status, page.location.startswith("/screening/")) == (303, True)
        assert row_counts(store)["screenings"] == 0
        _answer_next(client)


@pytest.mark.requirement("PAT-17", part="consent")
def test_who_did_not_agree_on_the_first_page_can_send_nothing(client: WebClient, store: Store) -> None:
    """Pressing Start is what agrees: without it no page takes an answer, in whatever order they are asked."""
    for address in (SAFETY, DAYS, "/screening/submit"):
        client.open("/")
        assert client.post(address, fields_of(address, NO_MEDICINE)).status == 404, address
    assert row_counts(store)["screenings"] == row_counts(store)["screening_drafts"] == 0


def _answer_next(client: WebClient) -> None:
    client.submit("Continue", fields_of(client.current.address, NO_MEDICINE))


COLUMNS = {column.name for table in Base.metadata.tables.values() for column in table.columns}


class Forger(WebClient):
    """Sends the names of all columns with every form, but for those that the form asks for."""

    def submit(self, *given: Any, extra: Mapping[str, Any] | None = None, **more: Any) -> Page:
        body = self.current.body
        forged = {name: "1" for name in COLUMNS if f'name="{name}"' not in body}
        return super().submit(*given, extra={**forged, **(extra or {})}, **more)

    def post(self, address: str, *given: Any, **more: Any) -> Page:
        return super().post(address, *(given or (dict.fromkeys(COLUMNS, "1"),)), **more)


@pytest.mark.requirement("PAT-18")
def test_the_names_of_columns_in_any_form_change_nothing(app: Flask, sqlite_store: Store) -> None:
    client, code = Forger(app), new_reference_code()
    client.open("/again")
    client.submit("Start", code=code)
    while client.current.address != CHECK:
        answer_page(client, POSITIVE)
    for section in SECTIONS:
        fill_section(client, section)
        client.open(CHECK)
    page = client.submit("Send my answers")
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, page.code)).screening
    assert page.code == code
    assert stored.answers == {**POSITIVE, **_optional_answers()}
    assert (stored.outcome, stored.status, stored.visit, stored.is_demonstration) == (
        "positive",
        "new",
        1,
        False,
    )


@pytest.mark.requirement("PAT-18")
def test_reading_with_forged_fields_changes_nothing(app: Flask, sqlite_store: Store) -> None:
    client, code = Forger(app), new_reference_code()
    add(sqlite_store, code=code)
    before = _row(sqlite_store)
    client.open("/your-screening")
    client.submit("Find my screening", code=code)
    for address in ("/your-screening/copy", "/your-screening/1/paper"):
        assert client.post(address).status == 200
    client.open("/your-screening/delete")
    client.submit("Delete my answers", status=422)
    assert client.post("/finish").status == 303
    assert _row(sqlite_store) == before


def _optional_answers() -> dict[str, object]:
    return {name: value for answers in OPTIONAL_PAGES.values() for name, value in answers.items()}


def _row(store: Store) -> dict[str, object]:
    with store.database.reading() as session:
        return dict(session.execute(select(Screening.__table__)).mappings().one())


# --- no code in clear -----------------------------------------------------------------------------


@pytest.mark.embedded_file
@pytest.mark.requirement("PAT-04")
@pytest.mark.parametrize("number", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_no_file_and_no_log_holds_a_code_in_clear(
    number: int, app: Flask, sqlite_store: Store, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    codes = [_hand_in(app, sqlite_store, each) for each in range(number)]
    assert len(set(codes)) == number
    files = [file for file in settings.data_dir.rglob("*") if file.is_file()]
    held = {file.name: file.read_bytes().upper() for file in files}
    held |= {"journal": _journal(sqlite_store).upper(), "log": caplog.text.encode().upper()}
    assert len(held["screening.db"]) > 1000 * number
    assert len(held["journal"]) > 1000
    for code in codes:
        for form in (code, format_reference_code(code)):
            assert not [name for name, content in held.items() if form.encode() in content]


def _hand_in(app: Flask, store: Store, number: int) -> str:
    """One screening by the pages where the code is made, sent, shown and typed."""
    client = WebClient(app)
    client.flask.environ_base["REMOTE_ADDR"] = f"192.0.2.{number % 250}"
    client.open("/")
    client.submit("Start")
    token = client.cookie("screening")
    answers = draft_answers(POSITIVE)
    change_answers(store, token, lambda _before: answers, now())
    client.post("/screening/submit")
    code = find_draft(store, token, now()).reference_code
    if number % 10 == 0:
        assert client.open("/screening/result").code == code
        client.open("/your-screening")
        client.submit("Find my screening", code=code)
        client.post("/your-screening/copy")
        client.open("/your-screening/1")
    return code


def _journal(store: Store) -> bytes:
    """What the journal holds while every screening is being changed."""
    with store.database.engine.connect() as connection:
        connection.execute(update(Screening).values(row_version=Screening.row_version + 1, language="xx"))
        content = Path(f"{store.database.engine.url.database}-journal").read_bytes()
        connection.rollback()
    return content
