"""What is lost when something breaks: each fault on a real server under real submissions, as a table.

`python -m tests.support.faults --rounds N` tries every fault N times; `--only NAME` one of them, and `--list`
names them. The series is the same for the same `--seed`, but for the moments that the machine decides.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.support import fault_disk, fault_kills, fault_others
from tests.support.fault_ground import CannotBeTriedError, Ground, ground, small_disk
from tests.support.ledger import Verdict, compare

FAULTY: Final = "tests.support.faulty:app"
DISK_MEGABYTES: Final = 8
HEADER: Final = (
    "| fault | rounds | submissions | acknowledged | refused | unknown (of these stored) | lost | duplicated "
    "| calm pages | file, audit, pages |\n|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Fault:
    """One fault. `disk` is whether it needs a file system of its own."""

    title: str
    trial: Callable[[Ground], None]
    settings: Mapping[str, str] = field(default_factory=dict)
    needs_disk: bool = False


def _at_point(point: str) -> Fault:
    places = {
        "CP1": "before BEGIN",
        "CP2": "after the screening, before its audit row",
        "CP3": "after the audit row, before COMMIT",
        "CP5": "after COMMIT, before the answer",
    }
    settings = {"FAIL_POINT": point, "FAIL_EVERY": "4"}
    return Fault(f"worker killed at {point}, {places[point]}", fault_kills.killed_at_a_point, settings)


FAULTS: Final[dict[str, Fault]] = {
    "worker": Fault("a worker killed under load", fault_kills.worker_killed),
    "everything": Fault("everything killed, and again while it starts", fault_kills.everything_killed),
    **{point.lower(): _at_point(point) for point in ("CP1", "CP2", "CP3", "CP5")},
    "cp4": Fault("worker killed at CP4, inside COMMIT", fault_kills.killed_in_commit),
    "answer-lost": Fault("connection cut after COMMIT", fault_kills.answer_lost),
    "stop": Fault("SIGTERM during a request", fault_kills.stopped_in_a_request, {"SUBMIT_SECONDS": "2"}),
    "full": Fault("disk full", fault_disk.disk_full, needs_disk=True),
    "no-room": Fault("every write says ENOSPC", fault_disk.writes_find_no_room),
    "sync": Fault("one sync in three says EIO", fault_disk.sync_fails),
    "refused": Fault("every write says EROFS", fault_disk.writes_are_refused),
    "read-only": Fault("read-only from the start, then mended", fault_disk.disk_read_only, needs_disk=True),
    "held": Fault("database held by another process for 7 s", fault_disk.database_held),
    "damaged": Fault("file overwritten, backup restored", fault_disk.file_damaged),
    "schema": Fault("tables of a later version", fault_disk.schema_of_later),
    "half-open": Fault("40 half-open connections", fault_others.clients_half_open),
    "clock": Fault("clock an hour back, a day ahead", fault_others.clock_jumps, {"CLOCK_FILE": "clock"}),
}


@dataclass(frozen=True)
class Report:
    """What a series has shown."""

    title: str
    rounds: int
    verdict: Verdict
    complaints: Counter[str]
    calm_pages: int
    seconds: float

    @property
    def is_good(self) -> bool:
        return self.verdict.is_good and not self.complaints

    def row(self) -> str:
        found = self.verdict
        wrong = [*found.faults, *(f"{about} ({times})" for about, times in self.complaints.items())]
        wrong += [f"{found.refused_stored} refused and stored"] if found.refused_stored else []
        numbers = (
            f"{self.rounds} | {found.operations} | {found.acknowledged} | {found.refused} | "
            f"{found.unknown} ({found.unknown_stored}) | "
            f"{found.lost} | {found.duplicated} | {self.calm_pages}"
        )
        return f"| {self.title} | {numbers} | {'; '.join(wrong) or 'ok'} |"


def try_fault(name: str, rounds: int, seed: int) -> Report:
    """A series of one fault on an installation that is gone afterwards.

    Raises:
        CannotBeTriedError: this machine does not allow it.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        if not FAULTS[name].needs_disk:
            return _tried(FAULTS[name], Path(folder), rounds, seed, began)
        with small_disk(Path(folder) / "data", DISK_MEGABYTES):
            return _tried(FAULTS[name], Path(folder), rounds, seed, began)


def _tried(fault: Fault, folder: Path, rounds: int, seed: int, began: float) -> Report:
    settings = dict(fault.settings)
    if "CLOCK_FILE" in settings:
        settings["CLOCK_FILE"] = str(folder / settings["CLOCK_FILE"])
        Path(settings["CLOCK_FILE"]).write_text("0")
    target = FAULTY if settings else "serving:app"
    with ground(folder, rounds, seed, target=target, settings=settings) as tried:
        fault.trial(tried)
    verdict = compare(tried.server.data_dir, tried.ledger)
    seconds = time.monotonic() - began
    return Report(fault.title, tried.done, verdict, tried.ledger.complaints, tried.ledger.calm_pages, seconds)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--only", action="append", choices=FAULTS, metavar="NAME")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="name the faults")
    wanted = parser.parse_args(arguments)
    if wanted.list:
        print("\n".join(f"{name}: {fault.title}" for name, fault in FAULTS.items()))
        return 0
    print(HEADER, flush=True)
    are_good = [_print(name, wanted.rounds, wanted.seed) for name in wanted.only or FAULTS]
    return 0 if all(are_good) else 1


def _print(name: str, rounds: int, seed: int) -> bool:
    try:
        report = try_fault(name, rounds, seed)
    except CannotBeTriedError as problem:
        print(f"| {FAULTS[name].title} | 0 | | | | | | | | not tried: {problem} |", flush=True)
        return True
    print(report.row(), flush=True)
    print(f"{name}: {report.seconds:.0f} s", file=sys.stderr)
    return report.is_good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
