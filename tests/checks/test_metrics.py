"""What the operator can count: over all processes, for who has the token, without a name of anybody."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.storage.database import Database, StorageUnavailableError
from app.storage.store import Store
from config import MetricsSettings, Settings, SettingsError, load_settings
from tests.support.client import WebClient
from tests.support.journeys import CHECK, POSITIVE, walk_to
from tests.support.product import Product
from tests.support.routes import routes_of
from tests.support.server import Server, running_server
from tests.support.visitor import Visitor

TOKEN = "t0ken-" * 6
BEARER = {"Authorization": f"Bearer {TOKEN}"}
LINE = re.compile(r'(\w+)(?:\{((?:\w+="[^"]*",?)+)\})? (\S+)')
MOST_STARTS = 8


def counted(text: str) -> dict[str, float]:
    """Each line of the text: what is counted, with its labels, and how many."""
    matches = [LINE.fullmatch(line) for line in text.splitlines() if not line.startswith("#")]
    assert all(matches), text
    return {f"{match[1]} {match[2] or ''}".strip(): float(match[3]) for match in matches if match}


# --- the real server, with two processes ----------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("metrics")
    (folder / "token").write_text(TOKEN + "\n")
    settings = {
        "METRICS_TOKEN_FILE": str(folder / "token"),
        "METRICS_DIR": str(folder / "counts"),
        "STARTS_PER_SOURCE": str(MOST_STARTS),
    }
    with running_server(folder / "data", workers=2, settings=settings) as running:
        yield running


def read(server: Server) -> dict[str, float]:
    answer = Visitor(server.origin).open("/metrics", headers=BEARER)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return counted(answer.body)


def test_two_processes_count_together(server: Server) -> None:
    name = 'screening_requests_total app="patient",page="patient.about",status="2xx"'
    before = read(server).get(name, 0)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: Visitor(server.origin).open("/about").status, range(60)))
    assert answers == [200] * 60
    files = list(Path(server.settings["METRICS_DIR"]).glob("counter_*.db"))
    assert len(files) == 2, "each process has a file of its own"
    assert read(server)[name] - before == 60


@pytest.mark.parametrize("path", ["/metrics", "/clinic/metrics"])
def test_who_has_no_token_is_told_that_there_is_no_such_page(path: str, server: Server) -> None:
    visitor = Visitor(server.origin)
    nothing = visitor.open(path.replace("metrics", "nothing"))
    wrong = ("Bearer ", "Bearer x", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "é")
    for sent in ({}, *({"Authorization": each} for each in wrong)):
        answer = visitor.open(path, headers=sent)
        assert answer.status == 404
        assert "screening_requests" not in answer.body
        if path == "/metrics":
            assert answer.body == nothing.body
    assert visitor.open(path, headers=BEARER).status == 200


def test_who_comes_too_often_is_counted(server: Server) -> None:
    before = read(server)["screening_throttled_total"]
    visitor = Visitor(server.origin)
    visitor.open("/")
    answers = [visitor.send("/start").status for _ in range(MOST_STARTS + 3)]
    assert answers.count(429) == 3
    assert read(server)["screening_throttled_total"] - before == 3


def test_addresses_and_what_is_in_them_are_counted_under_no_name(server: Server) -> None:
    visitor = Visitor(server.origin)
    for path in ("/canary-path", "/about?canary=query", "/screening/canary-slug", "/static/canary.css"):
        visitor.open(path, headers={"X-Forwarded-For": "203.0.113.77", "User-Agent": "canary-agent"})
    text = visitor.open("/metrics", headers=BEARER).body
    assert "canary" not in text
    assert "203.0.113" not in text
    assert "127.0.0.1" not in text
    labels = {name for line in counted(text) for name in re.findall(r'(\w+)="', line)}
    assert labels == {"app", "page", "status", "le"}


# --- in one process -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests of this process: the library keeps its files open."""
    return tmp_path_factory.mktemp("counts")


@pytest.fixture
def counting(folder: Path, settings: Settings, sqlite_store: Store, product: Product) -> Flask:
    return product.make(replace(settings, metrics=MetricsSettings(TOKEN, folder)), sqlite_store)


@pytest.fixture
def gained(counting: Flask) -> Callable[[str], float]:
    """How much has been counted since the test began."""

    def now() -> dict[str, float]:
        return counted(counting.test_client().get("/metrics", headers=BEARER).get_data(as_text=True))

    before = now()
    return lambda name: now().get(name, 0) - before.get(name, 0)


def test_a_screening_that_is_handed_in_twice_is_counted_once(
    counting: Flask, gained: Callable[[str], float]
) -> None:
    client = WebClient(counting)
    walk_to(client, POSITIVE, CHECK)
    page = client.current
    client.submit("Send my answers")
    client.page = page
    client.submit("Send my answers")
    assert gained("screening_stored_total") == 1
    assert gained("screening_emergency_told_total") == 0


def test_an_emergency_is_counted_when_it_is_told(counting: Flask, gained: Callable[[str], float]) -> None:
    client = WebClient(counting)
    client.open("/")
    client.submit("/start")
    client.submit("Continue", red_flags=["loss_of_vision"])
    assert gained("screening_emergency_told_total") == 1
    assert gained("screening_stored_total") == 1


def test_a_database_that_does_not_answer_is_counted(
    counting: Flask, gained: Callable[[str], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = WebClient(counting)
    client.open("/")

    def fail(_: Database) -> None:
        raise StorageUnavailableError("canary")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", fail)
        client.submit("/start", status=503)
    assert gained("screening_storage_error_total") == 1


def test_how_long_an_answer_took_is_counted_for_each_app(
    counting: Flask, gained: Callable[[str], float]
) -> None:
    client = WebClient(counting)
    client.open("/about")
    client.open("/clinic/sign-in")
    for app in ("patient", "clinic"):
        assert gained(f'screening_request_seconds_count app="{app}"') == 1
        assert gained(f'screening_request_seconds_bucket app="{app}",le="+Inf"') == 1


def test_only_names_of_pages_are_labels(counting: Flask) -> None:
    client = WebClient(counting)
    for route in routes_of(counting):
        if "GET" in route.methods:
            client.request("GET", route.example())
    text = client.request("GET", "/metrics", headers=BEARER).body
    pages = set(re.findall(r'app="patient",page="([^"]+)"', text))
    assert pages <= {route.endpoint for route in routes_of(counting)} | {"none"}


# --- off, and how it is set -----------------------------------------------------------------------


def test_it_is_off_unless_it_is_set(app: Flask) -> None:
    assert load_settings({}).metrics is None
    assert load_settings({"METRICS_DIR": "/run/counts"}).metrics is None
    page = WebClient(app).request("GET", "/metrics", headers=BEARER)
    assert (page.status, page.h1) == (404, "There is no such page")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"METRICS_TOKEN": TOKEN}, "needs METRICS_DIR"),
        ({"METRICS_TOKEN": "short", "METRICS_DIR": "/run/counts"}, "32 to 128"),
        ({"METRICS_TOKEN": "é" * 40, "METRICS_DIR": "/run/counts"}, "32 to 128"),
        ({"METRICS_TOKEN": "a b" * 20, "METRICS_DIR": "/run/counts"}, "32 to 128"),
    ],
)
def test_half_a_setting_or_a_weak_token_is_refused(environment: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(environment)


def test_the_token_stands_in_no_description_of_the_settings() -> None:
    settings = load_settings({"METRICS_TOKEN": TOKEN, "METRICS_DIR": "/run/counts"})
    assert settings.metrics == MetricsSettings(TOKEN, Path("/run/counts"))
    assert TOKEN not in repr(settings)


def test_a_folder_that_cannot_be_made_is_named(
    settings: Settings, sqlite_store: Store, product: Product, tmp_path: Path
) -> None:
    wrong = replace(settings, metrics=MetricsSettings(TOKEN, tmp_path / "missing" / "counts"))
    with pytest.raises(SettingsError, match="METRICS_DIR cannot be used: No such file"):
        product.make(wrong, sqlite_store)
