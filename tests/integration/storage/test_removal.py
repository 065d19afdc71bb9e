"""Removing a screening: nothing that it said is left in any table, in the file, or to be found."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, func, inspect, make_url, select, text

from app.domain.codes import ConfirmedDiagnosis
from app.domain.reference_code import new_reference_code
from app.storage import drafts, measures, queue, reassessments, responses, reviews, screenings
from app.storage.base import Base
from app.storage.models import DeskEvent, Screening, StatisticCount
from app.storage.queue import Nobody, QueueFilter, Standing
from app.storage.removal import Removal, find_removal, remove_content
from app.storage.schema import bring_up_to_date
from app.storage.statuses import Remover, ScreeningStatus
from app.storage.store import Store
from app.storage.visits import find_screening_id
from tests.support.accounts import CLINICIAN, add_person
from tests.support.databases import take_back
from tests.support.journeys import NEGATIVE
from tests.support.screenings import NOON, URGENT_ANSWERS, add

LATER: Final = NOON + timedelta(days=800)
# What the empty row says; a column that is missing here has to be thought about first.
EMPTY: Final[dict[str, Any]] = {
    "visit": 1,
    "reference_key_id": None,
    "received_at": NOON,
    "status": None,
    "is_open": None,
    "outcome": None,
    "urgency_rank": None,
    "language": "",
    "questionnaire_version": "",
    "rules_version": "",
    "edition": None,
    "is_demonstration": False,
    "is_unread": False,
    "is_unverified": False,
    "signs_taken_back_at": None,
    "consent_version": None,
    "consented_at": None,
    "removed_at": LATER,
    "removed_by": "patient",
    "assigned_to_id": None,
    "row_version": 2,
    "answers": b"",
    "assessment": b"",
    "listing": b"",
}


@pytest.fixture
def clinician_id(store: Store) -> UUID:
    return add_person(store, CLINICIAN, "no password")


def remove(store: Store, screening_id: UUID, by: Remover = Remover.PATIENT) -> bool:
    with store.database.writing() as session:
        return remove_content(session, screening_id, by, LATER)


def surround(store: Store, screening_id: UUID, clinician_id: UUID, token: str = "draft") -> None:  # noqa: S107
    """Add to a screening everything that can be added to one."""
    with store.database.writing() as session:
        row = session.get_one(Screening, screening_id)
        row.consent_version, row.consented_at, row.is_unverified = "1", NOON, True
        row.signs_taken_back_at = NOON
        screenings.set_complete_policies(session, screening_id, ["one"])
        screenings.set_assigned(session, screening_id, clinician_id)
        both: dict[str, Any] = {"screening_id": screening_id, "clinician_id": clinician_id}
        both["recorded_at"] = NOON
        reviews.add_review(
            session,
            store.cipher,
            review_id=uuid4(),
            status=ScreeningStatus.IN_REVIEW,
            note="A note",
            diagnosis=ConfirmedDiagnosis.CHRONIC_MIGRAINE,
            **both,
        )
        measures.add_measure(session, store.cipher, measure_id=uuid4(), content={"total": 60}, **both)
        reassessments.add_reassessment(
            session, store.cipher, screening_id=screening_id, made_at=NOON, edition="9+x", assessment={}
        )
        session.add(
            DeskEvent(screening_id=screening_id, clinician_id=clinician_id, happened_at=NOON, kind="assigned")
        )
        responses.note_response(session, screening_id, (screening_id.bytes * 2,))
        _add_draft(session, store, screening_id, token)


def _add_draft(session: Any, store: Store, screening_id: UUID, token: str) -> None:
    draft = drafts.add_draft(
        session,
        store.cipher,
        token,
        reference_code="CODE",
        reference_mac=b"m" * 32,
        language="en",
        now=NOON,
        expires_at=LATER,
    )
    session.flush()
    drafts.save_draft(session, store.cipher, replace(draft, screening_id=screening_id))


def tables_around() -> list[Table]:
    """Every table whose rows belong to a screening."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name == "screenings" for key in table.foreign_keys)
    ]


def rows_around(store: Store, screening_id: UUID) -> dict[str, int]:
    with store.database.reading() as session:
        return {
            table.name: session.scalar(
                select(func.count()).select_from(table).where(table.c.screening_id == screening_id)
            )
            or 0
            for table in tables_around()
        }


# --- what is left ---------------------------------------------------------------------------------


def test_nothing_but_when_it_came_and_went_is_left(store: Store, clinician_id: UUID) -> None:
    screening_id = add(store, URGENT_ANSWERS)
    surround(store, screening_id, clinician_id)
    assert remove(store, screening_id)
    with store.database.reading() as session:
        row = session.get_one(Screening, screening_id)
        found = {each.key: getattr(row, each.key) for each in inspect(Screening).column_attrs}
    assert len(found.pop("reference_mac")) == 32
    assert found.pop("id") == screening_id
    assert found == EMPTY


def test_nothing_that_was_added_is_left_and_other_screenings_keep_all(
    store: Store, clinician_id: UUID
) -> None:
    screening_id, other = add(store), add(store, NEGATIVE)
    for each in (screening_id, other):
        surround(store, each, clinician_id, token=each.hex)
    before = rows_around(store, other)
    assert all(before.values()), "the test has to add to every table that belongs to a screening"
    assert rows_around(store, screening_id) == before
    remove(store, screening_id)
    assert set(rows_around(store, screening_id).values()) == {0}
    assert rows_around(store, other) == before
    with store.database.reading() as session:
        assert screenings.get_screening(session, store.cipher, other) is not None
        assert [each.note for each in reviews.list_reviews(session, store.cipher, other)] == ["A note"]


def test_the_counts_of_the_statistics_stay(store: Store) -> None:
    screening_id = add(store)

    def counted() -> list[tuple[Any, ...]]:
        with store.database.reading() as session:
            rows = session.scalars(select(StatisticCount)).all()
            return sorted((row.measure, row.bucket, row.n) for row in rows)

    before = counted()
    remove(store, screening_id)
    assert counted() == before != []


# --- what can be found ----------------------------------------------------------------------------


def test_a_code_finds_nothing_any_more_and_its_next_screening_is_the_first(store: Store) -> None:
    code = new_reference_code()
    screening_id = add(store, code=code)
    remove(store, screening_id)
    with store.database.reading() as session:
        assert find_screening_id(session, store.macs_of(code)) is None
    again = add(store, code=code)
    with store.database.reading() as session:
        assert find_screening_id(session, store.macs_of(code)) == again
        visits = screenings.list_same_code(session, store.cipher, again)
    assert [(each.id, each.visit) for each in visits] == [(again, 1)]


def test_another_visit_under_the_code_stays_and_still_leads_by_it(store: Store) -> None:
    code = new_reference_code()
    first, second = add(store, code=code), add(store, code=code)
    remove(store, second)
    with store.database.reading() as session:
        assert find_screening_id(session, store.macs_of(code)) == first
        assert [each.id for each in screenings.list_same_code(session, store.cipher, first)] == [first]


def test_no_view_lists_it_and_no_count_counts_it(store: Store, clinician_id: UUID) -> None:
    removed, unread, kept = add(store, URGENT_ANSWERS), add(store), add(store)
    for each in (removed, kept):
        surround(store, each, clinician_id, token=each.hex)
    for each in (removed, unread):
        remove(store, each)
    standings = [*Standing, *ScreeningStatus]
    owners: list[UUID | Nobody | None] = [None, clinician_id, Nobody.NOBODY]
    with store.database.reading() as session:
        for wanted in [
            QueueFilter(standing, assigned_to=owner, policy_id=policy)
            for standing in standings
            for owner in owners
            for policy in (None, "one")
        ]:
            listed = {each.id for each in queue.list_queue(session, store.cipher, wanted, None, 10)}
            assert listed <= {kept}, wanted
            assert queue.count_queue(session, wanted) == len(listed)
        assert queue.count_unread(session) == 1


def test_it_opens_nowhere_and_takes_nothing(store: Store) -> None:
    screening_id = add(store)
    remove(store, screening_id)
    with store.database.writing() as session:
        assert screenings.get_screening(session, store.cipher, screening_id) is None
        assert screenings.get_listed(session, store.cipher, screening_id) is None
        assert not screenings.hold_screening(session, screening_id)


def test_no_work_over_all_screenings_meets_it(store: Store) -> None:
    remove(store, add(store))
    with store.database.writing() as session:
        assert screenings.unlisted_screenings(session, None, 10) == []
        assert reassessments.screenings_without(session, "another", None, 10) == []
        assert reassessments.count_screenings_without(session, "another") == 0


# --- being removed --------------------------------------------------------------------------------


@pytest.mark.parametrize("by", Remover)
def test_what_became_of_it_can_be_told(by: Remover, store: Store) -> None:
    screening_id, other = add(store), add(store)
    remove(store, screening_id, by)
    with store.database.reading() as session:
        assert find_removal(session, screening_id) == Removal(LATER, by)
        assert find_removal(session, other) is None
        assert find_removal(session, uuid4()) is None


def test_it_is_removed_once(store: Store) -> None:
    screening_id = add(store)
    assert remove(store, screening_id, Remover.PATIENT)
    assert not remove(store, screening_id, Remover.RETENTION)
    assert not remove(store, uuid4())
    with store.database.reading() as session:
        assert find_removal(session, screening_id) == Removal(LATER, Remover.PATIENT)


def test_many_can_be_removed(store: Store) -> None:
    """The random bytes that stand in place of a MAC do not meet."""
    ids = [add(store) for _ in range(20)]
    with store.database.writing() as session:
        assert all(remove_content(session, each, Remover.RETENTION, LATER) for each in ids)


# --- the file -------------------------------------------------------------------------------------


def sealed_values(store: Store, screening_id: UUID) -> list[bytes]:
    """Every sealed value about a screening, and the MAC of its code."""
    with store.database.reading() as session:
        row = session.execute(select(Screening.__table__).where(Screening.id == screening_id)).one()
        found = [value for value in row if isinstance(value, bytes)]
        for table in tables_around():
            for row in session.execute(select(table).where(table.c.screening_id == screening_id)):
                found += [value for value in row if isinstance(value, bytes)]
    return found


@pytest.mark.requirement("DAT-16")
def test_the_old_ciphertext_is_not_in_the_file(sqlite_store: Store) -> None:
    """Long values lie in pieces over several pages: each piece of 32 bytes is looked for."""
    screening_id, other = add(sqlite_store, URGENT_ANSWERS), add(sqlite_store)
    surround(sqlite_store, screening_id, add_person(sqlite_store, CLINICIAN, "no password"))
    values = sealed_values(sqlite_store, screening_id)
    assert len(values) >= 10
    pieces = [value[at : at + 32] for value in values for at in range(0, len(value) - 31, 32)]
    file = Path(make_url(sqlite_store.database.engine.url).database or "")
    assert sum(piece in file.read_bytes() for piece in pieces) > len(pieces) * 0.9
    remove(sqlite_store, screening_id)
    for part in file.parent.glob(f"{file.name}*"):  # the journal, too, if it is there
        data = part.read_bytes()
        assert not [piece for piece in pieces if piece in data], part.name
    assert any(value[:32] in file.read_bytes() for value in sealed_values(sqlite_store, other))


def test_the_version_before_never_meets_an_empty_row(store: Store, database_url: str) -> None:
    removed, kept = add(store), add(store)
    remove(store, removed)
    take_back(database_url, "0016_create_clinic_settings", may_lose=True)
    with store.database.reading() as session:
        assert session.scalars(text("SELECT count(*) FROM screenings")).one() == 1
    bring_up_to_date(database_url)
    with store.database.reading() as session:
        assert screenings.get_screening(session, store.cipher, kept) is not None
