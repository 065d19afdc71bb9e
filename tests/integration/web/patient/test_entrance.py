"""Who may start a journey, and what comes faster or more often than people: nothing is ever refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.storage.audit import Action
from app.storage.models import AuditEvent, Screening
from app.storage.store import Store
from config import Safeguards, Settings
from tests.support.client import WebClient
from tests.support.headers import header_faults
from tests.support.journeys import CHECK, EMERGENCY, EMERGENCY_PAGE, POSITIVE, RESULT, SAFETY, walk_to
from tests.support.product import Product, row_counts

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
OPEN = Safeguards(shortest_seconds=0)
FIELD, WRONG = "access_code", "That is not the code of this clinic. Check the poster, or ask the staff"
Make = Callable[..., WebClient]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as travelling:
        yield travelling


@pytest.fixture
def browser_at(product: Product, settings: Settings, sqlite_store: Store) -> Make:
    """Makes a browser of an installation with these safeguards."""

    def make(safeguards: Safeguards = OPEN, **changes: object) -> WebClient:
        changed = replace(settings, safeguards=replace(safeguards, **changes))  # type: ignore[arg-type]
        return WebClient(product.make(changed, sqlite_store))

    return make


def doubted(store: Store) -> list[bool]:
    """Whether each screening is marked, in the order of arrival."""
    with store.database.reading() as session:
        return list(session.scalars(select(Screening.is_unverified).order_by(Screening.received_at)))


def doubts_noted(store: Store) -> int:
    with store.database.reading() as session:
        actions = session.scalars(select(AuditEvent.action)).all()
    return sum(action == Action.SUBMISSIONS_DOUBTED.value for action in actions)


# --- faster or more than usual --------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "is_doubted"), [(7, True), (8, False), (60, False)])
def test_answers_sent_faster_than_a_person_reads_are_stored_with_a_mark(
    seconds: int, is_doubted: bool, browser_at: Make, sqlite_store: Store, clock: time_machine.Traveller
) -> None:
    client = browser_at(Safeguards())
    walk_to(client, POSITIVE, CHECK)
    clock.shift(timedelta(seconds=seconds))
    assert client.submit("Send my answers").address == RESULT
    assert doubted(sqlite_store) == [is_doubted]
    assert doubts_noted(sqlite_store) == is_doubted


def test_an_emergency_may_be_told_at_once(
    browser_at: Make, sqlite_store: Store, clock: time_machine.Traveller
) -> None:
    walk_to(browser_at(Safeguards()), EMERGENCY, EMERGENCY_PAGE)
    assert doubted(sqlite_store) == [False]


def test_more_from_one_place_than_usual_are_stored_with_a_mark_until_the_hour_is_over(
    browser_at: Make, sqlite_store: Store, clock: time_machine.Traveller
) -> None:
    client = browser_at(submissions_per_source=2)
    for _ in range(3):
        walk_to(client, POSITIVE)
        clock.shift(timedelta(minutes=1))
    assert doubted(sqlite_store) == [False, False, True]
    clock.shift(timedelta(hours=1))
    walk_to(client, POSITIVE)
    assert doubted(sqlite_store) == [False, False, True, False]
    assert doubts_noted(sqlite_store) == 1


def test_more_in_a_day_than_usual_are_stored_with_a_mark(browser_at: Make, sqlite_store: Store) -> None:
    client = browser_at(submissions_per_day=1)
    for _ in range(2):
        walk_to(client, POSITIVE)
    assert sorted(doubted(sqlite_store)) == [False, True]


def test_pressing_twice_is_counted_once(browser_at: Make, sqlite_store: Store) -> None:
    client = browser_at(submissions_per_day=1)
    walk_to(client, POSITIVE, CHECK)
    for _ in range(3):
        client.post("/screening/submit")
    assert doubted(sqlite_store) == [False]


# --- starting -------------------------------------------------------------------------------------


def test_too_many_starts_from_one_place_have_to_wait(
    browser_at: Make, sqlite_store: Store, clock: time_machine.Traveller
) -> None:
    client = browser_at(starts_per_source=2)
    walk_to(client, POSITIVE, CHECK)
    walk_to(client, POSITIVE, CHECK)
    client.open("/about")
    client.open("/")
    page = client.post("/start")
    assert (page.status, page.h1) == (429, "Too many tries")
    assert 0 < int(page.headers["Retry-After"]) <= 600
    assert client.open(CHECK).h1 == "Check your answers", "what was begun before is kept"
    clock.shift(timedelta(minutes=10))
    client.open("/")
    assert client.post("/start").location == SAFETY


def test_a_code_from_before_is_no_way_around(browser_at: Make, clock: time_machine.Traveller) -> None:
    client = browser_at(starts_per_source=1)
    code = walk_to(client, POSITIVE).code
    client.open("/again")
    assert client.post("/again", {"code": code}).status == 429


@pytest.mark.requirement("WEB-08", part="the throttle of starting")
def test_a_forged_address_is_no_way_around(browser_at: Make, clock: time_machine.Traveller) -> None:
    client = browser_at(starts_per_source=3)
    client.open("/")
    found = [
        client.post("/start", token=client.csrf_token, headers={"X-Forwarded-For": f"203.0.113.{number}"})
        for number in range(1)
    ]
    assert [page.status for page in found] == [303]
    for number in range(2, 6):
        client.open("/")
        page = client.post("/start", headers={"X-Forwarded-For": f"203.0.113.{number}"})
        assert page.status == (303 if number < 4 else 429)


def test_a_full_table_of_drafts_takes_no_more(browser_at: Make, sqlite_store: Store) -> None:
    client = browser_at(most_drafts=1)
    walk_to(client, POSITIVE, CHECK)
    other = browser_at(most_drafts=1)
    other.open("/")
    page = other.post("/start")
    assert (page.status, page.headers["Retry-After"]) == (503, "600")
    assert row_counts(sqlite_store)["screening_drafts"] == 1
    assert client.submit("Send my answers").address == RESULT


@pytest.mark.requirement("WEB-01", part="the pages of those who have to wait")
@pytest.mark.parametrize("safeguards", [{"starts_per_source": 0}, {"most_drafts": 0}], ids=["429", "503"])
def test_the_page_of_those_who_wait_has_every_header(safeguards: dict[str, int], browser_at: Make) -> None:
    client = browser_at(**safeguards)
    client.open("/")
    assert not list(header_faults(client.post("/start").headers))


# --- the code of the poster -----------------------------------------------------------------------


def test_without_a_code_anybody_may_start(patient_client: WebClient) -> None:
    assert FIELD not in patient_client.open("/").values("Start")


def test_the_code_is_asked_for_once(browser_at: Make) -> None:
    client = browser_at(access_code="SPRING27")
    assert "Start" not in {each.text for each in client.open("/").html.iter("button")}
    assert client.submit("Go on", access_code=" spring27 ").address == "/"
    assert walk_to(client, POSITIVE).code
    assert client.open("/").values("Start a new screening")


def test_a_wrong_code_says_what_to_do_and_keeps_what_was_typed(browser_at: Make) -> None:
    client = browser_at(access_code="SPRING27")
    client.open("/")
    page = client.submit("Go on", access_code="SPRING28", status=422)
    assert page.errors == {"#access_code": WRONG} or list(page.errors.values()) == [WRONG]
    assert page.title.startswith("Error:")
    assert page.values("Go on")[FIELD] == ["SPRING28"]
    assert list(client.submit("Go on", access_code="", status=422).errors.values()) == [
        "Enter the code from the poster or leaflet"
    ]


def test_without_the_code_nothing_starts(browser_at: Make, sqlite_store: Store) -> None:
    client = browser_at(access_code="SPRING27")
    client.open("/")
    assert client.post("/start").location == "/"
    assert client.post("/again", {"code": "7KQ2-M9XD-4TRB-ZP3V-N"}).status in (303, 422)
    assert row_counts(sqlite_store)["screening_drafts"] == 0


@pytest.mark.parametrize("forged", ["", "yes", "SPRING27", "x" * 64, "ü"])
def test_a_forged_mark_opens_nothing(forged: str, browser_at: Make, sqlite_store: Store) -> None:
    client = browser_at(access_code="SPRING27")
    client.set_cookie("entrance", forged)
    client.open("/")
    client.post("/start")
    assert row_counts(sqlite_store)["screening_drafts"] == 0


def test_a_new_code_is_asked_for_again(browser_at: Make) -> None:
    client = browser_at(access_code="SPRING27")
    client.open("/")
    client.submit("Go on", access_code="SPRING27")
    other = browser_at(access_code="AUTUMN27")
    other.set_cookie("entrance", client.cookie("entrance") or "")
    assert other.open("/").values("Go on")


def test_guessing_the_code_has_to_wait_and_right_ones_do_not_count(
    browser_at: Make, clock: time_machine.Traveller
) -> None:
    client = browser_at(access_code="SPRING27")
    for _ in range(30):
        client.open("/")
        assert client.post("/access", {FIELD: "SPRING27"}).status == 303
    client = browser_at(access_code="SPRING27")
    client.open("/")
    found = [client.post("/access", {FIELD: "WRONG27"}).status for _ in range(21)]
    assert found == [422] * 20 + [429]
    assert client.post("/access", {FIELD: "SPRING27"}).status == 429
    clock.shift(timedelta(minutes=10))
    assert client.post("/access", {FIELD: "SPRING27"}).status == 303


def test_the_code_is_in_no_address_and_no_cookie(browser_at: Make) -> None:
    client = browser_at(access_code="SPRING27")
    client.open("/")
    client.submit("Go on", access_code="SPRING27")
    assert not [each for each in (*client.visited, *client.cookies_set) if "SPRING27" in each.upper()]
