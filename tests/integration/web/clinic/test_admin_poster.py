"""The page of the poster: what stands on it, the file for each paper, and what to do without an address."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from app.services.clinic_words import set_words
from app.services.png import clean_png
from app.storage.audit import OPERATOR
from app.storage.store import Store
from config import Settings
from tests.support.accounts import ADMINISTRATOR_ONLY, Doorkeeper, Person
from tests.support.client import WebClient
from tests.support.papers import claims_accessibility
from tests.support.png import noise, png
from tests.support.product import Product, row_counts

POSTER = "/clinic/admin/poster"
ADDRESS = "http://localhost:8123"
ENGLISH, SPANISH = "Do you have very frequent headaches?", "¿Tiene dolor de cabeza con mucha frecuencia?"
KINDS = [(8, 0), (16, 0), (1, 3), (8, 3), (16, 2), (8, 4), (16, 6)]


@pytest.fixture
def client(product: Product, settings: Settings, sqlite_store: Store, doorkeeper: Doorkeeper) -> WebClient:
    """An administrator's browser where patients have an address to come to."""
    app = product.make(replace(settings, public_url=ADDRESS), sqlite_store)
    return doorkeeper.enter(app, sqlite_store, ADMINISTRATOR_ONLY)


def taken(client: WebClient, query: str) -> PdfReader:
    found = client.flask.get(f"{POSTER}/file?{query}")
    assert (found.status_code, found.headers["Content-Type"]) == (200, "application/pdf")
    assert found.headers["Content-Disposition"].startswith('attachment; filename="headache-poster-')
    assert claims_accessibility(found.data)
    return PdfReader(io.BytesIO(found.data))


def say(store: Store, settings: Settings, logo: bytes | None = None) -> None:
    texts = {"clinic_name": "Northside Clinic", "clinic_contact": "Ring the bell.\nThen wait."}
    set_words(store, settings, texts, logo, OPERATOR, datetime.now(UTC))


def test_the_page_shows_what_stands_on_it(client: WebClient, sqlite_store: Store, settings: Settings) -> None:
    say(sqlite_store, settings, png())
    page = client.open(POSTER)
    for words in (ENGLISH, SPANISH, ADDRESS, "Northside Clinic", "Ring the bell. Then wait."):
        assert words in page.main, words
    assert [each.get("alt") for each in page.html.iter("img")] == ["Northside Clinic"]
    assert "PUBLIC_URL" not in page.main


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("us-letter", 612)])
def test_each_paper_is_taken_and_nothing_changes(
    paper: str, width: int, client: WebClient, sqlite_store: Store, settings: Settings
) -> None:
    say(sqlite_store, settings, png())
    before = row_counts(sqlite_store)
    (sheet,) = taken(client, f"paper={paper}").pages
    assert round(sheet.mediabox.width) == width
    text = " ".join(sheet.extract_text().replace("\u200b", "").split())  # where a line may break
    for words in (ENGLISH, SPANISH, ADDRESS, "Northside Clinic", "Ring the bell.", "Then wait."):
        assert words in text, words
    assert len(sheet.images) == 1
    assert row_counts(sqlite_store) == before


@pytest.mark.parametrize(("language", "shown", "other"), [("en", ENGLISH, SPANISH), ("es", SPANISH, ENGLISH)])
def test_one_language_is_taken_alone(language: str, shown: str, other: str, client: WebClient) -> None:
    text = " ".join(taken(client, f"paper=a4&language={language}").pages[0].extract_text().split())
    assert shown in text
    assert other not in text


@pytest.mark.parametrize("query", ["", "paper=a3", "paper=letter", "paper=a4&language=xx", "paper=%00"])
def test_what_is_not_offered_is_not_there(query: str, client: WebClient) -> None:
    assert client.request("GET", f"{POSTER}/file?{query}").status == 404


@pytest.mark.parametrize("picture", [*(png(depth=depth, kind=kind) for depth, kind in KINDS), noise()])
def test_every_logo_that_is_taken_can_be_set(
    picture: bytes, client: WebClient, sqlite_store: Store, settings: Settings
) -> None:
    say(sqlite_store, settings, clean_png(picture))
    assert len(taken(client, "paper=a4").pages) == 1


def test_without_an_address_the_page_says_what_to_do_and_there_is_no_file(
    enter: Callable[[Person], WebClient],
) -> None:
    client = enter(ADMINISTRATOR_ONLY)
    page = client.open(POSTER)
    assert "set PUBLIC_URL to that address and to start it again" in page.main
    assert not [each for main in page.html.iter("main") for each in main.iter("form")]
    assert "http://" not in page.main
    assert client.open(f"{POSTER}/file?paper=a4").address == POSTER
