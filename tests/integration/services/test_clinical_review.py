"""One screening at the desk: finding it, its record, who looked, and what came before under its code."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.domain.comparison import current_edition
from app.domain.policy_files import LoadedPolicies
from app.domain.reference_code import ReferenceCodeError, format_reference_code, new_reference_code
from app.domain.scores import Instrument, Score
from app.services.clinical_review import (
    NoScreeningError,
    find_by_reference_code,
    look_up,
    note_action,
    open_record,
)
from app.services.measures import record_measure
from app.services.reassessment import reassess
from app.storage.audit import Action
from app.storage.encryption import UnreadableError
from app.storage.models import Screening, ScreeningMeasure, ScreeningReassessment
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, COLLEAGUE, add_person
from tests.support.audit import chain, entries
from tests.support.databases import unguarded
from tests.support.journeys import NEGATIVE, POSITIVE
from tests.support.product import row_counts
from tests.support.screenings import add, minutes_after_noon


@pytest.fixture
def clinician_id(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "no password")


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


def test_who_looked_for_a_code_is_noted_and_the_code_is_not(store: Store, clinician_id: UUID) -> None:
    code, unknown = new_reference_code(), new_reference_code()
    screening_id = add(store, code=code)
    at: dict[str, Any] = {"clinician_id": clinician_id, "now": minutes_after_noon(1)}
    assert look_up(store, code, **at) == screening_id
    with pytest.raises(NoScreeningError):
        look_up(store, unknown, **at)
    with pytest.raises(ReferenceCodeError):
        look_up(store, "not a code", **at)
    assert [(each.action, each.actor.id, each.subject_id, each.detail) for each in entries(store)] == [
        ("screening_found", clinician_id, screening_id, None),
        ("code_not_found", clinician_id, None, None),
    ]


def test_a_record_that_is_not_there_is_an_error(store: Store) -> None:
    with pytest.raises(NoScreeningError):
        open_record(store, uuid4())


def test_one_damaged_screening_is_an_error_of_its_own(store: Store) -> None:
    damaged, whole = add(store), add(store)
    with store.database.writing() as session:
        session.get_one(Screening, damaged).assessment = b"damaged"
    with pytest.raises(UnreadableError):
        open_record(store, damaged)
    assert open_record(store, whole).assessment.outcome == "positive"


def test_a_code_that_came_again_leads_to_the_newest_screening(store: Store) -> None:
    code = new_reference_code()
    first = add(store, code=code)
    assert find_by_reference_code(store, code) == first
    second = add(store, NEGATIVE, code=code)
    assert find_by_reference_code(store, code) == second


# --- looking --------------------------------------------------------------------------------------


def test_looking_through_a_record_notes_nothing_by_itself(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    before = row_counts(store)
    assert open_record(store, screening_id).entries == []
    assert row_counts(store) == before


@pytest.mark.requirement("DAT-07", part="opening")
def test_who_opened_it_is_noted_with_the_time_and_it_is_read(store: Store, clinician_id: UUID) -> None:
    screening_id, other = add(store), add(store)
    colleague = add_person(store, COLLEAGUE, "no password")
    for minute, who in ((1, clinician_id), (2, colleague), (3, clinician_id)):
        note_action(store, screening_id, Action.SCREENING_OPENED, who, minutes_after_noon(minute))
    noted = open_record(store, screening_id).entries
    assert [(each.happened_at, each.actor_name, each.action, each.detail) for each in noted] == [
        (minutes_after_noon(3), "Dr Ada Example", "screening_opened", None),
        (minutes_after_noon(2), "Dr Bo Example", "screening_opened", None),
        (minutes_after_noon(1), "Dr Ada Example", "screening_opened", None),
    ]
    assert is_unread(store) == {screening_id: False, other: True}
    assert open_record(store, other).entries == []


def is_unread(store: Store) -> dict[UUID, bool]:
    with store.database.reading() as session:
        return {row.id: row.is_unread for row in session.query(Screening)}


def test_what_else_is_noted_leaves_it_unread(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    note_action(
        store, screening_id, Action.SUMMARY_MADE, clinician_id, minutes_after_noon(1), {"paper": "A4"}
    )
    (noted,) = open_record(store, screening_id).entries
    assert (noted.action, noted.detail) == ("summary_made", {"paper": "A4"})
    assert is_unread(store) == {screening_id: True}


def test_opening_what_is_not_there_is_an_error_and_notes_nothing(store: Store, clinician_id: UUID) -> None:
    with pytest.raises(NoScreeningError):
        note_action(store, uuid4(), Action.SCREENING_OPENED, clinician_id, minutes_after_noon(1))
    assert row_counts(store)["audit_events"] == 0


def test_a_detail_is_sealed_and_one_that_is_damaged_hides_nothing(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store)
    for minute, words in enumerate(("canary one", "canary two")):
        note_action(
            store,
            screening_id,
            Action.TABLE_TAKEN,
            clinician_id,
            minutes_after_noon(minute),
            {"reason": words},
        )
    assert all(b"canary" not in row["detail"] for row in chain(store))
    with unguarded(store.database) as connection:
        other = "(SELECT detail FROM audit_events WHERE seq = 2)"
        connection.execute(text(f"UPDATE audit_events SET detail = {other} WHERE seq = 1"))  # noqa: S608
    details = [each.detail for each in open_record(store, screening_id).entries]
    assert details == [{"reason": "canary two"}, None]


# --- screenings under the same code ---------------------------------------------------------------


def test_a_record_carries_every_screening_under_its_code_the_oldest_first(store: Store) -> None:
    code = new_reference_code()
    ids = [add(store, answers, code=code) for answers in (POSITIVE, NEGATIVE)]
    add(store)
    for screening_id in ids:
        visits = open_record(store, screening_id).visits
        assert [(each.id, each.visit, each.outcome) for each in visits] == [
            (ids[0], 1, "positive"),
            (ids[1], 2, "negative"),
        ]


def test_a_damaged_visit_does_not_hide_the_others(store: Store) -> None:
    code = new_reference_code()
    ids = [add(store, code=code) for _ in range(3)]
    with store.database.writing() as session:
        damaged = session.get_one(Screening, ids[0])
        damaged.listing = damaged.answers = damaged.assessment = b"damaged"
    visits = open_record(store, ids[2]).visits
    assert [(each.id, each.listing is None) for each in visits] == [
        (ids[0], True),
        (ids[1], False),
        (ids[2], False),
    ]


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
