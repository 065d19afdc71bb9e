"""What is wrong with an installation, and what to do: each thing looked at gives one finding.

Nothing is changed and nothing clinical is shown. What `audit verify` and `backup verify` look at in full is
looked at here only as far as it costs a moment.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from app.storage.keyring import KeyringError, MasterKey, load_keyring
from config import Settings

_LEAST_FREE_BYTES: Final = 200 * 1024 * 1024
_GOOD_FREE_BYTES: Final = 2 * 1024 * 1024 * 1024
_OLDEST_KEY: Final = timedelta(days=400)
_MEGABYTE: Final = 1024 * 1024


class Grade(StrEnum):
    """How a thing is: as it should be, worth a look, or not as it must be."""

    GOOD = "ok"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, what it is, and what to do about it."""

    grade: Grade
    about: str
    says: str
    advice: str = ""


def good(about: str, says: str) -> Finding:
    return Finding(Grade.GOOD, about, says)


def look(about: str, says: str, advice: str) -> Finding:
    return Finding(Grade.LOOK, about, says, advice)


def wrong(about: str, says: str, advice: str) -> Finding:
    return Finding(Grade.WRONG, about, says, advice)


def examine_files(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The data directory, the room on its disk, and the keyring."""
    yield _data_directory(settings.data_dir)
    if settings.data_dir.is_dir():
        yield _room(settings.data_dir)
    yield _keyring(settings.keyring_path, now)


def _data_directory(path: Path) -> Finding:
    about = "Data directory"
    if not path.is_dir():
        return wrong(about, f"{path} is not there.", "Run: flask --app wsgi init, or set DATA_DIR.")
    if path.stat().st_mode & 0o077:
        return wrong(about, f"Others can open {path}.", f"Run: chmod 700 {path}")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return wrong(about, f"{path} cannot be written.", "Run this as the user that the server runs as.")
    return good(about, f"{path} is there, for its owner alone.")


def _room(path: Path) -> Finding:
    about, free = "Room on the disk", shutil.disk_usage(path).free
    says = f"{free // _MEGABYTE} MB are free."
    if free < _LEAST_FREE_BYTES:
        return wrong(about, says, "Make room: with a full disk no answer can be stored.")
    if free < _GOOD_FREE_BYTES:
        return look(about, says, "Make room before it gets full.")
    return good(about, says)


def _keyring(path: Path, now: datetime) -> Finding:
    about = "Keys"
    try:
        keyring = load_keyring(path)
    except KeyringError as problem:
        return wrong(about, str(problem), "")
    except OSError as problem:
        return wrong(about, f"{path} cannot be read: {problem.strerror}.", "Give it to the server's user.")
    age = _age(keyring.active, now)
    if age is None or age > _OLDEST_KEY:
        says = "The active key is more than a year old." if age else "It is not known how old the key is."
        return look(about, says, "Run: flask --app wsgi keys rotate")
    return good(about, f"{len(keyring.keys)} in the keyring; the active one is {age.days} days old.")


def _age(key: MasterKey, now: datetime) -> timedelta | None:
    try:
        return now - datetime.fromisoformat(key.made).astimezone(UTC)
    except ValueError:
        return None


def examine_settings(settings: Settings) -> Iterator[Finding]:
    """What the environment says, where another value may be meant."""
    about = "Address"
    if not settings.is_https:
        yield look(
            about,
            f"{settings.base_url} is not https: only this machine, or a closed test network, may use it.",
            "Set PUBLIC_URL to the https address that people open.",
        )
    elif not settings.trusted_proxies:
        yield look(
            about,
            f"{settings.base_url} is https and no proxy is trusted: all seem to come from one address.",
            "Set TRUSTED_PROXIES to the address of the proxy.",
        )
    else:
        yield good(about, f"{settings.base_url}, behind a proxy that is trusted.")
