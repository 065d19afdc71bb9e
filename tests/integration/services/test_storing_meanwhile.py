"""What stands beside a screening stays true when others work at the same moment."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.policy_files import LoadedPolicies
from app.services.reassessment import reassess
from app.services.storing import complete_listings
from app.storage import screenings
from app.storage.models import Screening, ScreeningPolicy, StatisticCount
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.reviews import Save
from tests.support.screenings import add, keep_unlisted, made, minutes_after_noon

MOMENT = 0.5  # for a colleague who is let through; one who has to wait gets through afterwards


def standing(store: Store, screening_id: UUID) -> tuple[tuple[str, bool], set[tuple[str, bool]]]:
    """Where a screening stands, by itself and by its policies."""
    with store.database.reading() as session:
        row = session.get_one(Screening, screening_id)
        beside = session.scalars(select(ScreeningPolicy).where(ScreeningPolicy.screening_id == screening_id))
        return (row.status, row.is_open), {(each.status, each.is_open) for each in beside}


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Future[Any]]:
    """Does something once in another thread, between policies being noted and the end of the transaction."""
    pool = ThreadPoolExecutor(1)

    def arrange(work: Callable[[], Any]) -> Future[Any]:
        waiting: Future[Any] = Future()
        real = screenings.set_complete_policies

        def note(*given: Any) -> None:
            real(*given)
            if not waiting.done():
                waiting.set_result(pool.submit(work))
                with suppress(TimeoutError):
                    waiting.result().result(timeout=MOMENT)

        monkeypatch.setattr("app.storage.screenings.set_complete_policies", note)
        return waiting

    return arrange


def test_a_review_while_policies_are_computed_anew_holds_for_them_too(
    store: Store, ada: UUID, meanwhile: Callable[..., Future[Any]], save: Save, screening_id: UUID
) -> None:
    with store.database.writing() as session:
        session.get_one(Screening, screening_id).edition = "1.1+000000000000"
    reviewed = meanwhile(lambda: save(ada, status=ScreeningStatus.CLOSED))
    list(reassess(store, minutes_after_noon(9)))
    reviewed.result().result()
    assert standing(store, screening_id) == (("closed", False), {("closed", False)})


def test_a_review_while_old_rows_are_completed_holds_for_their_policies_too(
    store: Store, ada: UUID, meanwhile: Callable[..., Future[Any]], save: Save, screening_id: UUID
) -> None:
    with store.database.writing() as session:
        session.get_one(Screening, screening_id).listing = None
    reviewed = meanwhile(lambda: save(ada, status=ScreeningStatus.CLOSED))
    assert list(complete_listings(store)) == [1]
    reviewed.result().result()
    assert standing(store, screening_id) == (("closed", False), {("closed", False)})


def counts(store: Store) -> dict[tuple[Any, ...], int]:
    with store.database.reading() as session:
        rows = session.scalars(select(StatisticCount)).all()
        return {(row.week, row.measure, row.bucket, row.is_demonstration): row.n for row in rows}


def test_two_who_complete_old_rows_at_once_complete_and_count_each_once(
    store: Store, meanwhile: Callable[..., Future[Any]]
) -> None:
    new = [made(store) for _ in range(3)]
    for each in new:
        keep_unlisted(store, each)
    other = meanwhile(lambda: list(complete_listings(store)))
    list(complete_listings(store))
    other.result().result()
    counted = counts(store)
    assert counted
    assert set(counted.values()) == {len(new)}


def test_a_screening_without_policies_of_its_time_gets_those_of_today_once(
    store: Store, meanwhile: Callable[..., Future[Any]]
) -> None:
    """A patient hands in meanwhile: nobody waits for the other's end, and nothing is mixed up."""
    earlier = add(replace(store, policies=LoadedPolicies(())))
    handed_in = meanwhile(lambda: add(store))
    list(reassess(store, minutes_after_noon(9)))
    later = handed_in.result().result()
    assert standing(store, earlier) == standing(store, later) == (("new", True), {("new", True)})
