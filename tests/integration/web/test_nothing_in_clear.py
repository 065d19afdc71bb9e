"""What people typed, and the codes they were given, are in no file of an installation."""

import logging
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from flask import Flask

from app.domain.reference_code import format_reference_code
from app.questionnaire.draft_answers import draft_answers
from app.services.self_screening import find_draft, start_screening, submit_screening
from app.storage.database import _SQLITE_SETTINGS
from app.storage.store import Store
from config import Settings
from tests.support.client import WebClient
from tests.support.journeys import ADVICE_READ, CHECK, POSITIVE, PROPRANOLOL, walk_to
from tests.support.screenings import NOON

MANY: Final = 1000


def canary(name: str) -> str:
    return f"Quokka{name}Tea"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def bytes_of(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file():
                yield file.name, file.read_bytes()


def codes_in(data: bytes) -> set[str]:
    """Everything that could be a code, in any case, with or without dashes, of one or two bytes a sign."""
    plain = data.upper().translate(None, b"-\0")
    return {found[1].decode() for found in re.finditer(rb"(?=([0-9A-HJKMNP-TV-Z]{17}))", plain)}


def answers_with(name: str) -> dict[str, object]:
    trial = {**PROPRANOLOL, "medicine": "other", "name_given": canary(name)}
    return {**POSITIVE, "preventives": [trial]}


@pytest.mark.embedded_file
@pytest.mark.requirement("PAT-15")
@pytest.mark.requirement("DAT-01", part="database, journal, log and temporary files")
def test_what_was_typed_is_in_no_file_and_no_log(
    app: Flask,
    clinic_client: WebClient,
    sqlite_store: Store,
    settings: Settings,
    temporary: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    walk_to(WebClient(app), answers_with("Draft"), CHECK)
    walk_to(WebClient(app), answers_with("Answer"))
    clinic_client.open("/clinic/")
    page = clinic_client.follow("Screen positive")
    clinic_client.submit("Save the review", {"status": "in_review", "note": canary("Note")})
    assert canary("Note") in clinic_client.open(page.address).main
    assert canary("Answer") in clinic_client.current.main
    kept = dict(bytes_of(settings.data_dir, temporary))
    assert "screening.db" in kept
    for name in ("Draft", "Answer", "Note"):
        assert canary(name) not in caplog.text
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert not [file for file, data in kept.items() if canary(name).encode(encoding) in data], name


@pytest.mark.slow
@pytest.mark.requirement("PAT-04", part="database, journal and log")
def test_no_code_is_in_a_file_or_a_log_after_a_thousand_screenings(
    sqlite_store: Store,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO)
    hurried = [each.replace("synchronous=EXTRA", "synchronous=OFF") for each in _SQLITE_SETTINGS]
    monkeypatch.setattr("app.storage.database._SQLITE_SETTINGS", hurried)  # no power cut is tested here
    sqlite_store.database.close()
    answers = {**draft_answers(POSITIVE), **ADVICE_READ}
    codes = []
    for _ in range(MANY):
        token = start_screening(sqlite_store, "en", NOON, answers)
        codes.append(find_draft(sqlite_store, token, NOON).reference_code)
        submit_screening(sqlite_store, token, NOON)
    everything = b"\n".join(data for _, data in bytes_of(settings.data_dir)) + caplog.text.encode()
    assert len(set(codes)) == MANY
    assert len(everything) > MANY * 1000
    assert not codes_in(everything) & set(codes)
    in_clear = f"a log line with {format_reference_code(codes[7]).lower()} in it"
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert codes[7] in codes_in(in_clear.encode(encoding)), "else nothing would be found above"
