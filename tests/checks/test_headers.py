"""The headers of every kind of response, exactly."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.exceptions import TooManyRequests
from werkzeug.test import TestResponse

from app.storage.database import Database, StorageUnavailableError
from app.storage.store import Store
from app.web.headers import HEADERS
from config import Settings
from tests.support.accounts import clinic_app
from tests.support.client import WebClient
from tests.support.headers import SECURITY_HEADERS, header_faults
from tests.support.page import check_page, h1, link_by_text
from tests.support.product import Product
from tests.support.routes import routes_of


@pytest.fixture
def app(settings: Settings, sqlite_store: Store, product: Product) -> Flask:
    """One of its own: these tests break it."""
    return product.make(settings, sqlite_store)


PREFIXES = {"patient": "", "clinic": "/clinic"}
each_app = pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)


def fetch(app: Flask, method: str, address: str, **options: object) -> TestResponse:
    return app.test_client().open(address, method=method, buffered=True, **options)  # type: ignore[arg-type]


def assert_calm(response: TestResponse, status: int, heading: str) -> None:
    """An error page: whole, in the dress of the product, with every header and no trace of its cause."""
    assert response.status_code == status
    assert not list(header_faults(response.headers))
    assert h1(check_page(response.text, status, dict(response.headers))) == heading
    for trace in ("Traceback", "sqlalchemy", "sqlite", "psycopg", 'File "', "canary", "Werkzeug", "Flask"):
        assert trace not in response.text


def fail(app: Flask, endpoint: str, problem: Exception) -> None:
    def view(**_: object) -> str:
        raise problem

    app.view_functions[endpoint] = view


@pytest.mark.requirement("WEB-01", "WEB-02")
def test_the_headers_written_here_are_those_of_the_product() -> None:
    assert SECURITY_HEADERS == HEADERS
    assert "unsafe" not in str(SECURITY_HEADERS)


@pytest.mark.requirement("WEB-01")
@pytest.mark.requirement("WEB-09", part="every page")
@pytest.mark.requirement("PAT-11", part="no-store")
@each_app
def test_every_page_that_can_be_asked_for_has_them(prefix: str, app: Flask) -> None:
    client = WebClient(app)
    found = app if not prefix else clinic_app(app)
    for route in routes_of(found):
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE"):
            client.request(method, prefix + route.example("0" * 32))


@pytest.mark.requirement("WEB-01")
@each_app
def test_over_https_a_browser_is_told_to_stay_there(
    prefix: str, product: Product, settings: Settings, sqlite_store: Store
) -> None:
    app = product.make(replace(settings, public_url="https://localhost"), sqlite_store)
    client = WebClient(app, is_https=True)
    for address in ("/", "/nothing", "/healthz", "/static/app.css", "/static/nothing.css"):
        client.request("GET", prefix + address)


@pytest.mark.requirement("WEB-01")
@each_app
def test_a_static_file_may_be_kept_and_a_missing_one_not(prefix: str, app: Flask) -> None:
    client = WebClient(app)
    found = client.request("GET", f"{prefix}/static/app.css")
    assert found.status == 200
    assert found.headers["Content-Type"] == "text/css; charset=utf-8"
    etag = found.headers["ETag"]
    assert client.request("GET", f"{prefix}/static/app.css", headers={"If-None-Match": etag}).status == 304
    assert client.request("GET", f"{prefix}/static/nothing.css").status == 404


def test_addresses_of_static_files_change_with_their_contents(patient_client: WebClient) -> None:
    page = patient_client.open("/")
    addresses = [each.get("href", "") for each in page.html.iter("link")]
    assert addresses
    for address in addresses:
        assert "?v=" in address
        assert patient_client.request("GET", address).status == 200


@pytest.mark.requirement("WEB-01")
def test_a_page_that_is_not_there_is_a_404_page(app: Flask) -> None:
    assert_calm(fetch(app, "GET", "/nothing"), 404, "There is no such page")


@pytest.mark.requirement("WEB-01")
@each_app
def test_a_method_that_a_page_does_not_have_is_a_405_page_that_names_the_others(
    prefix: str, app: Flask
) -> None:
    address, known = (f"{prefix}/sign-in", "POST") if prefix else ("/about", "GET")
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        response = fetch(app, method, address)
        assert response.status_code == (405 if not prefix else response.status_code)
        if response.status_code == 405:
            assert_calm(response, 405, "This page cannot be opened like that")
            assert known in response.headers["Allow"]


@pytest.mark.requirement("WEB-01")
@pytest.mark.requirement("IO-05", part="bodies and parts")
@each_app
def test_a_body_that_is_too_large_is_a_413_page(prefix: str, app: Flask) -> None:
    address = f"{prefix}/sign-in" if prefix else "/start"
    response = fetch(app, "POST", address, data={"x": "x" * 70_000})
    assert_calm(response, 413, "What you sent is too large")


@pytest.mark.requirement("WEB-01", "WEB-11", "DAT-13")
@each_app
@pytest.mark.parametrize(
    "problem", [RuntimeError("canary"), KeyError("canary"), RecursionError("canary")], ids=repr
)
def test_a_failure_of_ours_is_a_500_page_with_a_number_that_stands_in_the_log(
    prefix: str, problem: Exception, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    broken, endpoint, address = (
        (clinic_app(app), "clinic.sign_in", "/clinic/sign-in") if prefix else (app, "patient.about", "/about")
    )
    fail(broken, endpoint, problem)
    response = fetch(app, "GET", address)
    assert_calm(response, 500, "This is not working now")
    number = response.text.partition("give this number:")[2].split("<")[0].strip()
    assert len(number) == 12
    assert number in caplog.text
    assert "canary" not in caplog.text
    assert fetch(app, "GET", f"{prefix}/healthz").status_code == 200


@pytest.mark.requirement("WEB-11")
@pytest.mark.requirement("OPS-10", part="a template")
def test_a_failure_in_a_template_is_a_500_page(app: Flask) -> None:
    app.jinja_env.globals["cite"] = None
    assert_calm(fetch(app, "GET", "/sources"), 500, "This is not working now")


@each_app
@pytest.mark.requirement("WEB-01")
def test_too_many_tries_are_a_429_page_that_says_when_to_come_again(prefix: str, app: Flask) -> None:
    broken, endpoint, address = (
        (clinic_app(app), "clinic.sign_in", "/clinic/sign-in") if prefix else (app, "patient.about", "/about")
    )
    fail(broken, endpoint, TooManyRequests(retry_after=90))
    response = fetch(app, "GET", address)
    assert_calm(response, 429, "Too many tries")
    assert response.headers["Retry-After"] == "90"


@pytest.mark.requirement("OPS-10", part="the page of errors itself")
def test_a_page_of_errors_that_fails_itself_is_still_a_page(app: Flask) -> None:
    app.jinja_env.globals["static_url"] = None
    response = fetch(app, "GET", "/nothing")
    assert response.status_code == 404
    assert not list(header_faults(response.headers))
    assert "Wait a minute" in response.text


@pytest.fixture
def dead_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def unreachable(_: Database) -> None:
        raise StorageUnavailableError("canary")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "reading", unreachable)
        patch.setattr(Database, "looking", unreachable)
        patch.setattr(Database, "writing", unreachable)
        yield


@pytest.mark.requirement("WEB-01")
def test_without_a_database_a_page_is_a_503_page_that_says_nothing_was_lost(
    app: Flask, patient_client: WebClient, dead_database: None
) -> None:
    page = patient_client.open("/about")
    patient_client.page = page
    response = fetch(app, "GET", "/clinic/set-up/x")
    assert_calm(response, 503, "This is not available now")
    assert response.headers["Retry-After"] == "60"
    assert "Nothing was lost" in response.text


@pytest.mark.requirement("OPS-10", part="the next request works")
def test_without_a_database_a_journey_is_interrupted_and_goes_on(
    patient_client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient_client.open("/")
    patient_client.submit("Start")
    token = patient_client.csrf_token

    def unreachable(_: Database) -> None:
        raise StorageUnavailableError

    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", unreachable)
        page = patient_client.post("/screening/safety-check", {"red_flags": "none"}, token=token)
        assert (page.status, page.h1) == (503, "This is not available now")
        assert link_by_text(page.html, "Sources") == "/sources"
    page = patient_client.post("/screening/safety-check", {"red_flags": "none"}, token=token)
    assert page.location == "/screening/other-signs"


@pytest.mark.requirement("WEB-11")
def test_no_response_says_what_it_was_made_with(app: Flask) -> None:
    for address in ("/", "/nothing", "/healthz", "/clinic/sign-in"):
        headers = fetch(app, "GET", address).headers
        assert not {"Server", "X-Powered-By"} & set(headers.keys())
