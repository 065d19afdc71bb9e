"""Recovery codes: ten that stand in for a lost app, each once. They are shown until they are put away.

What is shown is derived from random bits in the session that asked for them, with the key that was
active then; only digests stay.
"""

import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime
from typing import Final

from app.domain.reference_code import ALPHABET, LOOK_ALIKE
from app.services.sign_in import note_in
from app.storage import clinic_sessions, factors
from app.storage.audit import Action
from app.storage.clinic_sessions import SignedInSession
from app.storage.encryption import token_digest
from app.storage.keyring import KeyringError
from app.storage.store import Store

HOW_MANY: Final = 10
_SYMBOLS: Final = 24  # of 5 bits each
_GROUP: Final = 4
_KEY_ID_BYTES: Final = 4
_RANDOM_BYTES: Final = 32


def make_codes(store: Store, found: SignedInSession, now: datetime) -> None:
    """Ten new codes; the old ones do not work any more, and no other browser stays signed in."""
    seed = bytes.fromhex(store.keyring.active.id) + secrets.token_bytes(_RANDOM_BYTES)
    digests = [digest_of(code) for code in _codes(store, seed)]
    with store.database.writing() as session:
        clinic_sessions.set_codes_seed(session, found.id, seed)
        factors.set_recovery_codes(session, found.account.id, digests)
        clinic_sessions.end_sessions(session, found.account.id, but=found.id)
        note_in(session, store, Action.RECOVERY_CODES_MADE, now, found.account.id)


def shown_codes(store: Store, found: SignedInSession) -> list[str]:
    """The codes that were made in this session, in groups, until they are put away; else none.

    None either once their key is retired: other codes would not work.
    """
    if found.codes_seed is None:
        return []
    try:
        return _codes(store, found.codes_seed)
    except KeyringError:
        return []


def put_away(store: Store, found: SignedInSession) -> None:
    """The person has kept their codes: they are not shown any more."""
    with store.database.writing() as session:
        clinic_sessions.set_codes_seed(session, found.id, None)


def codes_left(store: Store, found: SignedInSession) -> int:
    """How many of the person's codes were not used yet."""
    with store.database.reading() as session:
        return factors.count_recovery_codes(session, found.account.id)


def _codes(store: Store, seed: bytes) -> list[str]:
    key = store.keyring.derive("recovery-codes/v1", seed[:_KEY_ID_BYTES].hex())
    return [_grouped(hmac.digest(key, seed + bytes([place]), hashlib.sha256)) for place in range(HOW_MANY)]


def _grouped(random: bytes) -> str:
    symbols = "".join(ALPHABET[byte & 31] for byte in random[:_SYMBOLS])
    return "-".join(symbols[start : start + _GROUP] for start in range(0, _SYMBOLS, _GROUP))


def digest_of(typed: str) -> bytes:
    """What stands in the database for a code, however it was typed: any case, with or without dashes."""
    plain = unicodedata.normalize("NFKC", typed[:200])
    return token_digest("".join(filter(str.isalnum, plain)).upper().translate(LOOK_ALIKE))
