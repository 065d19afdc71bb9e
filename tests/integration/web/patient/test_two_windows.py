"""Two windows of one journey: the second to answer a page sees what the first one said."""

import pytest

from app.storage.store import Store
from tests.support.client import WebClient
from tests.support.journeys import CHECK, DAYS, HOW_LONG, POSITIVE, SAFETY, answer_page, walk_to

FIRST = {"headache_days": "20", "migraine_days": "10", "counted_from": "memory"}
SECOND = {"headache_days": "12", "migraine_days": "3", "counted_from": "diary"}
TITLE = "You answered this page in another window, too"


@pytest.fixture
def windows(patient_client: WebClient) -> tuple[WebClient, WebClient]:
    """Two windows of one browser on the same page."""
    walk_to(patient_client, POSITIVE, DAYS)
    other = WebClient(patient_client.flask.application)
    other.set_cookie("screening", patient_client.cookie("screening") or "")
    other.open(DAYS)
    return patient_client, other


def test_the_second_sees_both_and_its_next_press_decides(windows: tuple[WebClient, WebClient]) -> None:
    one, two = windows
    assert one.submit("Continue", FIRST).address == HOW_LONG
    page = two.submit("Continue", SECOND, status=409)
    assert TITLE in page.main
    assert "On how many days did you have a headache? 20 days" in page.main
    assert page.values("Continue")["headache_days"] == ["12"], "what was typed stays"
    assert one.open(DAYS).values("Continue")["headache_days"] == ["20"], "nothing was written over"
    assert two.submit("Continue").address == HOW_LONG
    assert one.open(DAYS).values("Continue")["headache_days"] == ["12"]


def test_the_same_answer_twice_is_no_clash(windows: tuple[WebClient, WebClient]) -> None:
    one, two = windows
    one.submit("Continue", FIRST)
    assert two.submit("Continue", FIRST).address == HOW_LONG


def test_other_pages_do_not_matter(windows: tuple[WebClient, WebClient]) -> None:
    one, two = windows
    two.open(SAFETY)
    one.submit("Continue", FIRST)
    assert two.submit("Continue", red_flags=["none"]).status == 200
    assert two.current.address != SAFETY


def test_whoever_stops_in_the_second_window_is_told_as_well(windows: tuple[WebClient, WebClient]) -> None:
    one, two = windows
    one.submit("Continue", FIRST)
    assert TITLE in two.submit("Stop now, go on later", SECOND, status=409).main


@pytest.mark.parametrize("seen", ["", "x", "0" * 12, "<b>", "x" * 5000])
def test_a_mark_that_is_none_loses_nothing(seen: str, patient_client: WebClient, sqlite_store: Store) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    assert patient_client.submit("Continue", FIRST, extra={"seen": seen}).address == HOW_LONG
    patient_client.open(DAYS)
    page = patient_client.submit("Continue", SECOND, extra={"seen": seen}, status=409 if seen else 200)
    if seen:
        assert page.values("Continue")["headache_days"] == ["12"]
        page = patient_client.submit("Continue")
    assert page.address == HOW_LONG


def test_going_back_in_one_window_and_forward_is_never_a_clash(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, CHECK)
    patient_client.open(DAYS)
    patient_client.submit("Continue", SECOND)
    patient_client.open(DAYS)
    patient_client.submit("Continue", FIRST)
    patient_client.open(CHECK)
    answer_page(patient_client, POSITIVE)
    assert patient_client.current.code


def test_the_other_answers_stay_on_the_page_until_it_is_decided(windows: tuple[WebClient, WebClient]) -> None:
    """A choice of light or language would take them off it."""
    one, two = windows
    one.submit("Continue", FIRST)
    page = two.submit("Continue", SECOND, status=409)
    assert "display" not in {each.get("id") for each in page.html.iter()}
