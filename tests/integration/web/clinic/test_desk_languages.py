"""Every page of the desk comes in every language, whole and without a failure."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.storage.store import Store
from tests.support.accounts import ADMINISTRATOR_ONLY, CLINICIAN, Person, clinic_app
from tests.support.client import WebClient
from tests.support.journeys import BORDERLINE, EMERGENCY, NEGATIVE, NOT_SURE_EVERYWHERE, POSITIVE
from tests.support.page import text
from tests.support.routes import routes_of
from tests.support.screenings import NOON, add
from tests.support.translations import TRANSLATED

# Sentences of pages that are always there; what comes of codes is held word by word by the catalogue itself.
ENGLISH = ("Sign out", "Screening desk", "Self-reported answers", "Skip to the main content", "Audit log")
PERSONS = {"clinician": CLINICIAN, "administrator": ADMINISTRATOR_ONLY}
FILES = {"clinic.summary", "clinic.evidence_paper", "static"}


@pytest.fixture(params=TRANSLATED)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("who", PERSONS)
def test_every_page_of_the_desk_is_in_the_language(
    who: str, language: str, app: Flask, sqlite_store: Store, enter: Callable[[Person], WebClient]
) -> None:
    kinds = (POSITIVE, NEGATIVE, BORDERLINE, EMERGENCY, NOT_SURE_EVERYWHERE)
    ids = [
        add(sqlite_store, answers, received_at=NOON - timedelta(days=day))
        for day, answers in enumerate(kinds)
    ]
    client = enter(PERSONS[who])
    client.open(f"/clinic/account?lang={language}")
    shown = 0
    for route in routes_of(clinic_app(app)):
        if "GET" not in route.methods or route.endpoint in FILES:
            continue
        for screening_id in ids if "screening_id" in route.address else ids[:1]:
            page = client.request("GET", f"/clinic{route.example(str(screening_id))}")
            if page.status == 200 and page.document is not None:
                shown += 1
                assert page.html.get("lang") == language, route.address
                words = text(page.html)
                assert not [each for each in ENGLISH if each in words], route.address
    assert shown > 8
