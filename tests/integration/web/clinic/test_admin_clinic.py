"""The page on which an administrator sets what the clinic says of itself: typed, looked at, saved."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.services.clinic_words import ClinicWords, read_logo, read_words
from app.services.png import LARGEST_BYTES
from app.storage.account_models import ClinicSession
from app.storage.store import Store
from config import Settings
from tests.integration.web.clinic.test_admin_people import actions
from tests.support.accounts import ADMINISTRATOR_ONLY, Person, code_at
from tests.support.client import Page, WebClient
from tests.support.png import noise, png
from tests.support.product import row_counts

CLINIC = "/clinic/admin/clinic"
PREVIEW = f"{CLINIC}/preview"
WORDS = {
    "clinic_name": "Northside Clinic",
    "clinic_contact": "Telephone 020 7946 0000\nMonday to Friday",
    "clinic_country": "US",
    "introduction_en": "A nurse reads what you send.",
    "introduction_es": "Una enfermera lee lo que usted envía.",
}
SHOWN = (
    "Words of Northside Clinic",
    "A nurse reads what you send.",
    "Una enfermera lee lo que usted envía.",
    "How to reach Northside Clinic",
    "patients are told to call 911",
    "Papers are printed on Letter",
)


@pytest.fixture
def client(enter: Callable[[Person], WebClient]) -> WebClient:
    """An administrator's browser on the page."""
    found = enter(ADMINISTRATOR_ONLY)
    found.open(CLINIC)
    return found


def preview(client: WebClient, logo: bytes = b"", name: str = "logo.png", **fields: Any) -> Page:
    """Press the button of the preview, with a file if there is one."""
    values: dict[str, Any] = {key: each[0] for key, each in client.current.values(PREVIEW).items()} | fields
    if logo:
        values["logo_file"] = (io.BytesIO(logo), name)
    client.page = client.post(PREVIEW, values, content_type="multipart/form-data")
    return client.page


def pictures(page: Page) -> list[tuple[str, str]]:
    """What the page shows as pictures, and the words for each."""
    return [(each.get("src", ""), each.get("alt", "")) for each in page.html.iter("img")]


@pytest.fixture
def held(sqlite_store: Store, settings: Settings) -> Callable[[], ClinicWords]:
    return lambda: read_words(sqlite_store, settings)


def test_the_page_shows_what_holds_until_something_is_set(client: WebClient) -> None:
    assert client.current.h1 == "Clinic"
    values = client.current.values()
    assert values["clinic_name"] == [""]
    assert values["clinic_country"] == ["GB"]
    assert client.current.values(PREVIEW).keys() == {*WORDS, "logo", "seen", "csrf_token"}


def test_a_preview_shows_the_words_and_stores_nothing(
    client: WebClient, patient_client: WebClient, sqlite_store: Store
) -> None:
    before = row_counts(sqlite_store)
    page = preview(client, png(), **WORDS)
    assert page.status == 200, page.main
    assert "This is a preview. Nothing is saved yet." in page.main
    for words in SHOWN:
        assert words in page.main, words
    assert {alt for _, alt in pictures(page)} == {"Northside Clinic"}
    assert all(address.startswith("data:image/png;base64,") for address, _ in pictures(page))
    assert row_counts(sqlite_store) == before
    first_page = patient_client.open("/")
    assert "Northside" not in first_page.main
    assert not pictures(first_page)


def test_what_was_looked_at_is_saved_with_its_picture(
    client: WebClient, held: Callable[[], ClinicWords], sqlite_store: Store
) -> None:
    preview(client, png(), **WORDS)
    page = client.submit("Save")
    assert "The words of the clinic are saved." in page.main
    assert {name: each[0] for name, each in page.values(PREVIEW).items() if name in WORDS} == WORDS
    assert "A logo is shown now." in page.main
    assert held().texts() == WORDS
    assert read_logo(sqlite_store, held().logo) == png()
    assert actions(sqlite_store).count("setting_changed") == len(WORDS) + 1


def test_a_second_look_keeps_the_file_and_what_was_typed(
    client: WebClient, held: Callable[[], ClinicWords], sqlite_store: Store
) -> None:
    preview(client, png(), **WORDS)
    page = client.submit("Change it before you save")
    assert "The file that you chose is kept." in page.main
    assert {name: each[0] for name, each in page.values(PREVIEW).items() if name in WORDS} == WORDS
    page = preview(client, clinic_name="Southside Clinic")
    assert "Words of Southside Clinic" in page.main
    client.submit("Save")
    assert (held().name, held().contact) == ("Southside Clinic", WORDS["clinic_contact"])
    assert read_logo(sqlite_store, held().logo) == png()


def test_a_logo_is_taken_away_only_when_that_is_saved(
    client: WebClient, held: Callable[[], ClinicWords]
) -> None:
    preview(client, png(), **WORDS)
    client.submit("Save")
    kept = held().logo
    page = preview(client)
    assert {address for address, _ in pictures(page)} == {f"/clinic/logo/{kept}"}
    client.open(CLINIC)
    page = preview(client, remove_logo="yes")
    assert not pictures(page)
    assert held().logo == kept
    client.submit("Save")
    assert held().logo == ""


def test_of_two_who_change_it_at_once_the_second_sees_both(
    enter: Callable[[Person], WebClient], client: WebClient, held: Callable[[], ClinicWords]
) -> None:
    other = enter(replace(ADMINISTRATOR_ONLY, email="ed@example.org"))
    other.open(CLINIC)
    preview(client, clinic_name="Northside", clinic_country="US")
    client.submit("Save")
    preview(other, clinic_name="Southside", clinic_contact="Room 4")
    page = other.submit("Save", status=409)
    assert "Somebody else changed this page since you opened it" in page.main
    assert "CountryUnited States" in page.main
    assert page.values(PREVIEW)["clinic_contact"] == ["Room 4"]
    assert (held().name, held().contact, held().country) == ("Northside", "", "US")
    preview(other, clinic_country="US")
    assert "The words of the clinic are saved." in other.submit("Save").main
    assert (held().name, held().contact, held().country) == ("Southside", "Room 4", "US")


def test_saving_the_same_twice_is_no_conflict(client: WebClient) -> None:
    preview(client, png(), **WORDS)
    values: dict[str, Any] = {name: each[0] for name, each in client.current.values(CLINIC).items()}
    assert [client.post(CLINIC, values).status for _ in range(2)] == [303, 303]


FAULTS = {
    "clinic_name": ("x" * 81, "Shorten the name: at most 80 characters, on one line"),
    "clinic_contact": ("x" * 301, "Shorten the contact: at most 300 characters, on at most 5 lines"),
    "introduction_en": (
        "x" * 601,
        "Shorten the introduction: at most 600 characters, on at most 8 lines",
    ),
    "introduction_es": (
        "a\u202eb",
        "This text holds a sign that cannot be seen. Type the text here instead of pasting it",
    ),
}


@pytest.mark.parametrize("address", [PREVIEW, CLINIC])
def test_what_is_wrong_is_said_at_each_field_and_nothing_typed_is_lost(
    address: str, client: WebClient, sqlite_store: Store
) -> None:
    before = row_counts(sqlite_store)
    typed = {name: text for name, (text, _) in FAULTS.items()} | {"clinic_country": "FR"}
    page = client.post(address, {**typed, "logo": "no picture"})
    assert page.status == 422
    assert page.title.startswith("Error:")
    said = {name: sentence for name, (_, sentence) in FAULTS.items()}
    not_png = "Choose a PNG file. Other kinds of picture, such as SVG or JPEG, are not taken"
    assert page.errors == {**said, "logo_file": not_png}
    kept = page.values(PREVIEW)
    assert {name: kept[name][0] for name in typed} == typed
    assert row_counts(sqlite_store) == before


@pytest.mark.parametrize("country", ["UK", "gb", "EU", "<b>", "USA", "\x00"])
def test_a_country_that_is_none_is_refused(country: str, client: WebClient, sqlite_store: Store) -> None:
    before = row_counts(sqlite_store)
    page = client.post(CLINIC, {**WORDS, "clinic_country": country})
    if country != "\x00":  # no text holds one: nothing is left of it
        assert page.errors == {"clinic_country": "Choose a country from the list"}
        assert row_counts(sqlite_store) == before


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.png"),
        (png()[:-20], "logo.png"),
        (png(1001, 1), "logo.png"),
        (png() + bytes(100_001), "logo.png"),
    ],
)
def test_a_logo_that_is_none_is_said_at_its_field(
    content: bytes, name: str, client: WebClient, sqlite_store: Store
) -> None:
    before = row_counts(sqlite_store)
    page = preview(client, content, name, **WORDS)
    assert page.status == 422
    assert list(page.errors) == ["logo_file"]
    assert page.values(PREVIEW)["clinic_name"] == ["Northside Clinic"]
    assert row_counts(sqlite_store) == before


def test_a_file_beside_a_mistake_need_not_be_chosen_again(client: WebClient) -> None:
    page = preview(client, png(), **{**WORDS, "clinic_name": "x" * 81})
    assert list(page.errors) == ["clinic_name"]
    assert "The file that you chose is kept." in page.main
    assert pictures(preview(client, clinic_name="Short"))


def test_a_clinician_neither_sees_nor_changes_them(clinic_client: WebClient, sqlite_store: Store) -> None:
    clinic_client.open("/clinic/find")
    before = row_counts(sqlite_store)["clinic_settings"]
    for address in (CLINIC, "/clinic/admin/poster", "/clinic/admin/poster/file?paper=a4"):
        assert clinic_client.request("GET", address).status == 403
    for address in (CLINIC, PREVIEW):
        assert clinic_client.post(address, WORDS).status == 403
    assert row_counts(sqlite_store)["clinic_settings"] == before


def test_saving_asks_for_a_fresh_code_and_keeps_the_picture(
    client: WebClient, held: Callable[[], ClinicWords], sqlite_store: Store
) -> None:
    """The preview needs none: it changes nothing. The largest picture fits into the page that keeps it."""
    picture = noise()
    assert 98_000 < len(picture) <= LARGEST_BYTES
    with sqlite_store.database.writing() as session:
        session.execute(update(ClinicSession).values(factor_at=datetime.now(UTC) - timedelta(minutes=11)))
    assert preview(client, picture, **WORDS).status == 200
    late = client.submit("Save", status=401)
    assert late.h1 == "Send it once more"
    assert held() == ClinicWords(country="GB")
    kept = {name: each[0] for name, each in late.values().items()}
    assert client.post(CLINIC, {**kept, "step_up_code": code_at(datetime.now(UTC))}).status == 303
    assert held().texts() == WORDS
    assert read_logo(sqlite_store, held().logo) == picture
