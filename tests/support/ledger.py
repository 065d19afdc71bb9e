"""A ledger of screenings handed in over HTTP, and what must be true of the database in the end.

The habit is that of Jepsen: an answer that never came is no failure. What was acknowledged is stored exactly
once, what was refused is not stored, and what nobody knows of is stored at most once.
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from app.services.auditing import BrokenChainError, verify_chain
from app.storage.anchors import read_anchors
from app.storage.database import StorageUnavailableError
from app.storage.encryption import code_macs
from app.storage.keyring import Keyring, load_keyring
from app.storage.store import open_store
from tests.support.databases import sqlite_url

DATABASE: Final = "screening.db"
_STORED: Final = "SELECT reference_mac, count(*) FROM screenings GROUP BY reference_mac"
_UNAUDITED: Final = (
    "SELECT count(*) FROM screenings AS s WHERE 1 <> (SELECT count(*) FROM audit_events AS a "
    "WHERE a.action = 'screening_stored' AND a.subject_id = s.id)"
)
_LEADS_NOWHERE: Final = (
    "SELECT count(*) FROM audit_events WHERE action = 'screening_stored' "
    "AND subject_id NOT IN (SELECT id FROM screenings)"
)


class Result(StrEnum):
    """What the person who pressed the button knows."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Ledger:
    """What became of each screening, by its reference code. Several threads may write.

    A code that was acknowledged once stays so; one of which an answer was lost may be stored from then on,
    whatever a later try was told. `complaints` are pages that were not as calm as promised.
    """

    def __init__(self) -> None:
        self._results: dict[str, Result] = {}
        self._lock = threading.Lock()
        self.complaints: Counter[str] = Counter()
        self.calm_pages = 0

    def began(self, code: str) -> None:
        """The button was pressed: until an answer comes nobody knows."""
        self.note(code, Result.UNKNOWN)

    def note(self, code: str, result: Result) -> None:
        with self._lock:
            if self._results.get(code) is not Result.ACKNOWLEDGED:
                self._results[code] = result

    def refused(self, code: str) -> None:
        """The only press of this button was refused."""
        self.note(code, Result.REFUSED)

    def complain(self, about: str) -> None:
        with self._lock:
            self.complaints[about] += 1

    def praise(self) -> None:
        with self._lock:
            self.calm_pages += 1

    def of(self, result: Result) -> set[str]:
        with self._lock:
            return {code for code, each in self._results.items() if each is result}

    @property
    def acknowledged(self) -> int:
        return len(self.of(Result.ACKNOWLEDGED))

    def __len__(self) -> int:
        return len(self._results)


@dataclass(frozen=True)
class Verdict:
    """What a comparison has found. `faults` tell of the database as a whole."""

    operations: int
    acknowledged: int
    refused: int
    unknown: int
    unknown_stored: int
    lost: int
    duplicated: int
    refused_stored: int
    faults: tuple[str, ...] = field(default=())

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.duplicated or self.refused_stored or self.faults)


def compare(data_dir: Path, ledger: Ledger) -> Verdict:
    """The ledger beside what is stored. A journal that a crash has left is rolled back by the looking."""
    keyring = load_keyring(data_dir / "keyring")
    times: dict[bytes, int] = {}
    with closing(sqlite3.connect(data_dir / DATABASE)) as connection:
        faults = list(_broken_parts(connection))
        with suppress(sqlite3.DatabaseError):  # that it is damaged is among the faults
            times.update(connection.execute(_STORED))
    faults += _broken_chain(data_dir)  # later: the product changes the kind of journal, which needs it alone
    stored = {result: _times(ledger.of(result), times, keyring) for result in Result}
    unknown = stored[Result.UNKNOWN]
    return Verdict(
        operations=len(ledger),
        acknowledged=len(stored[Result.ACKNOWLEDGED]),
        refused=len(stored[Result.REFUSED]),
        unknown=len(unknown),
        unknown_stored=sum(each > 0 for each in unknown),
        lost=stored[Result.ACKNOWLEDGED].count(0),
        duplicated=sum(each > 1 for results in stored.values() for each in results),
        refused_stored=sum(each > 0 for each in stored[Result.REFUSED]),
        faults=tuple(faults),
    )


def _times(codes: set[str], times: dict[bytes, int], keyring: Keyring) -> list[int]:
    """How often each of these is stored."""
    return [sum(times.get(mac, 0) for mac in code_macs(keyring, code).macs) for code in codes]


def _broken_parts(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with the file, its tables, or the one audit row that each screening has."""
    try:
        checks: dict[str, list[Any]] = {
            name: connection.execute(statement).fetchall()
            for name, statement in {
                "file": "PRAGMA integrity_check",
                "references": "PRAGMA foreign_key_check",
                "screenings without their one audit row": _UNAUDITED,
                "audit rows without a screening": _LEADS_NOWHERE,
            }.items()
        }
    except sqlite3.DatabaseError as problem:
        yield str(problem)
        return
    whole = {"file": [("ok",)], "references": []}
    yield from (f"{name}: {rows[0][0]}" for name, rows in checks.items() if rows != whole.get(name, [(0,)]))


def _broken_chain(data_dir: Path) -> Iterator[str]:
    """What `audit verify` would say, with the anchors of the installation."""
    store = open_store(sqlite_url(data_dir / DATABASE), data_dir / "keyring", data_dir / "policies")
    anchors = data_dir / "audit-anchors.jsonl"
    try:
        for _ in verify_chain(store, read_anchors(anchors)[0] if anchors.exists() else ()):
            continue
    except (BrokenChainError, StorageUnavailableError) as problem:
        yield f"audit: {problem}"
    finally:
        store.database.close()
