"""Where patients and clinicians meet what the clinic says of itself, and in which country it is."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from sqlalchemy import event

from app.services.clinic_words import CONTACT, COUNTRY, NAME, read_words, set_words
from app.storage.audit import OPERATOR
from app.storage.database import Database, StorageUnavailableError
from app.storage.store import Store
from config import Settings
from tests.support.client import Page, WebClient
from tests.support.journeys import DAYS, POSITIVE, walk_to
from tests.support.papers import claims_accessibility
from tests.support.png import png
from tests.support.product import Product
from tests.support.screenings import add

TEXTS = {
    NAME: "Northside Clinic",
    CONTACT: "Telephone 020 7946 0000\nMonday to Friday",
    COUNTRY: "US",
    "introduction_en": "A nurse reads what you send.",
    "introduction_es": "Una enfermera lee lo que usted envía.",
}
Say = Callable[..., None]


@pytest.fixture
def say(sqlite_store: Store, settings: Settings) -> Say:
    def setter(logo: bytes | None = None, **texts: str) -> None:
        set_words(sqlite_store, settings, texts, logo, OPERATOR, datetime.now(UTC))

    return setter


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def pictures(page: Page) -> list[tuple[str, str]]:
    return [(each.get("src", ""), each.get("alt", "")) for each in page.html.iter("img")]


# --- the first page -------------------------------------------------------------------------------


def test_the_first_page_shows_them_below_the_words_of_the_product(
    patient_client: WebClient, say: Say, sqlite_store: Store, settings: Settings
) -> None:
    say(png(), **TEXTS)
    page = patient_client.open("/")
    digest = read_words(sqlite_store, settings).logo
    assert pictures(page) == [(f"/logo/{digest}", "Northside Clinic")]
    order = [
        *("Do you have very frequent headaches?", "not a diagnosis", "Start", "Who sees your answers"),
        *("Words of Northside Clinic", "A nurse reads what you send."),
        *("How to reach Northside Clinic", "Telephone 020 7946 0000 Monday to Friday"),
    ]
    places = [page.main.index(words) for words in order]
    assert places == sorted(places)
    assert "Una enfermera" not in page.main


def test_the_introduction_is_that_of_the_language(patient_client: WebClient, say: Say) -> None:
    say(**TEXTS)
    page = patient_client.open("/?lang=es")
    assert "Palabras de Northside Clinic" in page.main
    assert "Una enfermera lee lo que usted envía." in page.main
    assert "A nurse" not in page.main
    say(introduction_es="")
    page = patient_client.open("/?lang=es")
    assert "Palabras de" not in page.main
    assert "A nurse" not in page.main


def test_without_words_there_is_nothing_of_them(patient_client: WebClient) -> None:
    page = patient_client.open("/")
    assert not pictures(page)
    assert "Words of" not in page.main
    assert "How to reach" not in page.main


def test_without_a_name_they_are_those_of_the_clinic(patient_client: WebClient, say: Say) -> None:
    say(png(), introduction_en="Hello.", clinic_contact="Ring the bell.")
    page = patient_client.open("/")
    assert "Words of the clinic" in page.main
    assert "How to reach the clinic" in page.main
    assert [alt for _, alt in pictures(page)] == ["Logo of the clinic"]


# --- the logo -------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/clinic"])
def test_the_logo_is_a_png_and_nothing_else(
    prefix: str, patient_client: WebClient, say: Say, sqlite_store: Store, settings: Settings
) -> None:
    say(png())
    address = f"{prefix}/logo/{read_words(sqlite_store, settings).logo}"
    found = patient_client.flask.get(address)
    assert (found.status_code, found.headers["Content-Type"], found.data) == (200, "image/png", png())
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in found.headers
    patient_client.request("GET", address)  # and the headers of every page


@pytest.mark.parametrize("digest", ["0" * 64, "clinic_logo", "%00", "..", "a b"])
def test_any_other_address_of_a_logo_is_not_there(digest: str, patient_client: WebClient, say: Say) -> None:
    say(png())
    assert patient_client.request("GET", f"/logo/{digest}").status == 404


def test_the_logo_of_before_is_not_there_any_more(
    patient_client: WebClient, say: Say, sqlite_store: Store, settings: Settings
) -> None:
    say(png())
    first = read_words(sqlite_store, settings).logo
    say(png(50, 50))
    assert patient_client.request("GET", f"/logo/{first}").status == 404


# --- the summary and the papers -------------------------------------------------------------------


def test_the_summary_ends_its_next_steps_with_how_to_reach_the_clinic(
    patient_client: WebClient, say: Say
) -> None:
    say(**TEXTS)
    page = walk_to(patient_client, POSITIVE)
    order = [
        "What to do next",
        "How to reach Northside Clinic",
        "Telephone 020 7946 0000",
        "Before anyone pays",
    ]
    places = [page.main.index(words) for words in order]
    assert places == sorted(places)
    paper = patient_client.flask.post(
        "/screening/result/paper", data={"csrf_token": patient_client.csrf_token}
    )
    text = words_of(paper.data)
    assert "Northside Clinic" in text
    assert "How to reach Northside Clinic Telephone 020 7946 0000 Monday to Friday" in text
    assert claims_accessibility(paper.data)


def test_without_a_contact_the_summary_says_nothing_of_it(patient_client: WebClient) -> None:
    assert "How to reach" not in walk_to(patient_client, POSITIVE).main


def test_the_clinical_papers_carry_the_name(clinic_client: WebClient, say: Say, sqlite_store: Store) -> None:
    say(**TEXTS)
    record = f"/clinic/screenings/{add(sqlite_store)}"
    summary = clinic_client.flask.get(f"{record}/summary")
    assert "Northside Clinic" in words_of(summary.data)
    assert PdfReader(io.BytesIO(summary.data)).pages[0].mediabox.width == 612, "Letter, as in its country"


# --- the country ----------------------------------------------------------------------------------


def test_the_emergency_number_is_that_of_the_country_at_once(patient_client: WebClient, say: Say) -> None:
    """Also in another process: nothing is remembered but what was read last."""
    assert "Call 999" in patient_client.open("/screening/emergency").main
    say(clinic_country="US")
    assert "Call 911" in patient_client.open("/screening/emergency").main
    say(clinic_country="")
    page = patient_client.open("/screening/emergency").main
    assert "Call your local emergency number." in page
    say(clinic_country="AR")
    assert "Call your local emergency number." in patient_client.open("/screening/emergency").main


@contextmanager
def database_away() -> Iterator[None]:
    def unreachable(_: Database) -> None:
        raise StorageUnavailableError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "reading", unreachable)
        patch.setattr(Database, "looking", unreachable)
        patch.setattr(Database, "writing", unreachable)
        yield


def test_the_number_read_last_holds_while_the_database_is_away(patient_client: WebClient, say: Say) -> None:
    say(clinic_country="US")
    patient_client.open("/screening/emergency")
    with database_away():
        assert "Call 911" in patient_client.open("/screening/emergency").main


def test_no_country_is_guessed_where_the_database_never_answered(
    product: Product, settings: Settings, sqlite_store: Store
) -> None:
    """The environment may say another country than the page."""
    with database_away():
        client = WebClient(product.make(replace(settings, country="GB"), sqlite_store))
        page = client.open("/screening/emergency").main
    assert "Call your local emergency number." in page
    assert "United States and Canada: 911" in page


# --- what it costs --------------------------------------------------------------------------------


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(store.database.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(store.database.engine, "before_cursor_execute", hear)


def test_a_question_page_reads_no_setting_and_the_others_once(
    patient_client: WebClient, sqlite_store: Store, say: Say
) -> None:
    say(png(), **TEXTS)
    walk_to(patient_client, POSITIVE, DAYS)
    with statements(sqlite_store) as heard:
        patient_client.open(DAYS)
    assert not [each for each in heard if "clinic_" in each]
    for address in ("/", "/screening/emergency"):
        with statements(sqlite_store) as heard:
            patient_client.open(address)
        assert len([each for each in heard if "clinic_settings" in each]) == 1, address
        assert not [each for each in heard if "clinic_pictures" in each]
