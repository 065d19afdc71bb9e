"""Where faults are tried: a real server, its ledger, and the ways to hurt it that several faults share."""

import os
import random
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from tests.support.ledger import Ledger
from tests.support.server import HOST, Server, ServerDidNotStartError, running_server
from tests.support.submissions import Load, a_prepared_patient, under_load

WORKERS: Final = 2
LONGEST_WAIT_SECONDS: Final = 40.0
LOOK_SECONDS: Final = 0.05


class CannotBeTriedError(Exception):
    """This machine does not allow the fault: which part is missing."""


@dataclass
class Ground:
    """One running product for all rounds of one fault."""

    server: Server
    ledger: Ledger
    chance: random.Random
    rounds: int
    done: int = 0
    _pause: threading.Event = field(default_factory=threading.Event)

    def each_round(self) -> Iterator[int]:
        for number in range(self.rounds):
            yield number
            self.done += 1

    @contextmanager
    def busy(self) -> Iterator[Load]:
        """While four people hand in."""
        with under_load(self.server.port, self.ledger, self.chance.randrange(10**6)) as load:
            yield load

    def at_a_random_moment(self, longest: float = 1.0) -> None:
        self._pause.wait(self.chance.uniform(0, longest))

    def pass_time(self, seconds: float) -> None:
        self._pause.wait(seconds)

    def until(self, holds: Callable[[], bool], hoped_for: str) -> None:
        """Look again and again; that it never holds is a complaint."""
        for _ in range(int(LONGEST_WAIT_SECONDS / LOOK_SECONDS)):
            if holds():
                return
            self._pause.wait(LOOK_SECONDS)
        self.ledger.complain(f"never: {hoped_for}")

    def until_stored_again(self, more: int = 2) -> None:
        """Until as many have been acknowledged that the fault is over, without a start of the server."""
        before = self.ledger.acknowledged
        self.until(lambda: self.ledger.acknowledged >= before + more, "stored again without a restart")

    def until_calm_pages(self, more: int = 3) -> None:
        before = self.ledger.calm_pages
        self.until(lambda: self.ledger.calm_pages >= before + more, "the fault is shown on a page")

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.ledger.complain(otherwise)

    def hand_in_one(self) -> None:
        """Somebody who begins now is served to the end."""
        a_prepared_patient(self.server.port, self.ledger).submit()

    def workers(self) -> list[psutil.Process]:
        """The processes that answer, the oldest first."""
        with suppress(psutil.NoSuchProcess):
            return sorted(self.server.processes()[1:], key=lambda each: each.create_time())
        return []

    def start_if_ended(self) -> bool:
        """Start the server where it has ended, as a service manager does; whether it had."""
        if not self.server.has_ended():
            return False
        self.server.kill()
        self.server.start()
        return True


@contextmanager
def ground(
    folder: Path,
    rounds: int,
    seed: int,
    *,
    target: str = "serving:app",
    settings: Mapping[str, str] | None = None,
) -> Iterator[Ground]:
    """A new installation, served as `make run` does. What ends badly is one more complaint."""
    with running_server(folder / "data", target=target, workers=WORKERS, settings=settings) as server:
        tried = Ground(server, Ledger(), random.Random(seed), rounds)
        try:
            yield tried
        except ServerDidNotStartError as problem:
            tried.ledger.complain(f"the server does not start: {str(problem)[-300:]}")
        with suppress(subprocess.TimeoutExpired):
            server.stop()


@contextmanager
def injected(workers: list[psutil.Process], calls: str, what: str) -> Iterator[subprocess.Popen[bytes]]:
    """While the system calls of these processes fail, or kill, as `what` says (see strace, --inject)."""
    if shutil.which("strace") is None:
        raise CannotBeTriedError("strace is not installed")
    who = [part for each in workers for part in ("-p", str(each.pid))]
    command = ["strace", "-f", "-qq", "-o", os.devnull, *who, "-e", f"inject={calls}:{what}"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    if b"not permitted" in said:
        raise CannotBeTriedError("strace may not attach to processes")


@contextmanager
def small_disk(at: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own. Needs root."""
    at.mkdir(parents=True)
    options = f"size={megabytes}m,mode=0700"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(at)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBeTriedError(f"no file system can be mounted: {done.stderr.strip()}")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=False)


def remount(at: Path, how: str) -> None:
    done = subprocess.run(
        ["mount", "-o", f"remount,{how}", str(at)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBeTriedError(f"a file system cannot be mounted again: {done.stderr.strip()}")


def connected(port: int) -> socket.socket:
    return socket.create_connection((HOST, port), timeout=5)


def head(path: str, headers: Mapping[str, Any]) -> bytes:
    """The beginning of a POST as it goes over the wire."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {HOST}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
