"""Screenings scattered over everything the queue filters by, and a plain account of what a view shows."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert

from app.domain.codes import Outcome, Urgency
from app.storage.encryption import Place
from app.storage.models import URGENCY_RANKS, Screening, ScreeningPolicy
from app.storage.queue import Nobody, QueueFilter, QueuePlace, Standing
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.screenings import NOON

LANGUAGES: Final = ("en", "de")
POLICIES: Final = ("one", "two")
WAITING: Final = {"new", "in_review", "needs_contact"}
# Few moments, so that many screenings share one; two of them a microsecond apart.
MOMENTS: Final = tuple(
    NOON + each
    for each in (
        timedelta(0),
        timedelta(microseconds=1),
        timedelta(days=1),
        timedelta(days=1, microseconds=999_999),
        timedelta(days=40),
    )
)
LISTING: Final = {"days": [18, 10, 7], "preventives": 2, "overuse": None, "red_flags": [], "unsure": False}


@dataclass(frozen=True)
class Scattered:
    """One screening with all that a view can ask for."""

    id: UUID
    status: str
    outcome: str
    urgency_rank: int
    assigned_to: UUID | None
    received_at: datetime
    language: str
    policies: tuple[str, ...]

    @property
    def place(self) -> QueuePlace:
        return QueuePlace(self.urgency_rank, self.received_at, self.id)


def scatter(count: int, owners: Sequence[UUID], seed: int) -> list[Scattered]:
    chance = random.Random(seed)
    return [
        Scattered(
            id=UUID(int=chance.getrandbits(128)),
            status=chance.choice(list(ScreeningStatus)).value,
            outcome=chance.choice(list(Outcome)).value,
            urgency_rank=chance.randrange(len(Urgency)),
            assigned_to=chance.choice([None, *owners]),
            received_at=chance.choice(MOMENTS),
            language=chance.choice(LANGUAGES),
            policies=tuple(each for each in POLICIES if chance.random() < 0.5),
        )
        for _ in range(count)
    ]


def _row(store: Store, each: Scattered) -> dict[str, Any]:
    return {
        "id": each.id,
        "reference_mac": each.id.bytes * 2,
        "visit": 1,
        "received_at": each.received_at,
        "status": each.status,
        "is_open": each.status in WAITING,
        "outcome": each.outcome,
        "urgency_rank": each.urgency_rank,
        "language": each.language,
        "questionnaire_version": "2.0",
        "rules_version": "1.2",
        "is_demonstration": False,
        "is_unread": each.status == "new",
        "assigned_to_id": each.assigned_to,
        "row_version": 1,
        "answers": b"none",
        "assessment": b"none",
        "listing": store.cipher.seal(LISTING, Place("screenings", "listing", each.id, 1)),
    }


def _policy_rows(row: dict[str, Any], policies: Sequence[str]) -> Iterator[dict[str, Any]]:
    shared = ("is_open", "status", "outcome", "language", "assigned_to_id", "urgency_rank", "received_at")
    for policy_id in policies:
        yield {"screening_id": row["id"], "policy_id": policy_id, **{name: row[name] for name in shared}}


def store_scattered(store: Store, scattered: Sequence[Scattered]) -> None:
    rows = [(_row(store, each), each.policies) for each in scattered]
    with store.database.writing() as session:
        session.execute(insert(Screening), [row for row, _ in rows])
        session.execute(
            insert(ScreeningPolicy), [line for row, policies in rows for line in _policy_rows(row, policies)]
        )


# --- what a view shows, said once more and plainly --------------------------------------------------


def fits(each: Scattered, wanted: QueueFilter) -> bool:
    """Whether a view shows this screening."""
    return all(
        (
            _stands(each, wanted.standing),
            wanted.outcome in (None, each.outcome),
            _presses(each, wanted.urgency),
            _is_with(each, wanted.assigned_to),
            wanted.received_from is None or wanted.received_from <= each.received_at,
            wanted.received_before is None or each.received_at < wanted.received_before,
            wanted.language in (None, each.language),
            wanted.policy_id is None or wanted.policy_id in each.policies,
        )
    )


def _stands(each: Scattered, standing: Standing | ScreeningStatus) -> bool:
    if standing in (Standing.OPEN, Standing.DONE):
        return (each.status in WAITING) is (standing is Standing.OPEN)
    return standing is Standing.ANY or each.status == standing.value


def _presses(each: Scattered, urgency: Urgency | None) -> bool:
    if urgency is Urgency.ROUTINE:
        return each.urgency_rank == URGENCY_RANKS[Urgency.ROUTINE]
    return urgency is None or each.urgency_rank <= URGENCY_RANKS[urgency]


def _is_with(each: Scattered, owner: UUID | Nobody | None) -> bool:
    if owner is None:
        return True
    return each.assigned_to is None if owner is Nobody.NOBODY else each.assigned_to == owner


def in_order(scattered: Sequence[Scattered]) -> list[Scattered]:
    return sorted(scattered, key=lambda each: (each.urgency_rank, each.received_at, each.id))


# --- views ----------------------------------------------------------------------------------------


def values_of_filters(owners: Sequence[UUID]) -> dict[str, list[Any]]:
    """Every value a filter is tried with; None is no condition, and the last owner has nothing."""
    bounds = [None, MOMENTS[1], MOMENTS[2], MOMENTS[4] + timedelta(days=1)]
    return {
        "standing": [*Standing, *ScreeningStatus],
        "outcome": [None, *Outcome],
        "urgency": [None, *Urgency],
        "assigned_to": [None, Nobody.NOBODY, *owners],
        "received_from": bounds,
        "received_before": bounds,
        "language": [None, *LANGUAGES],
        "policy_id": [None, *POLICIES, "unheard-of"],
    }


def single_filters(owners: Sequence[UUID]) -> Iterator[QueueFilter]:
    """Each value of each filter alone, beside every standing that has an index of its own."""
    values = values_of_filters(owners)
    for name, options in values.items():
        for option in options:
            for standing in (Standing.OPEN, Standing.DONE) if name != "standing" else (option,):
                yield replace(QueueFilter(), **{"standing": standing, name: option})


def pairs_of_filters(owners: Sequence[UUID], seed: int) -> Iterator[QueueFilter]:
    """Views in which each value of each filter meets each value of every other; the rest is by chance."""
    values, chance = values_of_filters(owners), random.Random(seed)
    names = list(values)
    met: set[tuple[Any, ...]] = set()
    pairs = [
        (first, a, second, b)
        for at, first in enumerate(names)
        for second in names[at + 1 :]
        for a, b in product(values[first], values[second])
    ]
    chance.shuffle(pairs)
    for first, a, second, b in pairs:
        if (first, a, second, b) in met:
            continue
        chosen = {name: _some(chance, name, options) for name, options in values.items()}
        chosen |= {first: a, second: b}
        met.update(
            (one, chosen[one], two, chosen[two]) for at, one in enumerate(names) for two in names[at + 1 :]
        )
        yield QueueFilter(**chosen)


def _some(chance: random.Random, name: str, options: list[Any]) -> Any:
    """Any value, but most often the one that leaves everything in: else most views would be empty."""
    everything = Standing.ANY if name == "standing" else None
    return everything if chance.random() < 0.65 else chance.choice(options)
