"""Removing what was kept long enough (GDPR art. 5(1)(e) and 25): what would go, and a run that does it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.services.keep_limits import Limit, limits_of
from app.services.sign_in import ABSOLUTE
from app.storage import retention
from app.storage.audit import Action, Actor, AuditEntry, add_audit_entry
from app.storage.removal import remove_content
from app.storage.retention import Due
from app.storage.settings import Setting, keep_setting, read_settings
from app.storage.statuses import OPEN_STATUSES, Remover
from app.storage.store import Store

WARNING: Final = timedelta(days=30)  # before anything goes that nobody has finished
LONGEST_PAUSE: Final = timedelta(hours=48)
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_LAST_RUN, _FIRST_RUN = "last_purge", "first_purge"
_BATCH: Final = 100
DEMONSTRATION: Final = "demonstration"
Find = Callable[[Session], list[UUID]]


class ClockSetBackError(Exception):
    """The clock says a time before the newest thing that is stored. Nothing was removed."""


class ClockJumpedError(Exception):
    """The last run is long ago by this clock. Nothing was removed; somebody has to look at the clock."""


class FirstRunError(Exception):
    """No run has ended yet, so nothing tells whether the clock is right. Somebody has to look at it."""


@dataclass(frozen=True)
class PlanLine:
    """What becomes of the screenings of one status.

    `due` are removed by the next run. `soon` reach their limit within 30 days, or wait until somebody could
    have seen this warning.
    """

    limit: Limit
    due: Due
    soon: int


@dataclass(frozen=True)
class Plan:
    """What a run would remove now, status by status, and when the last run was; None for never."""

    lines: list[PlanLine]
    last_run: datetime | None

    @property
    def total(self) -> int:
        return sum(line.due.n for line in self.lines)

    @property
    def soon(self) -> int:
        """Screenings that nobody has finished and that go soon."""
        return sum(line.soon for line in self.lines if line.limit.status in OPEN_STATUSES)


@dataclass(frozen=True)
class Tally:
    """How far a run has come: screenings removed by status, and what else was removed."""

    by_status: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


def _moment(kept: dict[str, Setting], name: str) -> datetime | None:
    return kept[name].changed_at if name in kept else None


def _holds(limit: Limit, first_run: datetime | None, now: datetime) -> bool:
    """Whether a limit is in force. One for open screenings is announced first, so that none goes unseen."""
    if limit.status not in OPEN_STATUSES:
        return True
    if first_run is None:
        return False
    return now - max(first_run, limit.changed_at or first_run) >= WARNING


def plan(store: Store, now: datetime) -> Plan:
    """What a run would remove now. Nothing is changed."""
    with store.database.reading() as session:
        return _plan(session, now)


def _plan(session: Session, now: datetime) -> Plan:
    kept = read_settings(session)
    first_run = _moment(kept, _FIRST_RUN)
    lines = []
    for limit in limits_of(kept):
        edge = now - timedelta(days=limit.days)
        reached = retention.count_received_before(session, limit.status, edge)
        near = retention.count_received_before(session, limit.status, edge + WARNING)
        due = reached if _holds(limit, first_run, now) else Due()
        lines.append(PlanLine(limit, due, near.n - due.n))
    return Plan(lines, _moment(kept, _LAST_RUN))


def check_clock(store: Store, now: datetime) -> None:
    """Refuse to go by a clock that may be wrong.

    Raises:
        ClockSetBackError: something is stored that is newer than now.
        FirstRunError: there was no run. What is stored proves nothing: a wrong clock may have dated it.
        ClockJumpedError: more than 48 hours have passed since the last run.
    """
    with store.database.reading() as session:
        last_run = _moment(read_settings(session), _LAST_RUN)
        newest = retention.newest_moment(session)
    known = [each for each in (last_run, newest) if each is not None]
    if known and now < max(known) - _CLOCKS_DIFFER:
        raise ClockSetBackError
    if last_run is None:
        raise FirstRunError
    if now - last_run > LONGEST_PAUSE:
        raise ClockJumpedError


def purge(store: Store, actor: Actor, now: datetime) -> Iterator[Tally]:
    """Remove what was kept long enough, batch by batch; yields how far it has come.

    Each batch is a transaction with a receipt of its own in the audit log, so that a run can be stopped and
    started again. The clock was checked before.
    """
    tally = Tally()
    for line in plan(store, now).lines:
        if not line.due.n:
            continue
        status, edge = line.limit.status, now - timedelta(days=line.limit.days)
        find = partial(retention.received_before, status=status, before=edge, most=_BATCH)
        for n in _remove(store, find, status.value, Remover.RETENTION, actor, now):
            tally = Tally({**tally.by_status, status.value: n})
            yield tally
    yield Tally(tally.by_status, _end(store, actor, now))


def count_demonstrations(store: Store) -> int:
    """How many synthetic screenings there are."""
    with store.database.reading() as session:
        return retention.count_demonstrations(session)


def purge_demonstrations(store: Store, actor: Actor, now: datetime) -> Iterator[Tally]:
    """Remove every synthetic screening, whatever its age; yields how far it has come."""
    find = partial(retention.demonstrations, most=_BATCH)
    for n in _remove(store, find, DEMONSTRATION, Remover.OPERATOR, actor, now):
        yield Tally({DEMONSTRATION: n})


def _remove(store: Store, find: Find, what: str, by: Remover, actor: Actor, now: datetime) -> Iterator[int]:
    """Remove batch after batch of what is found, until nothing is; yields how many so far."""
    removed = 0
    while True:
        with store.database.writing() as session:
            batch = find(session)
            for each in batch:
                remove_content(session, each, by, now)
            if batch:
                _note(session, store, actor, now, {what: len(batch)})
        if not batch:
            return
        removed += len(batch)
        yield removed


def _end(store: Store, actor: Actor, now: datetime) -> dict[str, int]:
    """Remove what lies around besides screenings, and note that a run has come to its end."""
    with store.database.writing() as session:
        others = retention.delete_leftovers(session, now, now - ABSOLUTE)
        if _FIRST_RUN not in read_settings(session):
            keep_setting(session, _FIRST_RUN, "done", now)
        keep_setting(session, _LAST_RUN, "done", now)
        _note(session, store, actor, now, others)
    return others


def _note(session: Session, store: Store, actor: Actor, now: datetime, removed: dict[str, int]) -> None:
    detail = {what: n for what, n in removed.items() if n}
    entry = AuditEntry(Action.SCREENINGS_PURGED, actor, now, detail=detail)
    add_audit_entry(session, store.keyring, entry)
