"""Keys: a new one, sealing everything with it, letting an old one go. Each can be stopped and run again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from app.storage import sealed_columns
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.keyring import AUDIT_ONLY, KeyringError, MasterKey, load_keyring, retire_key, rotate_keyring
from app.storage.sealed_columns import SEALED
from app.storage.store import Store

_BATCH: Final = 200


@dataclass(frozen=True)
class KeyUse:
    """A key, how many sealed values need it, and how many screenings are found by code with it alone."""

    key: MasterKey
    values: int
    codes: int


@dataclass
class Resealed:
    """How far the work has come: rows looked at, values sealed anew, and values that cannot be read."""

    rows: int = 0
    values: int = 0
    unreadable: int = 0


class KeyInUseError(Exception):
    """The key is still needed: by so many values and so many codes."""

    def __init__(self, use: KeyUse) -> None:
        super().__init__()
        self.use = use


def list_keys(store: Store) -> list[KeyUse]:
    """All keys, the oldest first, with how much each is needed."""
    keys = store.keyring.keys
    with store.database.reading() as session:
        values = sealed_columns.uses_of_keys(session)
        return [
            KeyUse(
                key, values[key.id], sealed_columns.codes_of_key(session, key.id, is_oldest=key is keys[0])
            )
            for key in keys
        ]


def rotate(store: Store, path: Path, now: datetime) -> MasterKey:
    """A new active key, and the note of it.

    Raises:
        KeyringError: the keyring is not as it must be.
    """
    with store.database.writing() as session:
        added = rotate_keyring(path)
        _note(session, store, Action.KEY_ADDED, now, {"key": added.id})
    return added


def _note(session: Session, store: Store, action: Action, now: datetime, detail: dict[str, Any]) -> None:
    add_audit_entry(session, store.keyring, AuditEntry(action, OPERATOR, now, detail=detail))


def count_to_reseal(store: Store) -> int:
    """How many rows hold a value that is sealed with another key than the active one."""
    with store.database.reading() as session:
        return sealed_columns.count_old(session, store.keyring.active.id)


def reseal(store: Store, now: datetime) -> Iterator[Resealed]:
    """Seal every value with the active key, batch by batch; yields how far it is after each.

    What is done is done: when it is stopped, the next run goes on with the rest.
    """
    done = Resealed()
    for sealed in SEALED:
        after = None
        while True:
            with store.database.writing() as session:
                batch = sealed_columns.reseal_batch(session, store.keyring, sealed, after, _BATCH)
            if batch.last_id is None:
                break
            after = batch.last_id
            done.rows += batch.rows
            done.values += batch.resealed
            done.unreadable += batch.unreadable
            yield done
    with store.database.writing() as session:
        detail = {"key": store.keyring.active.id, "values": done.values, "unreadable": done.unreadable}
        _note(session, store, Action.FIELDS_REENCRYPTED, now, detail)


def retire(store: Store, path: Path, key_id: str, now: datetime) -> None:
    """Let a key go that nothing needs any more but the audit.

    Raises:
        KeyInUseError: something needs it.
        KeyringError: there is no such key, or it is the active one.
    """
    use = next((each for each in list_keys(store) if each.key.id == key_id), None)
    if use is not None and use.key.state == AUDIT_ONLY:
        raise KeyringError(f"The key {key_id} is retired already.")
    if use is not None and (use.values or use.codes) and key_id != load_keyring(path).active.id:
        raise KeyInUseError(use)
    with store.database.writing() as session:
        retire_key(path, key_id)
        _note(session, store, Action.KEY_RETIRED, now, {"key": key_id})
