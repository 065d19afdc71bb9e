"""Secrets in files: taken as they stand, and refused with a sentence that repeats nothing of them."""

from pathlib import Path

import pytest

from config import SettingsError, load_settings

URL = "postgresql://screener:canary@database/screener"


def test_a_secret_is_taken_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"{URL}\n")
    assert load_settings({"DATABASE_URL_FILE": str(tmp_path / "url")}).database_url == URL


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "must name a file with one line of text"),
        (b"canary\ncanary", "must name a file with one line of text"),
        (b"canary" * 1000, "must name a file with one line of text"),
        (b"canary\xff", "is no text"),
    ],
    ids=["empty", "two lines", "too long", "no text"],
)
def test_a_file_that_holds_no_secret_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "url").write_bytes(content)
    with pytest.raises(SettingsError, match=f"DATABASE_URL_FILE {words}") as caught:
        load_settings({"DATABASE_URL_FILE": str(tmp_path / "url")})
    assert "canary" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ACCESS_CODE_FILE cannot be read: No such file or directory"):
        load_settings({"ACCESS_CODE_FILE": str(tmp_path / "missing")})


def test_both_at_once_are_unclear(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(URL)
    with pytest.raises(SettingsError, match="Set DATABASE_URL or DATABASE_URL_FILE, not both"):
        load_settings({"DATABASE_URL": URL, "DATABASE_URL_FILE": str(tmp_path / "url")})
