"""Proof that somebody waited: a time, signed for one browser and one text, good after a few seconds."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from app.web.context import store
from app.web.token_session import browser_session

WAIT: Final = timedelta(seconds=5)
_LONGEST: Final = timedelta(minutes=10)


def _signature(seconds: str, text: str) -> str:
    signed = f"{seconds}|{browser_session().token}|{text}"
    return hmac.new(store().keyring.derive("presence/v1"), signed.encode(), hashlib.sha256).hexdigest()


def presence_mark(text: str, now: datetime) -> str:
    """The mark that the page carries from now on."""
    seconds = str(int(now.timestamp()))
    return f"{seconds}.{_signature(seconds, text)}"


def is_genuine(mark: str, text: str, now: datetime) -> bool:
    """Whether the mark was made here, for this browser and this text, and not long ago."""
    seconds, _, signature = mark.partition(".")
    expected = _signature(seconds, text)
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        return False
    return now - datetime.fromtimestamp(int(seconds), UTC) < _LONGEST


def has_waited(mark: str, now: datetime) -> bool:
    """Whether a genuine mark is old enough."""
    seconds = int(mark.partition(".")[0])
    return now - datetime.fromtimestamp(seconds, UTC) >= WAIT
