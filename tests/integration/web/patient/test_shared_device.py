"""A device that one person after another takes: it knows nobody, and clears itself."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from app.services.draft_limits import HANDED_IN_SHARED, UNFINISHED_SHARED
from app.storage.store import Store
from config import Settings
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    CHECK,
    DAYS,
    EMERGENCY,
    POSITIVE,
    RESULT,
    SAFETY,
    fields_of,
    walk_to,
)
from tests.support.product import Product, row_counts

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLEARED = "This screen was cleared to protect your answers"
LEFT = '"cache", "storage"'
SECOND = timedelta(seconds=1)
PAGES_WITHOUT_ANSWERS = ("/shared", "/finished", "/cleared")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as travelling:
        yield travelling


@pytest.fixture
def tablet(app: Flask) -> WebClient:
    """A browser of the waiting room."""
    client = WebClient(app)
    client.open("/shared")
    assert client.submit("Share this device").address == "/"
    return client


def meta_refresh(page: Page) -> list[str]:
    return re.findall(r'<noscript><meta http-equiv="refresh" content="([^"]+)"></noscript>', page.body)


def data_of_clock(page: Page) -> dict[str, str]:
    (found,) = (each for each in page.html.iter("aside"))
    return {name.removeprefix("data-"): value for name, value in found.items() if name.startswith("data-")}


# --- becoming shared, and ending it ---------------------------------------------------------------


def test_the_mark_of_a_shared_browser_says_nothing_of_a_person(tablet: WebClient) -> None:
    (cookie,) = (each for each in tablet.cookies_set if each.startswith("shared="))
    assert cookie.startswith("shared=yes;")
    assert "Max-Age=34560000" in cookie


def test_over_https_the_mark_is_bound_to_the_host(
    product: Product, settings: Settings, sqlite_store: Store
) -> None:
    secure = replace(settings, public_url="https://localhost")
    client = WebClient(product.make(secure, sqlite_store), is_https=True)
    client.open("/shared")
    client.submit("Share this device")
    assert client.cookie("__Host-shared") == "yes"
    assert "waiting" not in client.open("/shared").main


def test_looking_at_the_page_alone_shares_nothing(patient_client: WebClient) -> None:
    patient_client.open("/shared")
    assert patient_client.cookie("shared") is None


def test_sharing_forgets_what_the_browser_held(patient_client: WebClient, sqlite_store: Store) -> None:
    walk_to(patient_client, POSITIVE, CHECK)
    patient_client.open("/shared")
    patient_client.submit("Share this device")
    assert row_counts(sqlite_store)["screening_drafts"] == 0
    patient_client.open(CHECK, status=404)


def test_leaving_needs_a_tick(tablet: WebClient) -> None:
    tablet.open("/shared/leave")
    page = tablet.submit("Stop sharing this device", status=422)
    assert list(page.errors.values()) == ["Tick the box if only one person uses this device"]
    assert tablet.cookie("shared") == "yes"


def test_leaving_ends_it_and_forgets_the_journey(tablet: WebClient, sqlite_store: Store) -> None:
    walk_to(tablet, POSITIVE, CHECK)
    tablet.open("/shared/leave")
    assert tablet.submit("Stop sharing this device", confirm=["alone"]).address == "/"
    assert tablet.cookie("shared") is None
    assert row_counts(sqlite_store)["screening_drafts"] == 0
    assert "not shared" in tablet.open("/shared/leave").main


def test_an_installation_can_be_shared_as_a_whole(
    product: Product, settings: Settings, sqlite_store: Store
) -> None:
    client = WebClient(product.make(replace(settings, is_shared_device=True), sqlite_store))
    assert "Every device is shared here" in client.open("/shared/leave").main
    assert data_of_clock(walk_to(client, POSITIVE, CHECK))["unused"] == "180"


# --- clearing itself ------------------------------------------------------------------------------


@pytest.mark.requirement("PAT-13", "PAT-14", part="a shared device")
@pytest.mark.parametrize("address", [CHECK, RESULT])
def test_untouched_for_three_minutes_it_is_cleared_on_the_server(
    address: str, tablet: WebClient, sqlite_store: Store, clock: time_machine.Traveller
) -> None:
    code = walk_to(tablet, POSITIVE, address).code
    old = tablet.cookie("screening")
    clock.shift(UNFINISHED_SHARED.unused - SECOND)
    assert tablet.open(address).code == code
    clock.shift(UNFINISHED_SHARED.unused)
    page = tablet.open("/cleared")
    assert page.h1 == CLEARED
    assert page.headers["Clear-Site-Data"] == LEFT
    assert row_counts(sqlite_store)["screening_drafts"] == 0
    assert tablet.cookie("screening") not in (None, old)
    assert tablet.cookie("shared") == "yes"


@pytest.mark.requirement("PAT-13", part="the idle reset")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whoever_comes_back_with_the_old_cookie_is_a_fresh_visitor(
    method: str, app: Flask, tablet: WebClient, clock: time_machine.Traveller
) -> None:
    walk_to(tablet, POSITIVE, DAYS)
    stale, token = tablet.cookie("screening") or "", tablet.csrf_token
    clock.shift(UNFINISHED_SHARED.unused)
    if method == "POST":
        page = tablet.post(DAYS, fields_of(DAYS, POSITIVE), token=token)
    else:
        page = tablet.open(DAYS, status=404)
    assert (page.status, page.h1) == (404, CLEARED)
    other = WebClient(app)
    other.set_cookie("screening", stale)
    other.open(DAYS, status=404)


def test_a_form_of_the_person_before_is_not_shown_again(tablet: WebClient) -> None:
    """Reloading a page that answered a form sends the form of the person before."""
    walk_to(tablet, POSITIVE, DAYS)
    stale = tablet.csrf_token
    tablet.post("/finish")
    page = tablet.post(DAYS, {"headache_days": "27"}, token=stale)
    assert (page.status, page.h1) == (400, CLEARED)
    assert "27" not in page.body


def test_a_result_stays_a_quarter_of_an_hour_at_most(
    tablet: WebClient, clock: time_machine.Traveller
) -> None:
    walk_to(tablet, POSITIVE)
    left = []
    for _ in range(7):
        clock.shift(timedelta(minutes=2))
        left.append(int(data_of_clock(tablet.open(RESULT))["left"]))
    assert left == [180, 180, 180, 180, 180, 180, 60]
    clock.shift(HANDED_IN_SHARED.altogether - timedelta(minutes=14))
    assert tablet.open(RESULT, status=404).h1 == CLEARED


def test_an_emergency_clears_itself_too_but_says_what_to_do(
    tablet: WebClient, clock: time_machine.Traveller
) -> None:
    page = walk_to(tablet, EMERGENCY, "/screening/emergency")
    assert data_of_clock(page)["left"] == "180"
    sign = "A sudden, very bad headache that reached its worst within a minute"
    assert sign in page.main
    clock.shift(UNFINISHED_SHARED.unused)
    page = tablet.open("/screening/emergency")
    assert page.h1 == "Get help now"
    assert sign not in page.main


def test_the_page_of_cleared_screens_leads_back_where_somebody_is_still_there(tablet: WebClient) -> None:
    walk_to(tablet, POSITIVE, DAYS)
    assert tablet.open("/cleared").address == DAYS
    walk_to(tablet, POSITIVE)
    assert tablet.open("/cleared").address == RESULT


# --- what its pages say ---------------------------------------------------------------------------


def test_without_scripts_a_page_goes_by_itself_when_its_time_is_over(
    tablet: WebClient, clock: time_machine.Traveller
) -> None:
    for address in (SAFETY, CHECK, RESULT, "/again", "/about", "/nothing"):
        page = walk_to(tablet, POSITIVE, address) if address.startswith("/screening") else None
        page = page or tablet.request("GET", address)
        assert meta_refresh(page) == ["181;url=/cleared"], address


def test_a_page_that_answers_an_error_counts_too(tablet: WebClient, clock: time_machine.Traveller) -> None:
    walk_to(tablet, POSITIVE, DAYS)
    page = tablet.submit("Continue", {"headache_days": "no"}, status=422)
    assert meta_refresh(page) == ["181;url=/cleared"]


def test_pages_without_answers_stay(tablet: WebClient) -> None:
    for address in ("/", *PAGES_WITHOUT_ANSWERS):
        page = tablet.open(address)
        assert not meta_refresh(page), address
        assert not list(page.html.iter("aside")), address


def test_on_an_own_device_no_page_goes_by_itself(patient_client: WebClient) -> None:
    for page in (walk_to(patient_client, POSITIVE), patient_client.open("/"), patient_client.open("/about")):
        assert "refresh" not in page.body
        assert not list(page.html.iter("script"))


def test_reading_what_this_is_counts_as_a_use(tablet: WebClient, clock: time_machine.Traveller) -> None:
    walk_to(tablet, POSITIVE, DAYS)
    for address in ("/about", "/privacy", "/sources"):
        clock.shift(timedelta(minutes=2))
        tablet.open(address)
    assert tablet.open(DAYS).address == DAYS


def test_the_first_page_offers_nobody_to_go_on(
    tablet: WebClient, sqlite_store: Store, clock: time_machine.Traveller
) -> None:
    walk_to(tablet, POSITIVE, DAYS)
    clock.shift(timedelta(minutes=2))
    page = tablet.open("/")
    assert "Go on where you stopped" not in page.body
    assert "The answers of the person before are still open." in page.main
    assert data_of_clock(page)["left"] == "60", "to open the first page is no use of the draft"
    tablet.submit("Start")
    assert row_counts(sqlite_store)["screening_drafts"] == 1
    assert tablet.open(DAYS).address == SAFETY


def test_no_page_leads_to_the_first_page_by_accident(tablet: WebClient) -> None:
    page = walk_to(tablet, POSITIVE, DAYS)
    assert "/" not in {each.get("href") for each in page.html.iter("a")}


def test_somebody_who_is_still_there_keeps_the_page(tablet: WebClient, clock: time_machine.Traveller) -> None:
    walk_to(tablet, POSITIVE, DAYS)
    clock.shift(timedelta(minutes=2))
    page = tablet.post("/shared/still-here", {"draft": "yes"})
    assert (page.status, page.body) == (204, "")
    clock.shift(timedelta(minutes=2))
    assert tablet.open(DAYS).address == DAYS
    clock.shift(UNFINISHED_SHARED.unused)
    assert tablet.post("/shared/still-here", {"draft": "yes"}).status == 404


def test_where_there_is_no_draft_still_being_there_is_no_error(tablet: WebClient) -> None:
    page = tablet.open("/about")
    assert tablet.post("/shared/still-here", page.values("I am still here")).status == 204


def test_the_code_stands_first_and_says_to_write_it_down(tablet: WebClient) -> None:
    page = walk_to(tablet, POSITIVE)
    assert "Write it down now or print this page: this screen clears itself." in page.main
    assert page.main.index("Write it down now") < page.main.index("How your answers compare")
    assert page.code
    assert "download" not in page.body.lower()


def test_on_an_own_device_the_result_says_how_long_it_stays(patient_client: WebClient) -> None:
    page = walk_to(patient_client, POSITIVE)
    assert "It closes 30 minutes after you last used it, and after 4 hours at most." in page.main
    assert "7 days" in patient_client.open("/privacy").main


@pytest.mark.requirement("PAT-13", part="Finish")
@pytest.mark.parametrize("device", ["own", "shared"])
def test_finishing_leaves_nothing(device: str, app: Flask, sqlite_store: Store) -> None:
    client = WebClient(app)
    if device == "shared":
        client.open("/shared")
        client.submit("Share this device")
    walk_to(client, POSITIVE)
    old = client.cookie("screening") or ""
    done = client.post("/finish")
    assert (done.status, done.location) == (303, "/finished")
    assert done.headers["Clear-Site-Data"] == LEFT
    assert row_counts(sqlite_store)["screening_drafts"] == 0
    assert client.cookie("screening") not in ("", old)
    for value in (old, client.cookie("screening") or ""):
        visitor = WebClient(app)
        visitor.set_cookie("screening", value)
        visitor.open(RESULT, status=404)
        assert visitor.open("/").values("Start")


def test_clearing_signs_nobody_out_at_the_desk(tablet: WebClient) -> None:
    """The clinic may be on the same host: its cookies are not of this journey."""
    tablet.set_cookie("desk", "x" * 43)
    walk_to(tablet, POSITIVE)
    tablet.post("/finish")
    assert tablet.cookie("desk") == "x" * 43
    assert tablet.cookie("shared") == "yes"


def test_no_file_is_promised_where_none_can_be_saved(tablet: WebClient, app: Flask) -> None:
    words = "save it as PDF"
    assert words in WebClient(app).open("/your-screening").main
    assert words not in tablet.open("/your-screening").main
