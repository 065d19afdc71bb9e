"""Whether the process lives, and whether it can do its work: the two questions of an operator."""

import time
from contextlib import closing
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from app.storage.database import Database
from app.storage.store import Store
from config import Settings
from tests.support.client import WebClient
from tests.support.databases import sqlite_url
from tests.support.product import Product

PREFIXES = ("", "/clinic")


def answers(app: Flask, question: str) -> set[tuple[int, str]]:
    client = WebClient(app)
    replies = [client.request("GET", f"{prefix}/{question}") for prefix in PREFIXES]
    assert all(reply.headers["Content-Type"].startswith("text/plain") for reply in replies)
    return {(reply.status, reply.body) for reply in replies}


def product_on(url: str, product: Product, settings: Settings, store: Store) -> Flask:
    return product.make(settings, replace(store, database=Database(url)))


def test_a_whole_product_lives_and_is_ready(store: Store, settings: Settings, product: Product) -> None:
    app = product.make(settings, store)
    assert answers(app, "healthz") == {(200, "ok\n")}
    assert answers(app, "readyz") == {(200, "ready\n")}


def test_an_older_schema_lives_and_is_not_ready(store: Store, settings: Settings, product: Product) -> None:
    with store.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001_create_screenings'"))
    app = product.make(settings, store)
    assert answers(app, "healthz") == {(200, "ok\n")}
    assert answers(app, "readyz") == {(503, "not ready\n")}


@pytest.mark.requirement("OPS-04")
@pytest.mark.parametrize("kind", ["empty", "missing folder", "no database", "no server"])
def test_without_its_database_it_lives_and_is_not_ready_and_says_so_soon(
    kind: str, sqlite_store: Store, settings: Settings, product: Product
) -> None:
    file = settings.data_dir / "other.db"
    if kind == "no database":
        file.write_bytes(b"this is no database at all, " * 100)
    url = {
        "missing folder": sqlite_url(settings.data_dir / "missing" / "x.db"),
        "no server": "postgresql+psycopg://nobody@127.0.0.1:1/nothing",
    }.get(kind, sqlite_url(file))
    app = product_on(url, product, settings, sqlite_store)
    began = time.monotonic()
    assert answers(app, "healthz") == {(200, "ok\n")}
    assert answers(app, "readyz") == {(503, "not ready\n")}
    assert time.monotonic() - began < 8


@pytest.mark.requirement("OPS-04")
def test_living_asks_nothing_of_the_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_connection(*_: object) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr("sqlalchemy.engine.Engine.connect", no_connection)
    assert answers(app, "healthz") == {(200, "ok\n")}


def test_readiness_comes_back_with_the_database(
    settings: Settings, sqlite_store: Store, product: Product
) -> None:
    app = product.make(settings, sqlite_store)
    away = settings.data_dir / "away.db"
    file = settings.data_dir / "screening.db"
    sqlite_store.database.close()
    file.rename(away)
    assert answers(app, "readyz") == {(503, "not ready\n")}
    sqlite_store.database.close()
    away.replace(file)
    assert answers(app, "readyz") == {(200, "ready\n")}


def test_a_head_request_is_answered_without_a_body(app: Flask) -> None:
    for question in ("healthz", "readyz"):
        page = WebClient(app).request("HEAD", f"/{question}")
        assert (page.status, page.body) == (200, "")


@pytest.mark.requirement("OPS-04")
def test_neither_says_which_version_or_database_it_is(app: Flask, sqlite_store: Store) -> None:
    with closing(sqlite_store.database):
        for _, body in answers(app, "healthz") | answers(app, "readyz"):
            assert body in ("ok\n", "ready\n")
