"""Recording a review: once, in its order, and never past what a colleague wrote meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from app.domain.codes import TAKEN_BACK, ConfirmedDiagnosis
from app.services.clinical_review import NoScreeningError, open_record
from app.services.queue import desk_counts
from app.services.reviewing import NewerReviewError, NewReview, record_review
from app.storage.reviews import Review
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.journeys import POSITIVE
from tests.support.product import row_counts
from tests.support.reviews import Save
from tests.support.screenings import add, minutes_after_noon

REVIEWED, CLOSED = ScreeningStatus.REVIEWED, ScreeningStatus.CLOSED


def stored(store: Store, screening_id: UUID) -> list[Review]:
    return open_record(store, screening_id).reviews


def notes(store: Store, screening_id: UUID) -> list[str]:
    return [each.note for each in stored(store, screening_id)]


# --- one after the other --------------------------------------------------------------------------


def test_a_review_says_who_when_what_and_its_status(
    store: Store, screening_id: UUID, ada: UUID, save: Save
) -> None:
    review_id = save(ada, "Called.", CLOSED, diagnosis=ConfirmedDiagnosis.OTHER)
    assert stored(store, screening_id) == [
        Review(
            review_id,
            minutes_after_noon(1),
            "Dr Ada Example",
            CLOSED,
            "Called.",
            ConfirmedDiagnosis.OTHER,
            ada,
        )
    ]


def test_the_status_of_the_latest_review_is_that_of_the_screening(
    store: Store, screening_id: UUID, ada: UUID, save: Save
) -> None:
    for status in (ScreeningStatus.IN_REVIEW, ScreeningStatus.NEEDS_CONTACT):
        save(ada, status.value, status)
    record = open_record(store, screening_id)
    assert record.screening.status is ScreeningStatus.NEEDS_CONTACT
    assert [each.note for each in record.reviews] == ["needs_contact", "in_review"]
    assert (desk_counts(store, ada).open, desk_counts(store, ada).done) == (1, 0)
    save(ada, status=CLOSED)
    assert (desk_counts(store, ada).open, desk_counts(store, ada).done) == (0, 1)


def test_a_review_changes_no_answer_and_no_assessment(
    store: Store, screening_id: UUID, ada: UUID, save: Save
) -> None:
    before = open_record(store, screening_id)
    save(ada)
    after = open_record(store, screening_id)
    assert (after.screening.answers, after.assessment) == (before.screening.answers, before.assessment)
    assert after.screening.answers == POSITIVE


def test_a_review_of_what_is_not_there_is_an_error(store: Store, ada: UUID) -> None:
    with pytest.raises(NoScreeningError):
        record_review(
            store, uuid4(), NewReview(uuid4(), CLOSED, ""), clinician_id=ada, now=minutes_after_noon(0)
        )
    assert row_counts(store)["screening_reviews"] == 0


def test_the_diagnosis_that_was_confirmed_last_is_that_of_the_record(
    store: Store, screening_id: UUID, ada: UUID, save: Save
) -> None:
    assert open_record(store, screening_id).diagnosis is None
    for diagnosis in ConfirmedDiagnosis:
        save(ada, diagnosis=diagnosis)
        save(ada, "nothing to add")
        assert open_record(store, screening_id).diagnosis is diagnosis
    kept = [each.diagnosis for each in stored(store, screening_id) if each.diagnosis]
    assert kept == list(reversed(ConfirmedDiagnosis))


def test_where_there_is_no_diagnosis_none_is_taken_back(
    store: Store, screening_id: UUID, save: Save, ada: UUID
) -> None:
    """As a page sends it that was open since before."""
    save(ada, "nothing to take back", diagnosis=TAKEN_BACK)
    [review] = stored(store, screening_id)
    assert (review.diagnosis, review.note) == (None, "nothing to take back")


def test_a_diagnosis_is_taken_back_by_a_row_and_stays_where_it_was_recorded(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save
) -> None:
    first = save(ada, diagnosis=ConfirmedDiagnosis.CHRONIC_MIGRAINE)
    last = save(bo, "The wrong patient.", diagnosis=TAKEN_BACK, seen=first)
    assert open_record(store, screening_id).diagnosis is None
    kept = [each.diagnosis for each in stored(store, screening_id)]
    assert kept == [TAKEN_BACK, ConfirmedDiagnosis.CHRONIC_MIGRAINE]
    save(ada, "nothing to add", seen=last)
    assert open_record(store, screening_id).diagnosis is None


# --- the same one again ---------------------------------------------------------------------------


def test_a_review_sent_eight_times_at_once_is_stored_once(
    store: Store, screening_id: UUID, ada: UUID, save: Save
) -> None:
    """A button pressed twice, or a form sent again: each time with the id of the page."""
    entry = uuid4()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: save(ada, "once", entry=entry), range(8)))
    assert notes(store, screening_id) == ["once"]


def test_a_review_sent_again_is_the_same_even_after_a_colleague_wrote(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save
) -> None:
    entry = uuid4()
    first = save(ada, "mine", entry=entry)
    save(bo, "theirs", CLOSED, seen=first)
    save(ada, "mine", entry=entry)
    assert notes(store, screening_id) == ["theirs", "mine"]
    assert open_record(store, screening_id).screening.status is CLOSED


ONCE = NewReview(uuid4(), REVIEWED, "once", ConfirmedDiagnosis.OTHER)


@pytest.mark.parametrize(
    "corrected",
    [
        replace(ONCE, note="twice"),
        replace(ONCE, status=CLOSED),
        replace(ONCE, note=""),
        replace(ONCE, diagnosis=ConfirmedDiagnosis.UNSURE),
        replace(ONCE, diagnosis=None),
    ],
    ids=["other words", "another status", "no note", "another diagnosis", "no diagnosis"],
)
def test_a_review_that_was_corrected_and_sent_again_is_another_and_the_first_stays(
    corrected: NewReview, store: Store, screening_id: UUID, ada: UUID
) -> None:
    for minute, each in enumerate((ONCE, ONCE, corrected, corrected)):
        record_review(store, screening_id, each, clinician_id=ada, now=minutes_after_noon(minute))
    record = open_record(store, screening_id)
    assert [(each.recorded_at, each.status, each.note, each.diagnosis) for each in record.reviews] == [
        (minutes_after_noon(2), corrected.status, corrected.note, corrected.diagnosis),
        (minutes_after_noon(0), ONCE.status, ONCE.note, ONCE.diagnosis),
    ]
    assert record.screening.status is corrected.status


def test_what_was_sent_last_is_the_newest_also_when_it_goes_back_to_the_first_words(
    store: Store, screening_id: UUID, ada: UUID
) -> None:
    """Each twice, as when a button is pressed twice: nothing is lost, and nothing is there twice in a row."""
    corrected = replace(ONCE, note="twice", status=CLOSED)
    sent = [each for each in (ONCE, corrected, ONCE, corrected, replace(ONCE, note="")) for _ in range(2)]
    for minute, each in enumerate(sent):
        record_review(store, screening_id, each, clinician_id=ada, now=minutes_after_noon(minute))
        newest = stored(store, screening_id)[0]
        assert (newest.note, newest.status) == (each.note, each.status)
        assert open_record(store, screening_id).screening.status is each.status
    assert notes(store, screening_id) == ["", "twice", "once", "twice", "once"]


def test_after_a_clash_the_first_words_sent_again_are_the_newest(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save
) -> None:
    theirs, entry = save(bo, "theirs"), uuid4()
    with pytest.raises(NewerReviewError):
        save(ada, "first words", entry=entry)
    for note in ("corrected", "first words", "first words"):
        save(ada, note, entry=entry, seen=theirs)
    assert notes(store, screening_id) == ["first words", "corrected", "theirs"]


def test_going_back_to_the_first_words_does_not_pass_what_a_colleague_wrote(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save
) -> None:
    entry = uuid4()
    save(ada, "first words", entry=entry)
    corrected = save(ada, "corrected", entry=entry)
    save(bo, "theirs", seen=corrected)
    with pytest.raises(NewerReviewError):
        save(ada, "first words", entry=entry)
    save(ada, "corrected", entry=entry)  # the same as before: nothing to add, nothing to refuse
    assert notes(store, screening_id) == ["theirs", "corrected", "first words"]


# --- a colleague meanwhile ------------------------------------------------------------------------


def test_what_a_colleague_wrote_since_the_page_was_shown_refuses_and_nothing_is_stored(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save
) -> None:
    save(bo, "theirs", ScreeningStatus.NEEDS_CONTACT)
    before = row_counts(store)
    with pytest.raises(NewerReviewError):
        save(ada, "mine", CLOSED, diagnosis=ConfirmedDiagnosis.OTHER)
    assert row_counts(store) == before
    assert notes(store, screening_id) == ["theirs"]
    assert open_record(store, screening_id).screening.status is ScreeningStatus.NEEDS_CONTACT


def test_once_the_page_has_shown_it_the_same_review_is_stored(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save
) -> None:
    theirs, entry = save(bo, "theirs"), uuid4()
    with pytest.raises(NewerReviewError):
        save(ada, "mine", CLOSED, entry=entry)
    save(ada, "mine", CLOSED, entry=entry, seen=theirs)
    assert notes(store, screening_id) == ["mine", "theirs"]
    assert open_record(store, screening_id).screening.status is CLOSED


def test_what_oneself_wrote_since_in_another_window_refuses_nothing(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save
) -> None:
    theirs = save(bo, "theirs")
    save(ada, "first window", seen=theirs)
    save(ada, "second window", seen=theirs)
    assert notes(store, screening_id) == ["second window", "first window", "theirs"]


def test_a_colleague_between_two_of_ones_own_refuses(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save
) -> None:
    first = save(ada, "mine")
    save(bo, "theirs", seen=first)
    for seen in (first, None, uuid4()):
        with pytest.raises(NewerReviewError):
            save(ada, "mine again", seen=seen)
    assert notes(store, screening_id) == ["theirs", "mine"]


def test_what_was_corrected_is_refused_like_any_other(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save
) -> None:
    entry = uuid4()
    first = save(ada, "mine", entry=entry)
    save(bo, "theirs", seen=first)
    with pytest.raises(NewerReviewError):
        save(ada, "mine, corrected", entry=entry)
    assert notes(store, screening_id) == ["theirs", "mine"]


def test_a_review_of_another_screening_is_no_news(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, save: Save
) -> None:
    other = add(store)
    record_review(
        store, other, NewReview(uuid4(), CLOSED, "there"), clinician_id=bo, now=minutes_after_noon(9)
    )
    save(ada, "here")
    assert (notes(store, screening_id), notes(store, other)) == (["here"], ["there"])
