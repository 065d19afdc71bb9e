"""Stopping on any page, and going on with the code on this device or another: no answer is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.domain.reference_code import new_reference_code
from app.services.clinical_review import find_by_reference_code, open_record
from app.services.draft_limits import UNFINISHED
from app.storage.drafts import find_draft, mark_seen
from app.storage.models import ScreeningDraft
from app.storage.store import Store
from config import Settings
from tests.support.client import Page, WebClient
from tests.support.journeys import (
    CHECK,
    DAYS,
    HOW_LONG,
    OTHER_SIGNS,
    POSITIVE,
    RESULT,
    SAFETY,
    answer_page,
    fields_of,
    walk_to,
)
from tests.support.page import text as words
from tests.support.product import Product, row_counts

LATER, LEFT, LIST = "/screening/later", "/left", "/your-screening/list"
STOP, GO_ON = "Stop now, go on later", "Go on where you stopped"
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as travelling:
        yield travelling


@pytest.fixture
def here(store: Store, settings: Settings, product: Product) -> WebClient:
    """The device on which the person begins, on each kind of database."""
    return WebClient(product.make(settings, store))


@pytest.fixture
def there(here: WebClient) -> WebClient:
    """Another device."""
    return WebClient(here.flask.application)


def stop(client: WebClient, typed: dict[str, object] | None = None) -> Page:
    return client.submit(STOP, typed)


def come_back(client: WebClient, code: str, *, status: int = 200) -> Page:
    client.open("/your-screening")
    return client.submit("Find my screening", code=code, status=status)


def test_a_page_that_is_whole_is_kept_and_another_device_goes_on(
    here: WebClient, there: WebClient, store: Store
) -> None:
    walk_to(here, POSITIVE, DAYS)
    page = stop(here, fields_of(DAYS, POSITIVE))
    assert (page.address, page.h1) == (LATER, STOP)
    code = page.code
    here.submit("I have my code: clear this screen")
    assert here.current.address == LEFT
    page = come_back(there, code)
    assert (page.address, page.code) == (LIST, code)
    page = there.submit(GO_ON)
    assert page.address == HOW_LONG
    assert there.open(DAYS).values("Continue")["headache_days"] == ["20"]
    there.open(HOW_LONG)
    there.submit("Continue", fields_of(HOW_LONG, POSITIVE))
    page = walk_on(there)
    assert (page.address, page.code) == (RESULT, code)
    record = open_record(store, find_by_reference_code(store, code))
    assert record.screening.answers == POSITIVE


def walk_on(client: WebClient) -> Page:
    """From the page that is open to the result, with the same answers."""
    while client.current.address.partition("?")[0] != CHECK:
        answer_page(client, POSITIVE)
    return client.submit("Send my answers")


def test_a_page_that_is_not_whole_says_so_and_what_was_before_is_kept(
    here: WebClient, there: WebClient
) -> None:
    walk_to(here, POSITIVE, HOW_LONG)
    page = stop(here, {"months_at_this_frequency": "many"})
    assert page.address.partition("?")[0] == LATER
    assert "What you typed on the last page is not kept" in page.main
    come_back(there, page.code)
    assert there.submit(GO_ON).address == HOW_LONG
    assert there.open(DAYS).values("Continue")["headache_days"] == ["20"]


def test_the_browser_that_holds_a_journey_goes_on_with_it_by_its_code(here: WebClient) -> None:
    walk_to(here, POSITIVE, DAYS)
    code = stop(here, fields_of(DAYS, POSITIVE)).code
    come_back(here, code)
    page = here.submit(GO_ON)
    assert page.address == HOW_LONG
    assert 'value="20"' in here.open(DAYS).body


def test_two_devices_never_write_over_each_other(here: WebClient, there: WebClient) -> None:
    walk_to(here, POSITIVE, DAYS)
    code = stop(here, fields_of(DAYS, POSITIVE)).code
    stale = here.csrf_token
    come_back(there, code)
    there.submit(GO_ON)
    page = here.post(DAYS, fields_of(DAYS, {**POSITIVE, "headache_days": 3, "migraine_days": 1}), token=stale)
    assert page.status == 404
    assert here.open(DAYS, status=404).h1 == "We cannot find your answers here"
    assert there.open(DAYS).values("Continue")["headache_days"] == ["20"]


def test_in_the_same_browser_the_first_page_leads_on(here: WebClient) -> None:
    walk_to(here, POSITIVE, DAYS)
    stop(here, fields_of(DAYS, POSITIVE))
    here.open("/")
    assert here.submit(GO_ON).address == HOW_LONG


def test_an_emergency_sign_counts_even_for_somebody_who_stops(here: WebClient, store: Store) -> None:
    walk_to(here, POSITIVE, SAFETY)
    page = stop(here, {"red_flags": ["loss_of_vision"]})
    assert page.h1 == "Get help now"
    assert row_counts(store)["screenings"] == 1


def test_on_the_first_page_nothing_is_needed_to_stop(here: WebClient, there: WebClient) -> None:
    walk_to(here, POSITIVE, SAFETY)
    code = stop(here).code
    come_back(there, code)
    assert there.submit(GO_ON).address == SAFETY


def test_a_code_leads_back_for_seven_days_and_not_longer(
    here: WebClient, there: WebClient, clock: time_machine.Traveller
) -> None:
    walk_to(here, POSITIVE, OTHER_SIGNS)
    page = stop(here, fields_of(OTHER_SIGNS, POSITIVE))
    assert "9 Mar 2026, 09:00" in page.main, "until when is said beforehand"
    here.submit("I have my code: clear this screen")
    clock.shift(UNFINISHED.unused - timedelta(seconds=1))
    assert GO_ON in come_back(there, page.code).main
    clock.shift(timedelta(seconds=1))
    assert come_back(WebClient(here.flask.application), page.code, status=404).h1.startswith("There is no")


def test_a_shared_tablet_lets_go_and_does_not_clear_what_waits(
    here: WebClient, there: WebClient, clock: time_machine.Traveller
) -> None:
    here.open("/shared")
    here.submit("Share this device")
    walk_to(here, POSITIVE, DAYS)
    code = stop(here, fields_of(DAYS, POSITIVE)).code
    page = here.submit("I have my code: clear this screen")
    assert page.address == LEFT
    assert code not in page.body.replace("-", "")
    clock.shift(timedelta(hours=5))
    here.open(DAYS, status=404)
    come_back(there, code)
    assert there.submit(GO_ON).address == HOW_LONG


def test_what_was_handed_in_does_not_wait(here: WebClient, there: WebClient) -> None:
    code = walk_to(here, POSITIVE).code
    assert GO_ON not in come_back(there, code).main
    assert there.post("/your-screening/go-on").status == 404
    assert here.open(LATER).address == RESULT
    assert here.post(LATER).status == 404


def test_without_a_code_nothing_is_gone_on_with(here: WebClient) -> None:
    here.open("/")
    page = here.post("/your-screening/go-on")
    assert (page.status, page.location) == (303, "/your-screening")
    assert come_back(here, new_reference_code(), status=404).h1 == "There is no screening under this code"
    assert here.post("/your-screening/go-on").status == 404


def test_deleting_with_the_code_takes_what_waits_along(
    here: WebClient, there: WebClient, store: Store
) -> None:
    walk_to(here, POSITIVE, DAYS)
    code = stop(here, fields_of(DAYS, POSITIVE)).code
    come_back(there, code)
    there.open("/your-screening/delete")
    there.submit("Delete my answers", confirmed="yes")
    assert row_counts(store)["screening_drafts"] == 0
    here.open(DAYS, status=404)


def test_only_one_of_two_that_go_on_at_once_holds_it(app: Flask, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    code = stop(patient_client, fields_of(DAYS, POSITIVE)).code
    first, second = WebClient(app), WebClient(app)
    for each in (first, second):
        come_back(each, code)
    first.submit(GO_ON)
    second.submit(GO_ON)
    first.open(DAYS, status=404)
    assert second.open(DAYS).values("Continue")["headache_days"] == ["20"]


# --- what a shared device does with it ------------------------------------------------------------


def tablet_of(client: WebClient) -> WebClient:
    tablet = WebClient(client.flask.application)
    tablet.open("/shared")
    tablet.submit("Share this device")
    return tablet


def test_going_on_at_a_tablet_hours_later_works_and_its_clock_lets_go(
    here: WebClient, clock: time_machine.Traveller
) -> None:
    walk_to(here, POSITIVE, DAYS)
    code = stop(here, fields_of(DAYS, POSITIVE)).code
    clock.shift(timedelta(hours=5))
    tablet = tablet_of(here)
    come_back(tablet, code)
    assert tablet.submit(GO_ON).address == HOW_LONG
    tablet.submit("Continue", fields_of(HOW_LONG, POSITIVE))
    clock.shift(timedelta(minutes=4))
    tablet.open(HOW_LONG, status=404)
    come_back(here, code)
    assert here.submit(GO_ON).address == "/screening/preventives"


def test_whoever_has_seen_the_code_at_a_tablet_loses_nothing_by_walking_away(
    here: WebClient, there: WebClient, clock: time_machine.Traveller
) -> None:
    tablet = tablet_of(here)
    walk_to(tablet, POSITIVE, DAYS)
    code = stop(tablet, fields_of(DAYS, POSITIVE)).code
    tablet.open("/")
    tablet.submit("Start")
    assert tablet.current.address == SAFETY, "the next person begins anew"
    assert "red_flags" not in tablet.current.values("Continue")
    come_back(there, code)
    assert there.submit(GO_ON).address == HOW_LONG


def test_a_touch_that_arrives_after_leaving_takes_nothing_back(here: WebClient, store: Store) -> None:
    """The tablet says that somebody is there with the same touch that leaves."""
    tablet = tablet_of(here)
    walk_to(tablet, POSITIVE, DAYS)
    stop(tablet, fields_of(DAYS, POSITIVE))
    with store.database.reading() as session:
        read = find_draft(
            session.connection(), store.cipher, tablet.cookie("screening") or "", datetime.now(UTC)
        )
    assert read
    tablet.submit("I have my code: clear this screen")
    with store.database.writing() as session:
        mark_seen(session, read, datetime.now(UTC), datetime.now(UTC) + timedelta(minutes=3))
    with store.database.reading() as session:
        (expires_at,) = session.scalars(select(ScreeningDraft.expires_at))
    assert expires_at > datetime.now(UTC) + timedelta(days=6)


def test_what_is_valid_of_a_page_that_is_not_whole_is_kept(here: WebClient, there: WebClient) -> None:
    walk_to(here, POSITIVE, DAYS)
    page = stop(here, {"headache_days": "20", "migraine_days": "some", "counted_from": "diary"})
    assert "Some of what you typed on the last page is not kept" in page.main
    come_back(there, page.code)
    page = there.submit(GO_ON)
    values = page.values("Continue")
    assert page.address == DAYS
    assert (values["headache_days"], values["migraine_days"], values["counted_from"]) == (
        ["20"],
        [""],
        ["diary"],
    )


def test_nothing_is_said_where_nothing_typed_is_lost(here: WebClient) -> None:
    walk_to(here, POSITIVE, DAYS)
    page = stop(here, {"headache_days": "20"})
    assert "is not kept" not in page.main
    assert here.open(DAYS).values("Continue")["headache_days"] == ["20"]


def test_a_question_that_may_be_left_empty_keeps_its_older_answer(here: WebClient) -> None:
    walk_to(here, POSITIVE, CHECK)
    here.open("/screening/untreated")
    here.submit("Continue", hours_per_headache_day="6")
    here.open("/screening/untreated")
    page = stop(here, {"hours_per_headache_day": "long", "headache_free_days": "10"})
    assert "Some of what you typed on the last page is not kept" in page.main
    values = here.open("/screening/untreated").values("Continue")
    assert (values["hours_per_headache_day"], values["headache_free_days"]) == (["6"], ["10"])


def test_stopping_takes_no_medicine_off_the_list(here: WebClient) -> None:
    walk_to(here, POSITIVE, "/screening/preventives")
    here.submit("Continue", preventives="yes")
    here.submit("Continue", name_given="Inderal")
    here.post("/screening/preventives?later=yes", {"preventives": ""})
    assert "Propranolol" in here.open("/screening/preventives").main


def test_beginning_again_under_the_code_does_not_hide_what_waits(here: WebClient, there: WebClient) -> None:
    walk_to(here, POSITIVE, DAYS)
    code = stop(here, fields_of(DAYS, POSITIVE)).code
    third = WebClient(here.flask.application)
    third.open("/again")
    third.submit("Start", code=code)
    come_back(there, code)
    assert there.submit(GO_ON).address == HOW_LONG


def test_other_answers_of_this_browser_are_kept_under_their_own_code(
    here: WebClient, there: WebClient
) -> None:
    walk_to(here, POSITIVE, DAYS)
    code = stop(here, fields_of(DAYS, POSITIVE)).code
    walk_to(there, POSITIVE, HOW_LONG)
    page = come_back(there, code)
    assert "This browser holds other answers that were not sent, too" in page.main
    marks = [each for each in page.html.iter("span") if each.get("class") == "code"]
    own = words(marks[0]).replace("-", "").replace(" ", "")
    assert own != code
    there.submit(GO_ON)
    third = WebClient(here.flask.application)
    come_back(third, own)
    assert third.submit(GO_ON).address == HOW_LONG


@pytest.mark.parametrize(("typed", "kept"), [("Inderal", True), ("zzzzzz", False)])
def test_stopping_at_a_medicine_keeps_it_when_it_is_clear(
    typed: str, kept: bool, patient_client: WebClient
) -> None:
    walk_to(patient_client, POSITIVE, "/screening/preventives")
    patient_client.submit("Continue", preventives="yes")
    page = stop(patient_client, {"name_given": typed})
    assert ("What you typed on the last page is not kept" in page.main) is not kept
    assert ("Propranolol" in patient_client.open("/screening/preventives").main) is kept


def test_whoever_typed_nothing_is_not_told_that_something_is_lost(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, OTHER_SIGNS)
    assert "not kept" not in stop(patient_client).main
