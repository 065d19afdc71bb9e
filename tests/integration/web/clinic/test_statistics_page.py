"""The statistics page: its period in the address, its tables and charts, what it hides, and for whom."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from app.domain.codes import ConfirmedDiagnosis
from app.domain.periods import monday_of
from app.services.counting import count_diagnosis, count_first_review
from app.storage.store import Store
from app.web.context import EXTENSION, Installation
from config import Settings
from tests.support.accounts import clinic_app
from tests.support.client import Page, WebClient
from tests.support.journeys import BORDERLINE, EMERGENCY, NEGATIVE, POSITIVE, Answers
from tests.support.page import link_by_text
from tests.support.page import text as words
from tests.support.screenings import NOON, add

STATISTICS = "/clinic/statistics"
THAT_WEEK = f"{STATISTICS}?from=2026-03-02&until=2026-03-08"
SVG = "{http://www.w3.org/2000/svg}"
CHRONIC, EPISODIC = ConfirmedDiagnosis.CHRONIC_MIGRAINE, ConfirmedDiagnosis.EPISODIC_MIGRAINE


def add_many(
    store: Store, number: int, answers: Answers = POSITIVE, *, demonstration: bool = False
) -> list[UUID]:
    return [add(store, answers, is_demonstration=demonstration) for _ in range(number)]


def diagnose(store: Store, screenings: Iterable[UUID], diagnosis: ConfirmedDiagnosis) -> None:
    with store.database.writing() as session:
        for screening_id in screenings:
            count_diagnosis(session, screening_id, None, diagnosis, UTC)


def table(page: Page, caption: str) -> dict[str, list[str]]:
    """The rows of the table with this caption: the first cell, and the others."""
    found = [each for each in page.html.iter("table") if words(next(each.iter("caption"))) == caption]
    assert len(found) == 1, f"{len(found)} tables {caption!r}"
    rows = [[words(cell) for cell in row if cell.tag in ("th", "td")] for row in found[0].iter("tr")]
    return {row[0]: row[1:] for row in rows[1:]}


def pictures(page: Page) -> list[Element]:
    return [each for each in page.html.iter(f"{SVG}svg") if each.get("role") == "img"]


def picture(page: Page, label: str) -> Element:
    found = [each for each in pictures(page) if each.get("aria-label", "").startswith(label)]
    assert len(found) == 1, f"{len(found)} pictures {label!r}"
    return found[0]


def columns(svg: Element) -> dict[str, str]:
    """What a column is called, and how it is drawn."""
    return {
        words(each): each.get("class", "").removeprefix("chart-")
        for each in svg.iter(f"{SVG}rect")
        if list(each)
    }


def days_in_address(page: Page) -> list[str]:
    """The dates that the form shows."""
    values = page.values()
    return [*values["from"], *values["until"]]


# --- the period -----------------------------------------------------------------------------------


def test_without_dates_the_last_26_weeks_are_shown(clinic_client: WebClient, sqlite_store: Store) -> None:
    now = datetime.now(UTC)
    this_week = monday_of(now.date())
    for weeks in (0, 25, 26):
        for _ in range(5 + weeks):
            add(sqlite_store, received_at=now - timedelta(weeks=weeks))
    page = clinic_client.open(STATISTICS)
    assert "35 screenings." in page.main  # 5 and 30; those of 26 weeks ago are not among them
    assert "The last week is not over yet." in page.main
    assert days_in_address(page) == [(this_week - timedelta(weeks=25)).isoformat(), now.date().isoformat()]
    assert len(table(page, "Screenings by week")) == 26


def test_a_period_is_of_whole_weeks_and_comes_back_as_such(clinic_client: WebClient) -> None:
    page = clinic_client.open(f"{STATISTICS}?from=2026-03-04&until=2026-03-12")
    assert "from 2 Mar 2026 to 15 Mar 2026" in page.main
    assert "not over yet" not in page.main
    shown = days_in_address(page)
    assert shown == ["2026-03-02", "2026-03-15"]
    again = clinic_client.open(f"{STATISTICS}?from={shown[0]}&until={shown[1]}")
    assert days_in_address(again) == shown


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("until=2026-03-08", ["2025-09-08", "2026-03-08"]),
        ("until=2000-01-05", ["2000-01-03", "2000-01-09"]),
        ("from=%202026-03-02%20&until=2026-03-08", ["2026-03-02", "2026-03-08"]),
    ],
)
def test_a_missing_day_is_filled_in(query: str, shown: list[str], clinic_client: WebClient) -> None:
    page = clinic_client.open(f"{STATISTICS}?{query}")
    assert days_in_address(page) == shown
    clinic_client.open(f"{STATISTICS}?from={shown[0]}&until={shown[1]}")


def test_the_future_is_not_drawn(clinic_client: WebClient) -> None:
    today = datetime.now(UTC).date()
    page = clinic_client.open(f"{STATISTICS}?from={today.isoformat()}&until=2099-12-31")
    assert days_in_address(page)[1] == today.isoformat()


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("from=2026-02-30", {"from": "Enter the first day as a date of this century, such as 2026-03-02"}),
        ("from=1999-12-31", {"from": "Enter the first day as a date of this century, such as 2026-03-02"}),
        ("until=soon", {"until": "Enter the last day as a date of this century, such as 2026-08-30"}),
        ("until=20260302", {"until": "Enter the last day as a date of this century, such as 2026-08-30"}),
        ("until=2026-W10-1", {"until": "Enter the last day as a date of this century, such as 2026-08-30"}),
        ("until=10000-01-01", {"until": "Enter the last day as a date of this century, such as 2026-08-30"}),
        ("until=%00", {}),
        ("from=2099-12-31", {"from": "Enter a first day that is not after today"}),
        (
            "from=2026-03-09&until=2026-03-02",
            {"until": "Enter a last day that is not before the first"},
        ),
        ("from=2010-01-04&until=2020-01-20", {"until": "Enter a period of at most 10 years"}),
        (
            "from=x&until=x",
            {
                "from": "Enter the first day as a date of this century, such as 2026-03-02",
                "until": "Enter the last day as a date of this century, such as 2026-08-30",
            },
        ),
    ],
)
def test_a_wrong_day_is_named_at_its_field(
    query: str, errors: dict[str, str], clinic_client: WebClient
) -> None:
    page = clinic_client.open(f"{STATISTICS}?{query}", status=422 if errors else 200)
    assert page.errors == errors
    for field, sentence in errors.items():
        assert sentence in page.text_of(f"{field}-error")
    if errors:
        assert page.title.startswith("Error:")
        assert not pictures(page)


def test_ten_years_are_allowed_and_shown_in_few_columns(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    add_many(sqlite_store, 5)
    page = clinic_client.open(f"{STATISTICS}?from=2016-03-07&until=2026-03-08")
    assert len(table(page, "Screenings by week")) == 21
    shown = days_in_address(page)
    clinic_client.open(f"{STATISTICS}?from={shown[0]}&until={shown[1]}")


def test_this_week_is_that_of_the_clinic(
    clinic_client: WebClient, app: Flask, settings: Settings, sqlite_store: Store
) -> None:
    far_east = replace(settings, timezone="Pacific/Kiritimati")
    clinic_app(app).extensions[EXTENSION] = Installation(far_east, sqlite_store)
    today = (datetime.now(UTC) + timedelta(hours=14)).date()
    assert days_in_address(clinic_client.open(STATISTICS))[1] == today.isoformat()


# --- tables and charts ----------------------------------------------------------------------------


def test_an_empty_desk_says_so_and_draws_nothing(clinic_client: WebClient) -> None:
    page = clinic_client.open(THAT_WEEK)
    assert page.h1 == "Statistics"
    assert "No screening was received in this time." in page.main
    assert "emonstration" not in page.main
    assert not pictures(page)


def test_every_measure_has_its_table(clinic_client: WebClient, sqlite_store: Store) -> None:
    screenings = [*add_many(sqlite_store, 6), *add_many(sqlite_store, 14, NEGATIVE)]
    with sqlite_store.database.writing() as session:
        for screening_id in screenings[:5]:
            count_first_review(session, screening_id, NOON + timedelta(days=2), UTC)
    page = clinic_client.open(THAT_WEEK)
    assert "20 screenings." in page.main
    assert table(page, "Screenings by week") == {"2 Mar 2026": ["20", "100%"]}
    assert table(page, "Outcomes")["Screen positive"] == ["6", "30%"]
    assert table(page, "Outcomes")["Screen negative"] == ["14", "70%"]
    assert table(page, "Urgency")["Routine"] == ["20", "100%"]
    assert table(page, "Headache days")["20–24"] == ["6", "30%"]
    assert table(page, "Migraine days")["4–7"] == ["14", "70%"]
    assert table(page, "Preventive medicines counted") == {
        "None": ["14", "70%"],
        "1 medicine": ["0", "0%"],
        "2 medicines": ["6", "30%"],
        "3 or more": ["0", "0%"],
        "Not known": ["0", "0%"],
    }
    assert table(page, "Medication overuse")["Cannot tell, or not asked"] == ["20", "100%"]
    assert table(page, "Time to the first review")["1 to 2 days"] == ["5", "25%"]
    assert table(page, "Time to the first review")["Not reviewed yet"] == ["15", "75%"]
    assert "Median, of those that were reviewed: 1 to 2 days." in page.main
    assert not [each for each in page.html.iter("h2") if words(each) == "Language"]


def test_a_chart_draws_what_its_table_says(clinic_client: WebClient, sqlite_store: Store) -> None:
    add_many(sqlite_store, 40)
    add_many(sqlite_store, 20, NEGATIVE)
    svg = picture(clinic_client.open(THAT_WEEK), "Headache days in 30, with a line at 15")
    assert columns(svg) == {"5–9: 20": "below", "20–24: 40": "reached"}
    heights = {words(each): int(each.get("height", "")) for each in svg.iter(f"{SVG}rect")}
    assert heights["20–24: 40"] == 2 * heights["5–9: 20"]
    lines = [each for each in svg.iter(f"{SVG}line") if each.get("class") == "chart-mark"]
    assert [each.get("x1") for each in lines] == ["54.50%"]  # half of what is right of the scale
    assert "15 days or more" in words(svg)
    numbers = [words(each) for each in svg.iter(f"{SVG}text")]
    assert "40" in numbers


def test_every_picture_has_words(clinic_client: WebClient, sqlite_store: Store) -> None:
    diagnose(sqlite_store, add_many(sqlite_store, 10), CHRONIC)
    page = clinic_client.open(THAT_WEEK)
    assert len(pictures(page)) == 4
    assert all(each.get("aria-label") for each in pictures(page))
    others = [each for each in page.html.iter(f"{SVG}svg") if each.get("role") != "img"]
    assert all(each.get("aria-hidden") == "true" for each in others)


# --- what is hidden -------------------------------------------------------------------------------


def test_under_5_screenings_are_not_told_apart(clinic_client: WebClient, sqlite_store: Store) -> None:
    add_many(sqlite_store, 3)
    page = clinic_client.open(THAT_WEEK)
    assert "Under 5 screenings: too few to show more." in page.main
    assert not pictures(page)
    assert not list(page.html.iter("table"))


def test_a_small_count_stands_in_no_table_and_no_chart(clinic_client: WebClient, sqlite_store: Store) -> None:
    for number, answers in ((3, BORDERLINE), (17, NEGATIVE), (40, POSITIVE)):
        add_many(sqlite_store, number, answers)
    page = clinic_client.open(THAT_WEEK)
    assert table(page, "Outcomes") == {
        "Emergency sign reported": ["0", "0%"],
        "Screen positive": ["40", "67%"],
        "Borderline": ["under 5", "–"],
        "Screen negative": ["not shown", "–"],
        "Cannot tell": ["0", "0%"],
    }
    svg = picture(page, "Headache days in 30")
    assert columns(svg) == {
        "5–9: not shown": "not_shown",
        "10–14: under 5": "under_5",
        "20–24: 40": "reached",
    }
    written = [words(each) for each in svg.iter(f"{SVG}text")]
    assert [each for each in written if each in ("not", "shown", "under", "5")] == [
        "not",
        "shown",
        "under",
        "5",
    ]


def _all_there_is(page: Page) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Every element of the page below its period: tag, text and attributes."""
    parts = [part for main in page.html.iter("main") for part in main.iter()]
    first = next(place for place, part in enumerate(parts) if words(part).startswith("40 screenings."))
    return [(str(part.tag), part.text or "", sorted(part.attrib.items())) for part in parts[first + 1 :]]


def test_a_page_is_the_same_whatever_a_small_count_is(clinic_client: WebClient, sqlite_store: Store) -> None:
    """Two weeks that differ in how many were borderline and how many negative, and in nothing else."""
    borderline = {**POSITIVE, "look_alikes": ["constant_from_first_day"]}
    negative = {**POSITIVE, "months_at_this_frequency": 1}
    for week, small in ((0, 1), (1, 4)):
        for answers, number in ((borderline, small), (negative, 20 - small), (POSITIVE, 20)):
            for _ in range(number):
                add(sqlite_store, answers, received_at=NOON + timedelta(weeks=week))
    one = clinic_client.open(THAT_WEEK)
    assert table(one, "Outcomes")["Borderline"] == ["under 5", "–"]
    other = clinic_client.open(f"{STATISTICS}?from=2026-03-09&until=2026-03-15")
    later = [(tag, text.replace("9 Mar", "2 Mar"), each) for tag, text, each in _all_there_is(other)]
    assert len(later) > 200
    assert [(tag, text) for tag, text, _ in _all_there_is(one)] == [(tag, text) for tag, text, _ in later]
    drawn = [
        [(tag, each) for tag, _, each in parts if tag.startswith(SVG)]
        for parts in (_all_there_is(one), _all_there_is(other))
    ]
    assert drawn[0] == drawn[1]


def test_weeks_that_are_hidden_are_explained(clinic_client: WebClient, sqlite_store: Store) -> None:
    for week, number in enumerate((2, 9, 6)):
        for _ in range(number):
            add(sqlite_store, received_at=NOON + timedelta(weeks=week))
    page = clinic_client.open(f"{STATISTICS}?from=2026-03-02&until=2026-03-22")
    weeks = table(page, "Screenings by week")
    assert [row[0] for row in weeks.values()] == ["under 5", "9", "not shown"]
    assert "A low column with a broken line: under 5." in page.main


# --- how the screen did ---------------------------------------------------------------------------


def test_the_predictive_value_is_shown_with_its_interval(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    positives, negatives = add_many(sqlite_store, 30), add_many(sqlite_store, 20, NEGATIVE)
    diagnose(sqlite_store, positives[:20], CHRONIC)
    diagnose(sqlite_store, positives[20:28], EPISODIC)
    diagnose(sqlite_store, positives[28:], ConfirmedDiagnosis.UNSURE)
    diagnose(sqlite_store, negatives[:6], CHRONIC)
    diagnose(sqlite_store, negatives[6:], EPISODIC)
    page = clinic_client.open(THAT_WEEK)
    sentence = "Chronic migraine was confirmed in 20 of 28: 71% (95% interval 53% to 85%)."
    assert sentence in page.main
    assert picture(page, sentence)
    assert "Screen negative: 6 of 20" in page.main
    assert "Cannot tell: no diagnosis was confirmed yet" in page.main
    assert "whose diagnosis is unsure, are left out" in page.main
    rows = table(page, "Outcome and confirmed diagnosis")
    assert rows["Screen positive"] == ["20", "8", "0", "0", "0", "28", "under 5"]
    assert rows["Screen negative"] == ["6", "14", "0", "0", "0", "20", "0"]


def test_too_few_diagnoses_say_so(clinic_client: WebClient, sqlite_store: Store) -> None:
    positives, borderline = add_many(sqlite_store, 12), add_many(sqlite_store, 5, BORDERLINE)
    diagnose(sqlite_store, positives[:9], CHRONIC)
    diagnose(sqlite_store, positives[9:], EPISODIC)
    diagnose(sqlite_store, borderline[:2], CHRONIC)
    page = clinic_client.open(THAT_WEEK)
    assert page.main.count("Too few to say: a number in it is under 5.") == 2
    assert "Borderline: under 5 diagnoses, too few to say" in page.main
    rows = table(page, "Outcome and confirmed diagnosis")
    assert rows["Screen positive"] == ["not shown", "under 5", "0", "0", "0", "12", "0"]
    assert len(pictures(page)) == 3


# --- for whom -------------------------------------------------------------------------------------


def test_demonstrations_are_shown_apart(clinic_client: WebClient, sqlite_store: Store) -> None:
    add_many(sqlite_store, 7)
    add_many(sqlite_store, 9, EMERGENCY, demonstration=True)
    own = clinic_client.open(THAT_WEEK)
    assert "7 screenings." in own.main
    address = link_by_text(own.html, "Show the demonstration figures")
    assert parse_qs(urlsplit(address).query)["from"] == ["2026-03-02"]
    other = clinic_client.open(address)
    assert "Demonstration screenings only: nobody real." in other.main
    assert "9 screenings." in other.main
    assert other.values()["demonstration"] == ["yes"]
    assert "7 screenings." in clinic_client.follow("Show the clinic’s own figures").main


def test_the_clinic_never_says_what_a_person_has(clinic_client: WebClient, sqlite_store: Store) -> None:
    add_many(sqlite_store, 5)
    main = clinic_client.open(THAT_WEEK).main
    assert "Self-reported answers, not diagnoses." in main
    assert not re.search(r"eligible|approved|qualif|please|invalid", main, re.IGNORECASE)


def test_only_a_clinician_sees_it(app: Flask) -> None:
    page = WebClient(app).request("GET", STATISTICS)
    assert (page.status, page.location) == (303, "/clinic/sign-in?next=/statistics")


def test_a_day_is_a_day(clinic_client: WebClient) -> None:
    """What browsers send for any day there is."""
    for day in (date(2024, 2, 29), date(2026, 3, 29), date(2000, 1, 3)):
        assert (
            clinic_client.open(f"{STATISTICS}?from={day.isoformat()}&until={day.isoformat()}").status == 200
        )
