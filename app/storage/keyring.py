"""The keys that protect stored answers, kept in one file outside the database.

One line a master key, the oldest first: `id state created base64`. Every purpose has its own key, derived
with HKDF-SHA-256, so that no key is used for two things. States: `active` writes and reads, `decrypt-only`
reads, and `audit-only` is retired: it verifies the audit of its time and opens nothing else.
"""

import base64
import fcntl
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
ACTIVE: Final = "active"
DECRYPT_ONLY: Final = "decrypt-only"
AUDIT_ONLY: Final = "audit-only"
_STATES: Final = (ACTIVE, DECRYPT_ONLY, AUDIT_ONLY)
_AUDIT_PURPOSES: Final = ("audit-mac/", "audit-detail/")


class KeyringError(Exception):
    """The keyring cannot be used; the text says what is wrong and what to do."""


@dataclass(frozen=True)
class MasterKey:
    """One key. `made` is when, as it stands in the file."""

    id: str
    state: str
    secret: bytes = field(repr=False)
    made: str = ""


@dataclass(frozen=True)
class Keyring:
    """The master keys, exactly one of them active. `path` is the file that they come from."""

    keys: tuple[MasterKey, ...]
    path: Path | None = field(default=None, compare=False)

    @property
    def active(self) -> MasterKey:
        """The key to write with now; one that another process has begun to use is taken up at once."""
        return next(key for key in self.latest.keys if key.state == ACTIVE)

    @property
    def latest(self) -> "Keyring":
        """The keyring as the file has it now: another process may have added a key."""
        try:
            changed = self.path.stat().st_mtime_ns if self.path is not None else None
            return self if changed is None or self.path is None else _loaded(self.path, changed)
        except (OSError, KeyringError):
            return self  # what was loaded at the start goes on; the next start says what is wrong

    @property
    def readable(self) -> tuple[MasterKey, ...]:
        """The keys that open stored answers, the oldest first."""
        return tuple(key for key in self.keys if key.state != AUDIT_ONLY)

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """A 32-byte key for one purpose, from the active master key or the one named.

        Raises:
            KeyringError: no key has this id.
        """
        key = self._find(key_id or self.active.id)
        if key.state == AUDIT_ONLY and not purpose.startswith(_AUDIT_PURPOSES):
            raise KeyringError(f"The key {key.id} is retired: it opens nothing but the audit of its time.")
        return _derived(key.secret, purpose)

    def _find(self, key_id: str) -> MasterKey:
        """A key by its id; one that another process has added since is read from the file."""
        for key in self.keys:
            if key.id == key_id:
                return key
        for key in self.latest.keys:
            if key.id == key_id:
                return key
        raise KeyringError(f"The keyring has no key {key_id!r}. Restore the keyring that wrote this data.")


@lru_cache(maxsize=64)
def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


def create_keyring(path: Path) -> None:
    """Write a keyring with one fresh key, readable by its owner only; never over an existing file.

    The file appears whole or not at all, even when the machine stops meanwhile.
    """
    unfinished = _written_beside(path, [_new_key()])
    try:
        os.link(unfinished, path)
    finally:
        unfinished.unlink()
    _sync_directory(path.parent)


def _new_key() -> MasterKey:
    made = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return MasterKey(secrets.token_hex(4), ACTIVE, secrets.token_bytes(KEY_BYTES), made)


def _written_beside(path: Path, keys: Iterable[MasterKey]) -> Path:
    """A whole keyring in a file of its own beside the one it will be."""
    lines = [f"{key.id} {key.state} {key.made} {base64.b64encode(key.secret).decode()}\n" for key in keys]
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(descriptor)
    return unfinished


def _replace_keys(path: Path, keys: Iterable[MasterKey]) -> None:
    """Other keys in the file: at any moment it holds the old ones or the new ones, whole."""
    unfinished = _written_beside(path, keys)
    try:
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_directory(path.parent)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else changes the keyring meanwhile."""
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def rotate_keyring(path: Path) -> MasterKey:
    """A new active key; the one before goes on reading. Nothing is lost, whenever it is stopped.

    Raises:
        KeyringError: the keyring is not as it must be.
    """
    with _alone(path):
        before, added = load_keyring(path), _new_key()
        kept = [replace(key, state=DECRYPT_ONLY) if key.state == ACTIVE else key for key in before.keys]
        _replace_keys(path, [*kept, added])
    return added


def retire_key(path: Path, key_id: str) -> None:
    """A key opens nothing any more but the audit of its time. That nothing needs it is the caller's to know.

    Raises:
        KeyringError: there is no such key, or it is the active one.
    """
    with _alone(path):
        keys = load_keyring(path).keys
        states = {key.id: key.state for key in keys}
        if key_id not in states:
            raise KeyringError(f"The keyring has no key {key_id!r}. The command “keys list” names them.")
        if states[key_id] == ACTIVE:
            raise KeyringError("This key is in use. Run “keys rotate” first, then “keys reencrypt”.")
        _replace_keys(path, [replace(key, state=AUDIT_ONLY) if key.id == key_id else key for key in keys])


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
        raise KeyringError(
            f"There is no keyring at {path}. Put back the one that wrote the data or the backup; for a new "
            "installation alone, run: flask --app wsgi init"
        )
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyringError(f"Others can read the keyring. Run: chmod 600 {path}")
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    keys = tuple(_parse_line(line) for line in lines if line.strip())
    if sum(key.state == ACTIVE for key in keys) != 1:
        raise KeyringError(f"The keyring {path} must have exactly one active key.")
    if len({key.secret for key in keys}) != len(keys) or len({key.id for key in keys}) != len(keys):
        raise KeyringError(f"The keyring {path} has the same key twice.")
    return Keyring(keys, path)


@lru_cache(maxsize=4)
def _loaded(path: Path, _changed: int) -> Keyring:
    return load_keyring(path)


def _parse_line(line: str) -> MasterKey:
    try:
        key_id, state, made, encoded = line.split()
        secret = base64.b64decode(encoded, validate=True)
        id_length = len(bytes.fromhex(key_id))
    except ValueError:
        raise KeyringError("A line of the keyring is damaged. Restore it from its backup.") from None
    if state not in _STATES or len(secret) != KEY_BYTES or id_length != 4 or len(set(secret)) < 8:
        raise KeyringError("A key of the keyring is too short, too simple or has an unknown state.")
    return MasterKey(key_id, state, secret, made)
