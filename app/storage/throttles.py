"""Counts of tries, in the database, so that a limit holds over all processes and machines."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import Executable, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.storage.account_models import Throttle


def count_try(session: Session, key: bytes, window_start: datetime, expires_at: datetime) -> int:
    """Count one more try in this stretch of time; how many there are now."""
    row = {"key": key, "window_start": window_start, "n": 1, "expires_at": expires_at}
    return int(session.execute(_upsert(session.get_bind().dialect.name), row).scalar_one())


@lru_cache
def _upsert(engine: str) -> Executable:
    """An insert that adds one to the count that is there, in one step."""
    insert = postgresql.insert(Throttle) if engine == "postgresql" else sqlite.insert(Throttle)
    return insert.on_conflict_do_update(
        index_elements=[Throttle.key, Throttle.window_start], set_={"n": Throttle.n + 1}
    ).returning(Throttle.n)


def count_of(session: Session, key: bytes, window_start: datetime) -> int:
    """How many tries were counted in this stretch of time."""
    mine = (Throttle.key == key, Throttle.window_start == window_start)
    return session.scalar(select(Throttle.n).where(*mine)) or 0


def give_back_try(session: Session, key: bytes, window_start: datetime) -> None:
    """Count one try less in this stretch of time."""
    mine = (Throttle.key == key, Throttle.window_start == window_start, Throttle.n > 0)
    session.execute(update(Throttle).where(*mine).values(n=Throttle.n - 1))


def forget_tries(session: Session, key: bytes) -> None:
    """Forget every try under this key."""
    session.execute(delete(Throttle).where(Throttle.key == key))


def delete_expired_throttles(session: Session, now: datetime) -> int:
    """Remove every count whose time is over; how many there were."""
    result = session.execute(delete(Throttle).where(Throttle.expires_at <= now))
    return int(getattr(result, "rowcount", 0))
