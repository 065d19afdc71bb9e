"""What a review adds to the counts of the statistics: each screening once, and its newest diagnosis."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from app.domain.codes import TAKEN_BACK, ConfirmedDiagnosis, DiagnosisEntry
from app.services.clinical_review import NoScreeningError, open_record
from app.services.reviewing import NewerReviewError, NewReview, record_review
from app.services.storing import complete_listings
from app.storage.models import Screening, StatisticCount
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, COLLEAGUE, add_person
from tests.support.product import row_counts
from tests.support.screenings import NOON, add, keep_unlisted, made

CHRONIC, EPISODIC, UNSURE = (
    ConfirmedDiagnosis.CHRONIC_MIGRAINE,
    ConfirmedDiagnosis.EPISODIC_MIGRAINE,
    ConfirmedDiagnosis.UNSURE,
)
OF_A_REVIEW = ("days_to_review", "confirmed_diagnosis")


@pytest.fixture
def me(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "none")


@pytest.fixture
def colleague(store: Store) -> UUID:
    return add_person(store, COLLEAGUE, "none")


def counted(store: Store, measures: tuple[str, ...] = OF_A_REVIEW) -> dict[str, int]:
    """Every count of these measures that is not 0, by its bucket."""
    with store.database.reading() as session:
        rows = session.query(StatisticCount).all()
    found = {row.bucket: row.n for row in rows if row.measure in measures and row.n}
    assert len(found) == sum(1 for row in rows if row.measure in measures and row.n)
    return found


def new(diagnosis: DiagnosisEntry | None = None, **more: object) -> NewReview:
    told: dict[str, object] = {"id": uuid4(), "status": ScreeningStatus.REVIEWED, "note": "", **more}
    return NewReview(diagnosis=diagnosis, **told)  # type: ignore[arg-type]


def record(
    store: Store, screening_id: UUID, review: NewReview, clinician_id: UUID, *, days: float = 1
) -> None:
    record_review(store, screening_id, review, clinician_id=clinician_id, now=NOON + timedelta(days=days))


def newest(store: Store, screening_id: UUID) -> UUID:
    """The newest review of a screening, as a page that was opened now shows it."""
    return open_record(store, screening_id).reviews[0].id


# --- the wait -------------------------------------------------------------------------------------


def test_a_first_review_counts_once_and_a_second_does_not(store: Store, me: UUID, colleague: UUID) -> None:
    screening_id = add(store)
    assert counted(store) == {}
    record(store, screening_id, new(status=ScreeningStatus.IN_REVIEW), me, days=2)
    assert counted(store) == {"1_to_2": 1}
    record(store, screening_id, new(status=ScreeningStatus.CLOSED), me, days=20)
    record(store, screening_id, new(seen=newest(store, screening_id)), colleague, days=40)
    assert counted(store) == {"1_to_2": 1}


def test_each_screening_counts_for_itself(store: Store, me: UUID) -> None:
    for days in (0, 1, 2, 40):
        record(store, add(store), new(), me, days=days)
    assert counted(store) == {"0_to_0": 1, "1_to_2": 2, "31_or_more": 1}


# --- the diagnosis --------------------------------------------------------------------------------


def test_a_diagnosis_counts_then_its_correction_then_unsure(store: Store, me: UUID) -> None:
    screening_id = add(store)
    for day, diagnosis in enumerate((CHRONIC, EPISODIC, UNSURE), start=1):
        record(store, screening_id, new(diagnosis), me, days=day)
        assert counted(store, ("confirmed_diagnosis",)) == {f"positive:{diagnosis.value}": 1}


def test_a_later_review_without_a_diagnosis_leaves_the_one_before(store: Store, me: UUID) -> None:
    screening_id = add(store)
    for day, diagnosis in enumerate((None, CHRONIC, None, CHRONIC, None), start=1):
        record(store, screening_id, new(diagnosis, note=str(day)), me, days=day)
    assert counted(store) == {"1_to_2": 1, "positive:chronic_migraine": 1}


def test_a_diagnosis_that_comes_back_is_counted_as_it_stands(store: Store, me: UUID) -> None:
    screening_id = add(store)
    for day, diagnosis in enumerate((CHRONIC, EPISODIC, CHRONIC), start=1):
        record(store, screening_id, new(diagnosis), me, days=day)
    assert counted(store, ("confirmed_diagnosis",)) == {"positive:chronic_migraine": 1}


def test_a_diagnosis_that_was_taken_back_is_in_no_count_until_another_is_confirmed(
    store: Store, me: UUID
) -> None:
    screening_id, wait = add(store), {"1_to_2": 1}
    record(store, screening_id, new(CHRONIC), me)
    record(store, screening_id, new(TAKEN_BACK, note="The wrong patient."), me)
    assert counted(store) == wait
    record(store, screening_id, new(note="Nothing to add."), me)
    record(store, screening_id, new(TAKEN_BACK, note="Once more."), me)
    assert counted(store) == wait
    record(store, screening_id, new(EPISODIC), me)
    assert counted(store) == {**wait, "positive:episodic_migraine": 1}


# --- what comes twice, or not at all --------------------------------------------------------------


def test_the_same_review_sent_twice_counts_once(store: Store, me: UUID) -> None:
    screening_id, review = add(store), new(CHRONIC)
    for _ in range(3):
        record(store, screening_id, review, me)
    assert row_counts(store)["screening_reviews"] == 1
    assert counted(store) == {"1_to_2": 1, "positive:chronic_migraine": 1}


def test_the_same_page_sent_again_with_other_words_moves_the_diagnosis(store: Store, me: UUID) -> None:
    screening_id, page = add(store), uuid4()
    for diagnosis in (CHRONIC, EPISODIC, EPISODIC):
        record(store, screening_id, new(diagnosis, id=page), me)
    assert row_counts(store)["screening_reviews"] == 2
    assert counted(store) == {"1_to_2": 1, "positive:episodic_migraine": 1}


def test_the_same_review_sent_many_times_at_once_counts_once(store: Store, me: UUID) -> None:
    screening_id, review, start = add(store), new(CHRONIC), Barrier(4)

    def send() -> None:
        start.wait()
        record(store, screening_id, review, me)

    workers = [Thread(target=send) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert counted(store) == {"1_to_2": 1, "positive:chronic_migraine": 1}


def test_many_reviews_of_one_screening_at_once_leave_one_wait_and_one_diagnosis(
    store: Store, me: UUID
) -> None:
    """All by one clinician, so that none is refused as unseen."""
    screening_id, start = add(store), Barrier(4)

    def send(diagnosis: ConfirmedDiagnosis) -> None:
        start.wait()
        record(store, screening_id, new(diagnosis), me)

    workers = [Thread(target=send, args=[each]) for each in (CHRONIC, EPISODIC, UNSURE, CHRONIC)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert row_counts(store)["screening_reviews"] == 4
    assert counted(store, ("days_to_review",)) == {"1_to_2": 1}
    assert sum(counted(store, ("confirmed_diagnosis",)).values()) == 1


def test_a_review_that_was_overtaken_counts_nothing(store: Store, me: UUID, colleague: UUID) -> None:
    screening_id = add(store)
    record(store, screening_id, new(CHRONIC), colleague, days=3)
    before = counted(store)
    assert before == {"3_to_7": 1, "positive:chronic_migraine": 1}
    with pytest.raises(NewerReviewError):
        record(store, screening_id, new(EPISODIC), me, days=5)
    assert counted(store) == before
    record(store, screening_id, new(EPISODIC, seen=newest(store, screening_id)), me, days=5)
    assert counted(store) == {"3_to_7": 1, "positive:episodic_migraine": 1}


def test_a_review_of_nothing_counts_nothing(store: Store, me: UUID) -> None:
    with pytest.raises(NoScreeningError):
        record(store, uuid4(), new(CHRONIC), me)
    assert row_counts(store)["statistic_counts"] == 0


def test_demonstrations_are_counted_apart(store: Store, me: UUID) -> None:
    record(store, add(store, is_demonstration=True), new(CHRONIC), me)
    with store.database.reading() as session:
        rows = session.query(StatisticCount).filter(StatisticCount.measure.in_(OF_A_REVIEW)).all()
    assert [row.is_demonstration for row in rows] == [True, True]


# --- screenings of earlier versions ---------------------------------------------------------------


def test_one_that_was_never_brought_up_to_date_is_counted_once_whenever_that_happens(
    store: Store, me: UUID
) -> None:
    """The desk may be open before `init` has gone through all of them."""
    before, meanwhile, after = (keep_unlisted(store, made(store)) for _ in range(3))
    record(store, before, new(EPISODIC), me)
    record(store, meanwhile, new(CHRONIC), me)
    for _ in range(2):
        list(complete_listings(store))
    record(store, meanwhile, new(EPISODIC), me, days=9)
    record(store, after, new(), me)
    assert counted(store) == {"1_to_2": 3, "positive:episodic_migraine": 2}
    assert counted(store, ("outcome",)) == {"positive": 3}


def test_one_that_can_never_be_read_is_in_no_count_but_that_of_its_diagnosis(store: Store, me: UUID) -> None:
    screening_id = keep_unlisted(store, made(store))
    with store.database.writing() as session:
        session.execute(update(Screening).values(answers=b"damaged"))
    record(store, screening_id, new(CHRONIC), me)
    assert list(complete_listings(store)) == [0]
    assert counted(store) == {"positive:chronic_migraine": 1}
