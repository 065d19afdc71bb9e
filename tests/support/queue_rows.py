"""A database with many synthetic screenings in it, written in bulk: for measuring the queue."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, MetaData, NullPool, create_engine, insert

from app.domain.codes import LANGUAGES, Outcome
from app.storage.encryption import Place
from app.storage.models import Screening, ScreeningPolicy
from app.storage.statuses import OPEN_STATUSES, ScreeningStatus
from app.storage.store import Store

_BATCH: Final = 10_000
_LISTING: Final = {
    "days": [18, 10, 7],
    "preventives": 2,
    "overuse": "watch",
    "red_flags": [],
    "unsure": False,
}
# What a power cut would take is made anew.
_HURRY: Final = {
    "sqlite": ("PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000"),
    "postgresql": ("SET synchronous_commit = off",),
}
_NEWEST: Final = datetime(2026, 11, 1, tzinfo=UTC)


def _row(store: Store, chance: random.Random, owners: list[UUID]) -> dict[str, Any]:
    row_id = UUID(int=chance.getrandbits(128))
    status = chance.choices(list(ScreeningStatus), [30, 5, 45, 2, 18])[0]
    outcome = chance.choices(list(Outcome), [2, 35, 20, 33, 10])[0]
    return {
        "id": row_id,
        "reference_mac": chance.randbytes(32),
        "visit": 1,
        "received_at": _NEWEST - timedelta(seconds=chance.randrange(5 * 365 * 86_400)),
        "status": status.value,
        "is_open": status in OPEN_STATUSES,
        "outcome": outcome.value,
        "urgency_rank": 0 if outcome is Outcome.EMERGENCY else chance.choices([1, 2, 3], [5, 5, 90])[0],
        "language": chance.choice(LANGUAGES),
        "questionnaire_version": "2.0",
        "rules_version": "1.2",
        "is_demonstration": False,
        "is_unread": status is ScreeningStatus.NEW,
        "assigned_to_id": chance.choice(owners) if chance.random() < 0.3 else None,
        "row_version": 1,
        "answers": b"none",
        "assessment": b"none",
        "listing": store.cipher.seal(_LISTING, Place("screenings", "listing", row_id, 1)),
    }


def _policy_rows(
    row: dict[str, Any], policy_ids: list[str], chance: random.Random
) -> Iterator[dict[str, Any]]:
    shared = ("is_open", "status", "outcome", "language", "assigned_to_id", "urgency_rank", "received_at")
    for policy_id in policy_ids:
        if chance.random() < 0.15:
            yield {"screening_id": row["id"], "policy_id": policy_id, **{name: row[name] for name in shared}}


@contextmanager
def _in_a_hurry(store: Store) -> Iterator[Connection]:
    """A connection past the product's own, without the indexes of both tables: else it takes hours."""
    engine, found = create_engine(store.database.engine.url, poolclass=NullPool), MetaData()
    found.reflect(engine, only=[Screening.__tablename__, ScreeningPolicy.__tablename__])
    indexes = [index for table in found.tables.values() for index in table.indexes]
    with engine.connect() as connection:
        for hurry in _HURRY[engine.dialect.name]:
            connection.exec_driver_sql(hurry)
        for index in indexes:
            index.drop(connection)
        yield connection
        for index in indexes:
            index.create(connection)
        connection.commit()


def fill(store: Store, count: int, owners: list[UUID]) -> None:
    """Store `count` screenings, a part of them with each of these clinicians."""
    chance = random.Random(7)
    policy_ids = [policy.id for policy in store.policies.policies]
    with _in_a_hurry(store) as connection:
        for start in range(0, count, _BATCH):
            rows = [_row(store, chance, owners) for _ in range(min(_BATCH, count - start))]
            policies = [each for row in rows for each in _policy_rows(row, policy_ids, chance)]
            connection.execute(insert(Screening), rows)
            if policies:
                connection.execute(insert(ScreeningPolicy), policies)
            connection.commit()
