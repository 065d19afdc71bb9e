"""Everything of one database put into another, and compared row by row. See docs/adr/0032."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from app.services.auditing import verify_chain
from app.storage import dump
from app.storage.audit import OPERATOR, Action, AuditEntry, add_audit_entry
from app.storage.database import Database
from app.storage.schema import closing_for_good
from app.storage.store import Store

_TELL_EVERY: Final = 1000
_MODULUS: Final = 2**256
Tell = Callable[[int, int], None]


class NotEmptyError(Exception):
    """The new database holds rows."""


class WrittenMeanwhileError(Exception):
    """The old database is not what was sent: the server was not stopped. The new one has rows now."""


class NotTheSameError(Exception):
    """What arrived is not what was sent; the text names the tables."""


@dataclass
class Content:
    """What a database holds: the number of rows of each table, and a sum of their digests.

    The sum does not depend on the order of the rows, which two engines may sort differently.
    """

    rows: Counter[str] = field(default_factory=Counter)
    digests: Counter[str] = field(default_factory=Counter)

    def add(self, row: dump.Row) -> None:
        table, values = row
        digest = hashlib.sha256(json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        self.rows[table] += 1
        self.digests[table] = (self.digests[table] + int.from_bytes(digest.digest())) % _MODULUS


def send_all(source: Store, target: Database, folder: Path, now: datetime, tell: Tell) -> Content:
    """Put every row of `source` into `target`, whose tables are made and empty; what was sent.

    It is noted in the audit log before, so that both logs have the entry. All rows go in one transaction.

    Raises:
        NotEmptyError: the new database holds rows.
        ConflictError, ValueError: a row does not fit.
    """
    if not dump.is_empty(target):
        raise NotEmptyError
    with source.database.writing() as session:
        add_audit_entry(session, source.keyring, AuditEntry(Action.DATA_MOVED, OPERATOR, now))
    sent = Content()
    with dump.snapshot(source.database, folder) as connection:
        tables = dump.tables_of_models()
        total = sum(dump.row_counts(connection, tables).values())
        rows = _counted(dump.dump_rows(connection, tables), sent, total, tell)
        dump.load_rows(target, rows, dump.columns_of(tables))
    return sent


def check_arrived(source: Store, target: Database, folder: Path, sent: Content) -> None:
    """Read the new database again, and follow the audit chain there.

    Raises:
        NotTheSameError: what arrived is not what was sent.
        BrokenChainError: the audit log is not whole, in the new database and so in the old one.
    """
    with dump.snapshot(target, folder) as connection:
        _compare(sent, _content_of(connection))
    for _ in verify_chain(Store(target, source.keyring, source.cipher)):
        pass


def close_source(owner_url: str, sent: Content) -> None:
    """Close the old database, as the owner of its tables, if it still is what was sent.

    Raises:
        WrittenMeanwhileError: it is not. It stays open.
    """
    with closing_for_good(owner_url) as connection:
        if _content_of(connection) != sent:
            raise WrittenMeanwhileError


def _counted(rows: Iterator[dump.Row], content: Content, total: int, tell: Tell) -> Iterator[dump.Row]:
    for number, row in enumerate(rows, start=1):
        content.add(row)
        yield row
        if number % _TELL_EVERY == 0:
            tell(number, total)


def _content_of(connection: Connection) -> Content:
    found = Content()
    for row in dump.dump_rows(connection, dump.tables_of_models()):
        found.add(row)
    return found


def _compare(sent: Content, arrived: Content) -> None:
    tables = sorted({*sent.rows, *arrived.rows})
    wrong = [each for each in tables if sent.digests[each] != arrived.digests[each]]
    if wrong or sent.rows != arrived.rows:
        raise NotTheSameError(", ".join(wrong))
