"""A passkey in software, as a phone or a key would answer; every part of an answer can be made wrong."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT: Final = 0x01
_VERIFIED: Final = 0x04
_WITH_KEY: Final = 0x40


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _cbor(value: Any) -> bytes:
    """The few shapes of CBOR (RFC 8949) that an answer has."""
    if isinstance(value, dict):
        return _head(5, len(value)) + b"".join(_cbor(name) + _cbor(each) for name, each in value.items())
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    return _head(0, value) if value >= 0 else _head(1, -1 - value)


def _head(kind: int, n: int) -> bytes:
    if n < 24:
        return bytes([kind << 5 | n])
    return bytes([kind << 5 | 24, n]) if n < 256 else bytes([kind << 5 | 25]) + n.to_bytes(2, "big")


@dataclass
class Authenticator:
    """One passkey for one site, with what it believes of the site and of itself."""

    origin: str
    host: str
    verifies: bool = True
    sign_count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verifies else 0) | more
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (part.to_bytes(32, "big") for part in (numbers.x, numbers.y))
        return _cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, response: dict[str, str]) -> str:
        named = {"id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key"}
        return json.dumps({**named, "response": response})

    def register(self, options: str) -> str:
        """What it answers when it is made."""
        asked = json.loads(options)
        data = (
            self._data(_WITH_KEY) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public_key()
        )
        attestation = _cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", asked)
        told = {"clientDataJSON": encoded(client_data), "attestationObject": encoded(attestation)}
        return self._answer(told)

    def answer(self, options: str) -> str:
        """What it answers when it is asked who is there; it counts."""
        self.sign_count += 1
        data, client_data = self._data(), self._client_data("webauthn.get", json.loads(options))
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ECDSA(SHA256()))
        parts = {"clientDataJSON": client_data, "authenticatorData": data, "signature": signature}
        return self._answer({name: encoded(part) for name, part in parts.items()})
