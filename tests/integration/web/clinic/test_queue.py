"""The list of screenings: its order, its pages, what a line says, and what is unread."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.services.queue import PAGE_SIZE
from app.services.reviewing import assign
from app.storage.models import Clinician, Screening
from app.storage.screenings import set_status
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.integration.web.clinic.queue_page import (
    address_of,
    column,
    ids,
    in_header,
    in_view,
    list_beside,
    rows,
    walk,
)
from tests.support.accounts import COLLEAGUE, Person
from tests.support.client import WebClient
from tests.support.journeys import BORDERLINE, CANNOT_TELL, EMERGENCY, NEGATIVE, POSITIVE
from tests.support.screenings import BY_URGENCY, NOON, add, minutes_after_noon

NUMBERS = ("Headache / migraine days", "Months", "Preventives counted", "Overuse")


def move(store: Store, screening_id: UUID, status: ScreeningStatus) -> None:
    with store.database.writing() as session:
        set_status(session, screening_id, status)


# --- order and pages ------------------------------------------------------------------------------


def test_an_empty_desk_says_so(clinic_client: WebClient) -> None:
    page = clinic_client.open("/clinic/")
    assert (page.h1, rows(page), in_header(page)) == ("Open screenings", [], "0 open, 0 unread")
    assert "No screening is waiting." in page.main
    page = clinic_client.open("/clinic/?status=done")
    assert page.h1 == "Screenings that are done"
    assert "No screening fits this view." in page.main


def test_the_most_urgent_come_first_and_then_the_oldest(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    expected = []
    for answers in BY_URGENCY:
        newer = add(sqlite_store, answers, received_at=minutes_after_noon(2))
        older = add(sqlite_store, answers, received_at=minutes_after_noon(1))
        expected += [str(older), str(newer)]
    page = clinic_client.open("/clinic/")
    assert ids(page) == expected
    assert in_view(page) == "8 screenings in this view"


def test_sixty_screenings_are_listed_once_each_over_their_pages(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    """Their times have every fraction of a second that a clock can give."""
    ids_added = [
        str(
            add(
                sqlite_store,
                BY_URGENCY[number % 3 + 1],
                received_at=NOON + timedelta(microseconds=number * 333_337),
            )
        )
        for number in range(60)
    ]
    pages = walk(clinic_client)
    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 10]
    found = [each for page in pages for each in page]
    assert len(found) == len(set(found))
    assert set(found) == set(ids_added)


@pytest.mark.parametrize("microsecond", [1, 123_457, 999_999])
def test_the_next_page_does_not_repeat_the_last_screening(
    microsecond: int, clinic_client: WebClient, sqlite_store: Store
) -> None:
    for second in range(PAGE_SIZE + 1):
        moment = NOON.replace(microsecond=microsecond) + timedelta(seconds=second)
        add(sqlite_store, received_at=moment)
    first, second_page = walk(clinic_client)
    assert len(first) == PAGE_SIZE
    assert len(second_page) == 1
    assert second_page[0] not in first


def test_a_list_of_exactly_one_page_has_no_next_one(clinic_client: WebClient, sqlite_store: Store) -> None:
    for minute in range(PAGE_SIZE):
        add(sqlite_store, received_at=minutes_after_noon(minute))
    assert [len(page) for page in walk(clinic_client)] == [PAGE_SIZE]


def test_the_first_page_is_one_press_away(clinic_client: WebClient, sqlite_store: Store) -> None:
    for minute in range(PAGE_SIZE + 1):
        add(sqlite_store, received_at=minutes_after_noon(minute))
    clinic_client.open("/clinic/")
    clinic_client.follow("Next page")
    assert len(ids(clinic_client.follow("First page"))) == PAGE_SIZE


def test_what_arrives_while_paging_repeats_nothing(clinic_client: WebClient, sqlite_store: Store) -> None:
    for minute in range(PAGE_SIZE + 5):
        add(sqlite_store, received_at=minutes_after_noon(minute))
    first = ids(clinic_client.open("/clinic/"))
    add(sqlite_store, BY_URGENCY[0])
    second = ids(clinic_client.follow("Next page"))
    assert not set(first) & set(second)
    assert len(second) == 5


def test_pages_stay_within_their_view(clinic_client: WebClient, sqlite_store: Store) -> None:
    for minute in range(PAGE_SIZE + 2):
        done = add(sqlite_store, received_at=minutes_after_noon(minute))
        add(sqlite_store, received_at=minutes_after_noon(minute))
        move(sqlite_store, done, ScreeningStatus.REVIEWED)
    assert [len(page) for page in walk(clinic_client, "/clinic/?status=done")] == [PAGE_SIZE, 2]
    assert set(column(clinic_client.current, "Status")) == {"Reviewed"}
    page = clinic_client.follow("First page")
    assert (len(ids(page)), in_view(page)) == (PAGE_SIZE, f"{PAGE_SIZE + 2} screenings in this view")


NO_ID, AN_ID = "0" * 32, "a" * 32
NO_PLACES = (
    "",
    "x",
    "1.2.3",
    "1.2.zz",
    "..",
    "1.2.3.4",
    "%00",
    "NaN.NaN.NaN",
    "9" * 5000,
    f"-1.-1.{NO_ID}",
    f"1.{'9' * 30}.{NO_ID}",
    f"0.0.{'f' * 32}",
    f"1.1e5.{NO_ID}",
    f"3.1700000000000000.{AN_ID}",
    f"٣.٣.{NO_ID}",
    f"3.-62135596800000000.{NO_ID}",
    f"3.253402300799999999.{NO_ID}",
    f"{'9' * 400}.1.{NO_ID}",
)


def test_a_place_that_is_none_is_answered_calmly(clinic_client: WebClient, sqlite_store: Store) -> None:
    add(sqlite_store)
    for after in NO_PLACES:
        for query in ("", "&status=done", "&status=x", "&from=2026-03-02&urgency=soon"):
            page = clinic_client.request("GET", f"/clinic/?after={after}{query}")
            assert page.status == 200, (after[:60], query)


# --- what a line says -----------------------------------------------------------------------------


def test_a_line_says_what_it_is(clinic_client: WebClient, sqlite_store: Store) -> None:
    for minute, answers in enumerate((EMERGENCY, POSITIVE, BORDERLINE, NEGATIVE, CANNOT_TELL)):
        add(sqlite_store, answers, received_at=minutes_after_noon(minute))
    page = clinic_client.open("/clinic/")
    assert column(page, "Outcome") == [
        "Emergency sign reported unread",
        "Screen positive unread",
        "Borderline unread",
        "Screen negative unread",
        "Cannot tell unread",
    ]
    assert column(page, "Warning signs") == ["Emergency: Thunderclap onset", *["–"] * 4]
    assert [[row.cells[name] for name in NUMBERS] for row in rows(page)] == [
        ["? / ?", "?", "?", "?"],
        ["20 / 10", "24", "2", "?"],
        ["14 / 8", "24", "0", "?"],
        ["9 / 5", "24", "0", "?"],
        ["20 / ?", "24", "0", "?"],
    ]
    assert set(column(page, "Status")) == {"New"}
    assert set(column(page, "Assigned to")) == {"–"}


@pytest.mark.parametrize(
    ("days", "months", "shown"),
    [(12, 12, "Likely"), (12, 1, "Watch"), (0, 12, "Not likely"), ("not_sure", 12, "?")],
    ids=str,
)
def test_a_line_says_how_overuse_stands(
    days: object, months: int, shown: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    other = ("ergot", "opioid", "combination_analgesic", "simple_analgesic", "gepant_or_ditan")
    answers = {
        **POSITIVE,
        "any_acute_medication_days": days,
        "months_of_acute_medication_use": months,
        "triptan_days": days,
        **{f"{each}_days": 0 for each in other},
    }
    add(sqlite_store, answers)
    assert column(clinic_client.open("/clinic/"), "Overuse") == [shown]


@pytest.mark.parametrize(
    ("signs", "unsure", "words"),
    [
        ([], ["other"], "Urgent: Not sure about warning signs"),
        ("not_sure", None, "Urgent: Not sure about warning signs"),
        (["recent_change_of_pattern"], ["emergency"], "Urgent: Not sure about warning signs"),
        (["recent_change_of_pattern"], None, "Soon: Recent change of pattern"),
        (["onset_after_50"], ["emergency"], "Urgent: Onset after 50"),
        (["recent_change_of_pattern", "onset_after_50"], ["other"], "Urgent: Onset after 50"),
        (["loss_of_vision"], ["other"], "Emergency: Loss of vision"),
        (["loss_of_vision"], None, "Emergency: Loss of vision"),
        ([], [], "–"),
    ],
    ids=str,
)
def test_a_line_names_what_presses_most_with_its_urgency(
    signs: object, unsure: object, words: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    screening_id = add(sqlite_store, {**POSITIVE, "red_flags": signs, "unsure_red_flags": unsure})
    assert column(clinic_client.open("/clinic/"), "Warning signs") == [words]
    beside = clinic_client.open(address_of(screening_id)).main
    first = words.partition(": ")[2] or "Screen positive"
    assert beside.startswith(first)


def test_a_demonstration_is_marked(clinic_client: WebClient, sqlite_store: Store) -> None:
    add(sqlite_store, is_demonstration=True)
    add(sqlite_store, received_at=minutes_after_noon(1))
    outcomes = column(clinic_client.open("/clinic/"), "Outcome")
    assert ["Demonstration" in each for each in outcomes] == [True, False]


@pytest.mark.parametrize(
    ("ago", "shown"), [(timedelta(minutes=5), "now"), (timedelta(hours=5), "5 h"), (timedelta(days=3), "3 d")]
)
def test_the_age_of_a_screening_is_said_in_one_word(
    ago: timedelta, shown: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    add(sqlite_store, received_at=datetime.now(UTC) - ago)
    (received,) = column(clinic_client.open("/clinic/"), "Received")
    assert re.fullmatch(rf"\d+ \w+ \d{{4}}, \d\d:\d\d {shown}", received)


def test_a_screening_that_cannot_be_read_stands_in_its_place_and_says_so(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    whole = [add(sqlite_store, received_at=minutes_after_noon(minute)) for minute in range(3)]
    with sqlite_store.database.writing() as session:
        session.get_one(Screening, whole[1]).listing = b"damaged"
    page = clinic_client.open("/clinic/")
    assert ids(page) == [str(each) for each in whole]
    assert column(page, "Warning signs") == ["–", "The answers cannot be read", "–"]
    assert [rows(page)[1].cells[name] for name in NUMBERS] == ["? / ?", "?", "?", "?"]


def test_who_has_it_is_named(
    clinic_client: WebClient, sqlite_store: Store, enter: Callable[[Person], WebClient]
) -> None:
    enter(COLLEAGUE)
    mine, theirs = add(sqlite_store), add(sqlite_store, received_at=minutes_after_noon(1))
    with sqlite_store.database.reading() as session:
        people = {row.email: row.id for row in session.query(Clinician)}
    for screening_id, email in ((mine, "ada@example.org"), (theirs, "bo@example.org")):
        who = people[email]
        assign(sqlite_store, screening_id, to=who, shown=None, clinician_id=who, now=NOON)
    page = clinic_client.open("/clinic/")
    assert column(page, "Assigned to") == ["Dr Ada Example", "Dr Bo Example"]
    assert ids(clinic_client.open("/clinic/?assigned=me")) == [str(mine)]
    assert ids(clinic_client.open(f"/clinic/?assigned={people['bo@example.org']}")) == [str(theirs)]
    assert ids(clinic_client.open("/clinic/?assigned=nobody")) == []


# --- unread and counts ----------------------------------------------------------------------------


def test_a_screening_is_unread_until_somebody_opens_it(
    clinic_client: WebClient, sqlite_store: Store, enter: Callable[[Person], WebClient]
) -> None:
    one, two = add(sqlite_store), add(sqlite_store, received_at=minutes_after_noon(1))
    colleague = enter(COLLEAGUE)
    page = clinic_client.open("/clinic/")
    assert [row.is_unread for row in rows(page)] == [True, True]
    assert in_header(page) == "2 open, 2 unread"
    page = clinic_client.open(address_of(one))
    assert list_beside(page) == [str(one), str(two)]
    assert in_header(page) == "2 open, 1 unread"
    for client in (clinic_client, colleague):
        page = client.open("/clinic/")
        assert [(row.id, row.is_unread) for row in rows(page)] == [(str(one), False), (str(two), True)]
        assert in_header(page) == "2 open, 1 unread"
    assert in_header(clinic_client.open("/clinic/find")) == "2 open, 1 unread"


def test_done_screenings_have_a_view_of_their_own(clinic_client: WebClient, sqlite_store: Store) -> None:
    waiting, done = add(sqlite_store), add(sqlite_store)
    move(sqlite_store, done, ScreeningStatus.CLOSED)
    page = clinic_client.open("/clinic/")
    assert (ids(page), in_header(page)) == ([str(waiting)], "1 open, 1 unread")
    page = clinic_client.follow("Done 1")
    assert (page.h1, ids(page)) == ("Screenings that are done", [str(done)])
    assert in_view(page) == "1 screening in this view"
    page = clinic_client.follow("Open 1")
    assert (page.address, ids(page)) == ("/clinic/", [str(waiting)])


def test_counts_stop_at_a_thousand(clinic_client: WebClient, sqlite_store: Store) -> None:
    add(sqlite_store)
    names = [each.name for each in Screening.__table__.columns]
    copied = ", ".join(
        {"id": "printf('%032x', value)", "reference_mac": "randomblob(32)"}.get(n, n) for n in names
    )
    copy = (
        f"INSERT INTO screenings ({', '.join(names)}) SELECT {copied} FROM screenings,"  # noqa: S608
        " (WITH RECURSIVE counter(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM counter LIMIT 1000)"
        "  SELECT value FROM counter)"
    )
    with sqlite_store.database.writing() as session:
        session.execute(text(copy))
        assert session.query(Screening).count() == 1001
    page = clinic_client.open("/clinic/")
    assert in_header(page) == "1000+ open, 1000+ unread"
    assert in_view(page) == "1000+ screenings in this view"
    assert "Nobody’s 1000+" in page.main
    assert "Mine 0" in page.main
