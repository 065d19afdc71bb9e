"""What clinicians record: added, never changed, with its author."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.codes import ConfirmedDiagnosis
from app.storage.database import ConflictError
from app.storage.encryption import UnreadableError
from app.storage.models import ScreeningReview
from app.storage.reviews import Review, add_review, list_reviews
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, COLLEAGUE, add_person
from tests.support.screenings import add, minutes_after_noon


@pytest.fixture
def clinician_id(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "no password")


def review(
    store: Store,
    screening_id: UUID,
    clinician_id: UUID,
    note: str = "",
    minute: int = 0,
    diagnosis: ConfirmedDiagnosis | None = None,
) -> UUID:
    review_id = uuid4()
    with store.database.writing() as session:
        add_review(
            session,
            store.cipher,
            review_id=review_id,
            screening_id=screening_id,
            clinician_id=clinician_id,
            recorded_at=minutes_after_noon(minute),
            status=ScreeningStatus.REVIEWED,
            note=note,
            diagnosis=diagnosis,
        )
    return review_id


def reviews(store: Store, screening_id: UUID) -> list[Review]:
    with store.database.reading() as session:
        return list_reviews(session, store.cipher, screening_id)


def test_a_review_comes_back_with_its_author_and_time(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    review(store, screening_id, clinician_id, "Called. Ünïcode 🧠 <b>")
    (found,) = reviews(store, screening_id)
    assert found == Review(
        found.id,
        minutes_after_noon(0),
        "Dr Ada Example",
        ScreeningStatus.REVIEWED,
        "Called. Ünïcode 🧠 <b>",
        None,
        clinician_id,
    )


def test_a_review_without_a_note_has_an_empty_one(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    review(store, screening_id, clinician_id)
    assert [each.note for each in reviews(store, screening_id)] == [""]


def test_the_newest_review_comes_first_whoever_wrote_it_and_whatever_the_clocks_say(
    store: Store, clinician_id: UUID
) -> None:
    colleague, screening_id, other = add_person(store, COLLEAGUE, "none"), add(store), add(store)
    for minute, author in ((1, clinician_id), (3, colleague), (2, clinician_id)):
        review(store, screening_id, author, str(minute), minute)
    review(store, other, colleague, "elsewhere")
    found = reviews(store, screening_id)
    assert [(each.note, each.clinician_name) for each in found] == [
        ("2", "Dr Ada Example"),
        ("3", "Dr Bo Example"),
        ("1", "Dr Ada Example"),
    ]


@pytest.mark.parametrize("note", ["", "Called. Ünïcode 🧠 <b>"])
def test_what_a_review_says_is_found_by_its_id(note: str, store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    other, stored = (review(store, screening_id, clinician_id, each) for each in ("another", note))
    with store.database.reading() as session:
        newest, first = list_reviews(session, store.cipher, screening_id)
    for found, review_id, words in ((newest, stored, note), (first, other, "another")):
        assert (found.id, found.status, found.note) == (review_id, ScreeningStatus.REVIEWED, words)
        assert (found.clinician_id, found.diagnosis) == (clinician_id, None)


@pytest.mark.parametrize("diagnosis", [None, *ConfirmedDiagnosis])
def test_a_diagnosis_comes_back_and_is_sealed_for_its_row(
    diagnosis: ConfirmedDiagnosis | None, store: Store, clinician_id: UUID
) -> None:
    screening_id = add(store)
    review(store, screening_id, clinician_id, "a note", diagnosis=diagnosis)
    (found,) = reviews(store, screening_id)
    assert (found.note, found.diagnosis) == ("a note", diagnosis)
    with store.database.reading() as session:
        row = session.scalars(select(ScreeningReview)).one()
    assert (row.diagnosis is None) == (diagnosis is None)
    assert (diagnosis or "canary").encode() not in (row.diagnosis or b"")


def test_a_diagnosis_that_was_moved_to_another_row_is_not_read(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    for diagnosis in (ConfirmedDiagnosis.CHRONIC_MIGRAINE, ConfirmedDiagnosis.OTHER):
        review(store, screening_id, clinician_id, diagnosis=diagnosis)
    with store.database.writing() as session:
        rows = session.scalars(select(ScreeningReview)).all()
        rows[0].diagnosis, rows[1].diagnosis = rows[1].diagnosis, rows[0].diagnosis
    with pytest.raises(UnreadableError):
        reviews(store, screening_id)


def test_a_note_in_the_place_of_a_diagnosis_is_not_read(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    review(store, screening_id, clinician_id, "other")
    with store.database.writing() as session:
        row = session.scalars(select(ScreeningReview)).one()
        row.diagnosis = row.note
    with pytest.raises(UnreadableError):
        reviews(store, screening_id)


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
