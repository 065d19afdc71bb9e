"""Pages without answers are kept, and nobody can tell."""

import re

import pytest
from flask import Flask

from app.patient.blank_pages import add_blank_pages
from app.questionnaire.steps import STEPS
from tests.support.client import WebClient
from tests.support.journeys import (
    CHECK,
    DAYS,
    HOW_LONG,
    MEDICINE_DAYS,
    NO_MEDICINE,
    OTHER_SIGNS,
    PAINKILLERS,
    SAFETY,
    fields_of,
    optional_fields,
    walk_to,
)

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PAGES = [f"/screening/{step.slug}" for step in STEPS]


def opened(client: WebClient, address: str) -> str:
    response = client.flask.get(address)
    return response.get_data(as_text=True) if response.status_code == 200 else ""


def without_token(page: str) -> str:
    return TOKEN.sub("", page)


def at_the_end(app: Flask) -> WebClient:
    """Somebody who may open every page of the questionnaire, the optional ones too."""
    client = WebClient(app)
    walk_to(client, NO_MEDICINE, CHECK)
    return client


@pytest.mark.parametrize("choice", ["", "?lang=es", "?light=dark", "?size=largest"])
def test_a_kept_page_is_the_one_that_would_be_made(app: Flask, choice: str) -> None:
    client = at_the_end(app)
    if choice:
        client.open(f"{SAFETY}{choice}")
    for address in [*PAGES, *(f"{page}?change=yes" for page in PAGES)]:
        add_blank_pages(app)  # nothing is kept yet
        fresh = opened(client, address)
        assert without_token(opened(client, address)) == without_token(fresh), address


def test_every_page_of_the_core_is_kept_and_right_for_each_visitor(app: Flask) -> None:
    def pages() -> dict[str, str]:
        client, found = WebClient(app), {}
        client.open("/")
        client.submit("/start")
        while client.current.address != CHECK:
            found[client.current.address] = without_token(client.current.body)
            client.submit("Continue", fields_of(client.current.address, NO_MEDICINE))
        return found

    add_blank_pages(app)
    first, second = pages(), pages()
    add_blank_pages(app)
    assert first == second == pages()
    assert {SAFETY, OTHER_SIGNS, DAYS, HOW_LONG} <= first.keys()


def test_the_number_of_pages_is_each_persons_own(app: Flask) -> None:
    """Who takes much medicine has one page more in this section, and nobody else can tell."""
    add_blank_pages(app)
    steps = []
    for days in (20, 2, 20):
        client = at_the_end(app)
        client.open(MEDICINE_DAYS)
        told = {"any_acute_medication_days": days, "months_of_acute_medication_use": 18}
        client.submit("Continue", optional_fields(told))
        client.submit("Continue", optional_fields({"triptan_days": days}))
        assert client.current.address == PAINKILLERS
        steps.append(re.findall(r"page \d of \d", client.current.main))
    assert steps == [["page 3 of 4"], ["page 3 of 3"], ["page 3 of 4"]]


def test_each_browser_gets_its_own_token(app: Flask) -> None:
    add_blank_pages(app)
    tokens = set()
    for _ in range(3):
        client = WebClient(app)
        walk_to(client, NO_MEDICINE, DAYS)
        [token] = TOKEN.findall(opened(client, DAYS))
        tokens.add(token)
        client.submit("Continue", fields_of(DAYS, NO_MEDICINE))  # and it is taken
        assert client.current.address == HOW_LONG
    assert len(tokens) == 3


def test_no_answer_is_ever_kept(app: Flask) -> None:
    add_blank_pages(app)
    one = WebClient(app)
    walk_to(one, {**NO_MEDICINE, "headache_days": 23}, HOW_LONG)
    assert 'value="23"' in opened(one, DAYS)
    other = WebClient(app)
    walk_to(other, NO_MEDICINE, DAYS)
    assert 'value="23"' not in opened(other, DAYS)
    kept = app.extensions["screening.blank_pages"]._parts
    assert kept
    assert not any('value="23"' in part for parts in kept.values() for part in parts)


def test_a_shared_device_gets_no_kept_page(app: Flask) -> None:
    """Its clock is each person's own."""
    add_blank_pages(app)
    client = WebClient(app)
    client.open("/shared")
    client.submit("/shared")
    walk_to(client, NO_MEDICINE, DAYS)
    assert not app.extensions["screening.blank_pages"]._parts


def test_what_is_typed_into_an_address_makes_no_page_to_keep(app: Flask) -> None:
    client = WebClient(app)
    walk_to(client, NO_MEDICINE, DAYS)
    add_blank_pages(app)
    for number in range(5):
        opened(client, f"{DAYS}?after={number}")
    assert not app.extensions["screening.blank_pages"]._parts
