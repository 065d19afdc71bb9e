"""What is lost when the power goes, at every system call: replayed from a trace of the real worker.

`python -m tests.support.power_loss --submissions N` hands in N screenings one after the other while `strace`
notes what the worker asks of the disk. For each call the disk is rebuilt from what was synced by then and
{none, a seeded half, all} of what was not; SQLite recovers it, and each screening whose answer had left must
be there. `--setting` names one of the settings; the shipped one comes first. Limits: docs/nothing-lost.md.
"""

import argparse
import hashlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.support.fault_ground import CannotBeTriedError
from tests.support.ledger import DATABASE, Ledger, Result, compare
from tests.support.power_trace import CALLS, Call, Kind, read_calls
from tests.support.server import Server, running_server
from tests.support.submissions import Patient, a_prepared_patient

SETTINGS: Final = {
    "shipped": "",
    "truncate-off": "journal_mode=TRUNCATE,synchronous=OFF",
    "wal-normal": "journal_mode=WAL,synchronous=NORMAL",
}
TITLES: Final = {
    "shipped": "TRUNCATE, EXTRA (shipped)",
    "truncate-off": "TRUNCATE, OFF",
    "wal-normal": "WAL, NORMAL, connection kept open",
}
Keep = Callable[[], bool]
KEEP_NONE: Final[Keep] = lambda: False  # noqa: E731
KEEP_ALL: Final[Keep] = lambda: True  # noqa: E731
Contents = dict[str, bytearray]


@dataclass
class Disk:
    """Files as they are surely on the disk, and in order what is not yet: each with the file it is about."""

    folder: Path
    synced: Contents
    pending: list[Call] = field(default_factory=list)

    def take(self, call: Call) -> None:
        if call.kind is not Kind.SYNC:
            self.pending.append(call)
            return
        sure = [each for each in self.pending if self._is_of(call.path, each)]
        self.synced = _applied(self.synced, sure, KEEP_ALL)
        self.pending = [each for each in self.pending if each not in sure]

    def _is_of(self, synced: Path, call: Call) -> bool:
        """Whether a sync of this file, or of the folder with its entries, makes a call sure."""
        is_entry = call.kind in (Kind.CREATE, Kind.UNLINK)
        return is_entry if synced == self.folder else call.path == synced

    def after_loss(self, keep: Keep) -> Contents:
        return _applied(self.synced, self.pending, keep)


def _applied(synced: Contents, calls: list[Call], keep: Keep) -> Contents:
    contents = {name: bytearray(content) for name, content in synced.items()}
    for call in calls:
        name = call.path.name
        if not keep():
            continue
        if call.kind is Kind.UNLINK:
            contents.pop(name, None)
            continue
        content = contents.setdefault(name, bytearray())
        if call.kind is Kind.TRUNCATE:
            del content[call.at :]
        elif call.kind is Kind.WRITE:
            content.extend(bytes(max(0, call.at - len(content))))
            content[call.at : call.at + len(call.data)] = call.data
    return contents


@dataclass
class Loss:
    """What the images of one setting have shown."""

    calls: int = 0
    images: int = 0
    missing: int = 0
    most_missing: int = 0
    broken: int = 0
    acknowledged: int = 0

    def row(self, title: str) -> str:
        worst = f"{self.most_missing} of {self.acknowledged}"
        return f"| {title} | {self.calls} | {self.images} | {self.missing} | {worst} | {self.broken} |"


HEADER: Final = (
    "| journal, synchronous | system calls | different images | images missing an acknowledged screening "
    "| worst loss | damaged |\n|---|---|---|---|---|---|"
)


def replay(setting: str, submissions: int, seed: int, folder: Path) -> Loss:
    """Hand in, and lose the power at every system call.

    Raises:
        CannotBeTriedError: there is no strace, or it may not attach.
    """
    data_dir, trace = folder / "data", folder / "trace"
    settings = {"SQLITE_SETTINGS": SETTINGS[setting]} if SETTINGS[setting] else {}
    target = "tests.support.faulty:app" if settings else "serving:app"
    with running_server(data_dir, target=target, settings=settings) as server:
        ledger = Ledger()
        patients = [a_prepared_patient(server.port, ledger) for _ in range(submissions)]
        before = {each.name: bytearray(each.read_bytes()) for each in data_dir.glob(f"{DATABASE}*")}
        before.pop(f"{DATABASE}-shm", None)
        _trace(server, patients, trace)
    if ledger.acknowledged != submissions:
        raise AssertionError(f"{submissions - ledger.acknowledged} submissions were not acknowledged")
    codes = [each.code for each in patients]
    return _losses(Disk(data_dir, before), read_calls(trace, data_dir), codes, data_dir / "keyring", seed)


def _trace(server: Server, patients: list[Patient], trace: Path) -> None:
    """Each presses the button once, while the calls of the worker are written down."""
    if shutil.which("strace") is None:
        raise CannotBeTriedError("strace is not installed")
    worker = server.processes()[1].pid
    how = ["-f", "-qq", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(trace)]
    tracer = subprocess.Popen(["strace", *how, "-p", str(worker)], stderr=subprocess.PIPE)
    try:
        _wait_until_traced(worker, tracer)
        for patient in patients:
            patient.submit()
        server.answers()  # so that the call that has sent the last answer is written down whole
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=30)


def _wait_until_traced(worker: int, tracer: subprocess.Popen[bytes]) -> None:
    threads = Path(f"/proc/{worker}/task")
    while any("TracerPid:\t0\n" in (each / "status").read_text() for each in threads.iterdir()):
        if tracer.poll() is not None:
            raise CannotBeTriedError("strace may not attach to processes")
        time.sleep(0.01)


def _losses(disk: Disk, calls: Iterator[Call], codes: list[str], keyring: Path, seed: int) -> Loss:
    loss, seen, answers = Loss(), set(), 0
    for number, call in enumerate(calls):
        if call.kind is Kind.ANSWER:
            answers += 1
        else:
            disk.take(call)
        loss.calls += 1
        half = random.Random(seed * 1_000_000 + number)
        for keep in (KEEP_NONE, lambda chance=half: chance.random() < 0.5, KEEP_ALL):
            contents = disk.after_loss(keep)
            mark = (answers, _digest(contents))
            if mark not in seen:
                seen.add(mark)
                _recover(contents, codes, answers, keyring, loss)
    loss.acknowledged = answers
    return loss


def _digest(contents: Contents) -> str:
    parts = (part for name in sorted(contents) for part in (name.encode(), bytes(contents[name])))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _recover(contents: Contents, codes: list[str], answers: int, keyring: Path, loss: Loss) -> None:
    ledger = Ledger()
    for number, code in enumerate(codes):
        ledger.note(code, Result.ACKNOWLEDGED if number < answers else Result.UNKNOWN)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(keyring, folder / "keyring")
        for file, content in contents.items():
            (folder / file).write_bytes(content)
        verdict = compare(folder, ledger)
    loss.images += 1
    if verdict.faults or verdict.duplicated:
        loss.broken += 1
    elif verdict.lost:
        loss.missing += 1
        loss.most_missing = max(loss.most_missing, verdict.lost)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.power_loss", description=__doc__)
    parser.add_argument("--submissions", type=int, default=25, metavar="N")
    parser.add_argument("--setting", action="append", choices=SETTINGS)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(arguments)
    print(HEADER, flush=True)
    is_good = True
    for setting in wanted.setting or SETTINGS:
        with tempfile.TemporaryDirectory() as folder:
            loss = replay(setting, wanted.submissions, wanted.seed, Path(folder))
        print(loss.row(TITLES[setting]), flush=True)
        is_good = is_good and (setting != "shipped" or not (loss.missing or loss.broken))
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
