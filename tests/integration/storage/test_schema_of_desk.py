"""Migrations 0007 to 0011: what stood in the tables before the desk had a queue is there afterwards."""

from contextlib import closing
from typing import Any

import pytest
from alembic import command
from sqlalchemy import inspect, select, text

from app.storage.database import ConflictError, Database
from app.storage.models import Screening, ScreeningReview
from app.storage.schema import alembic_config, bring_up_to_date, current_revision
from app.storage.store import Store
from tests.support.databases import take_back
from tests.support.example_rows import CLINICIAN, SCREENING
from tests.support.example_rows import insert_rows as insert
from tests.support.screenings import NOON, add, minutes_after_noon

BEFORE = "0006_create_reassessments"
DONE = {"reviewed": False, "closed": False}


def with_rows_of_before(url: str, statuses: list[str]) -> dict[str, str]:
    """A screening and its review for each status, stored before the desk had a queue: id and status."""
    command.upgrade(alembic_config(url), BEFORE)
    ids = {f"{number:032x}": status for number, status in enumerate(statuses, start=1)}
    screenings = [
        {
            "id": each,
            **SCREENING,
            "reference_mac": bytes.fromhex(each) * 2,
            "status": status,
            "is_open": DONE.get(status, True),
            "edition": "1.2+000000000000",
            "answers": bytes.fromhex(each) + b"\x00\xff",
        }
        for each, status in ids.items()
    ]
    of_all = {"clinician_id": "c" * 32, "recorded_at": NOON.replace(tzinfo=None), "note": b"note"}
    reviews = [{"id": each, "screening_id": each, "status": ids[each], **of_all} for each in ids]
    with closing(Database(url)) as database:
        insert(database, "clinicians", [{"id": "c" * 32, **CLINICIAN}])
        insert(database, "screenings", screenings)
        insert(database, "screening_reviews", reviews)
    return ids


STATUSES = ["new", "in_review", "reviewed", "needs_contact", "closed"]


def test_what_was_stored_before_the_queue_is_whole_afterwards(empty_database_url: str) -> None:
    ids = with_rows_of_before(empty_database_url, STATUSES)
    bring_up_to_date(empty_database_url)
    with closing(Database(empty_database_url)) as database, database.reading() as session:
        rows = {row.id.hex: row for row in session.scalars(select(Screening))}
        assert {each: row.status for each, row in rows.items()} == ids
        for each, row in rows.items():
            assert row.answers == bytes.fromhex(each) + b"\x00\xff"
            assert row.reference_mac == bytes.fromhex(each) * 2
            assert (row.received_at, row.outcome, row.urgency_rank) == (NOON, "positive", 3)
            assert (row.language, row.edition, row.row_version) == ("en", "1.2+000000000000", 1)
            assert row.is_open is DONE.get(row.status, True)
            assert (row.visit, row.assigned_to_id, row.listing) == (1, None, None)
        reviews = session.scalars(select(ScreeningReview)).all()
        assert {row.screening_id.hex: row.status for row in reviews} == ids
        assert {row.note for row in reviews} == {b"note"}
        assert {row.diagnosis for row in reviews} == {None}


def test_only_what_nobody_had_worked_on_counts_as_unread(empty_database_url: str) -> None:
    ids = with_rows_of_before(empty_database_url, STATUSES)
    bring_up_to_date(empty_database_url)
    with closing(Database(empty_database_url)) as database, database.reading() as session:
        unread = {ids[row.id.hex] for row in session.scalars(select(Screening).where(Screening.is_unread))}
    assert unread == {"new"}


def test_earlier_reviews_keep_their_order(empty_database_url: str) -> None:
    """By their times, and by their ids where two share a moment; each screening for itself."""
    command.upgrade(alembic_config(empty_database_url), BEFORE)
    screenings = [
        {"id": each * 32, **SCREENING, "reference_mac": each.encode() * 32, "edition": None} for each in "12"
    ]
    moments = {"a": 3, "b": 1, "c": 2, "d": 2, "e": 1}
    reviews = [
        {
            "id": each * 32,
            "screening_id": ("2" if each == "e" else "1") * 32,
            "clinician_id": "c" * 32,
            "recorded_at": minutes_after_noon(minute).replace(tzinfo=None),
            "status": "reviewed",
        }
        for each, minute in moments.items()
    ]
    with closing(Database(empty_database_url)) as database:
        insert(database, "clinicians", [{"id": "c" * 32, **CLINICIAN}])
        insert(database, "screenings", screenings)
        insert(database, "screening_reviews", reviews)
        bring_up_to_date(empty_database_url)
        with database.reading() as session:
            rows = session.scalars(select(ScreeningReview)).all()
    assert {row.id.hex[0]: row.number for row in rows} == {"b": 1, "d": 2, "c": 3, "a": 4, "e": 1}


def test_down_again_what_was_there_before_is_still_there(empty_database_url: str) -> None:
    with_rows_of_before(empty_database_url, STATUSES)
    bring_up_to_date(empty_database_url)
    take_back(empty_database_url, BEFORE, may_lose=True)
    with closing(Database(empty_database_url)) as database:
        columns = {each["name"] for each in inspect(database.engine).get_columns("screenings")}
        assert columns.isdisjoint({"visit", "is_unread", "listing", "assigned_to_id"})
        with database.reading() as session:
            found = session.execute(text("SELECT status, answers FROM screenings")).all()
            assert sorted(row.status for row in found) == sorted(STATUSES)
            assert all(bytes(row.answers).endswith(b"\x00\xff") for row in found)
            assert session.scalar(text("SELECT count(*) FROM screening_reviews")) == len(STATUSES)
        mac = {"reference_mac": b"\x01" * 32}
        row = {"id": "a" * 32, **SCREENING, **mac}
        insert(database, "screenings", [row])
        with pytest.raises(ConflictError):
            insert(database, "screenings", [{**row, "id": "b" * 32}])


def test_two_visits_under_one_code_do_not_let_themselves_be_taken_back_and_stay(store: Store) -> None:
    for _ in range(2):
        add(store, code="0" * 17)
    url = store.database.engine.url.render_as_string(hide_password=False)
    newest = current_revision(store.database)
    with pytest.raises(RuntimeError, match="1 screenings stand under a code that was used before"):
        take_back(url, "0007_add_queue_columns", may_lose=True)
    assert current_revision(store.database) == newest
    with store.database.reading() as session:
        assert sorted(session.scalars(select(Screening.visit))) == [1, 2]


@pytest.mark.parametrize(
    "damage",
    [
        {"outcome": "unheard_of"},
        {"status": "unheard_of"},
        {"urgency_rank": 4},
        {"assigned_to_id": "d" * 32},
        {"reference_mac": b"\x01" * 16 + b"\x01" * 16, "visit": 1},
    ],
    ids="-".join,
)
def test_the_table_that_was_rebuilt_still_refuses_what_is_wrong(
    damage: dict[str, Any], database_url: str
) -> None:
    with closing(Database(database_url)) as database:
        now = {"is_unread": True, "visit": 2, "assigned_to_id": None}
        row = {"id": "a" * 32, **SCREENING, "reference_mac": b"\x01" * 32, **now}
        insert(database, "screenings", [{**row, "visit": 1}])
        insert(database, "screenings", [{**row, "id": "b" * 32}])
        with pytest.raises(ConflictError):
            insert(database, "screenings", [{**row, "id": "c" * 32, "visit": 3, **damage}])


def test_the_index_of_what_has_no_line_holds_nothing_else(database_url: str) -> None:
    with closing(Database(database_url)) as database, database.reading() as session:
        is_sqlite = database.engine.dialect.name == "sqlite"
        table, words = ("sqlite_master", "sql") if is_sqlite else ("pg_indexes", "indexdef")
        name = "name" if is_sqlite else "indexname"
        query = f"SELECT {words} FROM {table} WHERE {name} = 'ix_screenings_unlisted'"  # noqa: S608
        made = session.scalar(text(query))
    assert "WHERE" in made
    assert made.rpartition("WHERE")[2].strip(" ()") == "listing IS NULL"


@pytest.mark.parametrize("kind", ["opened", "assigned", "summary_made", "table_taken", "unheard_of"])
def test_an_event_has_a_kind_that_is_known(kind: str, database_url: str) -> None:
    row = {"id": "e" * 32, "happened_at": NOON.replace(tzinfo=None), "kind": kind}
    with closing(Database(database_url)) as database:
        if kind != "unheard_of":
            insert(database, "desk_events", [row])
            return
        with pytest.raises(ConflictError):
            insert(database, "desk_events", [row])
