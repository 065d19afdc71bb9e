"""On PostgreSQL with two users: the one that serves owns nothing and cannot change the past."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from app.services.queue import queue_page
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.queue import QueueFilter
from app.storage.store import Store, open_store
from tests.checks.commands import flask
from tests.support.databases import PostgresqlServer
from tests.support.screenings import NOON, add

USER = 'serving "user"'
pytestmark = pytest.mark.postgresql
REFUSED = [
    "UPDATE audit_events SET action = 'x'",
    "DELETE FROM audit_events",
    "TRUNCATE audit_events",
    "ALTER TABLE audit_events DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_events_no_change ON audit_events",
    "DROP TABLE audit_events",
    "DROP TABLE screenings",
    "TRUNCATE screenings",
    "ALTER TABLE screenings ADD COLUMN x integer",
    "CREATE TABLE mine (x integer)",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "UPDATE alembic_version SET version_num = 'x'",
    "SET session_replication_role = replica",
]


@pytest.fixture
def owner_url(postgresql: PostgresqlServer) -> Iterator[str]:
    url = postgresql.create(template="template0")
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute('CREATE ROLE "serving ""user""" LOGIN')
    yield url
    postgresql.drop(url)
    with psycopg.connect(plain(postgresql.borrow()), autocommit=True) as connection:
        connection.execute('DROP ROLE "serving ""user"""')


@pytest.fixture
def app_url(owner_url: str) -> str:
    return owner_url.replace("postgres:@", "serving%20%22user%22@")


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.fixture
def served(owner_url: str, app_url: str, tmp_path: Path) -> Iterator[Store]:
    """The store as the server opens it, after `init` was run twice."""
    settings = {"DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url}
    for _ in range(2):
        done = flask(tmp_path / "data", "init", **settings)
        assert (done.returncode, done.stderr) == (0, "")
    store = open_store(app_url, tmp_path / "data" / "keyring", tmp_path / "none")
    with closing(store.database):
        yield store


@pytest.mark.requirement("OPS-06")
def test_the_serving_user_does_its_work_and_nothing_else(served: Store, app_url: str) -> None:
    screening_id = add(served)
    with served.database.writing() as session:
        add_audit_entry(session, served.keyring, AuditEntry(Action.KEY_ADDED, OPERATOR, NOON))
    page = queue_page(served, QueueFilter(), None)
    assert [each.screening.id for each in page.rows] == [screening_id]
    for statement in REFUSED:
        with (
            psycopg.connect(plain(app_url), autocommit=True) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement.encode())


@pytest.mark.requirement("OPS-06")
def test_the_serving_user_owns_nothing(served: Store, app_url: str) -> None:
    with psycopg.connect(plain(app_url)) as connection:
        owned = connection.execute(
            "SELECT count(*) FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner "
            "WHERE rolname = current_user"
        ).fetchone()
    assert owned == (0,)
