"""Taking, giving and releasing a screening: noted with author and time, and nobody is overrun."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.services.clinical_review import NoScreeningError, open_record
from app.services.queue import desk_counts
from app.services.reviewing import AssignedMeanwhileError, NotAClinicianError, assign, colleagues
from app.storage.models import Clinician
from app.storage.screenings import assigned_clinician
from app.storage.store import Store
from tests.support.accounts import ADMINISTRATOR_ONLY, INACTIVE, add_person
from tests.support.product import row_counts
from tests.support.screenings import add, minutes_after_noon


def give(
    store: Store, screening_id: UUID, by: UUID, to: UUID | None, shown: UUID | None = None, minute: int = 0
) -> None:
    assign(store, screening_id, to=to, shown=shown, clinician_id=by, now=minutes_after_noon(minute))


def owner(store: Store, screening_id: UUID) -> UUID | None:
    return open_record(store, screening_id).screening.assigned_to_id


def test_taking_giving_and_releasing_are_noted_with_author_and_time(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID
) -> None:
    other = add(store)
    steps = ((ada, ada, None), (ada, bo, ada), (bo, None, bo))
    for minute, (by, to, shown) in enumerate(steps):
        give(store, screening_id, by, to, shown, minute)
        record = open_record(store, screening_id)
        assert record.screening.assigned_to_id == to
        assert record.assigned_to == {ada: "Dr Ada Example", bo: "Dr Bo Example", None: ""}[to]
    noted = open_record(store, screening_id).entries
    assert [(each.happened_at, each.actor_name, each.action, each.detail) for each in noted] == [
        (minutes_after_noon(2), "Dr Bo Example", "screening_assigned", {"name": ""}),
        (minutes_after_noon(1), "Dr Ada Example", "screening_assigned", {"name": "Dr Bo Example"}),
        (minutes_after_noon(0), "Dr Ada Example", "screening_assigned", {"name": "Dr Ada Example"}),
    ]
    assert (owner(store, other), open_record(store, other).entries) == (None, [])


def test_who_has_it_decides_whose_count_it_is(store: Store, screening_id: UUID, ada: UUID, bo: UUID) -> None:
    def counts() -> list[tuple[int, int]]:
        return [(found.mine, found.nobodys) for found in (desk_counts(store, each) for each in (ada, bo))]

    assert counts() == [(0, 1), (0, 1)]
    give(store, screening_id, ada, bo)
    assert counts() == [(0, 0), (1, 0)]
    give(store, screening_id, ada, None, bo)
    assert counts() == [(0, 1), (0, 1)]


def test_giving_it_to_who_has_it_already_notes_nothing(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID
) -> None:
    give(store, screening_id, ada, None, bo)
    give(store, screening_id, ada, ada)
    for shown in (None, ada, bo):
        give(store, screening_id, bo, ada, shown)
    assert row_counts(store)["audit_events"] == 1


def test_who_was_slower_is_told_and_nothing_changes(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID
) -> None:
    give(store, screening_id, bo, bo)
    for to, shown in ((ada, None), (None, ada), (ada, ada), (ada, uuid4())):
        with pytest.raises(AssignedMeanwhileError):
            give(store, screening_id, ada, to, shown)
    assert owner(store, screening_id) == bo
    assert row_counts(store)["audit_events"] == 1


@pytest.mark.parametrize(
    "person", [ADMINISTRATOR_ONLY, INACTIVE, None], ids=["administrator", "left", "nobody"]
)
def test_it_is_given_to_an_active_clinician_alone(
    person: Any, store: Store, screening_id: UUID, ada: UUID
) -> None:
    to = uuid4() if person is None else add_person(store, person, "no password")
    with pytest.raises(NotAClinicianError):
        give(store, screening_id, ada, to)
    assert (owner(store, screening_id), row_counts(store)["audit_events"]) == (None, 0)


def test_what_is_not_there_cannot_be_given(store: Store, ada: UUID) -> None:
    for to in (ada, None):
        with pytest.raises(NoScreeningError):
            give(store, uuid4(), ada, to)
    assert row_counts(store)["audit_events"] == 0


def test_who_left_is_still_named_and_can_be_released(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID
) -> None:
    give(store, screening_id, bo, bo)
    with store.database.writing() as session:
        session.get_one(Clinician, bo).is_active = False
    assert colleagues(store) == [(ada, "Dr Ada Example")]
    assert open_record(store, screening_id).assigned_to == "Dr Bo Example"
    give(store, screening_id, ada, None, bo)
    assert owner(store, screening_id) is None


def test_colleagues_are_active_clinicians_by_name(store: Store, ada: UUID, bo: UUID) -> None:
    for person in (ADMINISTRATOR_ONLY, INACTIVE):
        add_person(store, person, "no password")
    assert colleagues(store) == [(ada, "Dr Ada Example"), (bo, "Dr Bo Example")]


def test_of_two_who_take_at_once_one_has_it_and_the_other_is_told(
    store: Store, screening_id: UUID, ada: UUID, bo: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both see that nobody has it, if nothing keeps them apart."""
    both = Barrier(2)

    def look(*given: Any) -> UUID | None:
        found = assigned_clinician(*given)
        try:
            both.wait(timeout=0.3)
        except BrokenBarrierError:
            return found
        return found

    def take(who: UUID) -> bool:
        try:
            give(store, screening_id, who, who)
        except AssignedMeanwhileError:
            return False
        return True

    with monkeypatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr("app.services.reviewing.screenings.assigned_clinician", look)
        told = list(pool.map(take, (ada, bo)))
    assert sorted(told) == [False, True]
    winner = ada if told[0] else bo
    assert owner(store, screening_id) == winner
    (noted,) = open_record(store, screening_id).entries
    assert (noted.actor.id, noted.detail) == (
        winner,
        {"name": open_record(store, screening_id).assigned_to},
    )
