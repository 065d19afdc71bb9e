"""Passwords: how they are kept, and which ones are too easy to guess."""

from enum import Enum
from threading import BoundedSemaphore
from typing import Final
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 15
LONGEST: Final = 128
_HASHER: Final = PasswordHasher(memory_cost=47_104, time_cost=2, parallelism=1)
_AT_ONCE: Final = BoundedSemaphore(2)  # each takes 46 MiB and a tenth of a second of a core
_FEWEST_GUESSES: Final = 10**10  # zxcvbn's line for what an offline attack does not find soon
_PRODUCT_WORDS: Final = ("headache", "screening", "migraine")
_A_NAME: Final = 4  # letters; shorter ones stand in other words, too


class PasswordProblem(Enum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    EASY_TO_GUESS = "easy_to_guess"


def normalized(password: str) -> str:
    """The same password, however a keyboard composes its letters."""
    return normalize("NFC", password)


def problem_with(password: str, own_words: tuple[str, ...] = ()) -> PasswordProblem | None:
    """What is wrong with a new password; `own_words` are names that others would try first."""
    chosen = normalized(password)
    if len(chosen) < SHORTEST:
        return PasswordProblem.TOO_SHORT
    if len(chosen) > LONGEST:
        return PasswordProblem.TOO_LONG
    return PasswordProblem.EASY_TO_GUESS if _is_easy(chosen, own_words) else None


def _is_easy(password: str, own_words: tuple[str, ...]) -> bool:
    from zxcvbn import zxcvbn  # slow to load: its lists of words

    words = [*_PRODUCT_WORDS, *(word for word in own_words if len(word) > 2)]
    left = password.casefold()
    if any(len(word) >= _A_NAME and word.casefold() in left for word in words):
        return True
    for word in words:  # a short name may stand in another word, but must not be most of it
        left = left.replace(word.casefold(), "")
    if len(left) < SHORTEST - 5 and len(left) < len(password):
        return True
    return int(zxcvbn(password[:72], user_inputs=words)["guesses"]) < _FEWEST_GUESSES


def hash_password(password: str) -> str:
    """What is kept of a password (argon2id)."""
    with _AT_ONCE:
        return _HASHER.hash(normalized(password))


_NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=47104,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RTVzr7HmTSmnlKpAw8jyXXZ2oQk3Jsd8QcSmNtU7DA4"
)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. One for nobody costs as much time as a wrong one."""
    if len(normalized(password)) > LONGEST:
        return False  # nobody has one, and hashing it would cost us
    with _AT_ONCE:
        try:
            _HASHER.verify(password_hash or _NOBODYS_HASH, normalized(password))
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was hashed with less strength than today's."""
    return _HASHER.check_needs_rehash(password_hash)
