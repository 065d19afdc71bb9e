"""`import-cohort` stopped anywhere, by real signals to a real process, and run again: each row once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from app.commands import cohort as command
from app.commands.cohort import import_cohort
from app.services import cohort_import, storing
from app.services.counting import count_submission
from app.services.self_screening import start_screening
from app.storage.database import StorageUnavailableError
from app.storage.models import CohortImport
from app.storage.store import Store
from config import Settings
from tests.checks.commands import PROJECT, Run, failed, failed_after_work, succeeded
from tests.support.cohorts import ages, everywhere, good, reasons, where, written, wrong

# The command with small batches, to which a signal comes at the given call: of those that count a row within
# its transaction, or of those just before or after a transaction is committed. The first begins the import.
IMPORT: Final = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.orm import Session
from app.commands.cohort import import_cohort
from app.services import cohort_import, storing
name, moment, left, *arguments = sys.argv[1:]
left = int(left)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
cohort_import._BATCH = 3
def passing(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), getattr(signal, name))
count = storing.count_submission
def counted(*given):
    passing()
    return count(*given)
if moment == "row":
    storing.count_submission = counted
else:
    event.listen(Session, moment, passing)
import_cohort.main(arguments)
"""
AGES: Final = list(range(20, 40))
STOPPED: Final = (
    "Stopped. What is stored is kept; run the same command again, and it goes on with the next row.\n"
)


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """Twenty people, with a wrong row after the third, the tenth and the last."""
    rows = [good(*AGES[:3]), wrong(90), good(*AGES[3:10]), wrong(91), good(*AGES[10:]), wrong(92)]
    return written(tmp_path / "cohort.csv", *rows)


def stopped(settings: dict[str, str], *arguments: str | int | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", IMPORT, *map(str, arguments)],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("moment", "call", "done"),
    [
        ("before_commit", 1, 0),
        ("after_commit", 1, 0),
        ("row", 1, 0),
        ("row", 5, 3),
        ("before_commit", 4, 5),
        ("after_commit", 4, 8),
        ("after_commit", 9, 20),
        ("before_commit", 10, 20),
    ],
)
def test_a_kill_leaves_whole_batches_and_the_next_run_goes_on(
    moment: str,
    call: int,
    done: int,
    store: Store,
    settings: Settings,
    run: Run,
    cohort: Path,
    errors: Path,
) -> None:
    environment = where(store, settings)
    killed = stopped(environment, "SIGKILL", moment, call, cohort, "--errors", errors)
    assert killed.returncode == -9, killed.stderr
    everywhere(store, AGES[:done])
    assert not errors.exists()
    said = run(import_cohort, str(cohort), "--errors", str(errors), **environment)
    assert failed_after_work(said).startswith("Rows with an error: 3.")
    everywhere(store, AGES)
    assert reasons(errors) == [("4", "headache_days"), ("12", "headache_days"), ("23", "headache_days")]


def test_killed_in_every_run_it_comes_to_its_end(store: Store, settings: Settings, cohort: Path) -> None:
    environment, runs = where(store, settings), 1
    while stopped(environment, "SIGKILL", "row", 5, cohort).returncode == -9:
        runs += 1
    assert runs > 5
    everywhere(store, AGES)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_stops_it_with_one_line_and_nothing_is_left_beside_the_file(
    name: str, sqlite_store: Store, settings: Settings, run: Run, cohort: Path, errors: Path
) -> None:
    environment = where(sqlite_store, settings)
    done = stopped(environment, name, "after_commit", 3, cohort, "--errors", errors)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", STOPPED)
    assert list(cohort.parent.glob("*wrong*")) == list(cohort.parent.glob(".wrong*")) == []
    said = run(import_cohort, str(cohort), **environment)
    assert said.stdout == "Went on after row 6: stored 15, in all 20.\n"
    everywhere(sqlite_store, AGES)


@pytest.mark.slow
def test_patients_go_on_answering_meanwhile(sqlite_store: Store, settings: Settings, tmp_path: Path) -> None:
    """On SQLite one writes at a time: who stores in bulk must let others in between."""
    file = written(tmp_path / "many.csv", *(good(*AGES) for _ in range(300)))
    started = 0
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "import-cohort", str(file)],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **where(sqlite_store, settings)},
        stdout=subprocess.PIPE,
    ) as running:
        while running.poll() is None:
            start_screening(sqlite_store, "en", datetime.now(UTC))
            started += is_half_way(sqlite_store)
    assert running.returncode == 0
    assert started > 5
    assert len(ages(sqlite_store)) == 6000


def is_half_way(store: Store) -> bool:
    """Whether the import has stored a row and not yet its last."""
    with store.database.reading() as session:
        done = session.scalar(select(CohortImport.rows_done)) or 0
    return 0 < done < 6000


def test_a_database_that_goes_away_meanwhile_is_one_line(
    store: Store, settings: Settings, run: Run, cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohort_import, "_BATCH", 3)
    with monkeypatch.context() as patch:
        patch.setattr(storing, "count_submission", broken_after(4, StorageUnavailableError()))
        said = failed(run(import_cohort, str(cohort), **where(store, settings)))
    assert said == "The database does not answer. Check that it runs, then try again."
    everywhere(store, AGES[:3])
    run(import_cohort, str(cohort), **where(store, settings))
    everywhere(store, AGES)


def broken_after(many: int, problem: Exception) -> Any:
    left = iter(range(many))

    def count(*given: Any) -> None:
        if next(left, None) is None:
            raise problem
        count_submission(*given)

    return count


def test_two_runs_at_once_store_each_row_once(
    store: Store, settings: Settings, run: Run, cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other run takes over when this one has stored its first batch."""
    monkeypatch.setattr(cohort_import, "_BATCH", 3)
    environment = where(store, settings)

    def import_rows(*given: Any) -> Iterator[Any]:
        steps = cohort_import.import_rows(*given)
        yield next(steps)
        monkeypatch.setattr(command, "import_rows", cohort_import.import_rows)
        assert run(import_cohort, str(cohort), **environment).exit_code == 1
        yield from steps

    monkeypatch.setattr(command, "import_rows", import_rows)
    said = failed(run(import_cohort, str(cohort), **environment))
    assert said == f"{cohort} is imported by another run. Wait for it to end."
    everywhere(store, AGES)


def test_a_file_that_is_changed_while_it_is_read_stops_it(
    sqlite_store: Store, settings: Settings, run: Run, cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohort_import, "_BATCH", 3)

    def import_rows(*given: Any) -> Iterator[Any]:
        steps = cohort_import.import_rows(*given)
        yield next(steps)
        with cohort.open("a") as file:
            file.write(good(80))
        yield from steps

    monkeypatch.setattr(command, "import_rows", import_rows)
    said = failed(run(import_cohort, str(cohort), **where(sqlite_store, settings)))
    assert said.startswith(f"{cohort} was changed while it was read.")
    assert ages(sqlite_store) == AGES[:3]


def test_a_file_that_was_begun_is_known_with_a_newer_key(
    sqlite_store: Store, settings: Settings, run: Run, tmp_path: Path
) -> None:
    from app.commands.keys import keys

    environment = where(sqlite_store, settings)
    file = written(tmp_path / "small.csv", good(20))
    succeeded(run(import_cohort, str(file), **environment))
    succeeded(run(keys, "rotate", **environment))
    assert "Nothing was stored." in succeeded(run(import_cohort, str(file), **environment))
    assert ages(sqlite_store) == [20]
