"""What a person's browser holds: one cookie with one token, for as long as it should."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from app.domain.reference_code import new_reference_code
from app.services.draft_limits import UNFINISHED
from app.storage.store import Store
from config import Settings
from tests.support.client import WebClient
from tests.support.journeys import (
    CHECK,
    DAYS,
    HOW_LONG,
    NEGATIVE,
    OTHER_SIGNS,
    POSITIVE,
    RESULT,
    SAFETY,
    fields_of,
    walk_to,
)
from tests.support.product import Product, row_counts

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


def flags(cookie: str) -> set[str]:
    """All but for how long it stays."""
    found = {part.strip().lower() for part in cookie.split(";")[1:]}
    return {flag for flag in found if not flag.startswith(("expires", "max-age"))}


@pytest.fixture
def https_client(product: Product, settings: Settings, sqlite_store: Store) -> WebClient:
    secure = replace(settings, public_url="https://localhost")
    return WebClient(product.make(secure, sqlite_store), is_https=True)


def test_over_plain_http_the_cookie_is_closed_to_scripts_and_other_sites(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE)
    assert {each.partition("=")[0] for each in patient_client.cookies_set} == {"screening"}
    for cookie in patient_client.cookies_set:
        assert flags(cookie) == {"httponly", "path=/", "samesite=lax"}


@pytest.mark.requirement("SESS-02")
def test_over_https_the_cookie_is_bound_to_the_host(https_client: WebClient) -> None:
    walk_to(https_client, POSITIVE)
    assert {each.partition("=")[0] for each in https_client.cookies_set} == {"__Host-screening"}
    for cookie in https_client.cookies_set:
        assert flags(cookie) == {"httponly", "path=/", "samesite=lax", "secure"}


@pytest.mark.requirement("SESS-02")
def test_the_cookie_is_small(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE)
    assert all(len(cookie) < 1000 for cookie in patient_client.cookies_set)


def test_the_cookie_outlives_the_browser_only_while_the_answers_are_not_sent(
    patient_client: WebClient,
) -> None:
    walk_to(patient_client, POSITIVE, CHECK)
    assert max_age(patient_client.cookies_set[-1]) == UNFINISHED.unused.total_seconds()
    patient_client.submit("Send my answers")
    assert max_age(patient_client.cookies_set[-1]) is None


@pytest.mark.parametrize(
    ("gone_to", "stays"),
    [(None, None), (CHECK, UNFINISHED.unused.total_seconds()), (RESULT, None)],
    ids=["nothing begun", "not sent", "sent"],
)
def test_a_code_that_was_typed_keeps_the_cookie_only_for_answers_not_sent(
    gone_to: str | None, stays: float | None, patient_client: WebClient
) -> None:
    if gone_to:
        walk_to(patient_client, POSITIVE, gone_to)
    patient_client.open("/your-screening")
    patient_client.submit("Find my screening", code=new_reference_code(), status=404)
    assert max_age(patient_client.cookies_set[-1]) == stays


def max_age(cookie: str) -> int | None:
    """For how many seconds a cookie stays; None when it goes with the browser."""
    found = re.search(r"max-age=(\d+)", cookie, re.IGNORECASE)
    return int(found[1]) if found else None


def test_reading_alone_sets_no_cookie_but_for_the_form(patient_client: WebClient) -> None:
    for address in ("/about", "/privacy", "/sources", "/finished"):
        patient_client.open(address)
    assert patient_client.cookies_set == []


@pytest.mark.requirement("WEB-05", part="no row comes or goes")
def test_reading_alone_stores_nothing(patient_client: WebClient, sqlite_store: Store) -> None:
    for address in ("/", "/about", "/privacy", "/sources", "/finished", "/screening/emergency"):
        patient_client.open(address)
    assert not any(row_counts(sqlite_store).values())


def test_two_browsers_know_nothing_of_each_other(app: Flask) -> None:
    mine, theirs = WebClient(app), WebClient(app)
    walk_to(mine, POSITIVE, CHECK)
    theirs.open(DAYS, status=404)
    code = walk_to(theirs, NEGATIVE).code
    assert mine.submit("Send my answers").code != code


def test_a_forged_cookie_is_nobody(app: Flask, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, CHECK)
    value = patient_client.cookie("screening") or ""
    payload, _, signature = value.rpartition(".")
    for forged in (payload, f"{payload}.{signature[::-1]}", f"x{value}", value[:-3], "." + value, ""):
        stranger = WebClient(app)
        stranger.set_cookie("screening", forged)
        stranger.open(CHECK, status=404)


def test_the_cookie_of_the_clinic_is_no_cookie_of_a_patient(app: Flask, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, CHECK)
    stranger = WebClient(app)
    stranger.set_cookie("desk", patient_client.cookie("screening") or "")
    assert stranger.open("/clinic/").address == "/clinic/sign-in"


def test_a_person_who_answers_now_and_then_keeps_the_journey(app: Flask) -> None:
    """The time limit is one of being idle: it begins anew with every page."""
    client = WebClient(app)
    with time_machine.travel(MORNING, tick=False) as clock:
        walk_to(client, POSITIVE, SAFETY)
        for address in (SAFETY, OTHER_SIGNS, DAYS, HOW_LONG):
            clock.shift(timedelta(hours=2))
            client.open(address)
            client.submit("Continue", fields_of(address, POSITIVE))


def test_a_draft_whose_time_is_over_is_gone(app: Flask, sqlite_store: Store) -> None:
    client = WebClient(app)
    with time_machine.travel(MORNING, tick=False) as clock:
        walk_to(client, POSITIVE, CHECK)
        clock.shift(UNFINISHED.unused)
        client.open(RESULT, status=404)
        other = WebClient(app)
        other.open("/")
        other.submit("Start")
    assert row_counts(sqlite_store)["screening_drafts"] == 1


def test_a_page_left_open_while_the_screening_was_finished_is_calm(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, HOW_LONG)
    stale = patient_client.csrf_token
    patient_client.post("/finish")
    page = patient_client.post(HOW_LONG, fields_of(HOW_LONG, POSITIVE), token=stale)
    assert page.status in (400, 404)
    assert page.h1 in ("Send it once more", "We cannot find your answers here")


def test_finishing_twice_is_no_error(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE)
    patient_client.submit("Finish and clear this screen")
    patient_client.open("/")
    assert patient_client.post("/finish").location == "/finished"


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("GB", "Call 999"),
        ("US", "Call 911"),
        ("IE", "Call 112 or Call 999"),
        ("", "Call your local emergency number."),
    ],
)
def test_the_emergency_number_is_that_of_the_country(
    country: str, words: str, product: Product, settings: Settings, sqlite_store: Store
) -> None:
    client = WebClient(product.make(replace(settings, country=country), sqlite_store))
    assert words in client.open("/screening/emergency").main
    assert words in walk_to(client, POSITIVE).main


def test_the_name_of_the_clinic_stands_on_the_first_page_as_text(
    product: Product, settings: Settings, sqlite_store: Store
) -> None:
    named = replace(settings, clinic_name="Smith & <b>Sons</b>")
    assert "Smith & <b>Sons</b>" in WebClient(product.make(named, sqlite_store)).open("/").main


@pytest.mark.parametrize("address", ["/", "/about", "/privacy", "/sources", "/finished"])
def test_a_page_without_questions_says_what_it_is(address: str, patient_client: WebClient) -> None:
    page = patient_client.open(address)
    assert page.title == f"{page.h1} – Headache screening"


def test_every_source_that_a_result_cites_is_on_the_page_of_sources(patient_client: WebClient) -> None:
    page = walk_to(patient_client, POSITIVE)
    links = (each.get("href", "") for each in page.html.iter("a"))
    cited = {each.partition("#")[2] for each in links if each.startswith("/sources#")}
    known = {each.get("id") for each in patient_client.open("/sources").html.iter("li")}
    assert cited
    assert cited <= known
