"""What clinicians record: added, never changed, with its author."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.storage.database import ConflictError
from app.storage.encryption import UnreadableError
from app.storage.models import ScreeningReview
from app.storage.reviews import Review, add_review, find_review, list_reviews
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, COLLEAGUE, add_person
from tests.support.screenings import add, minutes_after_noon


@pytest.fixture
def clinician_id(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "no password")


def review(store: Store, screening_id: UUID, clinician_id: UUID, note: str = "", minute: int = 0) -> None:
    with store.database.writing() as session:
        add_review(
            session,
            store.cipher,
            review_id=uuid4(),
            screening_id=screening_id,
            clinician_id=clinician_id,
            recorded_at=minutes_after_noon(minute),
            status=ScreeningStatus.REVIEWED,
            note=note,
        )


def reviews(store: Store, screening_id: UUID) -> list[Review]:
    with store.database.reading() as session:
        return list_reviews(session, store.cipher, screening_id)


def test_a_review_comes_back_with_its_author_and_time(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    review(store, screening_id, clinician_id, "Called. Ünïcode 🧠 <b>")
    assert reviews(store, screening_id) == [
        Review(minutes_after_noon(0), "Dr Ada Example", ScreeningStatus.REVIEWED, "Called. Ünïcode 🧠 <b>")
    ]


def test_a_review_without_a_note_has_an_empty_one(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    review(store, screening_id, clinician_id)
    assert [each.note for each in reviews(store, screening_id)] == [""]


def test_the_newest_review_comes_first_whoever_wrote_it(store: Store, clinician_id: UUID) -> None:
    colleague, screening_id, other = add_person(store, COLLEAGUE, "none"), add(store), add(store)
    for minute, author in ((1, clinician_id), (3, colleague), (2, clinician_id)):
        review(store, screening_id, author, str(minute), minute)
    review(store, other, colleague, "elsewhere")
    found = reviews(store, screening_id)
    assert [(each.note, each.clinician_name) for each in found] == [
        ("3", "Dr Bo Example"),
        ("2", "Dr Ada Example"),
        ("1", "Dr Ada Example"),
    ]


@pytest.mark.parametrize("note", ["", "Called. Ünïcode 🧠 <b>"])
def test_what_a_review_says_is_found_by_its_id(note: str, store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    for each in ("another", note):
        review(store, screening_id, clinician_id, each)
    with store.database.reading() as session:
        (stored,) = (
            row.id
            for row in session.scalars(select(ScreeningReview))
            if find_review(session, store.cipher, row.id) != (ScreeningStatus.REVIEWED, "another")
        )
        assert find_review(session, store.cipher, stored) == (ScreeningStatus.REVIEWED, note)
        assert find_review(session, store.cipher, uuid4()) is None


def test_a_note_is_sealed_for_its_row(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    for note in ("first canary", "second canary"):
        review(store, screening_id, clinician_id, note)
    with store.database.writing() as session:
        rows = session.scalars(select(ScreeningReview)).all()
        assert all(b"canary" not in (row.note or b"") for row in rows)
        rows[0].note, rows[1].note = rows[1].note, rows[0].note
    with pytest.raises(UnreadableError):
        reviews(store, screening_id)


def test_a_review_needs_a_screening_and_an_author(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    with pytest.raises(ConflictError):
        review(store, uuid4(), clinician_id)
    with pytest.raises(ConflictError):
        review(store, screening_id, uuid4())
