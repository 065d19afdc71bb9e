"""How pages look is chosen on every page, kept by the browser, and costs nobody an answer."""

import pytest
from flask import Flask

from app.storage.store import Store
from tests.support.client import Page, WebClient
from tests.support.journeys import DAYS, HOW_LONG, POSITIVE, PREVENTIVES, SAFETY, fields_of, walk_to
from tests.support.page import text
from tests.support.product import row_counts

CHOICES = {
    "As on this device": ("light", ""),
    "Standard": ("light", "standard"),
    "Dim": ("light", "dim"),
    "Dark": ("light", "dark"),
    "Normal": ("size", ""),
    "Larger": ("size", "larger"),
    "Largest": ("size", "largest"),
}


def shown(page: Page) -> tuple[str, str]:
    """Palette and size of text of a page."""
    return page.html.get("data-palette", ""), page.html.get("data-size", "")


def chosen(page: Page) -> list[str]:
    """The words of what is marked as chosen."""
    marks = ("aria-current", "aria-pressed")
    inside = page.by_id("display").iter()
    return [text(each) for each in inside if any(each.get(mark) == "true" for mark in marks)]


@pytest.mark.parametrize("words", CHOICES)
def test_a_choice_shows_at_once_and_on_every_later_page(words: str, app: Flask) -> None:
    name, value = CHOICES[words]
    client = WebClient(app)
    client.open("/about")
    expected = (value, "") if name == "light" else ("", value)
    page = client.follow(words)
    assert page.address == "/about"
    assert shown(page) == expected
    assert words in chosen(page)
    for address in ("/", "/privacy", "/clinic/sign-in"):
        assert shown(client.open(address)) == expected
    assert shown(client.open("/nothing", status=404)) == expected


def test_palette_and_size_stand_side_by_side(app: Flask) -> None:
    client = WebClient(app)
    client.open("/")
    client.follow("Dark")
    client.follow("Largest")
    assert shown(client.open("/")) == ("dark", "largest")
    client.follow("As on this device")
    assert shown(client.open("/")) == ("", "largest")


@pytest.mark.parametrize("query", ["light=pink", "size=9", "lang=xx", "light=standard%00", "light=../x"])
def test_what_is_not_offered_is_not_taken(query: str, app: Flask) -> None:
    client = WebClient(app)
    page = client.open(f"/?{query}")
    assert shown(page) == ("", "")


@pytest.mark.parametrize("kept", ["pink.huge.xx", "", "....", "dark", "x" * 4000, "dark.larger"])
def test_a_cookie_that_somebody_wrote_does_no_harm(kept: str, app: Flask) -> None:
    client = WebClient(app)
    client.set_cookie("display", kept)
    parts = kept.split(".")
    assert shown(client.open("/")) == (
        "dark" if parts[0] == "dark" else "",
        "larger" if parts[1:] == ["larger"] else "",
    )


def test_nobody_is_led_elsewhere_by_an_address(app: Flask) -> None:
    for address in (
        "//elsewhere.example?light=dark",
        "/%5Celsewhere.example?light=dark",
        "//about?light=dark",
    ):
        location = app.test_client().get(address).headers.get("Location", "/")
        assert location == "/" or location.partition("?")[0] == "http://localhost/about", location


def test_the_filters_of_a_page_stay(clinic_client: WebClient) -> None:
    clinic_client.open("/clinic/?urgency=urgent&status=done")
    page = clinic_client.follow("Dim")
    assert page.address.startswith("/clinic/?")
    assert {"urgency=urgent", "status=done"} == set(page.address.partition("?")[2].split("&"))
    assert shown(page) == ("dim", "")


@pytest.mark.parametrize("address", [SAFETY, DAYS, HOW_LONG])
def test_what_was_typed_is_still_there_and_nothing_is_sent(
    address: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    """Even an emergency sign: ticking is not yet saying so."""
    walk_to(patient_client, POSITIVE, address)
    typed = {**fields_of(address, POSITIVE)}
    if address == SAFETY:
        typed = {"red_flags": ["loss_of_vision"]}
    page = patient_client.submit("Dark", typed)
    assert (page.address.partition("?")[0], page.status) == (address, 200)
    assert not page.errors
    assert shown(page) == ("dark", "")
    for name, value in typed.items():
        values = value if isinstance(value, list) else [str(value)]
        assert page.values("Continue")[name] == values
    assert row_counts(sqlite_store)["screenings"] == 0
    assert shown(patient_client.open("/about")) == ("dark", "")


def test_what_is_to_mend_is_still_said_after_a_choice(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    errors = patient_client.submit("Continue", status=422, headache_days="99", migraine_days="").errors
    assert len(errors) == 3
    page = patient_client.submit("Dark")
    assert (page.status, page.errors, shown(page)) == (200, errors, ("dark", ""))
    assert patient_client.submit("Español").html.get("lang") == "es"
    assert len(patient_client.current.errors) == 3


def test_what_is_to_mend_of_a_medicine_is_still_said_after_a_choice(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, PREVENTIVES)
    patient_client.submit("Continue", preventives="yes")
    assert patient_client.submit("Continue", status=422, name_given="").errors
    assert patient_client.submit("Dark").errors
    patient_client.submit("Continue", name_given="Inderal")
    assert len(patient_client.submit("Continue", status=422).errors) == 3
    assert len(patient_client.submit("Dim").errors) == 3


def test_half_a_form_comes_back_without_complaint(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    page = patient_client.submit("Dim", headache_days="12", migraine_days="")
    assert not page.errors
    assert page.values("Continue")["headache_days"] == ["12"]


def test_what_was_typed_of_a_medicine_is_still_there(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, PREVENTIVES)
    patient_client.submit("Continue", preventives="yes")
    page = patient_client.submit("Dark", name_given="propra")
    assert page.values("Continue")["name_given"] == ["propra"]
    assert shown(page) == ("dark", "")


def test_the_next_person_at_a_shared_device_starts_anew(app: Flask) -> None:
    client = WebClient(app)
    client.open("/shared")
    client.submit("Share this device")
    client.follow("Dark")
    walk_to(client, POSITIVE, DAYS)
    client.post("/finish")
    assert shown(client.open("/finished")) == ("dark", ""), "the last page is still this person's"
    assert shown(client.open("/")) == ("", "")


def test_on_an_own_device_the_choice_outlives_the_journey(patient_client: WebClient) -> None:
    patient_client.open("/")
    patient_client.follow("Dark")
    walk_to(patient_client, POSITIVE, DAYS)
    patient_client.post("/finish")
    assert shown(patient_client.open("/")) == ("dark", "")
