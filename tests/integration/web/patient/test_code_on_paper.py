"""The code as a picture on the patient's paper: read out of the PDF as a camera would, and at the desk."""

from dataclasses import replace
from typing import Final

import pytest
import segno
from flask import Flask

from app.domain.reference_code import format_reference_code, new_reference_code, parse_reference_code
from app.storage.store import Store
from app.web.context import EXTENSION, Installation
from config import Settings
from tests.integration.web.patient.test_taking_along import MANY, find, take
from tests.support.client import WebClient
from tests.support.journeys import EMERGENCY, POSITIVE, Answers
from tests.support.papers import alternative_texts, black_squares, claims_accessibility, read
from tests.support.screenings import add

WORDS: Final = {"en": "picture for a camera", "es": "imagen para una cámara"}


def paper_of(app: Flask, store: Store, answers: Answers, code: str, language: str) -> bytes:
    client = WebClient(app)
    add(store, answers, code=code)
    find(client, code)
    client.flask.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    return take(client, "/your-screening/1/paper")


@pytest.mark.parametrize("language", WORDS)
def test_the_picture_on_paper_is_the_code_and_the_desk_reads_it(
    language: str, app: Flask, sqlite_store: Store, settings: Settings
) -> None:
    code = new_reference_code()
    paper = paper_of(app, sqlite_store, POSITIVE, code, language)
    address = f"{settings.base_url}/your-screening#{format_reference_code(code)}"
    expected = [list(row) for row in segno.make(address, error="m").matrix_iter(border=0)]
    assert black_squares(paper, len(expected)) == expected
    assert parse_reference_code(address) == code
    assert claims_accessibility(paper)
    assert [each for each in alternative_texts(paper) if WORDS[language] in each]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("country", ["GB", "US"])
@pytest.mark.parametrize("name", ["everything", "unsure", "emergency"])
def test_with_the_picture_it_is_two_sheets_at_most_and_an_emergency_one(
    name: str, country: str, language: str, app: Flask, sqlite_store: Store
) -> None:
    usual = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = Installation(replace(usual.settings, country=country), sqlite_store)
    answers = MANY.get(name, EMERGENCY)
    paper = paper_of(app, sqlite_store, answers, new_reference_code(), language)
    assert len(read(paper).pages) <= (1 if name == "emergency" else 2)
