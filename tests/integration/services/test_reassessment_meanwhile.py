"""Today's rules while others write: a patient is never kept waiting, and two runs end with one row each."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.services import reassessment
from app.services.reassessment import Tally, count_to_reassess, reassess
from app.services.self_screening import start_screening
from app.storage.database import ConflictError
from app.storage.store import Store
from tests.integration.services.test_reassessment import LATER, poorer, run
from tests.support.product import row_counts
from tests.support.screenings import NOON, add


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reassessment, "_BATCH", 3)


def test_a_patient_can_write_while_screenings_are_computed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While this waits for the patient, no lock of the run may keep the patient waiting."""
    for _ in range(3):
        add(poorer(store))
    real = reassessment.assessment_now

    def meanwhile(*given: Any) -> Any:
        start_screening(store, "en", NOON)
        return real(*given)

    monkeypatch.setattr(reassessment, "assessment_now", meanwhile)
    assert run(store) == Tally(seen=3, computed=3, different=3)
    assert row_counts(store)["screening_drafts"] == 3


def test_what_is_handed_in_while_screenings_are_computed_is_left_for_the_next_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(poorer(store))
    real = reassessment.assessment_now

    def meanwhile(*given: Any) -> Any:
        add(store)
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(reassessment, "assessment_now", meanwhile)
        assert run(store) == Tally(seen=1, computed=1, different=1)
    assert count_to_reassess(store) == 0
    assert row_counts(store)["screenings"] == 2


def test_a_run_that_another_overtook_while_computing_stores_nothing_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        add(poorer(store))
    real, overtaking = reassessment.assessment_now, iter((True,))

    def meanwhile(*given: Any) -> Any:
        if next(overtaking, False):
            assert run(store).computed == 3
        return real(*given)

    monkeypatch.setattr(reassessment, "assessment_now", meanwhile)
    with pytest.raises(ConflictError):
        run(store)
    assert row_counts(store)["screening_reassessments"] == 3
    assert count_to_reassess(store) == 0


def test_two_runs_that_overtake_each_other_compute_each_screening_once(
    store: Store, small_batches: None
) -> None:
    for _ in range(7):
        add(poorer(store))
    slow = reassess(store, LATER)
    assert next(slow).computed == 3
    assert run(store).computed == 4
    assert [each.computed for each in slow] == []
    assert row_counts(store)["screening_reassessments"] == 7


def test_two_runs_at_the_same_moment_end_with_each_screening_once(store: Store, small_batches: None) -> None:
    """The one that comes second finds the work done, or is told that the command runs twice."""
    for _ in range(12):
        add(poorer(store))

    def work(_: int) -> bool:
        try:
            run(store)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert any(pool.map(work, range(4)))
    assert row_counts(store)["screening_reassessments"] == 12
