"""What a database holds, as it stands there: its tables with all that belongs to them, and every row."""

from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Inspector, inspect, text

from app.storage.database import Database

Rows = dict[str, list[dict[str, Any]]]
_SQLITE_PARTS = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index')"
# Asking for one table after the other takes PostgreSQL a hundred times as long.
_POSTGRESQL_PARTS = (
    """SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
       FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
       LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped""",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def schema_at(url: str) -> set[str]:
    """Tables, columns, keys, constraints, indexes and guards, each as a text; in no order."""
    with closing(Database(url)) as database, database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return {repr(row) for part in _POSTGRESQL_PARTS for row in connection.execute(text(part))}
        found = inspect(connection)
        described = {repr(row) for row in connection.execute(text(_SQLITE_PARTS))}
        return described.union(*(_parts(found, name) for name in found.get_table_names()))


def _parts(found: Inspector, table: str) -> set[str]:
    parts = [
        *({**each, "type": str(each["type"])} for each in found.get_columns(table)),
        found.get_pk_constraint(table),
        *found.get_foreign_keys(table),
        *found.get_unique_constraints(table),
        *found.get_check_constraints(table),
    ]
    return {f"{table} {sorted(dict(each).items())}" for each in parts}


def rows_at(url: str) -> Rows:
    """Every row of every table, the revision too."""
    with closing(Database(url)) as database, database.engine.connect() as connection:
        return {name: _rows(connection, name) for name in inspect(connection).get_table_names()}


def _rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    found = connection.execute(text(f"SELECT * FROM {table}")).mappings()  # noqa: S608
    return sorted((dict(each) for each in found), key=lambda row: repr(sorted(row.items())))


def columns_of(rows: Rows) -> dict[str, set[str]]:
    return {table: {name for row in found for name in row} for table, found in rows.items()}


def narrowed(rows: Rows, columns: dict[str, set[str]]) -> Rows:
    """No more than these tables and columns of it, without the revision."""
    return {
        table: [{name: row[name] for name in row if name in columns[table]} for row in rows[table]]
        for table in sorted(rows.keys() & columns.keys() - {"alembic_version"})
    }
