"""What one screening costs: work, requests, bytes on the disk and in the log; on both engines, measured.

`python -m tests.support.cost_of_a_screening` lets people walk whole journeys through the real server, stores
many screenings, and prints the tables of docs/scaling.md. PostgreSQL runs with all of its durability.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import NullPool, create_engine, text

from app.application import create_app
from app.services.backups import create_backup
from app.services.demonstration import synthetic_screening
from app.services.storing import keep_screening
from app.storage.audit import PATIENT, Action, AuditEntry, add_audit_entry
from app.storage.database import StorageUnavailableError
from app.storage.new_screenings import NewScreening
from app.storage.store import Store, open_store
from config import load_settings
from tests.support.accounts import CLINICIAN, Doorkeeper
from tests.support.cluster import running_cluster, wait_until
from tests.support.crowd import Crowd, Outcome
from tests.support.databases import sqlite_url
from tests.support.server import Server, running_server
from tests.support.visitor import Visitor

PATIENTS: Final = 4
WARM_UP_PRESSES: Final = 60
QUEUE_PAGES: Final = 40
AT_ONCE: Final = 8  # as many as the threads of one host
SECONDS: Final = 10.0
_BATCH: Final = 200
_SQLITE_SIZES: Final = (
    "SELECT m.tbl_name AS part, m.type = 'index' AS is_index, sum(s.pgsize) AS size"
    " FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1, 2"
)
_POSTGRESQL_SIZES: Final = (
    "SELECT relname AS part, false AS is_index, pg_table_size(relid) AS size FROM pg_stat_user_tables"
    " UNION ALL SELECT relname, true, pg_indexes_size(relid) FROM pg_stat_user_tables"
)
Sizes = dict[tuple[str, bool], int]


@dataclass(frozen=True)
class Ground:
    """One engine to measure on. `database_cpu` is what its own processes have used, if it has any."""

    name: str
    folder: Path
    url: str
    database_cpu: Callable[[], float]

    @property
    def data_dir(self) -> Path:
        return self.folder / f"data-{self.name}"


@dataclass(frozen=True)
class Journeys:
    """What whole journeys cost, each."""

    requests: float
    cpu_ms: float
    database_cpu_ms: float
    log_bytes: float


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _table(*lines: Iterable[object]) -> None:
    head = list(lines[0])
    print("", _line(head), _line(["---"] * len(head)), *map(_line, lines[1:]), sep="\n", flush=True)


def _server_cpu(server: Server) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in server.processes())


def walk_journeys(ground: Ground, presses: int) -> Journeys:
    """Whole journeys through the real server, each page once and every file of style once a browser."""
    settings = {} if ground.url.startswith("sqlite") else {"DATABASE_URL": ground.url}
    with running_server(ground.data_dir, workers=2, settings=settings) as server:
        _walk(server, WARM_UP_PRESSES)
        before = _server_cpu(server), ground.database_cpu(), len(server.log()), _requests(server)
        number = _walk(server, presses)
        after = _server_cpu(server), ground.database_cpu(), len(server.log()), _requests(server)
    cpu, database_cpu, log, requests = (
        (end - begin) / number for begin, end in zip(before, after, strict=True)
    )
    return Journeys(requests, 1000 * cpu, 1000 * database_cpu, log)


def _requests(server: Server) -> int:
    return server.log().count('"request"')


def _walk(server: Server, presses: int) -> int:
    """How many journeys were made."""
    with Crowd(lambda: Visitor(server.origin), PATIENTS) as crowd:
        wait_until(crowd.has_made(presses, Outcome.ACKNOWLEDGED), "it takes too long", 600)
    return len(crowd.ledger.journeys)


def new_screenings(store: Store, seed: int) -> Iterator[NewScreening]:
    """Believable ones without end, those of `seed-demo`."""
    chance = random.Random(seed)
    while True:
        yield synthetic_screening(store, chance, datetime.now(UTC))


def _keep_noted(store: Store, batch: list[NewScreening]) -> None:
    with store.database.writing() as session:
        for new in batch:
            entry = AuditEntry(
                Action.SCREENING_STORED, PATIENT, new.received_at, keep_screening(session, store, new)
            )
            add_audit_entry(session, store.keyring, entry)


def fill(store: Store, rows: int) -> None:
    """Store screenings, each with its entry in the audit log, as a submission does."""
    made = new_screenings(store, 1)
    for _ in range(0, rows, _BATCH):
        _keep_noted(store, [next(made) for _ in range(_BATCH)])


def sizes(store: Store) -> Sizes:
    """Bytes of each table, and of its indexes together."""
    is_sqlite = store.database.engine.dialect.name == "sqlite"
    engine = create_engine(store.database.engine.url, poolclass=NullPool)  # the product's may not look there
    with engine.connect() as connection:
        found = connection.execute(text(_SQLITE_SIZES if is_sqlite else _POSTGRESQL_SIZES))
        return {(row.part, bool(row.is_index)): int(row.size) for row in found}


def bytes_each(store: Store, rows: int) -> dict[tuple[str, bool], float]:
    """What one more screening adds to each table and its indexes."""
    before = sizes(store)
    fill(store, rows)
    return {part: (size - before.get(part, 0)) / rows for part, size in sizes(store).items()}


def backup_cost(store: Store, folder: Path) -> tuple[float, float]:
    """Seconds and megabytes of a backup of all."""
    file, began = folder / "all.backup", time.perf_counter()
    create_backup(store, file, folder, datetime.now(UTC), lambda _done, _total: None)
    return time.perf_counter() - began, file.stat().st_size / 1e6


def queue_page_ms(ground: Ground, store: Store) -> float:
    """The processor's time for one page of the queue, without that of the database's own processes."""
    settings = load_settings({"DATA_DIR": str(ground.data_dir), "DATABASE_URL": ground.url})
    browser = Doorkeeper().enter(create_app(settings, store), store, CLINICIAN).flask
    browser.get("/clinic/")
    began = time.process_time()
    for _ in range(QUEUE_PAGES):
        assert browser.get("/clinic/").status_code == 200
    return 1000 * (time.process_time() - began) / QUEUE_PAGES


def a_second(store: Store, work: Callable[[NewScreening], None]) -> float:
    """How often a second several threads at once can do this."""
    made = new_screenings(store, 2)
    waiting, end = [next(made) for _ in range(4000)], time.monotonic() + SECONDS

    def go_on(_: int) -> int:
        done = 0
        while waiting and time.monotonic() < end:
            with suppress(StorageUnavailableError):  # SQLite has no order among those who wait
                work(waiting.pop())
                done += 1
        return done

    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(go_on, range(AT_ONCE))) / (time.monotonic() - began)


def note_alone(store: Store) -> Callable[[NewScreening], None]:
    """The part that all hosts do one after the other: the end of the audit chain, and the commit."""

    def note(_: NewScreening) -> None:
        entry = AuditEntry(Action.SCREENING_FOUND, PATIENT, datetime.now(UTC))
        with store.database.writing() as session:
            add_audit_entry(session, store.keyring, entry)

    return note


def measure(ground: Ground, rows: int, presses: int) -> dict[tuple[str, bool], float]:
    """Everything on one engine, printed; what a screening takes in each table."""
    journeys = walk_journeys(ground, presses)
    keyring, policies = ground.data_dir / "keyring", ground.data_dir / "policies"
    store = open_store(ground.url, keyring, policies)
    with closing(store.database):
        each = bytes_each(store, rows)
        backup_s, backup_mb = backup_cost(store, ground.folder)
        _table(
            ("on " + ground.name, "measured"),
            ("requests a journey, without pictures and style sheets", f"{journeys.requests:.1f}"),
            ("processor time of the product a journey (ms)", f"{journeys.cpu_ms:.0f}"),
            ("processor time of the database's processes a journey (ms)", f"{journeys.database_cpu_ms:.0f}"),
            ("bytes of log a journey", f"{journeys.log_bytes:.0f}"),
            ("backup, seconds for 1,000 screenings", f"{1000 * backup_s / rows:.2f}"),
            ("backup, kB a screening", f"{1000 * backup_mb / rows:.2f}"),
            (f"a page of the queue over {rows:,} (ms of processor)", f"{queue_page_ms(ground, store):.1f}"),
            (
                f"submissions a second, {AT_ONCE} at once",
                f"{a_second(store, lambda new: _keep_noted(store, [new])):.0f}",
            ),
            (f"audit entries a second, {AT_ONCE} at once", f"{a_second(store, note_alone(store)):.0f}"),
        )
    return each


@contextmanager
def grounds() -> Iterator[tuple[Ground, ...]]:
    with tempfile.TemporaryDirectory() as name, running_cluster() as cluster:
        folder = Path(name)
        sqlite = Ground("SQLite", folder, sqlite_url(folder / "data-SQLite" / "screening.db"), lambda: 0.0)
        primary = cluster.primary
        yield sqlite, Ground("PostgreSQL", folder, primary.url, primary.cpu_seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--presses", type=int, default=1_000)
    arguments = parser.parse_args()
    with grounds() as both:
        found = [measure(ground, arguments.rows, arguments.presses) for ground in both]
    parts = sorted({part for each in found for part, size in each.items() if size > 0.5})
    lines = [
        (f"`{part[0]}`{', indexes' if part[1] else ''}", *(f"{each.get(part, 0):.0f}" for each in found))
        for part in parts
    ]
    total = ("together", *(f"{sum(each.values()):.0f}" for each in found))
    _table(("bytes a screening", *(ground.name for ground in both)), *lines, total)
    return 0


if __name__ == "__main__":
    sys.exit(main())
