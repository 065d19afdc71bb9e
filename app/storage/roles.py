"""On PostgreSQL: the user that the server works as owns nothing, and cannot touch the past of the audit."""

from typing import Final

from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, pool

from app.storage.pooling import SHARED_SAFELY

_READ_ONLY: Final = frozenset({"alembic_version"})
_ADD_ONLY: Final = frozenset({"audit_events"})


def user_of(url: str) -> str | None:
    """The database user in an address."""
    return make_url(url).username


def grant_to_app(owner_url: str, app_user: str) -> None:
    """Let the server's user read and write rows, and nothing else; to be repeated after each migration."""
    engine = create_engine(owner_url, poolclass=pool.NullPool, connect_args=SHARED_SAFELY)
    with engine.begin() as connection:
        for statement in _statements(engine, connection, app_user):
            connection.exec_driver_sql(statement)


def _statements(engine: Engine, connection: Connection, app_user: str) -> list[str]:
    quote = engine.dialect.identifier_preparer.quote_identifier
    user = quote(app_user)
    grants = [
        f"GRANT {_rights_on(table)} ON TABLE public.{quote(table)} TO {user}"
        for table in inspect(connection).get_table_names("public")
    ]
    return [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {user}",
        f"REVOKE CREATE ON SCHEMA public FROM {user}",
        f"GRANT USAGE ON SCHEMA public TO {user}",
        *grants,
    ]


def _rights_on(table: str) -> str:
    if table in _READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in _ADD_ONLY else "SELECT, INSERT, UPDATE, DELETE"
