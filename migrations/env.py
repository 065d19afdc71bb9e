"""Runs the migrations on SQLite and PostgreSQL, each as one transaction that holds or leaves no trace."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, make_url, pool, text

from app.storage.models import Screening
from app.storage.postgresql import SHARED_SAFELY

# Another migration at the same time waits for this number.
_ADVISORY_LOCK = 72_417_903

METADATA = Screening.metadata  # of all models: their module is loaded


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Rebuilding a table with foreign keys on would delete its children; they are checked at the end."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=OFF").close()
    connection.execute("PRAGMA busy_timeout=30000").close()
    connection.execute("PRAGMA synchronous=EXTRA").close()


def _begin_immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"The migration would leave {len(broken)} rows without their parent.")


def run_migrations() -> None:
    url = make_url(context.config.attributes["database_url"])
    is_sqlite = url.get_backend_name() == "sqlite"
    own = {} if is_sqlite else SHARED_SAFELY
    engine = create_engine(url, poolclass=pool.NullPool, connect_args=own)
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediately)
    with engine.connect() as connection, connection.begin():
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=is_sqlite,
            transactional_ddl=True,
        )
        if not is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        context.run_migrations()
        if is_sqlite:
            _check_foreign_keys(connection)


run_migrations()
