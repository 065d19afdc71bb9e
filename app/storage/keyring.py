"""The keys that protect stored answers, kept in one file outside the database.

One line a master key: `id state created base64`. Every purpose has its own key, derived with
HKDF-SHA-256, so that no key is used for two things.
"""

import base64
import os
import secrets
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
ACTIVE: Final = "active"
_STATES: Final = (ACTIVE, "decrypt-only")


class KeyringError(Exception):
    """The keyring cannot be used; the text says what is wrong and what to do."""


@dataclass(frozen=True)
class MasterKey:
    id: str
    state: str
    secret: bytes


@dataclass(frozen=True)
class Keyring:
    """The master keys, exactly one of them active."""

    keys: tuple[MasterKey, ...]

    @property
    def active(self) -> MasterKey:
        return next(key for key in self.keys if key.state == ACTIVE)

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """A 32-byte key for one purpose, from the active master key or the one named.

        Raises:
            KeyringError: no key has this id.
        """
        wanted = key_id or self.active.id
        for key in self.keys:
            if key.id == wanted:
                return _derived(key.secret, purpose)
        raise KeyringError(f"The keyring has no key {wanted!r}. Restore the keyring that wrote this data.")


@lru_cache(maxsize=64)
def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


def create_keyring(path: Path) -> None:
    """Write a keyring with one fresh key, readable by its owner only; never over an existing file.

    The file appears whole or not at all, even when the machine stops meanwhile.
    """
    made = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    secret = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    line = f"{secrets.token_hex(4)} {ACTIVE} {made} {secret}\n"
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(line)
            file.flush()
            os.fsync(descriptor)
        os.link(unfinished, path)
    finally:
        unfinished.unlink()
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load_keyring(path: Path) -> Keyring:
    """Read and check the keyring.

    Raises:
        KeyringError: it is missing, readable by others, or not as it must be.
    """
    if not path.is_file():
        raise KeyringError(f"There is no keyring at {path}. Run: flask --app wsgi init")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyringError(f"Others can read the keyring. Run: chmod 600 {path}")
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    keys = tuple(_parse_line(line) for line in lines if line.strip())
    if sum(key.state == ACTIVE for key in keys) != 1:
        raise KeyringError(f"The keyring {path} must have exactly one active key.")
    if len({key.secret for key in keys}) != len(keys) or len({key.id for key in keys}) != len(keys):
        raise KeyringError(f"The keyring {path} has the same key twice.")
    return Keyring(keys)


def _parse_line(line: str) -> MasterKey:
    try:
        key_id, state, _, encoded = line.split()
        secret = base64.b64decode(encoded, validate=True)
        id_length = len(bytes.fromhex(key_id))
    except ValueError:
        raise KeyringError("A line of the keyring is damaged. Restore it from its backup.") from None
    if state not in _STATES or len(secret) != KEY_BYTES or id_length != 4 or len(set(secret)) < 8:
        raise KeyringError("A key of the keyring is too short, too simple or has an unknown state.")
    return MasterKey(key_id, state, secret)
