"""Every page of a journey in every language there is: whole, chosen by the person or by the browser."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.codes import LANGUAGES
from app.questionnaire.sources import SOURCES
from app.storage.models import Screening
from app.storage.store import Store
from tests.support.catalogue import catalogue
from tests.support.client import Page, WebClient
from tests.support.journeys import CHECK, OPTIONAL_PAGES, POSITIVE, RESULT, fields_of
from tests.support.page import text
from tests.support.translations import TRANSLATED, kept

TEXTS: Final = ("/", "/about", "/privacy", "/sources", "/again", "/your-screening", "/shared", "/finished")
LEAST_LETTERS: Final = 14  # shorter texts, such as "No" or "Normal", are the same in several languages


@lru_cache
def english_left(language: str) -> list[str]:
    """The English texts that have other words in this language."""
    found, translations = [], kept(language)
    for message in catalogue():
        if not isinstance(message.id, str) or "%" in message.id or len(message.id) < LEAST_LETTERS:
            continue
        there = translations.get(message.id, message.context)
        if there is not None and there.string != message.id:
            found.append(message.id)
    return found


A_BODY = "Food and Drug Administration"  # a proper name, within a sentence about a source


def check_language(page: Page, language: str) -> None:
    """The page says that it is in the language, and no sentence of it is English."""
    assert page.html.get("lang") == language, page.address
    words = words_in(page.html, language).replace(A_BODY, "")
    left = [each for each in english_left(language) if each in words and is_whole(each, words)]
    assert not left, (page.address, left)


def is_whole(sentence: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(sentence)}(?!\w)", words) is not None


def words_in(element: Element, language: str) -> str:
    """The text without what says that it is in another language, such as the title of a source."""
    if element.get("lang", language) != language:
        return ""
    parts = [element.text or ""]
    for each in element:
        parts += [words_in(each, language), each.tail or ""]
    return " ".join("".join(parts).split())


def button_of(page: Page, action_ends: str) -> str:
    """The words on the button of the form in <main> whose address ends so."""
    for form in page.html.iter("form"):
        if form.get("action", "").partition("?")[0].endswith(action_ends):
            return next(text(each) for each in form.iter("button"))
    raise AssertionError(f"No form goes to {action_ends} on {page.address}")


def journey(client: WebClient, language: str) -> Iterator[Page]:
    """Each page from the first to the summary, by whatever words are on its button."""
    page = client.open("/")
    yield page
    page = client.submit(button_of(page, "/start"))
    while page.address.partition("?")[0] != CHECK:
        yield page
        path = page.address.partition("?")[0]
        answers = {**POSITIVE, "preventives": []}
        page = client.submit(button_of(page, path), fields_of(path, answers))
    for address in OPTIONAL_PAGES:
        yield client.open(address)
    yield client.open(CHECK)
    yield client.submit(button_of(client.current, "/submit"))


@pytest.fixture(params=TRANSLATED)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(app: Flask, language: str) -> WebClient:
    client = WebClient(app)
    client.open(f"/?lang={language}")
    return client


def test_a_whole_journey_is_in_the_language_and_stored_with_it(
    client: WebClient, language: str, sqlite_store: Store
) -> None:
    pages = list(journey(client, language))
    assert pages[-1].address == RESULT
    for page in pages:
        check_language(page, language)
    with sqlite_store.database.reading() as session:
        assert list(session.scalars(select(Screening.language))) == [language]


@pytest.mark.parametrize("address", TEXTS)
def test_a_page_of_text_is_in_the_language(address: str, client: WebClient, language: str) -> None:
    check_language(client.open(address), language)


def test_what_is_wrong_is_said_in_the_language(client: WebClient, language: str) -> None:
    page = client.submit(button_of(client.open("/"), "/start"))
    while page.address.partition("?")[0] != CHECK:
        path = page.address.partition("?")[0]
        wrong = client.submit(button_of(page, path), {}, status=422)
        assert wrong.errors
        check_language(wrong, language)
        page = client.submit(button_of(wrong, path), fields_of(path, {**POSITIVE, "preventives": []}))
    check_language(client.open("/nothing", status=404), language)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.1", "es"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        ("x" * 500, "en"),
    ],
)
def test_the_browser_is_heard_when_nobody_has_chosen(accepted: str, expected: str, app: Flask) -> None:
    page = WebClient(app).request("GET", "/", headers={"Accept-Language": accepted})
    assert page.html.get("lang") == expected


def test_what_a_person_chooses_counts_more_than_the_browser(app: Flask) -> None:
    client = WebClient(app)
    client.open("/?lang=en")
    page = client.request("GET", "/", headers={"Accept-Language": "es"})
    assert page.html.get("lang") == "en"


def test_the_language_of_the_last_page_is_what_is_stored(app: Flask, sqlite_store: Store) -> None:
    """Somebody who finds their own language on the way read the questions in it."""
    client = WebClient(app)
    pages = journey(client, "en")
    for page in pages:
        if page.address == CHECK:
            client.open(f"{CHECK}?lang=es")
    with sqlite_store.database.reading() as session:
        assert list(session.scalars(select(Screening.language))) == ["es"]


def test_the_languages_name_themselves(app: Flask) -> None:
    client = WebClient(app)
    client.open("/")
    names = {
        each.get("lang"): text(each) for each in client.current.by_id("display").iter("a") if each.get("lang")
    }
    assert names == {"en": "English", "es": "Español"}
    assert set(names) == set(LANGUAGES)
    assert client.follow("Español").html.get("lang") == "es"


def test_what_is_said_about_a_source_is_in_the_language_of_the_page(patient_client: WebClient) -> None:
    assert "Wilkins and others, Cephalalgia, 2021" in patient_client.open("/sources").main
    page = patient_client.open("/sources?lang=es")
    assert "Wilkins y otros, Cephalalgia, 2021" in page.main
    titles = {text(each) for each in page.html.iter("span") if each.get("lang") == "en"}
    assert {f"{source.title}." for source in SOURCES} <= titles, "as they were published"
    assert " and others" not in page.main
