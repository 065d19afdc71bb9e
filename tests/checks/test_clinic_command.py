"""`clinic show` and `clinic set`: everything that the administrator's page does, from the command line."""

from pathlib import Path

import pytest

from app.commands.clinic import clinic_words
from app.services.clinic_words import read_logo, read_words
from app.storage.audit import ActorKind
from app.storage.store import Store
from config import Settings
from tests.checks.commands import Run, failed, succeeded
from tests.support.audit import entries
from tests.support.png import png
from tests.support.product import row_counts


@pytest.fixture
def data_dir(sqlite_store: Store, settings: Settings) -> Path:
    """An installation that is ready for use."""
    return settings.data_dir


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    file = tmp_path / "logo.png"
    file.write_bytes(png())
    return file


def test_it_shows_what_the_environment_says_until_something_is_set(run: Run) -> None:
    said = succeeded(run(clinic_words, "show", CLINIC_NAME="Old name", COUNTRY="IE"))
    assert said.splitlines() == [
        "name: Old name",
        "contact: (empty)",
        "country: IE",
        "introduction-en: (empty)",
        "introduction-es: (empty)",
        "logo: (empty)",
    ]


def test_it_sets_everything_at_once_and_shows_it(
    run: Run, logo: Path, sqlite_store: Store, settings: Settings
) -> None:
    given = ["--name", "Río", "--contact", "Line 1\nLine 2", "--introduction-en", "Hello.", "--country", "us"]
    said = succeeded(run(clinic_words, "set", *given, "--introduction-es", "Hola.", "--logo", str(logo)))
    names = said.removeprefix("Changed: ").removesuffix(".\n").split(", ")
    assert sorted(names) == ["contact", "country", "introduction-en", "introduction-es", "logo", "name"]
    found = read_words(sqlite_store, settings)
    assert (found.name, found.contact, found.country) == ("Río", "Line 1\nLine 2", "US")
    assert found.introductions == {"en": "Hello.", "es": "Hola."}
    assert read_logo(sqlite_store, found.logo) == png()
    shown = succeeded(run(clinic_words, "show"))
    assert "contact: Line 1 / Line 2\n" in shown
    assert f"logo: a picture with the digest {found.logo}\n" in shown
    noted = [each for each in entries(sqlite_store) if each.action == "setting_changed"]
    assert len(noted) == 6
    assert {each.actor.kind for each in noted} == {ActorKind.OPERATOR}


def test_what_is_not_given_stays(run: Run, logo: Path, sqlite_store: Store, settings: Settings) -> None:
    succeeded(run(clinic_words, "set", "--name", "Named", "--logo", str(logo)))
    assert succeeded(run(clinic_words, "set", "--contact", "Here")) == "Changed: contact.\n"
    assert read_words(sqlite_store, settings).name == "Named"
    assert succeeded(run(clinic_words, "set", "--contact", "Here")) == "Nothing changed: it was so before.\n"
    assert succeeded(run(clinic_words, "set", "--name", "", "--no-logo")) == "Changed: name, logo.\n"
    found = read_words(sqlite_store, settings)
    assert (found.name, found.logo, found.contact) == ("", "", "Here")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--name", "x" * 81], "--name: Shorten the name: at most 80 characters, on one line."),
        (["--country", "UK"], "--country: Choose a country by its two letters, such as GB or US."),
        (["--introduction-es", "a\u202eb"], "--introduction-es: This text holds a sign that cannot be seen."),
        (["--logo", "missing.png"], "Cannot read missing.png: No such file or directory."),
        (["--logo", __file__], "--logo: Choose a"),
        (["--no-logo", "--logo", __file__], "Give --logo or --no-logo, not both."),
        ([], "Say what to set, such as --name."),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_set(
    given: list[str], said: str, run: Run, sqlite_store: Store
) -> None:
    before = row_counts(sqlite_store)
    also = ["--contact", "Fine"] if given else []
    assert failed(run(clinic_words, "set", *also, *given)).startswith(said)
    assert row_counts(sqlite_store) == before


def test_an_option_for_another_language_is_wrong_use(run: Run) -> None:
    assert run(clinic_words, "set", "--introduction-xx", "Hello.").exit_code == 2
