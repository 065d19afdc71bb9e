"""The queue: filters that combine, pages by place, counts that stop. Each query is a walk along one index.

A filter becomes a few walks, each with every column before the order fixed: what is not chosen is tried
value by value, because there are few. So a page costs the same among a thousand screenings and a million.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum
from itertools import product
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement

from app.domain.codes import LANGUAGES, Outcome, Urgency
from app.storage.encryption import FieldCipher
from app.storage.models import URGENCY_RANKS, Screening, ScreeningPolicy
from app.storage.screenings import COUNT_CAP, LISTED_COLUMNS, ListedScreening, listed_screening
from app.storage.statuses import OPEN_STATUSES, ScreeningStatus


class Standing(StrEnum):
    """Which screenings by where they stand; a single status can be asked for as well."""

    OPEN = "open"
    DONE = "done"
    ANY = "any"


class Nobody(Enum):
    """Assigned to nobody."""

    NOBODY = "nobody"


@dataclass(frozen=True)
class QueueFilter:
    """What a view of the queue shows; None is no condition. Times: from is included, before is not.

    `urgency` means this urgent or more, except that routine means routine alone.
    """

    standing: Standing | ScreeningStatus = Standing.OPEN
    outcome: Outcome | None = None
    urgency: Urgency | None = None
    assigned_to: UUID | Nobody | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    language: str | None = None
    policy_id: str | None = None


@dataclass(frozen=True)
class QueuePlace:
    """A place in the order of the queue: urgency, then time, then id to settle ties."""

    urgency_rank: int
    received_at: datetime
    id: UUID


Table = type[Screening] | type[ScreeningPolicy]
PageQuery = Select[Any]
_STATUSES: Final[dict[Standing | ScreeningStatus, tuple[ScreeningStatus, ...]]] = {
    Standing.OPEN: tuple(status for status in ScreeningStatus if status in OPEN_STATUSES),
    Standing.DONE: tuple(status for status in ScreeningStatus if status not in OPEN_STATUSES),
    Standing.ANY: tuple(ScreeningStatus),
    **{status: (status,) for status in ScreeningStatus},
}
_IS_OPEN: Final = {Standing.OPEN: (True,), Standing.DONE: (False,), Standing.ANY: (True, False)}


def place_of(screening: ListedScreening) -> QueuePlace:
    """Where a screening stands in the queue."""
    return QueuePlace(URGENCY_RANKS[screening.urgency], screening.received_at, screening.id)


class _Nothing(FunctionElement[Any]):
    """NULL as a value to search for: SQLite takes IS NULL for a weak condition and tries each row."""

    inherit_cache = True


@compiles(_Nothing)
def _null(_element: _Nothing, _compiler: Any, **_options: Any) -> str:
    return "NULL"


@compiles(_Nothing, "sqlite")
def _null_as_a_value(_element: _Nothing, _compiler: Any, **_options: Any) -> str:
    return "+NULL"


@dataclass(frozen=True)
class _Walk:
    """A way along one index: the columns that are fixed, as columns and values, and the order after them."""

    table: Table
    fixed: tuple[tuple[InstrumentedAttribute[Any], Any], ...]

    @property
    def order(self) -> tuple[InstrumentedAttribute[Any], ...]:
        row_id = self.table.screening_id if self.table is ScreeningPolicy else Screening.id
        return (self.table.urgency_rank, self.table.received_at, row_id)

    def conditions(self) -> list[ColumnElement[bool]]:
        return [
            column.op("IS", is_comparison=True)(_Nothing()) if value is None else column == value
            for column, value in self.fixed
        ]


def _walks(wanted: QueueFilter) -> list[_Walk]:
    table: Table = Screening if wanted.policy_id is None else ScreeningPolicy
    fixed: list[tuple[InstrumentedAttribute[Any], Any]] = []
    if wanted.policy_id is not None:
        fixed.append((ScreeningPolicy.policy_id, wanted.policy_id))
    if wanted.assigned_to is not None:
        owner = None if wanted.assigned_to is Nobody.NOBODY else wanted.assigned_to
        fixed.append((table.assigned_to_id, owner))
    return [_Walk(table, (*fixed, *rest)) for rest in _rest(table, wanted, len(fixed))]


def _rest(table: Table, wanted: QueueFilter, already: int) -> Iterator[tuple[tuple[Any, Any], ...]]:
    """The columns between those and the order: open or not where an index has it, else the facets."""
    is_plain = wanted.outcome is None and wanted.language is None and already < 2
    if is_plain and isinstance(wanted.standing, Standing):
        yield from (((table.is_open, is_open),) for is_open in _IS_OPEN[wanted.standing])
        return
    statuses = _STATUSES[wanted.standing]
    outcomes = tuple(Outcome) if wanted.outcome is None else (wanted.outcome,)
    languages = LANGUAGES if wanted.language is None else (wanted.language,)
    for status, outcome, language in product(statuses, outcomes, languages):
        yield (table.status, status.value), (table.outcome, outcome.value), (table.language, language)


def _ranks(wanted: QueueFilter) -> list[int | None]:
    """The urgencies to walk one by one; a single None where the walk may run through all of them."""
    if wanted.urgency is Urgency.ROUTINE:
        return [URGENCY_RANKS[Urgency.ROUTINE]]
    if wanted.urgency is not None:
        return list(range(URGENCY_RANKS[wanted.urgency] + 1))
    if wanted.received_from is None and wanted.received_before is None:
        return [None]
    return list(range(len(Urgency)))


def _within(walk: _Walk, wanted: QueueFilter, rank: int | None) -> list[ColumnElement[bool]]:
    rank_column, received, _id = walk.order
    conditions = walk.conditions()
    if rank is not None:
        conditions.append(rank_column == rank)
    if wanted.received_from is not None:
        conditions.append(received >= wanted.received_from)
    if wanted.received_before is not None:
        conditions.append(received < wanted.received_before)
    return conditions


def _beyond(walk: _Walk, rank: int | None, place: QueuePlace, *, backwards: bool) -> ColumnElement[bool]:
    """The condition of lying beyond a place."""
    columns: tuple[Any, ...] = walk.order
    values: tuple[Any, ...] = (place.urgency_rank, place.received_at, place.id)
    if rank is not None:
        columns, values = columns[1:], values[1:]
    there = tuple_(*columns)
    return there < values if backwards else there > values


def _lies_within(wanted: QueueFilter, rank: int | None, place: QueuePlace, *, backwards: bool) -> bool:
    """Whether the walk begins at the place, and not at the edge of its dates or with its whole urgency.

    One of both alone: with two beginnings SQLite searches by the first and tries the rest row by row.
    """
    if rank not in (None, place.urgency_rank):
        return False
    if backwards:
        return wanted.received_before is None or place.received_at < wanted.received_before
    return wanted.received_from is None or place.received_at >= wanted.received_from


def _page_query(
    walk: _Walk,
    wanted: QueueFilter,
    rank: int | None,
    place: QueuePlace | None,
    most: int,
    *,
    backwards: bool,
) -> Select[Any]:
    query = select(*LISTED_COLUMNS).limit(most)
    if walk.table is ScreeningPolicy:
        query = query.join(ScreeningPolicy, ScreeningPolicy.screening_id == Screening.id)
    if place is not None and _lies_within(wanted, rank, place, backwards=backwards):
        query = query.where(_beyond(walk, rank, place, backwards=backwards))
        wanted = replace(wanted, received_before=None) if backwards else replace(wanted, received_from=None)
    query = query.where(*_within(walk, wanted, rank))
    # The fixed columns stand in the order, too: PostgreSQL does not see that NULL alone is one value.
    order = (*(column for column, _value in walk.fixed), *walk.order)
    return query.order_by(*(column.desc() if backwards else column for column in order))


def page_queries(
    wanted: QueueFilter, place: QueuePlace | None, most: int, *, backwards: bool = False
) -> Iterator[list[PageQuery]]:
    """The queries of a page: groups in the order of the queue, each with walks to be put in order."""
    walks, ranks = _walks(wanted), _ranks(wanted)
    for rank in reversed(ranks) if backwards else ranks:
        if place is not None and rank is not None and _is_passed(rank, place, backwards=backwards):
            continue
        yield [_page_query(walk, wanted, rank, place, most, backwards=backwards) for walk in walks]


def _is_passed(rank: int, place: QueuePlace, *, backwards: bool) -> bool:
    return rank > place.urgency_rank if backwards else rank < place.urgency_rank


def list_queue(
    session: Session,
    cipher: FieldCipher,
    wanted: QueueFilter,
    place: QueuePlace | None,
    most: int,
    *,
    backwards: bool = False,
) -> list[ListedScreening]:
    """The next screenings of a view beyond a place, the nearest first: the most urgent, then the oldest."""
    found: list[Any] = []
    for group in page_queries(wanted, place, most, backwards=backwards):
        rows = [row for query in group for row in session.execute(query)]
        rows.sort(key=lambda row: (row.urgency_rank, row.received_at, row.id.hex), reverse=backwards)
        found += rows
        if len(found) >= most:
            break
    return [listed_screening(row, cipher) for row in found[:most]]


def count_queries(wanted: QueueFilter, most: int) -> Iterator[Select[int]]:
    """The queries that count a view; each stops at `most`."""
    for walk, rank in product(_walks(wanted), _ranks(wanted)):
        few = select(walk.order[-1]).where(*_within(walk, wanted, rank)).limit(most)
        yield select(func.count()).select_from(few.subquery())


def count_queue(session: Session, wanted: QueueFilter, cap: int = COUNT_CAP) -> int:
    """How many screenings a view has, counted no further than `cap` + 1."""
    total = 0
    for query in count_queries(wanted, cap + 1):
        total += session.scalar(query) or 0
        if total > cap:
            return cap + 1
    return total


def count_unread(session: Session) -> int:
    """How many open screenings nobody has opened, counted no further than `COUNT_CAP` + 1."""
    few = select(Screening.id).where(Screening.is_open, Screening.is_unread).limit(COUNT_CAP + 1)
    return session.scalar(select(func.count()).select_from(few.subquery())) or 0
