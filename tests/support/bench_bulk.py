"""How fast a cohort is assessed and imported, each beside a bare piece of work in the same run.

`python -m tests.support.bench_bulk --rows 20000 --rounds 5` prints medians, spread and ratios of both, the
longest transaction of an import, and the memory of 2,000 and of 20,000 rows, each in a fresh process.
Synthetic people, SQLite with the settings of the product, functions in process: without the second in which
an interpreter starts, and with the processes that `assess` starts.
"""

import argparse
import csv
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import event

from app.domain.policy_files import load_policies
from app.reports.cohort_csv import as_text, open_table
from app.reports.cohort_processes import assessed_csv
from app.services.cohort_import import begin_import, import_rows
from app.storage.database import _SQLITE_SETTINGS
from app.storage.keyring import create_keyring
from app.storage.schema import bring_up_to_date
from app.storage.store import Store, open_store
from config import Settings, load_settings
from tests.support.cohort_rows import COLUMNS, write_cohort

FEW, MANY = 2_000, 20_000
CORES: Final = len(os.sched_getaffinity(0))


class Growth(NamedTuple):
    """The highest memory in MB for few rows and for ten times as many."""

    few: float
    many: float


def _wall() -> float:
    return time.perf_counter()


def _processor() -> float:
    """Seconds of processor of this process and of those that it started and that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def assess_round(rows: int, jobs: int = CORES, clock: Callable[[], float] = _wall) -> tuple[float, float]:
    """Rows a second of the csv module alone, and of assessing as `assess --jobs` does, to a file."""
    with _folder() as folder:
        file = folder / "cohort.csv"
        write_cohort(file, rows)
        bare = _seconds(lambda: _read(file), clock)
        return rows / bare, rows / _seconds(lambda: _assess(file, folder, jobs), clock)


def import_round(rows: int, clock: Callable[[], float] = _wall) -> tuple[float, float]:
    """Rows a second of one executemany of the same columns, and of `import-cohort`'s work.

    The table has as many indexes as the one of screenings, and both databases the settings of the product.
    """
    with _folder() as folder:
        file = folder / "cohort.csv"
        write_cohort(file, rows)
        with _store(folder) as store:
            bare = _seconds(lambda: _insert(file, folder / "bare.db", _indexes(store)), clock)
            return rows / bare, rows / _seconds(lambda: _import(store, file), clock)


def longest_transaction(rows: int) -> float:
    """How many milliseconds others wait at most for a batch of an import."""
    begun, longest = [0.0], [0.0]
    with _folder() as folder, _store(folder) as store:
        file = folder / "cohort.csv"
        write_cohort(file, rows)
        engine = store.database.engine
        event.listen(engine, "begin", lambda _: begun.append(time.perf_counter()))
        event.listen(store.database._writing, "after_commit", lambda _: longest.append(_since(begun)))
        _import(store, file)
    return max(longest)


def memory_growth() -> dict[str, Growth]:
    """The highest memory of `assess` (with the largest of its processes) and of an import."""
    return {name: Growth(_peak(name, FEW), _peak(name, MANY)) for name in ("assess", "import")}


def _since(begun: list[float]) -> float:
    return (time.perf_counter() - begun[-1]) * 1000


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _seconds(work: Callable[[], None], clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return clock() - began


def _read(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as source:
        for _ in csv.reader(source):
            pass


def _assess(file: Path, folder: Path, jobs: int) -> None:
    policies = load_policies(folder / "policies").policies
    with (
        as_text(file.open("rb")) as source,
        (folder / "out.jsonl").open("w", encoding="utf-8") as target,
        closing(assessed_csv(source, policies, folder / "policies", jobs)) as parts,
    ):
        for part in parts:
            target.write(part.text)


@contextmanager
def _store(folder: Path) -> Iterator[Store]:
    """An installation that has nothing stored yet."""
    settings: Settings = load_settings({"DATA_DIR": str(folder)})
    create_keyring(settings.keyring_path)
    bring_up_to_date(settings.database_url)
    store = open_store(settings.database_url, settings.keyring_path, settings.policies_folder)
    with closing(store.database):
        yield store


def _indexes(store: Store) -> int:
    with store.database.reading() as session:
        return len(session.connection().exec_driver_sql("PRAGMA index_list(screenings)").fetchall())


def _insert(file: Path, database: Path, indexes: int) -> None:
    """What an import cannot beat: the cells as they stand, and nothing looked at."""
    marks = ", ".join("?" * len(COLUMNS))
    with closing(sqlite3.connect(database)) as connection:
        for setting in _SQLITE_SETTINGS:
            connection.execute(setting)
        connection.execute(f"CREATE TABLE cohort ({', '.join(COLUMNS)})")
        for number in range(indexes):
            connection.execute(f"CREATE INDEX i{number} ON cohort ({COLUMNS[number % len(COLUMNS)]})")
        with file.open(encoding="utf-8", newline="") as source, connection:
            rows = csv.reader(source)
            next(rows)
            connection.executemany(f"INSERT INTO cohort VALUES ({marks})", rows)  # noqa: S608


def _import(store: Store, file: Path) -> None:
    with as_text(file.open("rb")) as source:
        lines = open_table(source).lines
        for _ in import_rows(store, begin_import(store, b"d" * 32), lines, "en", lambda *_: None):
            pass


def _peak(name: str, rows: int) -> float:
    command = [sys.executable, "-m", __spec__.name, "--peak", name, "--rows", str(rows)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def _own_peak(name: str, rows: int) -> float:
    """What this process needs for the work, with the largest process that it starts."""
    with _folder() as folder:
        file = folder / "cohort.csv"
        write_cohort(file, rows)
        if name == "assess":
            _assess(file, folder, CORES)
        else:
            with _store(folder) as store:
                _import(store, file)
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(each).ru_maxrss for each in who) / 1024


def _say(name: str, rounds: list[tuple[float, float]]) -> None:
    bare, full = (statistics.median(side) for side in zip(*rounds, strict=True))
    ratios = sorted(full / bare for bare, full in rounds)
    print(
        f"{name}: bare {bare:.0f} rows a second, in full {full:.0f}; "
        f"ratio {statistics.median(ratios):.4f} ({ratios[0]:.4f} to {ratios[-1]:.4f})"
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.bench_bulk", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=CORES)
    parser.add_argument(
        "--processor",
        action="store_true",
        help="Count seconds of processor, where other work is done, too.",
    )
    parser.add_argument("--peak", choices=("assess", "import"), help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.peak:
        print(_own_peak(chosen.peak, chosen.rows))
        return 0
    clock = _processor if chosen.processor else _wall
    both = [
        (assess_round(chosen.rows, chosen.jobs, clock), import_round(chosen.rows, clock))
        for _ in range(chosen.rounds)
    ]
    _say(f"assess, {chosen.jobs} processes", [each[0] for each in both])
    _say("import", [each[1] for each in both])
    if not chosen.processor:
        _say_the_rest(chosen.rows)
    return 0


def _say_the_rest(rows: int) -> None:
    print(f"longest transaction of an import: {longest_transaction(rows):.0f} ms")
    for name, growth in memory_growth().items():
        print(f"memory of {name}: {growth.few:.0f} MB for {FEW} rows, {growth.many:.0f} MB for {MANY}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
