"""One run of every test that carries a mark of a requirement, and how far each requirement is held by it."""

import platform
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import psycopg
import pytest

from tests.support.browser import chromium_path
from tests.support.databases import running_postgresql
from tests.support.node_checks import node_path
from tests.support.requirements import MARK, ROOT, Mark

NOT_RUN: Final = "not run"
FAILED: Final = "FAILED"
Results = Mapping[str, str]


class State(StrEnum):
    """How far a requirement is held."""

    HELD = "held"
    IN_PART = "in part"
    NOT_HELD = "not held yet"
    FAILED = FAILED


def state_of(marks: Iterable[Mark], results: Results, parts: Collection[str] = ()) -> State:
    """What the tests with these marks show of a requirement that falls into these parts, if into any.

    A test that was not run shows nothing.
    """
    ended = [(mark, results.get(mark.test, NOT_RUN)) for mark in marks]
    if any(result == FAILED for _, result in ended):
        return State.FAILED
    if all(result == NOT_RUN for _, result in ended):
        return State.NOT_HELD
    if any(result == NOT_RUN for mark, result in ended if not mark.part or mark.part in parts):
        return State.IN_PART
    shown = {mark.part for mark, _ in ended}
    return State.HELD if "" in shown or (parts and shown.issuperset(parts)) else State.IN_PART


@dataclass
class Outcomes:
    """A plugin of pytest that counts how the cases of each test ended."""

    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.counts[report.nodeid.partition("[")[0]][report.outcome] += 1

    def results(self) -> dict[str, str]:
        return {test: _result(counted) for test, counted in self.counts.items()}


def _result(counted: Counter[str]) -> str:
    if counted["failed"]:
        return FAILED
    if not counted["passed"]:
        return NOT_RUN
    return "passed" if counted["passed"] == 1 else f"passed ({counted['passed']})"


def run_tests(marks: Iterable[Mark]) -> tuple[int, Results]:
    """Pytest's exit status, and how each test ended. Tests that need what is not here are not run."""
    left_out = [name for name, path in (("browser", chromium_path()), ("node", node_path())) if not path]
    chosen = " and ".join([MARK, *(f"not {name}" for name in left_out)])
    files = sorted({str(ROOT / mark.test.partition("::")[0]) for mark in marks})
    outcomes = Outcomes()
    options = ["--quiet", "-n", "logical", "-m", chosen, f"--rootdir={ROOT}"]
    status = pytest.main([*options, *files], plugins=[outcomes])
    return int(status), outcomes.results()


def versions() -> str:
    """What the tests ran on, in one sentence."""
    with (
        running_postgresql() as server,
        psycopg.connect(server.borrow().replace("+psycopg", "")) as connection,
    ):
        major, minor = divmod(connection.info.server_version, 10_000)
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    return f"Last run on Python {python}, SQLite {sqlite} and PostgreSQL {major}.{minor}."
