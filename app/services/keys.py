"""Keys: a new one, sealing everything with it, letting an old one go. Each can be stopped and run again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from app.storage import keys_of_codes, sealed_columns
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.keyring import MasterKey
from app.storage.keyring_changes import activate_key, add_key, check_can_retire, retire_key
from app.storage.sealed_columns import SEALED, SealedColumns
from app.storage.store import Store

_BATCH: Final = 100


@dataclass(frozen=True)
class KeyUse:
    """A key, how many sealed values need it, and how many screenings are found by code with it alone."""

    key: MasterKey
    values: int
    codes: int


@dataclass(frozen=True)
class KeyUses:
    """All keys, the oldest first, and how many sealed values need a key that is not among them."""

    keys: list[KeyUse]
    values_without_key: int


@dataclass(frozen=True)
class Resealed:
    """How far the work has come: rows looked at, values sealed anew, and values that cannot be read.

    What somebody else changed while it was looked at is not sealed here: it was sealed by them.
    """

    rows: int = 0
    values: int = 0
    changed_meanwhile: int = 0
    unreadable: int = 0


class KeyInUseError(Exception):
    """The key is still needed: by so many values and so many codes."""

    def __init__(self, use: KeyUse) -> None:
        super().__init__()
        self.use = use


def list_keys(store: Store) -> KeyUses:
    """How much each key is needed."""
    keys = store.keyring.keys
    with store.database.reading() as session:
        values = sealed_columns.uses_of_keys(session)
        codes = keys_of_codes.codes_of_keys(session, store.keyring)
    uses = [KeyUse(key, values[key.id], codes[key.id]) for key in keys]
    return KeyUses(uses, values.total() - sum(use.values for use in uses))


def rotate(store: Store, path: Path, now: datetime) -> MasterKey:
    """A new active key. It is noted before it is written with: what cannot be noted is not done.

    Raises:
        KeyringError: the keyring is not as it must be.
        OSError: the keyring cannot be written.
    """
    _note_only_key(store)
    added = add_key(path)
    _note(store, Action.KEY_ADDED, now, {"key": added.id})
    activate_key(path, added.id)
    return added


def _note_only_key(store: Store) -> None:
    """While there is one key, it is sure with which one every code is found."""
    keys, after = store.keyring.keys, None
    while len(keys) == 1:
        with store.database.writing() as session:
            after = keys_of_codes.note_only_key(session, keys[0].id, after)
        if after is None:
            return


def _note(store: Store, action: Action, now: datetime, detail: dict[str, Any]) -> None:
    with store.database.writing() as session:
        add_audit_entry(session, store.keyring, AuditEntry(action, OPERATOR, now, detail=detail))


def count_to_reseal(store: Store) -> int:
    """How many rows hold a value that is sealed with another key than the active one."""
    with store.database.reading() as session:
        return sealed_columns.count_old(session, store.keyring.active.id)


def reseal(store: Store) -> Iterator[Resealed]:
    """Seal every value with the active key, batch by batch; yields how far it is after each.

    What is done is done: when it is stopped, the next run goes on with the rest. Others wait only while
    values are put in place, and what they change meanwhile is left as it is.
    """
    done, active_id = Resealed(), store.keyring.active.id
    for sealed in SEALED:
        after = None
        while rows := _old_rows(store, sealed, active_id, after):
            done = _reseal_rows(store, sealed, rows, active_id, done)
            after = rows[-1].id
            yield done


def _old_rows(store: Store, sealed: SealedColumns, active_id: str, after: UUID | None) -> list[Any]:
    with store.database.reading() as session:
        return sealed_columns.read_old(session, sealed, active_id, after, _BATCH)


def _reseal_rows(
    store: Store, sealed: SealedColumns, rows: list[Any], active_id: str, done: Resealed
) -> Resealed:
    made = [sealed_columns.sealed_anew(store.cipher, sealed, row, active_id) for row in rows]
    changes = [change for of_row, _ in made for change in of_row]
    with store.database.writing() as session:
        replaced = sealed_columns.replace_values(session, sealed, changes)
    return replace(
        done,
        rows=done.rows + len(rows),
        values=done.values + replaced,
        changed_meanwhile=done.changed_meanwhile + len(changes) - replaced,
        unreadable=done.unreadable + sum(unreadable for _, unreadable in made),
    )


def note_resealed(store: Store, done: Resealed, now: datetime) -> None:
    """Note a run of `reseal`, whether it came to its end or was stopped."""
    counts = {
        "values": done.values,
        "changed_meanwhile": done.changed_meanwhile,
        "unreadable": done.unreadable,
    }
    _note(store, Action.FIELDS_REENCRYPTED, now, {"key": store.keyring.active.id, **counts})


def retire(store: Store, path: Path, key_id: str, now: datetime) -> None:
    """Let a key go that nothing needs any more but the audit. It is noted before it is done.

    Raises:
        KeyInUseError: something needs it.
        KeyringError: there is no such key, it is the active one, or it is retired already.
        OSError: the keyring cannot be written.
    """
    check_can_retire(store.keyring.keys, key_id)
    use = next(use for use in list_keys(store).keys if use.key.id == key_id)
    if use.values or use.codes:
        raise KeyInUseError(use)
    _note(store, Action.KEY_RETIRED, now, {"key": key_id})
    retire_key(path, key_id)
