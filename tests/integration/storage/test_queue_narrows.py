"""SQLite searches by every filter: what it searches by the first alone, it reads row by row to the end."""

import re
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.storage.store import Store
from tests.integration.storage.test_queue_plans import (
    SEARCH,
    owner,
    queries_of_pages,
    sqlite_steps,
    statements_of,
)

__all__ = ["owner"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("owner", [False], indirect=True)
def test_sqlite_narrows_the_search_by_every_filter(store: Store, owner: None) -> None:
    """A condition outside the brackets would be tried row by row."""
    with store.database.reading() as session:
        statements = statements_of(session, queries_of_pages())
        for statement, values in statements.items():
            assert_narrows(session, statement, values)


def assert_narrows(session: Session, statement: str, values: Any) -> None:
    """Every condition of the statement stands among those by which the index is searched."""
    found = SEARCH.match(sqlite_steps(session, statement, values)[0])
    assert found
    table, _, narrowed = found.groups()
    where = statement.partition("WHERE")[2].partition("ORDER BY")[0]
    conditions = re.findall(rf"\(?{table}\.[^=<>]*? (?:=|>|<|>=|<=|IS) ", where)
    searched = re.findall(r"[\w,()]+[=<>]", narrowed)
    assert len(searched) == len(conditions), f"{where}\n{narrowed}"
