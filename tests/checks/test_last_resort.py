"""Whatever fails, wherever: a calm page with a number, every header, one line in the log, nothing changed.

Every page of both apps is asked for while its view, its template, the database or the session fails.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import flask.templating
import pytest
from flask import Flask

from app.storage.database import Database, StorageUnavailableError
from app.storage.store import Store
from app.web.token_session import TokenSessions
from config import Settings
from tests.support.accounts import COOKIE, Doorkeeper, Person, clinic_app, open_session
from tests.support.client import WebClient
from tests.support.headers import header_faults
from tests.support.journeys import CHECK, POSITIVE, walk_to
from tests.support.page import check_page
from tests.support.product import Product, rows_that_matter
from tests.support.routes import Route, routes_of
from tests.support.screenings import add

EVERYTHING = Person("everything@example.org", "Dr Every Thing", is_administrator=True)
ASKS_NOTHING = {"static", "healthz", "readyz", "metrics"}
Break = Callable[[Flask, pytest.MonkeyPatch], None]


def break_views(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> str:
        raise RuntimeError("canary")

    for endpoint in app.view_functions:
        if endpoint not in ASKS_NOTHING:
            monkeypatch.setitem(app.view_functions, endpoint, fail)


def break_templates(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    render = flask.templating._render

    def fail(app: Flask, template: Any, context: dict[str, Any]) -> str:
        if template.name != "error.html":
            raise RuntimeError("canary")
        return render(app, template, context)

    monkeypatch.setattr(flask.templating, "_render", fail)


def break_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Database) -> None:
        raise StorageUnavailableError("canary")

    monkeypatch.setattr(Database, "reading", fail)
    monkeypatch.setattr(Database, "looking", fail)
    monkeypatch.setattr(Database, "writing", fail)


def break_sessions(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr(TokenSessions, "open_session", fail)


BREAKS = {
    "view": break_views,
    "template": break_templates,
    "database": break_database,
    "session": break_sessions,
}


@pytest.fixture
def app(settings: Settings, sqlite_store: Store, product: Product) -> Flask:
    """One of its own: these tests break it."""
    return product.make(settings, sqlite_store)


@pytest.fixture
def browsers(app: Flask, sqlite_store: Store, doorkeeper: Doorkeeper) -> dict[str, WebClient]:
    """Somebody with a draft that is complete, and somebody who may do everything at the desk."""
    patient, clinician = WebClient(app), WebClient(app)
    walk_to(patient, POSITIVE, CHECK)
    account_id = doorkeeper.make(sqlite_store, EVERYTHING)
    now = datetime.now(UTC)
    clinician.set_cookie(COOKIE, open_session(sqlite_store, account_id, factor_at=now))
    clinician.open("/clinic/account")
    return {"": patient, "/clinic": clinician}


def asked_for(client: WebClient, prefix: str, route: Route, screening_id: UUID) -> Any:
    """The answer of one page, as the browser's own form would ask for it."""
    address = prefix + route.example(str(screening_id))
    if "GET" in route.methods:
        return client.flask.get(address)
    return client.flask.post(address, data={"csrf_token": client.csrf_token, "code": "x"})


@pytest.mark.requirement("OPS-10", "WEB-01", "WEB-11")
@pytest.mark.requirement("DAT-13", part="failures on every page")
@pytest.mark.parametrize("layer", BREAKS)
@pytest.mark.parametrize("prefix", ["", "/clinic"], ids=["patient", "clinic"])
def test_a_failure_of_any_layer_on_any_page(
    prefix: str,
    layer: str,
    app: Flask,
    browsers: dict[str, WebClient],
    sqlite_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    screening_id, client = add(sqlite_store), browsers[prefix]
    before = rows_that_matter(sqlite_store)
    found = clinic_app(app) if prefix else app
    failed = 0
    with monkeypatch.context() as broken:
        BREAKS[layer](found, broken)
        for route in routes_of(found):
            if route.endpoint in ASKS_NOTHING or (layer == "template" and "GET" not in route.methods):
                continue
            caplog.clear()
            with caplog.at_level(logging.ERROR):
                reply = asked_for(client, prefix, route, screening_id)
            if reply.status_code < 500:
                continue  # it needs nothing of the broken layer
            failed += 1
            told = [each for each in caplog.records if each.name == "screening"]
            assert reply.status_code == (503 if layer == "database" else 500), route
            assert not list(header_faults(reply.headers)), route
            assert len(told) == 1, (route, told)
            page = check_page(reply.text, reply.status_code, dict(reply.headers))
            assert page is not None
            assert "canary" not in reply.text + caplog.text + json.dumps(dict(reply.headers))
            assert "Traceback" not in reply.text
    assert failed >= 8
    assert rows_that_matter(sqlite_store) == before
    assert client.flask.get(f"{prefix}/" if not prefix else "/clinic/account").status_code == 200
