"""Today's rules on a record: beside the stored assessment when they differ, and said when they do not."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.domain.assessment import RULES_VERSION
from app.domain.codes import Contradiction
from app.domain.policy_files import LoadedPolicies, load_policies
from app.questionnaire.desk_labels import CONTRADICTIONS
from app.services.reassessment import reassess
from app.storage.models import ScreeningReassessment
from app.storage.store import Store
from app.web.context import EXTENSION, Installation
from config import Settings
from tests.integration.web.clinic.record_page import captions, headings, table, tiles
from tests.support.accounts import CLINICIAN, Doorkeeper, clinic_app
from tests.support.client import Page, WebClient
from tests.support.journeys import POSITIVE
from tests.support.product import Product
from tests.support.screenings import add, keep, made, minutes_after_noon

TODAY = "By today’s rules"
DIFFERS = "What differs by today’s rules"
OWN = """id = "xx-own"
version = "2026"
issuer = "Our clinic"
jurisdiction = "here"
title = "What we ask"
published = "2026"
source = "https://example.org/policy"
checked = "2026-11-22"

[[start]]
id = "headache-days"
kind = "days_at_least"
count = "headache_days"
days = 20
"""


def earlier(store: Store) -> Store:
    """Another edition that says the same but for its versions: every policy had an older one."""
    policies = tuple(replace(each, version="1999") for each in store.policies.policies)
    return replace(store, policies=LoadedPolicies(policies))


def add_stored(store: Store, **stored: Any) -> str:
    """The address of a screening whose stored assessment says this instead, by older rules."""
    answers = {**POSITIVE, "any_acute_medication_days": 2, "triptan_days": 5}
    new = made(store, answers)
    older = {**new.assessment, **stored}
    older["versions"] = {"questionnaire": "1.0", "rules": "1.1"}
    stored_then = replace(new, assessment=older, edition="1.1+000000000000")
    return f"/clinic/screenings/{keep(store, stored_then)}"


def reassessed(client: WebClient, store: Store, address: str) -> Page:
    list(reassess(store, minutes_after_noon(90)))
    return client.open(address)


def test_a_record_of_todays_rules_has_no_part_about_them(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = reassessed(clinic_client, sqlite_store, f"/clinic/screenings/{add(sqlite_store)}")
    assert TODAY not in headings(page)


def test_before_they_were_computed_a_record_says_nothing_of_them(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = clinic_client.open(f"/clinic/screenings/{add(earlier(sqlite_store))}")
    assert TODAY not in headings(page)


def test_where_nothing_differs_that_is_said(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = reassessed(clinic_client, sqlite_store, add_stored(sqlite_store))
    assert f"Computed 2 Mar 2026, 13:30 with rules {RULES_VERSION}: nothing differs." in page.main
    assert TODAY in headings(page)
    assert DIFFERS not in captions(page)


def test_policies_of_another_version_are_named_with_both(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = reassessed(clinic_client, sqlite_store, f"/clinic/screenings/{add(earlier(sqlite_store))}")
    assert table(page, DIFFERS) == [
        [f"{each.id}: version", "1999", each.version] for each in sqlite_store.policies.policies
    ]


def test_a_damaged_reassessment_is_like_none(clinic_client: WebClient, sqlite_store: Store) -> None:
    address = add_stored(sqlite_store, outcome="borderline")
    assert TODAY in headings(reassessed(clinic_client, sqlite_store, address))
    with sqlite_store.database.writing() as session:
        session.query(ScreeningReassessment).one().assessment = b"damaged"
    page = clinic_client.open(address)
    assert page.h1 == "Borderline"
    assert TODAY not in headings(page)


def test_what_differs_is_shown_both_ways_and_the_stored_assessment_stays(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    address = add_stored(sqlite_store, outcome="borderline", urgency="soon")
    before = clinic_client.open(address)
    page = reassessed(clinic_client, sqlite_store, address)
    rows = table(page, DIFFERS)
    assert rows[:2] == [["Outcome", "Borderline", "Screen positive"], ["Urgency", "Soon", "Routine"]]
    assert f"Computed 2 Mar 2026, 13:30 with rules {RULES_VERSION}." in page.main
    assert "The stored assessment stays as it is." in page.main
    assert page.h1 == before.h1 == "Borderline"
    assert "questionnaire 1.0 · rules 1.1" in page.main
    assert tiles(page) == tiles(before)


def test_a_contradiction_that_was_not_known_then_is_shown_in_words(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    address = add_stored(sqlite_store, contradictions=[])
    page = reassessed(clinic_client, sqlite_store, address)
    ((part, _, now),) = table(page, DIFFERS)
    assert part == "Contradictions"
    assert now == str(CONTRADICTIONS[Contradiction.ACUTE_MEDICATION_DAYS_DO_NOT_ADD_UP])


def test_no_code_is_shown_among_what_differs(clinic_client: WebClient, sqlite_store: Store) -> None:
    address = add_stored(sqlite_store, contradictions=[], policies=[], urgency="urgent")
    page = reassessed(clinic_client, sqlite_store, address)
    for row in table(page, DIFFERS):
        assert not [cell for cell in row if re.search(r"[a-z]_[a-z]", cell)], row


def test_a_new_policy_of_the_clinic_is_shown_once_it_was_computed(
    app: Flask, settings: Settings, clinic_client: WebClient, sqlite_store: Store, tmp_path: Path
) -> None:
    address = f"/clinic/screenings/{add(sqlite_store)}"
    (tmp_path / "own.toml").write_text(OWN)
    today = replace(sqlite_store, policies=load_policies(tmp_path))
    for each in (app, clinic_app(app)):
        each.extensions[EXTENSION] = Installation(settings, today)
    assert TODAY not in headings(clinic_client.open(address))
    page = reassessed(clinic_client, today, address)
    assert table(page, DIFFERS) == [
        ["xx-own: version", "not there", "2026"],
        ["xx-own: Headache days: 20 or more in 30", "not there", "Met"],
    ]


@pytest.mark.parametrize("differs", [True, False])
def test_both_databases_show_the_same(
    differs: bool, store: Store, settings: Settings, product: Product, doorkeeper: Doorkeeper
) -> None:
    client = doorkeeper.enter(product.make(settings, store), store, CLINICIAN)
    address = f"/clinic/screenings/{add(earlier(store))}" if differs else add_stored(store)
    page = reassessed(client, store, address)
    assert (DIFFERS in captions(page)) == differs
    assert ("nothing differs" in page.main) != differs
