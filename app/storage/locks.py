"""Keeping others from the same work. On SQLite whoever writes is alone anyway."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def hold(session: Session, key: int) -> None:
    """Keep everybody else who holds this key from going on until the end of this transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(key)))
