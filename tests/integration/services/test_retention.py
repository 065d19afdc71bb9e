"""Removing what was kept long enough: at its limit and not before, and never by a clock that may be wrong."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select

from app.services import retention
from app.services.accounts import invite
from app.services.draft_limits import UNFINISHED
from app.services.keep_limits import DEFAULT_DAYS, LimitError, limits, set_limit
from app.services.retention import WARNING, ClockJumpedError, ClockSetBackError, FirstRunError, Tally
from app.services.self_screening import start_screening
from app.services.sign_in import CODE_LIMITS, note
from app.services.throttling import count_try
from app.storage.audit import OPERATOR, Action, detail_cipher, detail_place
from app.storage.models import AuditEvent, Screening
from app.storage.removal import find_removal
from app.storage.screenings import set_status
from app.storage.statuses import OPEN_STATUSES, Remover, ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, add_person, open_session
from tests.support.product import row_counts
from tests.support.screenings import NOON, add

DAY: Final = timedelta(days=1)
DONE: Final = [each for each in ScreeningStatus if each not in OPEN_STATUSES]


def add_as(store: Store, status: ScreeningStatus, received_at: Any = NOON) -> UUID:
    screening_id = add(store, received_at=received_at)
    with store.database.writing() as session:
        set_status(session, screening_id, status)
    return screening_id


def run(store: Store, now: Any) -> Tally:
    *_, last = retention.purge(store, OPERATOR, now)
    return last


def removed(store: Store, ids: Iterable[UUID]) -> list[bool]:
    with store.database.reading() as session:
        return [find_removal(session, each) is not None for each in ids]


def receipts(store: Store, action: str = "screenings_purged") -> list[dict[str, Any]]:
    with store.database.reading() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.seq))
        cipher = detail_cipher(store.keyring)
        return [cipher.open(row.detail, detail_place(row.seq)) if row.detail else {} for row in rows]


# --- limits ---------------------------------------------------------------------------------------


def test_every_status_has_a_limit_and_what_is_open_is_kept_longer(store: Store) -> None:
    found = {each.status: each.days for each in limits(store)}
    assert found == DEFAULT_DAYS
    assert set(found) == set(ScreeningStatus)
    assert min(found[each] for each in OPEN_STATUSES) > max(found[each] for each in DONE)


def test_a_limit_is_changed_for_its_status_alone_and_noted_once(store: Store) -> None:
    for _ in range(2):
        set_limit(store, ScreeningStatus.CLOSED, 90, OPERATOR, NOON)
    found = {each.status: each.days for each in limits(store)}
    assert found == {**DEFAULT_DAYS, ScreeningStatus.CLOSED: 90}
    assert receipts(store, "setting_changed") == [{"name": "keep_closed_days", "from": 730, "to": 90}]


@pytest.mark.parametrize("days", [-1, 0, 29, 36_501, 10**40])
def test_a_limit_that_cannot_be_is_refused(days: int, store: Store) -> None:
    with pytest.raises(LimitError):
        set_limit(store, ScreeningStatus.NEW, days, OPERATOR, NOON)
    assert {each.days for each in limits(store)} == set(DEFAULT_DAYS.values())


# --- what goes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", DONE)
def test_what_is_done_goes_when_its_time_is_over_and_not_before(
    status: ScreeningStatus, store: Store
) -> None:
    edge = NOON + timedelta(days=DEFAULT_DAYS[status])
    old, young = add_as(store, status, NOON - timedelta(seconds=1)), add_as(store, status)
    assert run(store, edge).by_status == {status.value: 1}
    assert removed(store, [old, young]) == [True, False]
    with store.database.reading() as session:
        found = find_removal(session, old)
    assert found is not None
    assert (found.by, found.removed_at) == (Remover.RETENTION, edge)


@pytest.mark.parametrize("status", sorted(OPEN_STATUSES))
def test_what_nobody_has_finished_is_announced_before_it_goes(status: ScreeningStatus, store: Store) -> None:
    """A first run on an old installation removes none; 30 days later, in which a page told of it, it goes."""
    screening_id = add_as(store, status)
    first = NOON + timedelta(days=DEFAULT_DAYS[status] + 1)
    assert run(store, first).by_status == {}
    assert retention.plan(store, first).soon == 1
    assert run(store, first + WARNING - DAY).by_status == {}
    assert run(store, first + WARNING).by_status == {status.value: 1}
    assert removed(store, [screening_id]) == [True]


def test_a_shorter_limit_for_what_is_open_is_announced_too(store: Store) -> None:
    screening_id = add_as(store, ScreeningStatus.NEW)
    run(store, NOON)
    changed = NOON + timedelta(days=100)
    set_limit(store, ScreeningStatus.NEW, 30, OPERATOR, changed)
    assert run(store, changed + WARNING - DAY).by_status == {}
    assert removed(store, [screening_id]) == [False]
    assert run(store, changed + WARNING).by_status == {"new": 1}


def test_a_plan_says_what_a_run_does_and_changes_nothing(store: Store) -> None:
    for minutes in range(3):
        add_as(store, ScreeningStatus.CLOSED, NOON + timedelta(minutes=minutes))
    add_as(store, ScreeningStatus.REVIEWED, NOON + timedelta(days=10))
    now = NOON + timedelta(days=731)
    before = row_counts(store)
    planned = retention.plan(store, now)
    assert row_counts(store) == before
    lines = {line.limit.status.value: (line.due.n, line.due.oldest, line.soon) for line in planned.lines}
    assert (lines["closed"], lines["reviewed"]) == ((3, NOON, 0), (0, None, 1))
    assert (planned.total, planned.last_run) == (3, None)
    assert run(store, now).by_status == {"closed": 3}
    after = retention.plan(store, now)
    assert (after.total, after.last_run) == (0, now)


@pytest.mark.requirement("PAT-15")
def test_what_is_over_goes_and_what_is_not_stays(store: Store) -> None:
    account_id = add_person(store, CLINICIAN, "no password")
    start_screening(store, "en", NOON)
    invite(store, email=None, is_administrator=True, now=NOON)
    open_session(store, account_id, factor_at=None)
    count_try(store, CODE_LIMITS[0], "somebody", NOON)
    kept = run(store, NOON)
    assert not any(kept.others.values())
    later = NOON + 500 * UNFINISHED.altogether
    assert run(store, later).others == {
        "drafts": 1,
        "diaries": 0,
        "grants": 0,
        "sessions": 1,
        "links": 1,
        "throttles": 1,
    }
    counts = row_counts(store)
    for table in ("screening_drafts", "clinic_sessions", "set_up_links", "throttles"):
        assert counts[table] == 0
    assert counts["clinicians"] == 1


def test_a_run_leaves_a_receipt_with_numbers_alone(store: Store) -> None:
    for status in DONE:
        add_as(store, status)
    start_screening(store, "en", NOON)
    run(store, NOON + timedelta(days=900))
    assert receipts(store) == [{"reviewed": 1}, {"closed": 1}, {"drafts": 1}]


def test_a_run_that_was_stopped_goes_on_where_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.retention._BATCH", 2)
    ids = [add_as(store, ScreeningStatus.CLOSED) for _ in range(5)]
    now = NOON + timedelta(days=900)
    begun = retention.purge(store, OPERATOR, now)
    assert next(begun).total == 2
    del begun
    assert removed(store, ids).count(True) == 2
    assert retention.plan(store, now).last_run is None
    assert run(store, now).by_status == {"closed": 3}
    assert receipts(store) == [{"closed": 2}, {"closed": 2}, {"closed": 1}, {}]


def test_demonstrations_go_at_once_and_nobody_else(store: Store) -> None:
    real, *shown = add(store), *(add(store, is_demonstration=True) for _ in range(3))
    assert retention.count_demonstrations(store) == 3
    *_, last = retention.purge_demonstrations(store, OPERATOR, NOON)
    assert last.total == 3
    assert removed(store, [real, *shown]) == [False, True, True, True]
    assert retention.count_demonstrations(store) == 0
    assert list(retention.purge_demonstrations(store, OPERATOR, NOON)) == []
    assert receipts(store) == [{"demonstration": 3}]


# --- the clock ------------------------------------------------------------------------------------


@pytest.mark.requirement("DAT-15")
def test_a_clock_that_was_set_back_is_refused(store: Store) -> None:
    add(store)
    with pytest.raises(ClockSetBackError):
        retention.check_clock(store, NOON - timedelta(hours=1))
    run(store, NOON + DAY)
    retention.check_clock(store, NOON + DAY - timedelta(minutes=4))  # two servers may differ
    with pytest.raises(ClockSetBackError):
        retention.check_clock(store, NOON + timedelta(hours=23))


@pytest.mark.requirement("DAT-15")
def test_a_clock_that_jumped_is_refused(store: Store) -> None:
    run(store, NOON)
    retention.check_clock(store, NOON + timedelta(hours=48))
    with pytest.raises(ClockJumpedError):
        retention.check_clock(store, NOON + timedelta(hours=48, seconds=1))
    add(store, received_at=NOON + 20 * DAY)  # came while the clock was wrong: it proves nothing
    with pytest.raises(ClockJumpedError):
        retention.check_clock(store, NOON + 20 * DAY)


@pytest.mark.requirement("DAT-15")
def test_before_the_first_run_nothing_proves_that_the_clock_is_right(store: Store) -> None:
    """What the clock has just dated itself least of all, such as the entry of whoever starts the run."""
    with pytest.raises(FirstRunError):
        retention.check_clock(store, NOON)
    add(store)
    note(store, Action.SIGNED_IN, NOON + 900 * DAY, None)
    with pytest.raises(FirstRunError):
        retention.check_clock(store, NOON + 900 * DAY)


def test_what_another_process_notes_counts_as_newest(store: Store) -> None:

    note(store, Action.SIGNED_IN, NOON + DAY, None)
    with pytest.raises(ClockSetBackError):
        retention.check_clock(store, NOON)


def test_nothing_is_removed_that_came_back_into_work_meanwhile(store: Store) -> None:
    """The plan is made before the batch: the batch looks at the status again."""
    screening_id = add_as(store, ScreeningStatus.CLOSED)
    now = NOON + timedelta(days=900)
    work = retention.purge(store, OPERATOR, now)
    with store.database.writing() as session:
        set_status(session, screening_id, ScreeningStatus.IN_REVIEW)
    assert [each.total for each in work] == [0]
    with store.database.reading() as session:
        assert session.get_one(Screening, screening_id).removed_at is None
