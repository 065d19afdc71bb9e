"""What the record says after something was saved: one sentence, beside the new entry, and never again."""

from collections.abc import Callable

import pytest

from app.clinic.saved import Saved
from app.storage.store import Store
from tests.integration.web.clinic.record_page import action_of, record
from tests.support.accounts import COLLEAGUE, Person
from tests.support.client import Page, WebClient
from tests.support.page import text as words

SENT = {
    "reviews": {"status": "in_review", "note": "Called."},
    "scores": {"instrument": "midas", "total": "21"},
    "courses": {"window_days": "30", "baseline": "20", "later": "14, 12", "cycles": "2"},
}
SAID = {
    "reviews": "Your review is saved. The newest stands first.",
    "scores": "The score is saved.",
    "courses": "The headache days under treatment are saved.",
}
HEADINGS = {"reviews": "reviews", "scores": "measures", "courses": "measures"}

each_form = pytest.mark.parametrize("part", SENT)


def said(page: Page) -> list[str]:
    return [words(each) for each in page.html.iter() if each.get("role") == "status" and each.get("id")]


def save(client: WebClient, part: str, *, status: int = 200, **fields: str) -> Page:
    return client.submit(action_of(client.current, part), {**SENT[part], **fields}, status=status)


@each_form
def test_it_says_what_was_saved_where_the_new_entry_stands(
    part: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    assert said(record(clinic_client, sqlite_store)) == []
    page = save(clinic_client, part)
    assert said(page) == [SAID[part]]
    assert page.address.endswith("#saved")
    notice = page.by_id("saved")
    assert notice.get("tabindex") == "-1", "the fragment cannot move the focus to it"
    inside = list(next(each for each in page.html.iter("div") if each.get("class") == "desk-record"))
    assert inside[inside.index(notice) + 1].get("id") == HEADINGS[part]


@each_form
def test_no_link_and_no_form_of_the_page_says_it_again(
    part: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    record(clinic_client, sqlite_store)
    page = save(clinic_client, part)
    addresses = [each.get("href", "") + each.get("action", "") for each in page.html.iter()]
    assert [each for each in addresses if "saved" in each] == []


@pytest.mark.parametrize("value", ["", "x", "reviews", "REVIEW", "<b>", "%00", "review,score", "x" * 5000])
def test_a_value_that_is_not_known_says_nothing(
    value: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    address = record(clinic_client, sqlite_store).address
    assert said(clinic_client.open(f"{address}?saved={value}")) == []


@pytest.mark.parametrize("saved", Saved)
def test_every_known_value_says_one_sentence(
    saved: Saved, clinic_client: WebClient, sqlite_store: Store
) -> None:
    address = record(clinic_client, sqlite_store).address
    (sentence,) = said(clinic_client.open(f"{address}?saved={saved.value}"))
    assert sentence.endswith(".")


def test_a_form_that_came_back_does_not_say_that_it_was_saved(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = record(clinic_client, sqlite_store)
    save(clinic_client, "reviews")
    answer = clinic_client.post(f"{page.address}/reviews?saved=review", {"status": ""})
    assert (answer.status, said(answer)) == (422, [])


def test_after_a_clash_only_the_clash_is_said(
    clinic_client: WebClient, enter: Callable[[Person], WebClient], sqlite_store: Store
) -> None:
    page, colleague = record(clinic_client, sqlite_store), enter(COLLEAGUE)
    colleague.open(page.address)
    save(colleague, "reviews")
    answer = save(clinic_client, "reviews", status=409)
    assert said(answer) == []
    assert said(save(clinic_client, "reviews")) == [SAID["reviews"]]
