"""On PostgreSQL with two users: the one that serves owns nothing and cannot change the past."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

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
    # the past, by other doors
    "INSERT INTO audit_events SELECT * FROM audit_events ON CONFLICT (seq) DO UPDATE SET action = 'x'",
    "MERGE INTO audit_events USING (SELECT 1 AS n) AS s ON seq = s.n WHEN MATCHED THEN DELETE",
    "SELECT 1 FROM audit_events FOR UPDATE",
    "DO $$ BEGIN LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE; END $$",
    "ALTER TABLE audit_events RENAME TO others",
    "ALTER TABLE audit_events ALTER COLUMN action SET DEFAULT 'x'",
    "DROP INDEX ix_audit_events_action_seq",
    "CREATE RULE quiet AS ON INSERT TO audit_events DO INSTEAD NOTHING",
    "CREATE TRIGGER quiet BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()",
    "DROP FUNCTION audit_events_refuse() CASCADE",
    "ALTER FUNCTION audit_events_refuse() RENAME TO harmless",
    "CREATE OR REPLACE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN OLD; END $$",
    # more rights than it was given
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    'ALTER ROLE "serving ""user""" SUPERUSER',
    "SET ROLE postgres",
    "ALTER SYSTEM SET fsync = off",
    # what lies outside of its tables
    "SELECT * FROM pg_authid",
    "SELECT pg_read_file('postgresql.conf')",
    "COPY screenings TO '/tmp/taken'",
    "COPY audit_events FROM PROGRAM 'true'",
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
    """No table, function, schema, type or database, here or elsewhere; and it is nobody else."""
    role = "(SELECT oid FROM pg_roles WHERE rolname = current_user)"
    rights = "rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
    with psycopg.connect(plain(app_url)) as connection:
        for question in (
            f"SELECT count(*) FROM pg_shdepend WHERE refobjid = {role} AND deptype = 'o'",  # noqa: S608
            f"SELECT count(*) FROM pg_auth_members WHERE member = {role}",  # noqa: S608
            f"SELECT count(*) FROM pg_roles WHERE rolname = current_user AND ({rights})",  # noqa: S608
        ):
            assert connection.execute(question.encode()).fetchone() == (0,), question


@pytest.mark.requirement("OPS-06")
def test_the_serving_user_reads_nothing_of_another_database(
    served: Store, app_url: str, postgresql: PostgresqlServer
) -> None:
    other = postgresql.create()
    name, own = (make_url(url).database or "" for url in (other, app_url))
    with psycopg.connect(plain(app_url.replace(own, name)), autocommit=True) as connection:
        for statement in ("SELECT * FROM screenings", "INSERT INTO throttles VALUES ('x', now(), 1, now())"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
    postgresql.drop(other)
