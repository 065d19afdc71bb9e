"""What the product's own connections to SQLite may not do, whatever statement reaches them.

SQLite has no accounts with rights of their own, so each connection refuses by itself: no table, index or
trigger is made, changed or dropped, and the audit log is not changed. Migrations use a connection of their
own. The answer is asked for once a statement, when it is prepared.
"""

import sqlite3
from typing import Any, Final

_VACUUM: Final = "vacuum_db"  # the copy that VACUUM INTO makes, under the name that SQLite gives it
_AUDIT: Final = "audit_events"
_SCHEMA_TABLES: Final = frozenset({"sqlite_master", "sqlite_schema", "sqlite_temp_master"})
_FIXED_SETTINGS: Final = frozenset({"recursive_triggers", "trusted_schema", "writable_schema"})


def _codes(*beginnings: str) -> frozenset[int]:
    names = (name for name in dir(sqlite3) if name.startswith(beginnings))
    return frozenset(getattr(sqlite3, name) for name in names)


_CREATING: Final = _codes("SQLITE_CREATE_")
_DROPPING_OR_ALTERING: Final = _codes("SQLITE_DROP_", "SQLITE_ALTER_")
_CHANGING_ROWS: Final = frozenset({sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})


def install_guard(connection: sqlite3.Connection) -> None:
    """Refuse from now on what is no business of the product."""
    connection.set_authorizer(_authorize)


def is_refused(problem: BaseException | None) -> bool:
    """Whether the guard has refused a statement."""
    return getattr(problem, "sqlite_errorcode", None) == sqlite3.SQLITE_AUTH


def _authorize(action: int, first: str | None, second: str | None, database: str | None, _by: Any) -> int:
    is_allowed = _is_allowed(action, first or "", second, database)
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def _is_allowed(action: int, first: str, second: str | None, database: str | None) -> bool:
    if action in _CHANGING_ROWS and first == _AUDIT:
        return False
    if action in _CREATING or (action in _CHANGING_ROWS and first in _SCHEMA_TABLES):
        return database == _VACUUM
    if action == sqlite3.SQLITE_PRAGMA:
        return second is None or first not in _FIXED_SETTINGS
    return action not in _DROPPING_OR_ALTERING
