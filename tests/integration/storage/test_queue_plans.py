"""How the databases find the rows of the queue: along an index, whatever is filtered, and sorting nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Select, event, text
from sqlalchemy.orm import Session

from app.domain.codes import Outcome, Urgency
from app.storage.models import Clinician
from app.storage.queue import (
    Nobody,
    QueueFilter,
    QueuePlace,
    Standing,
    count_queries,
    count_unread,
    page_queries,
)
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, add_person
from tests.support.databases import unguarded
from tests.support.scattered import MOMENTS, scatter, store_scattered

MOST = 26
# What decides which index is walked and how; other values of the same filter make the same queries.
STANDINGS: tuple[Standing | ScreeningStatus, ...] = (Standing.OPEN, Standing.ANY, ScreeningStatus.IN_REVIEW)
FACETS = ((None, None), (Outcome.POSITIVE, None), (None, "en"))
URGENCIES = (None, Urgency.SOON, Urgency.ROUTINE)
DATES = ((None, None), (MOMENTS[1], None), (None, MOMENTS[2]), (MOMENTS[1], MOMENTS[2]))
POLICIES = (None, "one")
PLACES = (None, QueuePlace(2, MOMENTS[1], UUID(int=5)))
OWNER = UUID(int=7)
Statements = dict[str, Any]


@pytest.fixture(params=[False, True], ids=["no statistics", "statistics"])
def owner(request: pytest.FixtureRequest, store: Store) -> None:
    """A clinician who has a few of the screenings; whether the database knows how many is its own affair."""
    made = add_person(store, CLINICIAN, "no password")
    with store.database.writing() as session:
        session.get_one(Clinician, made).id = OWNER
    store_scattered(store, scatter(300, [OWNER], seed=9))
    if request.param:
        with unguarded(store.database) as connection:
            connection.execute(text("ANALYZE"))


def views() -> Iterator[QueueFilter]:
    owners = (None, Nobody.NOBODY, OWNER)
    for standing, (outcome, language), urgency, assigned_to, (start, end), policy_id in product(
        STANDINGS, FACETS, URGENCIES, owners, DATES, POLICIES
    ):
        yield QueueFilter(standing, outcome, urgency, assigned_to, start, end, language, policy_id)


@cache
def queries_of_pages() -> list[Select[Any]]:
    """Made once for all tests here: that takes far longer than asking a database how it answers them."""
    return [
        group[-1]
        for wanted, place, backwards in product(views(), PLACES, (False, True))
        for group in page_queries(wanted, place, MOST, backwards=backwards)
    ]


@cache
def queries_of_counts() -> list[Select[Any]]:
    return [query for wanted in views() for query in list(count_queries(wanted, MOST))[-1:]]


@contextmanager
def heard(session: Session) -> Iterator[Statements]:
    """What is sent to the database meanwhile: each statement once, with its values."""
    statements: Statements = {}

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            statements.setdefault(statement, values)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def statements_of(session: Session, queries: list[Select[Any]]) -> Statements:
    with heard(session) as statements:
        for query in queries:
            session.execute(query)
    return statements


def explained(session: Session, statement: str, values: Any, how: str) -> str:
    rows = session.connection().exec_driver_sql(f"{how} {statement}", values)
    return "\n".join(str(row[-1]) for row in rows)


# --- SQLite ---------------------------------------------------------------------------------------

SEARCH = re.compile(r"^SEARCH (\w+) USING (?:COVERING )?INDEX (\w+) \((.*)\)$")


def sqlite_steps(session: Session, statement: str, values: Any) -> list[str]:
    return explained(session, statement, values, "EXPLAIN QUERY PLAN").splitlines()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_searches_an_index_for_every_page_and_sorts_nothing(store: Store, owner: None) -> None:
    with store.database.reading() as session:
        statements = statements_of(session, queries_of_pages())
        assert len(statements) > 100
        for statement, values in statements.items():
            steps = sqlite_steps(session, statement, values)
            assert all(SEARCH.match(step) for step in steps), (statement, steps)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_searches_an_index_for_every_count_and_nothing_besides(store: Store, owner: None) -> None:
    with store.database.reading() as session:
        statements = statements_of(session, queries_of_counts())
        with heard(session) as unread:
            count_unread(session)
        for statement, values in {**statements, **unread}.items():
            first, *steps = sqlite_steps(session, statement, values)
            assert first.startswith("CO-ROUTINE")
            assert SEARCH.match(steps[0]), (statement, steps)
            assert steps[1:] == [f"SCAN {first.partition(' ')[2]}"], (statement, steps)


# --- PostgreSQL -----------------------------------------------------------------------------------


@contextmanager
def with_indexes_only(store: Store) -> Iterator[Session]:
    """Among a few hundred rows, PostgreSQL would rather read and sort them all; among a million it does not.

    What it cannot do otherwise, it does in spite of these settings.
    """
    with store.database.reading() as session:
        for setting in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            session.execute(text(f"SET LOCAL enable_{setting} = off"))
        yield session


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_walks_an_index_for_every_page_and_sorts_nothing(store: Store, owner: None) -> None:
    with with_indexes_only(store) as session:
        statements = statements_of(session, queries_of_pages())
        assert len(statements) > 100
        for statement, values in statements.items():
            plan = explained(session, statement, values, "EXPLAIN")
            assert "Index" in plan
            assert not re.search(r"Sort|Seq Scan|Bitmap", plan), f"{statement}\n{plan}"


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_walks_an_index_for_every_count(store: Store, owner: None) -> None:
    with with_indexes_only(store) as session:
        statements = statements_of(session, queries_of_counts())
        with heard(session) as unread:
            count_unread(session)
        for statement, values in {**statements, **unread}.items():
            plan = explained(session, statement, values, "EXPLAIN")
            assert "Index" in plan
            assert not re.search(r"Sort|Seq Scan|Bitmap", plan), f"{statement}\n{plan}"
