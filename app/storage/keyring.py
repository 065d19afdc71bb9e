"""The keys that protect stored answers, kept in one file outside the database.

One line a master key, the oldest first: `id state created base64`. Every purpose has its own key, derived
with HKDF-SHA-256, so that no key is used for two things. States: `active` writes and reads, `decrypt-only`
reads, and `audit-only` is retired: it verifies the audit of its time and opens nothing else.
"""

import base64
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.storage.disk import sync

KEY_BYTES: Final = 32
ACTIVE: Final = "active"
DECRYPT_ONLY: Final = "decrypt-only"
AUDIT_ONLY: Final = "audit-only"
_STATES: Final = (ACTIVE, DECRYPT_ONLY, AUDIT_ONLY)
_AUDIT_PURPOSES: Final = frozenset({"audit-mac/v1", "audit-detail/v1"})


class KeyringError(Exception):
    """The keyring cannot be used; the text says what is wrong and what to do."""


@dataclass(frozen=True)
class MasterKey:
    """One key. `made` is when, as it stands in the file."""

    id: str
    state: str
    secret: bytes = field(repr=False)
    made: str = ""


class Keyring:
    """The master keys, exactly one of them active.

    One that comes from a file reads it again once another process has replaced it, so that all processes
    write with the same key and know each other's. To see whether it was replaced costs no reading.
    """

    def __init__(self, keys: tuple[MasterKey, ...], path: Path | None = None) -> None:
        self._keys = keys
        self._path = path
        self._version: tuple[int, int, int] | None = None

    @property
    def keys(self) -> tuple[MasterKey, ...]:
        """All keys, the oldest first."""
        self._keep_up()
        return self._keys

    @property
    def active(self) -> MasterKey:
        return next(key for key in self.keys if key.state == ACTIVE)

    @property
    def readable(self) -> tuple[MasterKey, ...]:
        """The keys that open stored answers, the oldest first."""
        return tuple(key for key in self.keys if key.state != AUDIT_ONLY)

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """A 32-byte key for one purpose, from the active master key or the one named.

        Raises:
            KeyringError: no key has this id, or it is retired.
        """
        key = self.active if key_id is None else self._find(key_id)
        if key.state == AUDIT_ONLY and purpose not in _AUDIT_PURPOSES:
            raise KeyringError(f"The key {key.id} is retired: it opens nothing but the audit of its time.")
        return _derived(key.secret, purpose)

    def _find(self, key_id: str) -> MasterKey:
        """A key by its id. Only one that is not known is looked for in the file."""
        key = _with_id(self._keys, key_id) or _with_id(self.keys, key_id)
        if key is None:
            raise KeyringError(
                f"The keyring has no key {key_id!r}. Restore the keyring that wrote this data."
            )
        return key

    def _keep_up(self) -> None:
        if self._path is None:
            return
        try:
            version = _version_of(self._path)
            if version != self._version:
                self._keys, self._version = read_keys(self._path), version
        except (KeyringError, OSError):
            return  # what was read before goes on working; the next start says what is wrong with the file


def _with_id(keys: Iterable[MasterKey], key_id: str) -> MasterKey | None:
    return next((key for key in keys if key.id == key_id), None)


def _version_of(path: Path) -> tuple[int, int, int]:
    """What is another whenever the file was replaced."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=256)
def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


def create_keyring(path: Path) -> None:
    """Write a keyring with one fresh key, readable by its owner only; never over an existing file.

    The file appears whole or not at all, even when the machine stops meanwhile.
    """
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        write_keys(unfinished, [new_key(ACTIVE)])
        os.link(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync(path.parent)


def new_key(state: str) -> MasterKey:
    """A fresh key, in no file yet."""
    made = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return MasterKey(secrets.token_hex(4), state, secrets.token_bytes(KEY_BYTES), made)


def write_keys(path: Path, keys: Iterable[MasterKey]) -> None:
    """A file that was not there with these keys, on the disk for sure."""
    lines = [f"{key.id} {key.state} {key.made} {base64.b64encode(key.secret).decode()}\n" for key in keys]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(descriptor)


def load_keyring(path: Path) -> Keyring:
    """Read and check the keyring.

    Raises:
        KeyringError: it is missing, readable by others, or not as it must be.
    """
    if not path.is_file():
        raise KeyringError(
            f"There is no keyring at {path}. Put back the one that wrote the data or the backup; for a new "
            "installation alone, run: flask --app wsgi init"
        )
    return Keyring(read_keys(path), path)


def read_keys(path: Path) -> tuple[MasterKey, ...]:
    """The keys in a file that is there.

    Raises:
        KeyringError: others can read it, or it is not as it must be.
    """
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyringError(f"Others can read the keyring. Run: chmod 600 {path}")
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    keys = tuple(_parse_line(line) for line in lines if line.strip())
    if sum(key.state == ACTIVE for key in keys) != 1:
        raise KeyringError(f"The keyring {path} must have exactly one active key.")
    if len({key.secret for key in keys}) != len(keys) or len({key.id for key in keys}) != len(keys):
        raise KeyringError(f"The keyring {path} has the same key twice.")
    return keys


def _parse_line(line: str) -> MasterKey:
    try:
        key_id, state, made, encoded = line.split()
        secret = base64.b64decode(encoded, validate=True)
        id_length = len(bytes.fromhex(key_id))
    except ValueError:
        raise KeyringError("A line of the keyring is damaged. Restore it from its backup.") from None
    if state not in _STATES or len(secret) != KEY_BYTES or id_length != 4 or _is_too_simple(secret):
        raise KeyringError("A key of the keyring is too short, too simple or has an unknown state.")
    return MasterKey(key_id, state, secret, made)


def _is_too_simple(secret: bytes) -> bool:
    """Whether it looks thought up: few different bytes, even steps between them, or text.

    A key that was drawn looks so less than once in ten million million.
    """
    steps = {(after - before) % 256 for before, after in pairwise(secret)}
    return min(len(set(secret)), len(steps)) < 16 or all(0x20 <= byte < 0x7F for byte in secret)
