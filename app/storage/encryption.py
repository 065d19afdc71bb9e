"""Encrypted columns: AES-256-GCM, bound to the table, column, row and row version they stand in.

Layout of a sealed value: format (1 byte), key id (4), nonce (12), ciphertext and tag. A value that was
moved, swapped, replayed or changed does not open.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.storage.keyring import ACTIVE, Keyring, KeyringError

_FORMAT: Final = 1
_NONCE_BYTES: Final = 12
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_PADDING_STEP: Final = 512  # the length of a sealed value tells little about the answers


class UnreadableError(Exception):
    """A sealed value is damaged, misplaced or written with a key that is gone."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value stands; a part of what is authenticated."""

    table: str
    column: str
    row_id: UUID
    row_version: int


class FieldCipher:
    """Seals and opens JSON values and texts for their place in the database."""

    def __init__(self, keyring: Keyring, purpose: str = "field/v1") -> None:
        self._keyring = keyring
        self._purpose = purpose

    def seal(self, value: Any, place: Place) -> bytes:
        """The JSON value, padded and encrypted with the active key."""
        return self.seal_text(_JSON.encode(value), place)

    def seal_text(self, text: str, place: Place) -> bytes:
        """As `seal`, of a value that is JSON already."""
        plain = text.encode()
        padded = plain + b" " * (-len(plain) % _PADDING_STEP)
        key_id = self._keyring.active.id
        nonce = new_nonce()
        sealed = self._aead(key_id).encrypt(nonce, padded, _authenticated(key_id, place))
        return bytes([_FORMAT]) + bytes.fromhex(key_id) + nonce + sealed

    def open(self, sealed: bytes, place: Place) -> Any:
        """The JSON value again.

        Raises:
            UnreadableError: it is not what was sealed for this place.
        """
        key_id, nonce, rest = sealed[1:5].hex(), sealed[5:17], sealed[17:]
        try:
            if sealed[:1] != bytes([_FORMAT]):
                raise UnreadableError("unknown format")
            plain = self._aead(key_id).decrypt(nonce, rest, _authenticated(key_id, place))
            return json.loads(plain)
        except (InvalidTag, KeyringError, ValueError) as problem:
            raise UnreadableError(f"{place.table}.{place.column} cannot be read") from problem

    def _aead(self, key_id: str) -> AESGCM:
        return _aead(self._keyring.derive(self._purpose, key_id))


def new_nonce() -> bytes:
    """What makes every sealed value another one: drawn, so that no process has to know what others used."""
    return secrets.token_bytes(_NONCE_BYTES)


@lru_cache(maxsize=64)
def _aead(key: bytes) -> AESGCM:
    return AESGCM(key)


def _authenticated(key_id: str, place: Place) -> bytes:
    parts = [_FORMAT, key_id, place.table, place.column, place.row_id.hex, place.row_version]
    return _JSON.encode(parts).encode()


def key_id_of(sealed: bytes) -> str:
    """The id of the key that a value was sealed with."""
    return sealed[1:5].hex()


def reference_mac(keyring: Keyring, code: str, key_id: str | None = None) -> bytes:
    """What is stored in place of a reference code: a keyed MAC, useless without the keyring.

    Without `key_id`, by the key that is active now.
    """
    return hmac.new(keyring.derive("code-lookup/v1", key_id), code.encode(), hashlib.sha256).digest()


@dataclass(frozen=True)
class CodeMacs:
    """A reference code as it may stand in the database: by each key, the active one last."""

    key_ids: tuple[str, ...]
    macs: tuple[bytes, ...]


def code_macs(keyring: Keyring, code: str) -> CodeMacs:
    """Every MAC that this code may be stored as."""
    oldest_first = sorted(keyring.readable, key=lambda key: key.state == ACTIVE)
    key_ids = tuple(key.id for key in oldest_first)
    return CodeMacs(key_ids, tuple(reference_mac(keyring, code, key_id) for key_id in key_ids))


def content_macs(keyring: Keyring, purpose: str, digest: bytes) -> tuple[bytes, ...]:
    """What may stand in the database for content with this digest: by each key, the active one last."""
    oldest_first = sorted(keyring.readable, key=lambda key: key.state == ACTIVE)
    keys = (keyring.derive(purpose, key.id) for key in oldest_first)
    return tuple(hmac.new(key, digest, hashlib.sha256).digest() for key in keys)


def token_digest(token: str) -> bytes:
    """What is stored in place of a random token that a browser or a link holds."""
    return hashlib.sha256(token.encode()).digest()
