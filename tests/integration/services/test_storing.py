"""What stands beside a screening: made when it is stored, and completed for what older versions stored."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.policy_files import LoadedPolicies
from app.services import storing
from app.services.clinical_review import open_record
from app.services.listing import complete_policies
from app.services.queue import queue_page
from app.services.reassessment import reassess
from app.services.reviewing import assign
from app.services.storing import complete_listings
from app.storage.models import Screening, ScreeningPolicy
from app.storage.queue import QueueFilter, Standing
from app.storage.screenings import get_listed, set_status
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.journeys import BORDERLINE, EMERGENCY, NEGATIVE, NOT_SURE_EVERYWHERE, POSITIVE, Answers
from tests.support.product import row_counts
from tests.support.screenings import NOON, URGENT_ANSWERS, add, keep_unlisted, made, minutes_after_noon

MANY_ANSWERS = (POSITIVE, BORDERLINE, NEGATIVE, EMERGENCY, URGENT_ANSWERS, NOT_SURE_EVERYWHERE)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "_BATCH", 3)


def add_earlier(store: Store, answers: Answers = POSITIVE, minute: int = 0) -> UUID:
    return keep_unlisted(store, made(store, answers, minutes_after_noon(minute)))


def line(store: Store, screening_id: UUID) -> dict[str, Any] | None:
    with store.database.reading() as session:
        found = get_listed(session, store.cipher, screening_id)
    assert found is not None
    return found.listing


def policies(store: Store, screening_id: UUID) -> set[tuple[Any, ...]]:
    """The policies that lack no answer, with what the queue filters them by."""
    with store.database.reading() as session:
        rows = session.scalars(select(ScreeningPolicy).where(ScreeningPolicy.screening_id == screening_id))
        return {(row.policy_id, row.is_open, row.status, row.outcome, row.assigned_to_id) for row in rows}


def in_view(store: Store, **wanted: Any) -> set[UUID]:
    page = queue_page(store, QueueFilter(Standing.ANY, **wanted), None)
    return {row.screening.id for row in page.rows}


# --- when it is stored ----------------------------------------------------------------------------


def test_a_policy_is_complete_when_no_answer_is_missing_for_it(store: Store) -> None:
    screening_id = add(store)
    lacking = {
        each["id"]: any(part["status"] == "missing" for part in each["requirements"])
        for each in open_record(store, screening_id).screening.assessment["policies"]
    }
    assert set(lacking.values()) == {True, False}
    complete = {name for name, *_ in policies(store, screening_id)}
    assert complete == {name for name, is_lacking in lacking.items() if not is_lacking}
    for name in lacking:
        assert in_view(store, policy_id=name) == ({screening_id} if name in complete else set())


@pytest.mark.parametrize("answers", [EMERGENCY, NOT_SURE_EVERYWHERE], ids=["stopped", "not sure"])
def test_who_stopped_or_is_sure_of_nothing_completes_no_policy(answers: Answers, store: Store) -> None:
    assert policies(store, add(store, answers)) == set()


# --- what older versions stored -------------------------------------------------------------------


def test_what_an_older_version_stored_gets_what_a_new_one_has(store: Store) -> None:
    for answers in MANY_ANSWERS:
        earlier, now = add_earlier(store, answers), add(store, answers)
        assert (line(store, earlier), policies(store, earlier)) == (None, set())
        assert list(complete_listings(store)) == [1]
        assert line(store, earlier) == line(store, now) is not None
        assert policies(store, earlier) == policies(store, now)


def test_with_nothing_to_complete_nothing_is_done(store: Store) -> None:
    assert list(complete_listings(store)) == []
    add(store)
    before = row_counts(store)
    assert list(complete_listings(store)) == []
    assert row_counts(store) == before


def test_an_assessment_of_rules_1_0_gets_its_line(store: Store) -> None:
    new = made(replace(store, policies=LoadedPolicies(())), BORDERLINE)
    later = ("migraine_features", "medication_overuse", "policies")
    kept = {name: value for name, value in new.assessment.items() if name not in later}
    kept["versions"] = {"questionnaire": "1.0", "rules": "1.0"}
    screening_id = keep_unlisted(store, replace(new, assessment=kept))
    assert list(complete_listings(store)) == [1]
    (row,) = queue_page(store, QueueFilter(), None).rows
    listing = row.listing
    assert row.screening.id == screening_id
    assert listing is not None
    assert (listing.headache_days, listing.migraine_days, listing.overuse) == (14, 8, None)


def test_what_was_done_with_it_meanwhile_stays(store: Store, ada: UUID) -> None:
    screening_id = add_earlier(store)
    with store.database.writing() as session:
        set_status(session, screening_id, ScreeningStatus.CLOSED)
    assign(store, screening_id, to=ada, shown=None, clinician_id=ada, now=NOON)
    list(complete_listings(store))
    found = {tuple(rest) for _, *rest in policies(store, screening_id)}
    assert found == {(False, "closed", "positive", ada)}


def test_progress_comes_batch_by_batch(store: Store, small_batches: None) -> None:
    for _ in range(7):
        add_earlier(store)
        add(store)
    assert list(complete_listings(store)) == [3, 6, 7]


def test_stopped_half_way_what_is_done_is_kept_and_the_rest_follows(
    store: Store, small_batches: None
) -> None:
    ids = [add_earlier(store) for _ in range(7)]
    halfway = complete_listings(store)
    assert next(halfway) == 3
    halfway.close()  # type: ignore[attr-defined]
    assert sum(line(store, each) is not None for each in ids) == 3
    assert list(complete_listings(store)) == [3, 4]
    assert all(line(store, each) for each in ids)
    assert row_counts(store)["screening_policies"] == 7 * len(policies(store, ids[0]))


def test_stopped_within_a_batch_nothing_of_that_batch_is_half_stored(
    store: Store, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = sorted(add_earlier(store) for _ in range(5))
    calls = iter(range(100))

    def interrupted(assessment: Any) -> list[str]:
        if next(calls) == 4:
            raise KeyboardInterrupt
        return complete_policies(assessment)

    with monkeypatch.context() as patch:
        patch.setattr(storing, "complete_policies", interrupted)
        with pytest.raises(KeyboardInterrupt):
            list(complete_listings(store))
    assert [line(store, each) is not None for each in ids] == [True, True, True, False, False]
    assert [bool(policies(store, each)) for each in ids] == [True, True, True, False, False]
    assert list(complete_listings(store)) == [2]


@pytest.mark.parametrize("column", ["answers", "assessment"])
def test_what_cannot_be_read_keeps_its_place_and_stops_nothing(
    column: str, store: Store, small_batches: None
) -> None:
    ids = [add_earlier(store, minute=minute) for minute in range(5)]
    with store.database.writing() as session:
        setattr(session.get_one(Screening, ids[1]), column, b"damaged")
    for left in (4, 0):
        assert [*complete_listings(store)][-1] == left
        rows = queue_page(store, QueueFilter(), None).rows
        assert [(row.screening.id, row.listing is None) for row in rows] == [
            (each, each == ids[1]) for each in ids
        ]


# --- today's policies -----------------------------------------------------------------------------


def test_new_policies_stand_in_the_queue_once_they_were_computed(store: Store, ada: UUID) -> None:
    screening_id = add(replace(store, policies=LoadedPolicies(())))
    assign(store, screening_id, to=ada, shown=None, clinician_id=ada, now=NOON)
    with store.database.writing() as session:
        set_status(session, screening_id, ScreeningStatus.IN_REVIEW)
    assert policies(store, screening_id) == set()
    list(reassess(store, minutes_after_noon(9)))
    expected = {name for name, *_ in policies(store, add(store))}
    assert expected
    assert policies(store, screening_id) == {(name, True, "in_review", "positive", ada) for name in expected}


def test_policies_that_are_gone_leave_the_queue_once_that_was_computed(store: Store) -> None:
    screening_id = add(store)
    (gone, *_), *others = sorted(policies(store, screening_id))
    kept = LoadedPolicies(tuple(each for each in store.policies.policies if each.id != gone))
    list(reassess(replace(store, policies=kept), minutes_after_noon(9)))
    assert in_view(store, policy_id=gone) == set()
    assert policies(store, screening_id) == set(others)
