"""Limits on how often something may be tried: counted before it is tried, over all processes."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.storage import throttles
from app.storage.store import Store

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KEPT_LONGER: Final = timedelta(hours=1)  # clocks of two servers may differ


@dataclass(frozen=True)
class Limit:
    """At most so many tries of one kind by one subject in each stretch of time."""

    name: str
    most: int
    window: timedelta


class TooManyTriesError(Exception):
    """The limit is reached. `retry_after` is in whole seconds; `is_first` of the tries beyond the limit."""

    def __init__(self, retry_after: int, *, is_first: bool) -> None:
        super().__init__()
        self.retry_after = retry_after
        self.is_first = is_first


def throttle_key(store: Store, limit: Limit, subject: str, window_start: datetime) -> bytes:
    """What stands in the database for a subject: it changes daily, and says not who it is."""
    text = f"{window_start.date()}|{limit.name}|{subject}"
    return hmac.new(store.keyring.derive("throttle/v1"), text.encode(), hashlib.sha256).digest()


def count_try(store: Store, limit: Limit, subject: str, now: datetime) -> int:
    """Count a try; how many there are in this stretch of time, this one too.

    Raises:
        TooManyTriesError: there were too many. Trying on does not make the wait longer.
    """
    with store.database.writing() as session:
        if throttles.delete_expired_throttles(session, now):
            session.flush()
        n = count_within(session, store, limit, subject, now)
    if n > limit.most:
        end = _start(limit, now) + limit.window
        wait = max(1, int((end - now).total_seconds()))
        raise TooManyTriesError(wait, is_first=n == limit.most + 1)
    return n


def count_within(session: Session, store: Store, limit: Limit, subject: str, now: datetime) -> int:
    """Count a try in the transaction of `session`, over the limit too; how many there are now."""
    start = _start(limit, now)
    expires_at = start + limit.window + _KEPT_LONGER
    return throttles.count_try(session, throttle_key(store, limit, subject, start), start, expires_at)


def count_of(store: Store, limit: Limit, subject: str, now: datetime) -> int:
    """How many tries there were in this stretch of time."""
    start = _start(limit, now)
    with store.database.reading() as session:
        return throttles.count_of(session, throttle_key(store, limit, subject, start), start)


def _start(limit: Limit, now: datetime) -> datetime:
    return _EPOCH + (now - _EPOCH) // limit.window * limit.window


def tries_left(store: Store, limit: Limit, subject: str, now: datetime) -> int:
    """How often a subject may still try in this stretch of time. Asking does not count."""
    start = _start(limit, now)
    with store.database.reading() as session:
        n = throttles.count_of(session, throttle_key(store, limit, subject, start), start)
    return max(0, limit.most - n)


def give_back_try(store: Store, limit: Limit, subject: str, now: datetime) -> None:
    """Take the last try back: it was right, and only wrong ones count."""
    start = _start(limit, now)
    with store.database.writing() as session:
        throttles.give_back_try(session, throttle_key(store, limit, subject, start), start)


def forget_tries(store: Store, limit: Limit, subject: str, now: datetime) -> None:
    """Forget every try of a subject in this stretch of time."""
    with store.database.writing() as session:
        throttles.forget_tries(session, throttle_key(store, limit, subject, _start(limit, now)))
