"""Counting with a calendar: the counts are those of the marks, and the marks can be changed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from app.services.clinical_review import find_by_reference_code, open_record
from app.storage.store import Store
from tests.support.client import Page, WebClient
from tests.support.journeys import CHECK, DAYS, HOW_LONG, POSITIVE, answer_page, walk_to

CALENDAR = "/screening/calendar"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
YESTERDAY = date(2026, 3, 1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


@pytest.fixture
def client(clock: time_machine.Traveller, patient_client: WebClient) -> WebClient:
    """Somebody on the page about days, at noon of 2 March."""
    walk_to(patient_client, POSITIVE, DAYS)
    return patient_client


def name(back: int) -> str:
    """The name of the mark of so many days ago."""
    return f"calendar-{(YESTERDAY - timedelta(days=back - 1)).isoformat()}"


def marks(headache: int = 0, migraine: int = 0, medicine: int = 0) -> dict[str, Any]:
    """So many days of each, the latest first; medicine from the latest day on."""
    kinds = ["migraine"] * migraine + ["headache"] * headache
    return {
        **{name(back): kind for back, kind in enumerate(kinds, 1)},
        **{f"{name(back)}-medicine": "yes" for back in range(1, medicine + 1)},
    }


def count(client: WebClient, **marked: int) -> Page:
    client.open(CALENDAR)
    return client.submit("Count these days", marks(**marked))


def days_of(page: Page) -> list[str]:
    return [each.get("id", "")[2:] for each in page.html.iter("th") if each.get("scope") == "row"]


def test_it_shows_the_thirty_days_before_today_the_latest_first(client: WebClient) -> None:
    page = client.submit("Hard to say? Count with a calendar")
    assert page.address == CALENDAR
    shown = days_of(page)
    assert (len(shown), shown[0], shown[-1]) == (30, "2026-03-01", "2026-01-31")
    assert "Sun 1 Mar" in page.main
    assert set(map(tuple, page.values("Count these days").values())) >= {("none",)}


@pytest.mark.parametrize(
    ("headache", "migraine", "total"),
    [(0, 1, 1), (1, 0, 1), (7, 7, 14), (7, 8, 15), (8, 7, 15), (0, 8, 8), (22, 8, 30), (0, 30, 30)],
)
def test_the_counts_are_those_of_the_marks(
    headache: int, migraine: int, total: int, client: WebClient
) -> None:
    page = count(client, headache=headache, migraine=migraine)
    assert page.address == DAYS
    values = page.values("Continue")
    assert values["headache_days"] == [str(total)]
    assert values["migraine_days"] == [str(migraine)]
    assert values["counted_from"] == ["diary"]
    assert "These numbers come from your calendar" in page.main


def test_the_counts_are_handed_in_and_the_calendar_is_not(client: WebClient, sqlite_store: Store) -> None:
    count(client, headache=7, migraine=8)
    client.submit("Continue")
    while client.current.address != CHECK:
        answer_page(client, POSITIVE)
    page = client.submit("Send my answers")
    record = open_record(sqlite_store, find_by_reference_code(sqlite_store, page.code))
    answers = record.screening.answers
    assert (answers["headache_days"], answers["migraine_days"], answers["counted_from"]) == (15, 8, "diary")
    assert "calendar" not in answers
    assert record.assessment.outcome == "positive"


def test_marks_come_back_and_can_be_changed(client: WebClient) -> None:
    count(client, headache=2, migraine=1, medicine=2)
    page = client.submit("Change the calendar")
    values = page.values("Count these days")
    assert (values[name(1)], values[name(3)], values[name(4)]) == (["migraine"], ["headache"], ["none"])
    assert (values[f"{name(1)}-medicine"], f"{name(3)}-medicine" in values) == (["yes"], False)
    page = client.submit("Count these days", {name(1): "none"})
    assert page.values("Continue")["headache_days"] == ["2"]


def about_medicine(client: WebClient) -> Page:
    """The optional page about days with medicine, once the core is answered."""
    client.submit("Continue")
    while client.current.address != CHECK:
        answer_page(client, POSITIVE)
    return client.open("/screening/medicine-days")


def test_days_with_medicine_are_counted_where_any_was_marked(client: WebClient) -> None:
    count(client, headache=3, medicine=2)
    page = about_medicine(client)
    assert page.values("Continue")["any_acute_medication_days"] == ["2"]


def test_no_medicine_marked_is_no_count_of_none(client: WebClient) -> None:
    count(client, headache=3)
    page = about_medicine(client)
    assert page.values("Continue")["any_acute_medication_days"] == [""]


def test_a_calendar_without_a_headache_is_asked_about(client: WebClient) -> None:
    client.open(CALENDAR)
    page = client.submit("Count these days", status=422)
    sentence = "Mark each day with a headache. If there was none, go back and enter 0"
    assert page.errors == {"calendar": sentence}
    assert client.open(DAYS).values("Continue")["headache_days"] == [""]


@pytest.mark.parametrize("value", ["", "yes", "MIGRAINE", "not_sure", "<b>", None])
def test_a_mark_that_is_none_is_refused_and_the_others_stay(value: str | None, client: WebClient) -> None:
    client.open(CALENDAR)
    page = client.submit("Count these days", marks(headache=3), extra={name(2): value}, status=422)
    assert page.errors == {"calendar": "Choose for each day what it was like. A new day may have begun"}
    values = page.values("Count these days")
    assert (values[name(1)], values[name(3)], name(2) in values) == (["headache"], ["headache"], False)


def test_a_mark_that_comes_twice_is_refused(client: WebClient) -> None:
    client.open(CALENDAR)
    page = client.submit(
        "Count these days", marks(headache=3), extra={name(1): ["headache", "none"]}, status=422
    )
    assert page.errors == {"calendar": "This answer came twice. Look at it and send it once more."}


def test_after_midnight_the_new_day_is_asked_for(client: WebClient, clock: time_machine.Traveller) -> None:
    client.open(CALENDAR)
    sent = {**client.current.values("Count these days"), **marks(headache=3)}
    clock.shift(timedelta(hours=13))
    page = client.post(CALENDAR, {key: value for key, value in sent.items() if key != "csrf_token"})
    assert page.status == 422
    assert page.values("Count these days")[name(1)] == ["headache"]
    assert days_of(page)[0] == "2026-03-02"


def test_what_is_marked_stays_when_the_light_is_changed(client: WebClient) -> None:
    client.open(CALENDAR)
    page = client.submit("Dark", marks(headache=3))
    assert page.html.get("data-palette") == "dark"
    assert page.values("Count these days")[name(3)] == ["headache"]


def test_it_cannot_be_opened_before_its_turn(patient_client: WebClient) -> None:
    patient_client.open(CALENDAR, status=404)
    patient_client.open("/")
    patient_client.submit("Start")
    assert patient_client.open(CALENDAR).address != CALENDAR
    assert patient_client.post(CALENDAR, {}).status == 303


def test_from_the_check_page_it_leads_back_there(client: WebClient) -> None:
    walk_to(client, POSITIVE, CHECK)
    client.open(f"{DAYS}?change=yes")
    client.submit("Hard to say? Count with a calendar")
    page = client.submit("Count these days", marks(headache=16, migraine=9))
    assert page.address == f"{DAYS}?change=yes"
    assert client.submit("Continue").address == CHECK
    assert HOW_LONG not in client.current.address


def test_what_was_typed_is_there_after_going_back_without_counting(client: WebClient) -> None:
    page = client.submit("Hard to say? Count with a calendar", headache_days="21", counted_from="memory")
    assert page.address == CALENDAR
    values = client.follow("Go back without counting").values("Continue")
    assert (values["headache_days"], values["counted_from"]) == (["21"], ["memory"])
    assert client.open(CHECK).address == DAYS, "the page is still to answer"


def test_a_number_that_cannot_be_keeps_nobody_from_the_calendar(client: WebClient) -> None:
    typed = {"headache_days": "10", "migraine_days": "12", "counted_from": "memory"}
    assert client.submit("Hard to say? Count with a calendar", typed).address == CALENDAR
    values = client.follow("Go back without counting").values("Continue")
    assert (values["headache_days"], values["migraine_days"]) == (["10"], [""])


def test_an_answer_that_no_longer_fits_is_asked_for_again(client: WebClient) -> None:
    """Fewer headache days than the migraine days that were stored: the page is open again."""
    walk_to(client, POSITIVE, CHECK)
    client.open(f"{DAYS}?change=yes")
    client.submit("Hard to say? Count with a calendar", headache_days="3")
    assert client.open(CHECK).address.partition("?")[0] == DAYS
