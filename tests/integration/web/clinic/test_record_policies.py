"""Published policies on a record: each requirement with its answer, what to ask, and never a verdict."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app.domain.policy_files import LoadedPolicies, shipped_policies
from app.services.reassessment import reassess
from app.storage.store import Store
from app.web.context import EXTENSION, Installation
from config import Settings
from tests.integration.web.clinic.record_page import ADD_COURSE, folded, headings, record, rows_of
from tests.support.accounts import clinic_app
from tests.support.client import Page, WebClient
from tests.support.journeys import EMERGENCY, NEGATIVE, NOT_SURE_EVERYWHERE, POSITIVE, SECTIONS, answers_of
from tests.support.page import text as words
from tests.support.screenings import add, minutes_after_noon

NICE = "National Institute for Health and Care Excellence"
CGRP = "On a CGRP medicine now."
VERDICT = re.compile(r"approv(?!al\b)|eligib|qualif|entitle|not covered|is covered|reject", re.IGNORECASE)
EVERYTHING: dict[str, Any] = {
    **POSITIVE,
    **{name: value for section in SECTIONS for name, value in answers_of(section).items()},
}


def requirements(page: Page, begins: str) -> dict[str, tuple[str, str]]:
    """The requirements of a policy: what is asked for, its status and the answer."""
    (table,) = folded(page, begins).iter("table")
    return {needed: (status, answer) for needed, status, answer in rows_of(table)}


def test_every_policy_is_shown_with_its_counts_version_and_source(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    for policy in shipped_policies():
        part = folded(page, f"{policy.issuer}, {policy.title} ({policy.jurisdiction}): ")
        assert re.search(r": \d met, \d not met, \d missing$", words(next(part.iter("summary"))))
        assert f"Version {policy.version}." in words(part)
        assert [link.get("href") for link in part.iter("a")] == [policy.source]
        assert len(requirements(page, f"{policy.issuer}, {policy.title}")) == len(policy.start)
    assert "A comparison, never an approval." in page.main


def test_a_requirement_stands_beside_its_answer_and_what_is_missing_is_asked(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, {**POSITIVE, "age_years": "not_sure"})
    shown = requirements(page, NICE)
    assert shown["Age in years: 18 or more"] == ("Missing", "not sure")
    assert shown["Headache days: 15 or more in 30"] == ("Met", "20 in 30 days")
    asked = [words(each) for each in folded(page, NICE).iter("li")]
    assert asked == [
        "How old are you?",
        "On how many days a month is each acute medicine taken, and for how long?",
    ]


@pytest.mark.parametrize(
    "answers", [POSITIVE, NEGATIVE, NOT_SURE_EVERYWHERE, EMERGENCY, EVERYTHING], ids=range(5)
)
def test_no_record_holds_a_verdict_or_a_code(
    answers: dict[str, Any], clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, answers)
    assert VERDICT.findall(page.main) == []
    for part in page.html.iter("details"):
        assert not re.search(r"[a-z]_[a-z]|%\(|\bNone\b", words(part)), words(part)[:200]


@pytest.mark.parametrize(
    ("given", "is_said"), [("yes", True), ("no", False), ("not_sure", False), (None, False)]
)
def test_a_cgrp_medicine_is_pointed_out(
    given: str | None, is_said: bool, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store, {**POSITIVE, "current_cgrp_treatment": given})
    assert (CGRP in page.main) == is_said


def lend(app: Flask, settings: Settings, store: Store) -> None:
    """Let the apps work by this store until the next test."""
    for each in (app, clinic_app(app)):
        each.extensions[EXTENSION] = Installation(settings, store)


def test_a_policy_that_is_no_longer_in_use_is_still_shown_with_its_answers(
    app: Flask, settings: Settings, clinic_client: WebClient, sqlite_store: Store
) -> None:
    screening_id = add(sqlite_store)
    before = clinic_client.open(f"/clinic/screenings/{screening_id}")
    kept = tuple(each for each in shipped_policies() if each.id != "uk-nice-ta260")
    lend(app, settings, replace(sqlite_store, policies=LoadedPolicies(kept)))
    page = clinic_client.open(f"/clinic/screenings/{screening_id}")
    gone = folded(page, "uk-nice-ta260: ")
    assert "Version 2026. This policy is no longer in use here." in words(gone)
    assert not list(gone.iter("a"))
    assert requirements(page, "uk-nice-ta260: ") == requirements(before, NICE)
    assert "no longer in use" not in words(folded(page, "US Food and Drug"))


def first_policies(page: Page) -> list[str]:
    """The policies of a record in their order, by the name of who issued them."""
    by_title = {f"{each.issuer}, {each.title}": each.id for each in shipped_policies()}
    titles = [words(next(each.iter("summary"))).partition(" (")[0] for each in page.html.iter("details")]
    return [by_title[title] for title in titles if title in by_title]


IDS = [each.id for each in shipped_policies()]


@pytest.mark.parametrize(
    ("country", "nearest"),
    [
        ("", ()),
        ("GB", ("uk-",)),
        ("US", ("us-",)),
        ("AU", ("au-",)),
        ("CA", ("ca-",)),
        ("DE", ("eu-",)),
        ("NO", ()),
        ("NZ", ()),
    ],
)
def test_the_policies_of_the_country_of_the_clinic_come_first(
    country: str,
    nearest: tuple[str, ...],
    settings: Settings,
    sqlite_store: Store,
    app: Flask,
    clinic_client: WebClient,
) -> None:
    lend(app, replace(settings, country=country), sqlite_store)
    shown = first_policies(record(clinic_client, sqlite_store))
    assert sorted(shown) == IDS
    here = [each for each in IDS if each.startswith(nearest)] if nearest else []
    assert shown == [*here, *(each for each in IDS if each not in here)]


OF_TODAY = "By the policies of today; what was different when the answers were stored stands below."


def test_once_they_were_computed_the_policies_of_today_are_shown(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    bare = replace(sqlite_store, policies=LoadedPolicies(()))
    address = f"/clinic/screenings/{add(bare)}"
    before = clinic_client.open(address)
    assert "Published policies" not in headings(before)
    list(reassess(sqlite_store, minutes_after_noon(90)))
    page = clinic_client.open(address)
    assert sorted(first_policies(page)) == IDS
    assert OF_TODAY in page.main
    assert OF_TODAY not in record(clinic_client, sqlite_store).main


def test_without_any_policy_there_is_no_part_about_them(
    app: Flask, settings: Settings, clinic_client: WebClient, sqlite_store: Store
) -> None:
    bare = replace(sqlite_store, policies=LoadedPolicies(()))
    lend(app, settings, bare)
    page = record(clinic_client, bare)
    assert "Published policies" not in headings(page)


# --- going on -------------------------------------------------------------------------------------

GOING_ON = "Published policies on going on"
FELL = {
    "uk-nice": (NICE, "Headache days fell by 30 % or more, judged after 2 courses"),
    "eu-ehf": ("European Headache", "Headache days fell by 30 % or more, judged after 3 courses"),
    "au-mbs": ("Australian Government", "Headache days fell by 50 % or more, judged after 2 courses"),
    "us-wa": ("Washington State", "Headache days fell by more than 50 %, judged after 2 courses"),
}


def with_course(client: WebClient, store: Store, **fields: str) -> Page:
    record(client, store)
    form = {"window_days": "30", "baseline": "20", "later": "14", "cycles": "3", **fields}
    return client.submit(action_of_course(client.current), form)


def action_of_course(page: Page) -> str:
    (form,) = folded(page, ADD_COURSE).iter("form")
    return str(form.get("action"))


def going_on(page: Page) -> dict[str, dict[str, tuple[str, str]]]:
    """The policies below the heading about going on, by the beginning of their lines."""
    body = list(next(each for each in page.html.iter("div") if each.get("class") == "desk-record"))
    at = next(number for number, each in enumerate(body) if words(each) == GOING_ON)
    box = next(each for each in body[at:] if each.get("class") == "education")
    shown = {}
    for part in box.iter("details"):
        title, (table,) = words(next(part.iter("summary"))), part.iter("table")
        shown[title] = {needed: (status, answer) for needed, status, answer in rows_of(table)}
    return shown


@pytest.mark.parametrize(
    ("fields", "answer", "expected"),
    [
        (
            {"later": "14"},
            "fell by 30 %; 3 courses given",
            {"uk-nice": "Met", "eu-ehf": "Met", "au-mbs": "Not met", "us-wa": "Not met"},
        ),
        (
            {"later": "15"},
            "fell by 25 %; 3 courses given",
            {"uk-nice": "Not met", "eu-ehf": "Not met", "au-mbs": "Not met", "us-wa": "Not met"},
        ),
        (
            {"later": "18, 15", "cycles": "1"},
            "fell by 25 %; 1 course given",
            {"uk-nice": "Missing", "eu-ehf": "Missing", "au-mbs": "Missing", "us-wa": "Missing"},
        ),
        (
            {"later": "18 12 10"},
            "fell by 50 %; 3 courses given",
            {"uk-nice": "Met", "eu-ehf": "Met", "au-mbs": "Met", "us-wa": "Not met"},
        ),
        (
            {"later": "9"},
            "fell by 55 %; 3 courses given",
            {"uk-nice": "Met", "eu-ehf": "Met", "au-mbs": "Met", "us-wa": "Met"},
        ),
    ],
    ids=["exactly 30", "under 30", "too early", "exactly 50", "over 50"],
)
def test_a_course_leads_to_the_state_of_each_policy(
    fields: dict[str, str],
    answer: str,
    expected: dict[str, str],
    clinic_client: WebClient,
    sqlite_store: Store,
) -> None:
    shown = going_on(with_course(clinic_client, sqlite_store, **fields))
    assert len(shown) == len(FELL)
    for key, (begins, needed) in FELL.items():
        (rows,) = (each for title, each in shown.items() if title.startswith(begins))
        assert rows[needed] == (expected[key], answer)


def test_a_course_is_told_above_its_policies_and_the_start_stays_as_it_was(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = with_course(clinic_client, sqlite_store, later="18, 14")
    assert "Before: 20 in 30 days. Since, the oldest first: 18, 14. Courses: 3." in page.main
    assert "The last count is 30 % lower." in page.main
    assert "A comparison, never an approval." in page.main
    assert VERDICT.findall(page.main) == []


MONTHS = "9, 9, 9 in 30 days"


def test_counts_of_28_days_say_so_where_they_are_compared(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    shown = going_on(with_course(clinic_client, sqlite_store, window_days="28", later="13, 13, 13"))
    answers = {answer for rows in shown.values() for _, answer in rows.values()}
    assert "13, 13, 13 in 28 days" in answers


def test_days_that_rose_are_said_to_have_risen(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = with_course(clinic_client, sqlite_store, later="25")
    for begins, needed in FELL.values():
        (rows,) = (each for title, each in going_on(page).items() if title.startswith(begins))
        assert rows[needed] == ("Not met", "rose by 25 %; 3 courses given")
    assert "The last count is 25 % higher." in page.main
    assert "lower" not in page.main


def test_the_newest_course_is_the_one_that_is_compared(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = with_course(clinic_client, sqlite_store, later="19")
    form = {"window_days": "30", "baseline": "20", "later": "8", "cycles": "4"}
    page = clinic_client.submit(action_of_course(page), form)
    answers = {answer for rows in going_on(page).values() for _, answer in rows.values()}
    assert "fell by 60 %; 4 courses given" in answers
    assert not [answer for answer in answers if "3 courses" in answer]
    assert "With the newest headache days under treatment, below." in page.main


def test_months_in_a_row_under_the_line_are_compared_with_what_the_policies_ask(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    shown = going_on(with_course(clinic_client, sqlite_store, later="14, 9, 9, 9"))
    rows = {title[:8]: each for title, each in shown.items()}
    assert rows["European"]["Not under 10 headache days in 3 months in a row"] == ("Not met", MONTHS)
    assert rows["National"]["Not under 15 headache days in 3 months in a row"] == ("Not met", MONTHS)
    assert rows["Washingt"]["At most 5 courses"] == ("Met", "3 courses given")


def test_without_a_course_nothing_is_said_of_going_on(clinic_client: WebClient, sqlite_store: Store) -> None:
    assert GOING_ON not in headings(record(clinic_client, sqlite_store))
