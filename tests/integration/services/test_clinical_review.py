"""The clinician's use cases: the queue, finding, a record, a review."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.domain.comparison import current_edition
from app.domain.policy_files import LoadedPolicies
from app.domain.reference_code import ReferenceCodeError, format_reference_code, new_reference_code
from app.domain.scores import Instrument, Score
from app.services.clinical_review import (
    PAGE_SIZE,
    NoScreeningError,
    capped,
    find_by_reference_code,
    open_count,
    open_record,
    queue_page,
    record_review,
)
from app.services.measures import record_measure
from app.services.reassessment import reassess
from app.storage.encryption import UnreadableError
from app.storage.models import Screening, ScreeningMeasure, ScreeningReassessment
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, add_person
from tests.support.journeys import POSITIVE
from tests.support.product import row_counts
from tests.support.screenings import BY_URGENCY, add, minutes_after_noon


@pytest.fixture
def clinician_id(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "no password")


def review(
    store: Store, screening_id: UUID, clinician_id: UUID, status: ScreeningStatus, minute: int = 0
) -> None:
    record_review(
        store,
        screening_id,
        review_id=uuid4(),
        clinician_id=clinician_id,
        status=status,
        note=f"note {minute}",
        now=minutes_after_noon(minute),
    )


def test_an_empty_queue_is_one_empty_page(store: Store) -> None:
    page = queue_page(store, is_open=True, after=None)
    assert (page.rows, page.next_place, page.open_count, page.done_count) == ([], None, 0, 0)


@pytest.mark.parametrize("many", [PAGE_SIZE, PAGE_SIZE + 1])
def test_the_pages_of_the_queue_hold_every_screening_once(store: Store, many: int) -> None:
    ids = [add(store, received_at=minutes_after_noon(number // 3)) for number in range(many)]
    found: list[UUID] = []
    after = None
    for _ in range(5):
        page = queue_page(store, is_open=True, after=after)
        assert 0 < len(page.rows) <= PAGE_SIZE
        found += [row.screening.id for row in page.rows]
        after = page.next_place
        if after is None:
            break
    assert len(found) == len(ids)
    assert set(found) == set(ids)
    assert open_count(store) == str(many)


def test_a_row_of_the_queue_carries_the_assessment_that_was_stored(store: Store) -> None:
    for answers in BY_URGENCY:
        add(store, answers)
    rows = queue_page(store, is_open=True, after=None).rows
    assessments = [row.assessment for row in rows if row.assessment is not None]
    assert [each.urgency for each in assessments] == ["emergency", "urgent", "soon", "routine"]
    assert [each.outcome for each in assessments] == ["emergency", "positive", "positive", "positive"]


@pytest.mark.parametrize(
    "typed_as",
    [
        str,
        format_reference_code,
        str.lower,
        lambda code: f"  {code[:3]} {code[3:]} ",
        lambda code: code.replace("0", "o"),
    ],
    ids=["plain", "with dashes", "lower case", "with spaces", "O for 0"],
)
def test_a_code_is_found_however_it_is_typed(store: Store, typed_as: Callable[[str], str]) -> None:
    code = next(each for each in iter(new_reference_code, "") if "0" in each)
    screening_id = add(store, code=code)
    assert find_by_reference_code(store, typed_as(code)) == screening_id


def test_a_wrong_code_and_an_unknown_one_are_told_apart(store: Store) -> None:
    with pytest.raises(ReferenceCodeError):
        find_by_reference_code(store, "not a code")
    with pytest.raises(NoScreeningError):
        find_by_reference_code(store, new_reference_code())


def test_a_record_that_is_not_there_is_an_error(store: Store, clinician_id: UUID) -> None:
    with pytest.raises(NoScreeningError):
        open_record(store, uuid4())
    with pytest.raises(NoScreeningError):
        review(store, uuid4(), clinician_id, ScreeningStatus.CLOSED)
    assert row_counts(store)["screening_reviews"] == 0


def test_the_status_of_the_latest_review_is_that_of_the_screening(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    for minute, status in enumerate((ScreeningStatus.IN_REVIEW, ScreeningStatus.NEEDS_CONTACT)):
        review(store, screening_id, clinician_id, status, minute)
    record = open_record(store, screening_id)
    assert record.screening.status is ScreeningStatus.NEEDS_CONTACT
    assert [each.note for each in record.reviews] == ["note 1", "note 0"]
    assert (open_count(store), queue_page(store, is_open=False, after=None).done_count) == ("1", 0)
    review(store, screening_id, clinician_id, ScreeningStatus.CLOSED, 3)
    assert (open_count(store), queue_page(store, is_open=False, after=None).done_count) == ("0", 1)


def test_a_review_changes_no_answer_and_no_assessment(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    before = open_record(store, screening_id)
    review(store, screening_id, clinician_id, ScreeningStatus.REVIEWED)
    after = open_record(store, screening_id)
    assert (after.screening.answers, after.assessment) == (before.screening.answers, before.assessment)
    assert after.screening.answers == POSITIVE


def test_one_damaged_screening_does_not_hide_the_others(store: Store) -> None:
    damaged, whole = add(store), add(store)
    with store.database.writing() as session:
        session.get_one(Screening, damaged).assessment = b"damaged"
    rows = queue_page(store, is_open=True, after=None).rows
    assert {row.screening.id: row.assessment is None for row in rows} == {damaged: True, whole: False}
    with pytest.raises(UnreadableError):
        open_record(store, damaged)


def test_a_count_is_shown_with_its_cap() -> None:
    assert [capped(count) for count in (0, 999, 1000, 1001)] == ["0", "999", "1000", "1000+"]


def test_a_review_sent_eight_times_at_once_is_stored_once(store: Store, clinician_id: UUID) -> None:
    """A button pressed twice, or a form sent again: each time with the id of the page."""
    screening_id, review_id = add(store), uuid4()

    def send(_: int) -> None:
        record_review(
            store,
            screening_id,
            review_id=review_id,
            clinician_id=clinician_id,
            status=ScreeningStatus.REVIEWED,
            note="once",
            now=minutes_after_noon(0),
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert [each.note for each in open_record(store, screening_id).reviews] == ["once"]


@pytest.mark.parametrize(
    "corrected",
    [(ScreeningStatus.REVIEWED, "twice"), (ScreeningStatus.CLOSED, "once"), (ScreeningStatus.REVIEWED, "")],
    ids=["other words", "another status", "no note"],
)
def test_a_review_that_was_corrected_and_sent_again_is_another_and_the_first_stays(
    corrected: tuple[ScreeningStatus, str], store: Store, clinician_id: UUID
) -> None:
    screening_id, review_id = add(store), uuid4()
    first = (ScreeningStatus.REVIEWED, "once")
    for minute, (status, note) in enumerate((first, first, corrected)):
        record_review(
            store,
            screening_id,
            review_id=review_id,
            clinician_id=clinician_id,
            status=status,
            note=note,
            now=minutes_after_noon(minute),
        )
    record = open_record(store, screening_id)
    assert [(each.recorded_at, each.status, each.note) for each in record.reviews] == [
        (minutes_after_noon(2), *corrected),
        (minutes_after_noon(0), *first),
    ]
    assert record.screening.status is corrected[0]


# --- what stands beside a record ------------------------------------------------------------------


def measure(store: Store, screening_id: UUID, clinician_id: UUID, total: int) -> None:
    record_measure(
        store,
        screening_id,
        measure_id=uuid4(),
        clinician_id=clinician_id,
        measure=Score(Instrument.MIDAS, total),
        now=minutes_after_noon(total),
    )


def test_a_record_carries_its_measures_and_no_others(store: Store, clinician_id: UUID) -> None:
    screening_id, other = add(store), add(store)
    assert open_record(store, screening_id).measures == []
    for total in (1, 2):
        measure(store, screening_id, clinician_id, total)
    measure(store, other, clinician_id, 3)
    totals = [each.content and each.content["total"] for each in open_record(store, screening_id).measures]
    assert totals == [2, 1]


def test_without_a_reassessment_a_record_has_none(store: Store) -> None:
    record = open_record(store, add(store))
    assert (record.reassessment, record.reassessed) == (None, None)


def test_a_record_carries_what_the_policies_in_use_said_and_no_other_edition(store: Store) -> None:
    without_policies = replace(store, policies=LoadedPolicies(()))
    screening_id = add(without_policies)
    list(reassess(store, minutes_after_noon(5)))
    record = open_record(store, screening_id)
    assert record.reassessment is not None
    assert record.reassessment.edition == current_edition(store.policies.policies)
    assert record.reassessed is not None
    assert len(record.reassessed.policies) == len(store.policies.policies)
    assert record.assessment.policies == ()
    fewer = replace(store, policies=LoadedPolicies(store.policies.policies[1:]))
    assert open_record(fewer, screening_id).reassessment is None


def damage(store: Store, model: type[Any], column: str) -> None:
    """Spoil the only row of a table."""
    with store.database.writing() as session:
        setattr(session.query(model).one(), column, b"damaged")


def test_a_damaged_measure_is_there_without_its_content_and_the_record_opens(
    store: Store, clinician_id: UUID
) -> None:
    screening_id = add(store)
    measure(store, screening_id, clinician_id, 1)
    damage(store, ScreeningMeasure, "content")
    assert [(each.clinician_name, each.content) for each in open_record(store, screening_id).measures] == [
        ("Dr Ada Example", None)
    ]


def test_a_damaged_reassessment_is_like_none_and_the_record_opens(store: Store) -> None:
    screening_id = add(replace(store, policies=LoadedPolicies(())))
    list(reassess(store, minutes_after_noon(5)))
    damage(store, ScreeningReassessment, "assessment")
    record = open_record(store, screening_id)
    assert (record.reassessment, record.reassessed) == (None, None)
    assert record.assessment.policies == ()
