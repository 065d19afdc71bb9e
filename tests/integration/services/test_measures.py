"""What a clinician adds to a record: scores and courses of treatment, and what the rules say of going on."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.domain.policies import PolicyResult, RequirementStatus
from app.domain.policy_files import LoadedPolicies
from app.domain.response import DayCount, TreatmentResponse
from app.domain.scores import RANGES, Instrument, Score
from app.services.clinical_review import NoScreeningError, ScreeningRecord, open_record
from app.services.measures import (
    Measure,
    RecordedCourse,
    RecordedScore,
    count_unreadable,
    going_on,
    latest_course,
    record_measure,
    recorded_courses,
    recorded_scores,
)
from app.storage.database import StorageUnavailableError
from app.storage.models import ScreeningMeasure
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, COLLEAGUE, add_person
from tests.support.product import row_counts
from tests.support.screenings import add, minutes_after_noon


@pytest.fixture
def clinician_id(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "no password")


def record(
    store: Store,
    screening_id: UUID,
    clinician_id: UUID,
    measure: Measure,
    minute: float = 0,
    measure_id: UUID | None = None,
) -> None:
    record_measure(
        store,
        screening_id,
        measure_id=measure_id or uuid4(),
        clinician_id=clinician_id,
        measure=measure,
        now=minutes_after_noon(minute),
    )


def course(*days: int, window: int = 30, cycles: int = 2) -> TreatmentResponse:
    baseline, *later = (DayCount(each, window) for each in days)
    return TreatmentResponse(baseline, tuple(later), cycles)


# --- adding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("instrument", Instrument)
def test_both_ends_of_every_instrument_come_back(
    instrument: Instrument, store: Store, clinician_id: UUID
) -> None:
    screening_id = add(store)
    lowest, highest = (Score(instrument, total) for total in RANGES[instrument])
    record(store, screening_id, clinician_id, lowest, 1)
    record(store, screening_id, clinician_id, highest, 2)
    assert recorded_scores(open_record(store, screening_id).measures) == [
        RecordedScore(minutes_after_noon(2), "Dr Ada Example", highest),
        RecordedScore(minutes_after_noon(1), "Dr Ada Example", lowest),
    ]


@pytest.mark.parametrize(
    "given",
    [course(20, 14, 12, 9), course(28, 0, window=28), course(0, 30, cycles=0), course(30, *[30] * 60)],
    ids=["plain", "28 days", "none before", "many counts"],
)
def test_a_course_comes_back_as_it_was_entered(
    given: TreatmentResponse, store: Store, clinician_id: UUID
) -> None:
    screening_id = add(store)
    record(store, screening_id, clinician_id, given)
    shown = latest_course(open_record(store, screening_id).measures)
    assert shown == RecordedCourse(minutes_after_noon(0), "Dr Ada Example", given)


def test_the_newest_course_counts_and_the_older_stay_stored(store: Store, clinician_id: UUID) -> None:
    screening_id, colleague = add(store), add_person(store, COLLEAGUE, "none")
    record(store, screening_id, clinician_id, course(20, 18), 1)
    record(store, screening_id, clinician_id, Score(Instrument.MIDAS, 5), 2)
    record(store, screening_id, colleague, course(20, 9), 3)
    record(store, screening_id, clinician_id, Score(Instrument.MIDAS, 6), 4)
    stored = open_record(store, screening_id).measures
    newest = latest_course(stored)
    assert newest is not None
    assert (newest.course, newest.clinician_name) == (course(20, 9), "Dr Bo Example")
    assert [each.score.total for each in recorded_scores(stored)] == [6, 5]
    assert row_counts(store)["screening_measures"] == 4


def test_without_any_measure_there_is_nothing(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    record(store, add(store), clinician_id, course(20, 9))
    stored = open_record(store, screening_id).measures
    assert (recorded_scores(stored), latest_course(stored)) == ([], None)


def test_a_measure_of_a_screening_that_is_not_there_is_an_error(store: Store, clinician_id: UUID) -> None:
    with pytest.raises(NoScreeningError):
        record(store, uuid4(), clinician_id, Score(Instrument.MIDAS, 5))
    assert row_counts(store)["screening_measures"] == 0


def test_a_measure_changes_no_answer_no_assessment_and_no_status(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    before = open_record(store, screening_id)
    record(store, screening_id, clinician_id, Score(Instrument.PHQ_2, 6))
    record(store, screening_id, clinician_id, course(20, 9))
    after = open_record(store, screening_id)
    assert (after.screening, after.assessment, after.reviews) == (
        before.screening,
        before.assessment,
        before.reviews,
    )


@pytest.mark.parametrize(
    "given", [Score(Instrument.MIDAS, 5), course(20, 14, 12, 9)], ids=["score", "course"]
)
def test_the_same_entry_sent_again_is_stored_once_with_its_first_time(
    given: Measure, store: Store, clinician_id: UUID
) -> None:
    screening_id, measure_id = add(store), uuid4()
    for minute in (1, 2, 3):
        record(store, screening_id, clinician_id, given, minute, measure_id)
    (stored,) = open_record(store, screening_id).measures
    assert stored.recorded_at == minutes_after_noon(1)


@pytest.mark.parametrize(
    ("given", "corrected"),
    [
        (Score(Instrument.MIDAS, 5), Score(Instrument.MIDAS, 9)),
        (Score(Instrument.PHQ_2, 5), Score(Instrument.GAD_2, 5)),
        (course(20, 14), course(20, 14, cycles=3)),
        (course(20, 14), course(20, 14, window=28)),
        (course(20, 14), Score(Instrument.MIDAS, 5)),
    ],
    ids=["total", "instrument", "courses", "window", "another kind"],
)
def test_an_entry_that_was_corrected_and_sent_again_is_another_and_the_first_stays(
    given: Measure, corrected: Measure, store: Store, clinician_id: UUID
) -> None:
    screening_id, measure_id = add(store), uuid4()
    for minute, each in enumerate((given, corrected)):
        record(store, screening_id, clinician_id, each, minute, measure_id)
    stored = open_record(store, screening_id).measures
    assert [each.recorded_at for each in stored] == [minutes_after_noon(1), minutes_after_noon(0)]
    assert stored[0].content != stored[1].content
    assert row_counts(store)["screening_measures"] == 2


def test_what_was_sent_last_is_the_newest_also_when_it_goes_back_to_the_first(
    store: Store, clinician_id: UUID
) -> None:
    screening_id, measure_id = add(store), uuid4()
    given, corrected = course(20, 14), course(20, 9)
    sent = [each for each in (given, corrected, given, corrected) for _ in range(2)]
    for minute, each in enumerate(sent):
        record(store, screening_id, clinician_id, each, minute, measure_id)
        latest = latest_course(open_record(store, screening_id).measures)
        assert latest is not None
        assert latest.course == each
    assert row_counts(store)["screening_measures"] == 4


def test_a_damaged_entry_is_counted_and_hides_no_other(store: Store, clinician_id: UUID) -> None:
    screening_id, damaged = add(store), uuid4()
    record(store, screening_id, clinician_id, course(20, 9), 1)
    record(store, screening_id, clinician_id, course(20, 2), 2, damaged)
    record(store, screening_id, clinician_id, Score(Instrument.MIDAS, 6), 3)
    assert count_unreadable(open_record(store, screening_id).measures) == 0
    with store.database.writing() as session:
        session.get_one(ScreeningMeasure, damaged).content = b"damaged"
    stored = open_record(store, screening_id).measures
    assert count_unreadable(stored) == 1
    assert [each.score.total for each in recorded_scores(stored)] == [6]
    assert [each.course for each in recorded_courses(stored)] == [course(20, 9)]


def test_every_course_is_there_with_the_newest_first(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    for minute in (1, 3, 2):
        record(store, screening_id, clinician_id, course(20, minute), minute)
        record(store, screening_id, clinician_id, Score(Instrument.MIDAS, minute), minute)
    stored = open_record(store, screening_id).measures
    assert [each.course for each in recorded_courses(stored)] == [course(20, last) for last in (3, 2, 1)]
    assert latest_course(stored) == recorded_courses(stored)[0]


def test_an_entry_sent_eight_times_at_once_is_stored_once(store: Store, clinician_id: UUID) -> None:
    screening_id, measure_id = add(store), uuid4()

    def send(_: int) -> None:
        record(store, screening_id, clinician_id, course(20, 9), measure_id=measure_id)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert row_counts(store)["screening_measures"] == 1


def test_an_entry_that_the_audit_log_refuses_is_not_taken_for_one_that_came_twice(
    store: Store, clinician_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the chain is hidden, so that the number of its next row is taken."""
    screening_id = add(store)
    record(store, screening_id, clinician_id, Score(Instrument.MIDAS, 5))
    before = row_counts(store)
    monkeypatch.setattr("app.storage.audit._end_of_chain", lambda _session: None)
    with pytest.raises(StorageUnavailableError):
        record(store, screening_id, clinician_id, Score(Instrument.MIDAS, 6))
    assert row_counts(store) == before


def test_a_database_that_does_not_answer_is_no_stored_measure(
    store: Store, clinician_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise StorageUnavailableError

    screening_id = add(store)
    with monkeypatch.context() as patch:
        patch.setattr("app.services.measures.measures.add_measure", gone)
        with pytest.raises(StorageUnavailableError):
            record(store, screening_id, clinician_id, course(20, 9))
    assert row_counts(store)["screening_measures"] == 0


# --- going on -------------------------------------------------------------------------------------


def results(store: Store, given: TreatmentResponse) -> dict[str, PolicyResult]:
    stored: ScreeningRecord = open_record(store, add(store))
    return {each.id: each for each in going_on(store, stored.screening, given)}


def first_status(store: Store, policy_id: str, given: TreatmentResponse) -> RequirementStatus:
    return results(store, given)[policy_id].requirements[0].status


MET, NOT_MET, MISSING = RequirementStatus


@pytest.mark.parametrize(
    ("last", "cycles", "nice", "ehf", "medicare", "washington"),
    [
        (14, 3, MET, MET, NOT_MET, NOT_MET),  # exactly 30 %
        (15, 3, NOT_MET, NOT_MET, NOT_MET, NOT_MET),
        (15, 2, NOT_MET, MISSING, NOT_MET, NOT_MET),
        (15, 1, MISSING, MISSING, MISSING, MISSING),
        (10, 3, MET, MET, MET, NOT_MET),  # exactly 50 %
        (9, 1, MET, MET, MET, MET),
    ],
)
def test_a_fall_leads_to_the_state_of_each_policy(
    last: int,
    cycles: int,
    nice: RequirementStatus,
    ehf: RequirementStatus,
    medicare: RequirementStatus,
    washington: RequirementStatus,
    sqlite_store: Store,
) -> None:
    found = results(sqlite_store, course(20, last, cycles=cycles))
    ids = ("uk-nice-ta260", "eu-ehf-2018", "au-mbs-18377", "us-wa-lni")
    assert [found[each].requirements[0].status for each in ids] == [nice, ehf, medicare, washington]


def test_a_fall_is_compared_exactly_in_28_days_too(sqlite_store: Store) -> None:
    given = course(20, 14, window=28)
    assert first_status(sqlite_store, "uk-nice-ta260", given) is MET
    assert first_status(sqlite_store, "uk-nice-ta260", course(20, 15, window=28)) is NOT_MET


@pytest.mark.parametrize(("given", "status"), [(5, MET), (6, NOT_MET)])
def test_the_number_of_courses_has_its_limit_in_washington(
    given: int, status: RequirementStatus, sqlite_store: Store
) -> None:
    found = results(sqlite_store, course(20, 5, cycles=given - 1))["us-wa-lni"]
    assert {each.id: each.status for each in found.requirements}["at-most-five-courses"] is status


def test_a_policy_that_says_nothing_of_going_on_is_left_out(sqlite_store: Store) -> None:
    expected = {each.id for each in sqlite_store.policies.policies if each.continuing}
    assert set(results(sqlite_store, course(20, 9))) == expected
    assert 0 < len(expected) < len(sqlite_store.policies.policies)


def test_going_on_is_compared_with_the_policies_in_use(sqlite_store: Store) -> None:
    one = tuple(each for each in sqlite_store.policies.policies if each.id == "us-wa-lni")
    fewer = replace(sqlite_store, policies=LoadedPolicies(one))
    assert list(results(fewer, course(20, 9))) == ["us-wa-lni"]
