"""Changing the keyring: a new key, another active one, letting one go. Nothing is ever taken out of it.

A change is a whole new file in place of the old one, so that it holds every key whenever it is stopped.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.storage.disk import sync
from app.storage.keyring import (
    ACTIVE,
    AUDIT_ONLY,
    DECRYPT_ONLY,
    KeyringError,
    MasterKey,
    new_key,
    read_keys,
    write_keys,
)


def add_key(path: Path) -> MasterKey:
    """A new key, for reading at first: nothing is written with it before the disk holds it for sure.

    Raises:
        KeyringError: the keyring is not as it must be.
    """
    added = new_key(DECRYPT_ONLY)
    with _alone(path):
        _replace_keys(path, [*read_keys(path), added])
    return added


def activate_key(path: Path, key_id: str) -> None:
    """Write with this key from now on; the one before goes on reading.

    Raises:
        KeyringError: there is no such key, or the keyring is not as it must be.
    """
    with _alone(path):
        keys = read_keys(path)
        if key_id not in {key.id for key in keys}:
            raise _no_key(key_id)
        states = {key.id: DECRYPT_ONLY for key in keys if key.state == ACTIVE}
        _replace_keys(path, _in_states(keys, {**states, key_id: ACTIVE}))


def retire_key(path: Path, key_id: str) -> None:
    """A key opens nothing any more but the audit of its time. That nothing needs it is the caller's to know.

    Raises:
        KeyringError: there is no such key, it is the active one, or it is retired already.
    """
    with _alone(path):
        keys = read_keys(path)
        check_can_retire(keys, key_id)
        _replace_keys(path, _in_states(keys, {key_id: AUDIT_ONLY}))


def check_can_retire(keys: Iterable[MasterKey], key_id: str) -> None:
    """Whether there is such a key, and it neither writes nor is retired.

    Raises:
        KeyringError: it is not so.
    """
    state = {key.id: key.state for key in keys}.get(key_id)
    if state is None:
        raise _no_key(key_id)
    if state == ACTIVE:
        raise KeyringError("This key is in use. Run “keys rotate” first, then “keys reencrypt”.")
    if state == AUDIT_ONLY:
        raise KeyringError(f"The key {key_id} is retired already.")


def _no_key(key_id: str) -> KeyringError:
    return KeyringError(f"The keyring has no key {key_id!r}. The command “keys list” names them.")


def _in_states(keys: Iterable[MasterKey], states: Mapping[str, str]) -> list[MasterKey]:
    """The keys, those named in another state."""
    return [replace(key, state=states.get(key.id, key.state)) for key in keys]


def _replace_keys(path: Path, keys: Iterable[MasterKey]) -> None:
    """Other keys in the file: at any moment it holds the old ones or the new ones, whole.

    What a killed process has left beside it goes away with the next change.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        write_keys(unfinished, keys)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync(path.parent)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else changes the keyring meanwhile."""
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
