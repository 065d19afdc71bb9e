"""One-time codes (RFC 6238): six digits that change every 30 seconds, each taken once."""

import secrets
from base64 import b32encode
from datetime import datetime
from typing import Final
from unicodedata import normalize

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS: Final = 30
SEED_BYTES: Final = 20
_DIGITS: Final = 6
_ISSUER: Final = "Headache screening"
_NEXT_TO: Final = (0, -1, 1)  # clocks of telephones are not exact


def new_seed() -> bytes:
    """160 random bits."""
    return secrets.token_bytes(SEED_BYTES)


def _codes(seed: bytes) -> TOTP:
    return TOTP(seed, _DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 (what authenticator apps know)


def digits_of(typed: str) -> str:
    """The digits of a code, however they were typed."""
    return "".join(sign for sign in normalize("NFKC", typed) if sign in "0123456789")


def step_of_code(seed: bytes, typed: str, now: datetime) -> int | None:
    """The step of time that a code belongs to: this one, the one before or after; None if it is wrong."""
    step = int(now.timestamp()) // STEP_SECONDS
    for distance in _NEXT_TO:
        try:
            _codes(seed).verify(digits_of(typed).encode(), (step + distance) * STEP_SECONDS)
        except InvalidToken:
            continue
        return step + distance
    return None


def key_of(seed: bytes) -> str:
    """The seed as a person can type it into an app, in groups of four."""
    text = b32encode(seed).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_of(seed: bytes, account: str) -> str:
    """What an app reads from the picture."""
    return _codes(seed).get_provisioning_uri(account, _ISSUER)
