"""What the clinic says of itself: what holds until it is set, what is refused, and what is noted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest

from app.services.clinic_words import (
    CONTACT,
    COUNTRY,
    INTRODUCTIONS,
    LOGO,
    NAME,
    ClinicWords,
    WordsChangedError,
    WordsError,
    read_logo,
    read_words,
    set_words,
    tidied,
    words_at_start,
)
from app.services.keep_limits import limits, set_limit
from app.storage.audit import OPERATOR
from app.storage.database import Database, StorageUnavailableError
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from config import Settings
from tests.support.audit import entries
from tests.support.png import png
from tests.support.product import row_counts

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def change(store: Store, settings: Settings, logo: bytes | None = None, **texts: str) -> list[str]:
    return set_words(store, settings, texts, logo, OPERATOR, NOW)


def test_the_environment_holds_until_something_is_set(store: Store, settings: Settings) -> None:
    named = replace(settings, clinic_name="Old name", country="IE")
    assert read_words(store, named) == ClinicWords("Old name", country="IE")
    change(store, named, clinic_name="New name")
    assert read_words(store, named) == ClinicWords("New name", country="IE")
    change(store, named, clinic_country="")
    assert read_words(store, named) == ClinicWords("New name")


def test_everything_is_kept_and_read_again(store: Store, settings: Settings) -> None:
    texts = {
        CONTACT: "By the river\n020 7946 0000",
        INTRODUCTIONS["es"]: "¡Hola!",
        COUNTRY: "ES",
        NAME: "Río",
    }
    assert change(store, settings, png(), **texts) == [CONTACT, "introduction_es", COUNTRY, NAME, LOGO]
    found = read_words(store, settings)
    assert (found.name, found.contact, found.country) == ("Río", texts[CONTACT], "ES")
    assert found.introductions == {"es": "¡Hola!"}
    assert read_logo(store, found.logo) == png()
    assert read_logo(store, "0" * 64) is None


def test_a_logo_is_replaced_kept_and_taken_away(store: Store, settings: Settings) -> None:
    change(store, settings, png())
    first = read_words(store, settings).logo
    change(store, settings, clinic_name="Named")
    assert read_words(store, settings).logo == first
    change(store, settings, png(50, 50))
    second = read_words(store, settings).logo
    assert read_logo(store, first) is None
    assert read_logo(store, second) == png(50, 50)
    change(store, settings, b"")
    assert read_words(store, settings).logo == ""
    assert row_counts(store)["clinic_pictures"] == 0


def test_what_changed_is_noted_and_its_words_are_not(store: Store, settings: Settings) -> None:
    assert change(store, settings, png(), clinic_name="Secret", clinic_country="US") == [NAME, COUNTRY, LOGO]
    assert change(store, settings, png(), clinic_name="Secret", clinic_country="US") == []
    details = [each.detail for each in entries(store) if each.action == "setting_changed"]
    assert details == [{"name": NAME}, {"name": COUNTRY, "from": "GB", "to": "US"}, {"name": LOGO}]


def test_one_wrong_text_stores_nothing(store: Store, settings: Settings) -> None:
    before = row_counts(store)
    with pytest.raises(WordsError) as problem:
        change(store, settings, png(), clinic_name="Fine", clinic_contact="x" * 301)
    assert problem.value.name == CONTACT
    assert row_counts(store) == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (NAME, "x" * 81),
        (NAME, "two\nlines"),
        (CONTACT, "x" * 301),
        (CONTACT, "\n".join("abcdef")),
        ("introduction_en", "x" * 601),
        ("introduction_es", "\n".join("abcdefghi")),
        (COUNTRY, "UK"),
        (COUNTRY, "gb"),
        (COUNTRY, "EU"),
        (COUNTRY, "<b>"),
        *(
            (NAME, f"a{sign}b")
            for sign in "\x00\x07\x1b\x7f\x85\u202e\u2066\u200b\ufeff\u2028\ue000\U000e0041"
        ),
        ("introduction_en", "a\rb"),
    ],
)
def test_what_cannot_be_is_refused(name: str, text: str, store: Store, settings: Settings) -> None:
    with pytest.raises(WordsError):
        change(store, settings, None, **{name: text})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (NAME, "x" * 80),
        (CONTACT, "x" * 300),
        (CONTACT, "\n".join("abcde")),
        ("introduction_en", "x" * 600),
        ("introduction_es", "\n".join("abcdefgh")),
        (NAME, "Clínica «El Río» & Söhne 👩\u200d⚕️ <b>"),
        (COUNTRY, "GB"),
        (COUNTRY, ""),
    ],
)
def test_the_longest_that_can_be_is_taken(name: str, text: str, store: Store, settings: Settings) -> None:
    change(store, settings, None, **{name: text})
    assert read_words(store, settings).texts()[name] == text


def test_a_text_is_tidied_but_keeps_its_lines() -> None:
    assert tidied("  one \r\n\ttwo\t\n\n three\n ") == "one\n two\n\n three"


def test_other_settings_stay(store: Store, settings: Settings) -> None:
    set_limit(store, ScreeningStatus.CLOSED, 90, OPERATOR, NOW)
    change(store, settings, clinic_name="Named")
    assert 90 in [each.days for each in limits(store)]


@pytest.mark.parametrize("is_away", [True, False])
def test_without_a_database_no_country_is_known_at_the_start(
    is_away: bool, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers of one country must not be shown in another one."""

    def unreachable(_: Database) -> None:
        raise StorageUnavailableError

    if is_away:
        monkeypatch.setattr(Database, "reading", unreachable)
    assert words_at_start(store, settings).country == ("" if is_away else "GB")


@pytest.mark.parametrize("_round", range(3))
def test_of_two_who_save_at_once_one_is_told(store: Store, settings: Settings, _round: int) -> None:
    """Both have seen the same words. The second would overwrite the country that the first has set."""
    seen, both = read_words(store, settings).mark, Barrier(2)

    def save(country: str) -> bool:
        both.wait()
        try:
            set_words(store, settings, {COUNTRY: country}, None, OPERATOR, NOW, seen)
        except WordsChangedError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        saved = list(pool.map(save, ("US", "ES")))
    assert sorted(saved) == [False, True]
    assert read_words(store, settings).country == ("US" if saved[0] else "ES")
