"""Two who save a review of the same screening at the same moment: one is stored, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.services.clinical_review import open_record
from app.services.reviewing import NewerReviewError, NewReview, record_review
from app.storage.reviews import Review, list_reviews
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.reviews import Save
from tests.support.screenings import add, minutes_after_noon


def stored(store: Store, screening_id: UUID) -> list[Review]:
    return open_record(store, screening_id).reviews


def notes(store: Store, screening_id: UUID) -> list[str]:
    return [each.note for each in stored(store, screening_id)]


@pytest.fixture
def read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who save at once both know what was stored before either writes, if nothing keeps them apart."""
    both = Barrier(2)

    def read(*given: Any) -> list[Review]:
        found = list_reviews(*given)
        try:
            both.wait(timeout=0.3)
        except BrokenBarrierError:
            return found
        return found

    monkeypatch.setattr("app.services.reviewing.reviews.list_reviews", read)


def saved_at_once(save: Save, *authors: UUID) -> list[bool]:
    """Whether each of them was told that it is stored."""

    def try_to(author: UUID) -> bool:
        try:
            save(author, str(author))
        except NewerReviewError:
            return False
        return True

    with ThreadPoolExecutor(len(authors)) as pool:
        return list(pool.map(try_to, authors))


def test_of_two_who_save_at_once_one_is_stored_and_the_other_is_told(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save, read_together: None
) -> None:
    told = saved_at_once(save, ada, bo)
    assert sorted(told) == [False, True]
    (kept,) = stored(store, screening_id)
    assert kept.clinician_id == (ada if told[0] else bo)


def test_two_windows_of_one_person_at_once_are_both_stored(
    store: Store, screening_id: UUID, ada: UUID, save: Save, read_together: None
) -> None:
    entries = [uuid4(), uuid4()]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda entry: save(ada, str(entry), entry=entry), entries))
    assert sorted(notes(store, screening_id)) == sorted(str(each) for each in entries)


def test_of_many_who_save_at_once_each_is_stored_or_told(store: Store, ada: UUID, bo: UUID) -> None:
    for _ in range(5):
        screening_id = add(store)

        def try_to(number: int, screening_id: UUID = screening_id) -> str | None:
            author, new = (ada, bo)[number % 2], NewReview(uuid4(), ScreeningStatus.REVIEWED, str(number))
            try:
                record_review(store, screening_id, new, clinician_id=author, now=minutes_after_noon(number))
            except NewerReviewError:
                return None
            return new.note

        with ThreadPoolExecutor(6) as pool:
            told = {each for each in pool.map(try_to, range(6)) if each}
        kept = stored(store, screening_id)
        assert {each.note for each in kept} == told
        assert len({each.clinician_id for each in kept}) == 1
