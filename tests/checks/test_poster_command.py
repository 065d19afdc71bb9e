"""The poster: one sheet in every language, and a picture that leads to the screening."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import segno
from pypdf import PdfReader

from app.commands.poster import waiting_room_poster
from app.services.clinic_words import CONTACT, COUNTRY, NAME, set_words, tidied
from app.storage.audit import OPERATOR
from app.storage.store import Store
from app.web.qr_picture import modules_of
from config import Settings
from tests.checks.commands import Run, failed, succeeded
from tests.support.papers import claims_accessibility
from tests.support.png import png
from tests.support.poster import picture_of

ADDRESS = "https://screening.clinic.example"
CLINIC = {"PUBLIC_URL": ADDRESS, "CLINIC_NAME": "Riverside Headache Clinic"}
ENGLISH, SPANISH = "Do you have very frequent headaches?", "¿Tiene dolor de cabeza con mucha frecuencia?"


@pytest.fixture
def data_dir(sqlite_store: Store, settings: Settings) -> Path:
    """An installation that is ready for use."""
    return settings.data_dir


def text_of(file: Path) -> str:
    (page,) = PdfReader(file).pages
    return " ".join(page.extract_text().split())


@pytest.mark.parametrize("paper", ["a4", "letter", None])
@pytest.mark.parametrize("languages", [(), ("en",), ("es",), ("es", "en")])
def test_it_is_one_sheet_with_the_words_of_its_languages(
    languages: tuple[str, ...], paper: str | None, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "poster.pdf"
    options = [each for code in languages for each in ("--language", code)]
    options += ["--paper", paper] if paper else []
    said = succeeded(run(waiting_room_poster, "--output", str(file), *options, **CLINIC))
    assert said == f"Wrote {file}. It leads to {ADDRESS}.\n"
    text = text_of(file)
    assert (ENGLISH in text) is ("en" in languages or not languages)
    assert (SPANISH in text) is ("es" in languages or not languages)
    assert ADDRESS in text
    assert "Riverside Headache Clinic" in text
    assert "code" not in text.casefold()
    assert claims_accessibility(file.read_bytes())


@pytest.mark.parametrize(("country", "width"), [("US", 612), ("GB", 595)])
def test_the_sheet_is_that_of_the_country(country: str, width: int, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "poster.pdf"
    succeeded(run(waiting_room_poster, "--output", str(file), COUNTRY=country, **CLINIC))
    assert round(PdfReader(file).pages[0].mediabox.width) == width


def test_it_tells_the_code_of_the_clinic_where_there_is_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "poster.pdf"
    succeeded(run(waiting_room_poster, "--output", str(file), ACCESS_CODE="RIVER2026", **CLINIC))
    assert "Code of the clinic: RIVER2026" in text_of(file)
    assert "Código de la clínica: RIVER2026" in text_of(file)


def test_its_picture_is_the_address_of_the_first_page() -> None:
    expected = segno.make(ADDRESS, error="m").matrix_iter(border=4)
    assert modules_of(ADDRESS) == [list(row) for row in expected]


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("languages", [("en",), ("en", "es")])
@pytest.mark.parametrize("address", [ADDRESS, f"https://{'long-' * 12}name.clinic.example"])
def test_the_picture_on_the_sheet_is_that_of_the_address_and_large(
    address: str, languages: tuple[str, ...], paper: str, run: Run, tmp_path: Path
) -> None:
    """As a camera would read it: what is painted, module by module."""
    file = tmp_path / "poster.pdf"
    options = [each for code in languages for each in ("--language", code)]
    values = {**CLINIC, "PUBLIC_URL": address}
    succeeded(run(waiting_room_poster, "--output", str(file), "--paper", paper, *options, **values))
    painted = picture_of(file)
    assert painted.modules == [list(row) for row in segno.make(address, error="m").matrix_iter(border=0)]
    assert painted.width_mm >= 60


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("languages", [("en",), ("es",), ("en", "es")])
def test_everything_a_clinic_may_say_finds_room_on_one_sheet(
    languages: tuple[str, ...], paper: str, run: Run, tmp_path: Path, sqlite_store: Store, settings: Settings
) -> None:
    lines = [f"Line {number} of how to reach us, {'every day ' * 3}" for number in range(1, 6)]
    texts = {NAME: "Headache Clinic " * 5, CONTACT: "\n".join(lines), COUNTRY: "GB"}
    texts = {name: tidied(text) for name, text in texts.items()}
    set_words(sqlite_store, settings, texts, png(300, 100), OPERATOR, datetime.now(UTC))
    file = tmp_path / "poster.pdf"
    options = [each for code in languages for each in ("--language", code)]
    code = {"ACCESS_CODE": "RIVERSIDE20262026"}
    succeeded(run(waiting_room_poster, "--output", str(file), "--paper", paper, *options, **code, **CLINIC))
    text = text_of(file)
    assert texts[NAME] in text
    assert "Riverside" not in text.replace("RIVERSIDE", ""), "what was set holds, not the environment"
    for line in lines:
        assert line.strip() in text
    assert len(PdfReader(file).pages[0].images) == 1
    assert picture_of(file).width_mm >= 60
    assert claims_accessibility(file.read_bytes())


def test_without_an_address_it_says_what_to_set_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    line = failed(run(waiting_room_poster, "--output", str(tmp_path / "poster.pdf")))
    assert line.startswith("Set PUBLIC_URL to the address that patients open")
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_file_that_cannot_be_written_is_one_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "missing" / "poster.pdf"
    line = failed(run(waiting_room_poster, "--output", str(file), **CLINIC))
    assert line == f"Cannot write {file}: No such file or directory. Name another file."
