"""Runs the migrations on SQLite and PostgreSQL, all as one transaction that holds or leaves no trace.

A way down that would lose something refuses, and says what: docs/adr/0035-go-back-with-a-copy.md.
"""

from typing import Any

from alembic import context
from sqlalchemy import (
    ColumnClause,
    Connection,
    column,
    create_engine,
    event,
    func,
    inspect,
    literal_column,
    make_url,
    pool,
    select,
    table,
    text,
)

from app.storage.models import Screening
from app.storage.pooling import SHARED_SAFELY

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


def _held(connection: Connection) -> dict[str, int]:
    """The rows of each table, and of each column those that hold more than nothing or its default."""
    held, found = {}, inspect(connection)
    for name in set(found.get_table_names()) - {"alembic_version"}:
        held[name] = connection.scalar(select(func.count()).select_from(table(name))) or 0
        for each in found.get_columns(name):
            value: ColumnClause[Any] = column(each["name"])
            counted = select(func.count(value)).select_from(table(name))
            if each["default"] is not None:
                counted = counted.where(value != literal_column(each["default"]))
            held[f"{name}.{each['name']}"] = connection.scalar(counted) or 0
    return held


def _refuse_to_lose(before: dict[str, int], after: dict[str, int]) -> None:
    """The end of a way down, and of its transaction, when rows or values went with it."""
    fewer = {name: n - after.get(name, 0) for name, n in before.items() if n > after.get(name, 0)}
    # A table that is gone, or has fewer rows, speaks for its columns.
    told = [name for name in sorted(fewer) if "." not in name or name.partition(".")[0] not in fewer]
    lost = [f"{name} ({fewer[name]})" for name in told]
    if lost:
        raise RuntimeError(
            f"Nothing was changed: going back would lose {', '.join(lost)}. "
            "Restore the backup from before the upgrade instead."
        )


def _is_way_down() -> bool:
    return bool(context.get_context().opts["fn"].__name__ == "downgrade")


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
        looks = _is_way_down() and not context.config.attributes.get("may_lose", False)
        before = _held(connection) if looks else {}
        context.run_migrations()
        if looks:
            _refuse_to_lose(before, _held(connection))
        if is_sqlite:
            _check_foreign_keys(connection)


run_migrations()
