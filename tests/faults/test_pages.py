"""What people see while the database fails: a calm page that keeps what they typed, and heals by itself."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.storage.database import Database, StorageDamagedError, StorageUnavailableError
from app.storage.schema import newest_revision
from app.storage.store import Store
from config import Settings
from tests.integration.web.clinic.record_page import action_of, record
from tests.support.accounts import CLINICIAN, PASSWORD, SIGN_IN, Doorkeeper, Person
from tests.support.client import Page, WebClient
from tests.support.databases import sqlite_url
from tests.support.journeys import CHECK, DAYS, HOW_LONG, POSITIVE, RESULT, fields_of, walk_to
from tests.support.product import Product, row_counts
from tests.support.screenings import BY_URGENCY, add

HEADING = "This is not available now"
AGAIN = "Send again"
PAGE_BYTES = 4096
DESK = ("/clinic/", "/clinic/statistics", "/clinic/files")


@pytest.fixture
def app(settings: Settings, sqlite_store: Store, product: Product) -> Flask:
    """As it is served: it writes into tables of its own version only."""
    database = Database(sqlite_url(settings.data_dir / "screening.db"), revision=newest_revision())
    return product.make(settings, replace(sqlite_store, database=database))


@contextmanager
def later_tables(settings: Settings) -> Iterator[None]:
    """While somebody has brought the database up to a version that this program does not know."""
    with closing(sqlite3.connect(settings.data_dir / "screening.db", isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_of_later'")
        yield
        connection.execute("UPDATE alembic_version SET version_num = ?", (newest_revision(),))


def assert_calm(page: Page) -> None:
    assert (page.status, page.h1) == (503, HEADING)
    assert page.headers["Retry-After"] == "60"
    assert "give this number" in page.main


def test_what_was_typed_is_kept_and_sent_with_one_press(
    settings: Settings, sqlite_store: Store, patient_client: WebClient
) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    before, typed = row_counts(sqlite_store), fields_of(DAYS, POSITIVE)
    with later_tables(settings):
        page = patient_client.submit("Continue", typed, status=503)
        assert_calm(page)
        assert "what was stored before is safe" in page.main
        assert {name: page.values(AGAIN)[name] for name in typed} == {
            name: [str(value)] for name, value in typed.items()
        }
        assert_calm(patient_client.submit(AGAIN, status=503))
        assert row_counts(sqlite_store) == before
    assert patient_client.submit(AGAIN).address == HOW_LONG


def test_a_submission_is_kept_and_stored_once(
    settings: Settings, sqlite_store: Store, patient_client: WebClient
) -> None:
    code = walk_to(patient_client, POSITIVE, CHECK).code
    with later_tables(settings):
        assert_calm(patient_client.submit("Send my answers", status=503))
    page = patient_client.submit(AGAIN)
    assert (page.address, page.code) == (RESULT, code)
    assert row_counts(sqlite_store)["screenings"] == 1


def test_a_note_at_the_desk_is_kept_and_sent_with_one_press(
    app: Flask, settings: Settings, sqlite_store: Store, doorkeeper: Doorkeeper
) -> None:
    client = doorkeeper.enter(app, sqlite_store, CLINICIAN)
    form = action_of(record(client, sqlite_store), "reviews")
    note = 'Call on Monday: "diary" & <b>sleep</b>'
    with later_tables(settings):
        page = client.submit(form, {"status": "in_review", "note": note}, status=503)
        assert_calm(page)
        assert page.values(AGAIN)["note"] == [note]
    assert note in client.submit(AGAIN).main


def test_a_password_is_not_kept_in_the_page(settings: Settings, app: Flask) -> None:
    client = WebClient(app)
    client.open(SIGN_IN)
    with later_tables(settings):
        page = client.submit(email="ada@example.org", password=PASSWORD, status=503)
    assert page.h1 == HEADING
    assert PASSWORD not in page.body
    assert "go back and press the button again" in page.main


def test_a_page_that_was_only_opened_can_be_opened_again(
    settings: Settings, sqlite_store: Store, patient_client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    with monkeypatch.context() as away:
        away.setattr(Database, "reading", Database.writing)
        away.setattr(Database, "looking", Database.writing)
        with later_tables(settings):
            page = patient_client.open(f"{DAYS}?change=yes", status=503)
            assert_calm(page)
    assert [each.get("href") for each in page.html.iter("a") if each.text == "Try again"] == [""]


def test_it_is_said_in_the_language_of_the_person(settings: Settings, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    patient_client.open(f"{DAYS}?lang=es")
    with later_tables(settings):
        page = patient_client.post(DAYS, fields_of(DAYS, POSITIVE))
    assert (page.status, page.h1) == (503, "Esto no está disponible ahora")


def test_what_to_do_in_an_emergency_waits_for_the_database_once(
    patient_client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    asked: list[Database] = []

    def fail(database: Database) -> None:
        asked.append(database)
        raise StorageUnavailableError

    monkeypatch.setattr(Database, "reading", fail)
    monkeypatch.setattr(Database, "looking", fail)
    page = patient_client.open("/screening/emergency")
    assert "999" in page.main, "the number that was read last"
    assert len(asked) == 1, "each wait takes up to five seconds"


# --- a damaged file -------------------------------------------------------------------------------

Damage = Callable[[random.Random, bytearray], None]


def pages_overwritten(chance: random.Random, content: bytearray) -> None:
    content[PAGE_BYTES:] = chance.randbytes(len(content) - PAGE_BYTES)


def pages_emptied(chance: random.Random, content: bytearray) -> None:
    content[PAGE_BYTES:] = bytes(len(content) - PAGE_BYTES)


def bytes_changed(chance: random.Random, content: bytearray) -> None:
    for _ in range(len(content) // 40):
        content[chance.randrange(100, len(content))] = chance.randrange(256)


def cut_off(chance: random.Random, content: bytearray) -> None:
    del content[len(content) // 3 :]


def damage(file: Path, how: Damage, seed: int) -> None:
    content = bytearray(file.read_bytes())
    how(random.Random(seed), content)
    file.write_bytes(content)


@pytest.mark.parametrize("how", [pages_overwritten, pages_emptied, bytes_changed, cut_off])
def test_a_damaged_file_is_never_a_bare_error_nor_a_part_of_a_list(
    how: Damage, app: Flask, settings: Settings, sqlite_store: Store, doorkeeper: Doorkeeper
) -> None:
    """A page is whole, or says that it is not available. The test client itself refuses a 500."""
    everybody = Person("all@example.org", "Dr All", is_administrator=True)
    desk, patient = doorkeeper.enter(app, sqlite_store, everybody), WebClient(app)
    for answers in BY_URGENCY * 6:
        add(sqlite_store, answers)
    whole = {path: desk.request("GET", path).body for path in DESK}
    walk_to(patient, POSITIVE, CHECK)
    for seed in range(3):
        original = (settings.data_dir / "screening.db").read_bytes()
        damage(settings.data_dir / "screening.db", how, seed)
        for path in DESK:
            page = desk.request("GET", path)
            assert page.status in (303, 503) or rows_of(page.body) == rows_of(whole[path]), path
        for reply in (patient.request("GET", CHECK), patient.post("/screening/submit")):
            assert reply.status in (200, 303, 404, 503)
        (settings.data_dir / "screening.db").write_bytes(original)
    assert desk.request("GET", "/clinic/").status == 200, "it heals without a restart"


def test_of_a_damaged_database_no_page_says_that_nothing_was_lost(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = WebClient(app)
    walk_to(patient, POSITIVE, CHECK)

    def is_damaged(_database: Database) -> None:
        raise StorageDamagedError("malformed")

    for name in ("reading", "looking", "writing"):
        monkeypatch.setattr(Database, name, is_damaged)
    for reply in (patient.request("GET", CHECK), patient.post("/screening/submit")):
        assert reply.status == 503
        assert "has to be mended first" in reply.main
        assert "nothing" not in reply.main.lower()


def rows_of(body: str) -> int:
    """How many screenings a list names."""
    return body.count("/clinic/screenings/")
