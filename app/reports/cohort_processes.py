"""Assessing the rows of a long CSV file in several processes.

The one that reads tells rows apart into cells and writes what comes back; the others do the rest. Each has
one chunk at a time and hands it back in its turn, so that the order is kept and memory stays flat. They are
started afresh (`spawn`), as a copy of a process with threads may hang, and end when their pipe does, however
the one that reads has ended.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, TextIO

from app.domain.policies import Policy
from app.domain.policy_files import load_policies
from app.reports.cohort import BadRow
from app.reports.cohort_csv import Header, HeaderError, RawRow, line_of, open_raw
from app.reports.cohort_lines import Assessed, assessed, together

_CHUNK_ROWS: Final = 250  # about two megabytes of lines
_CHUNK_CHARACTERS: Final = 1024 * 1024
_ALONE: Final = 2000  # rows for which starting processes costs more than it saves
_END_SECONDS: Final = 10


class LostWorkerError(Exception):
    """One of the processes is gone before its work was done."""


def assessed_csv(file: TextIO, policies: tuple[Policy, ...], folder: Path, jobs: int) -> Generator[Assessed]:
    """The lines of all rows, in their order. `policies` are those that `load_policies` finds by the `folder`.

    Raises:
        LostWorkerError: a process was ended from outside.
    """
    try:
        header, rows = open_raw(file)
    except HeaderError as problem:
        yield from assessed([BadRow(1, None, str(problem))], policies)
        return
    first = list(islice(rows, _ALONE)) if jobs > 1 else []
    if len(first) < _ALONE:
        yield from assessed((line_of(header, raw).row for raw in chain(first, rows)), policies)
        return
    with _workers(jobs, header, folder) as workers:
        yield from _in_turns(workers, _chunks(chain(first, rows)))


def _chunks(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    chunk: list[RawRow] = []
    characters = 0
    for raw in rows:
        chunk.append(raw)
        characters += sum(map(len, raw.cells))
        if len(chunk) == _CHUNK_ROWS or characters > _CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _in_turns(workers: list[Connection], chunks: Iterable[list[RawRow]]) -> Iterator[Assessed]:
    """Give each worker its next chunk when it has handed back the one before."""
    idle, busy = deque(workers), deque[Connection]()
    for chunk in chunks:
        done = None
        if not idle:
            worker = busy.popleft()
            done = _received(worker)
            idle.append(worker)
        busy.append(idle.popleft())
        _send(busy[-1], chunk)
        if done is not None:
            yield done
    while busy:
        yield _received(busy.popleft())


def _received(worker: Connection) -> Assessed:
    try:
        done: Assessed = worker.recv()
    except (EOFError, OSError):
        raise LostWorkerError from None
    return done


def _send(worker: Connection, chunk: list[RawRow]) -> None:
    try:
        worker.send(chunk)
    except OSError:
        raise LostWorkerError from None


@contextmanager
def _workers(jobs: int, header: Header, folder: Path) -> Iterator[list[Connection]]:
    """So many processes; they have ended when this does."""
    context = multiprocessing.get_context("spawn")
    connections, processes = [], []
    try:
        with _ctrl_c_ignored():
            for _ in range(jobs):
                mine, theirs = context.Pipe()
                process = context.Process(target=_work, args=(theirs, header, folder), daemon=True)
                process.start()
                theirs.close()
                connections.append(mine)
                processes.append(process)
        yield connections
    finally:
        for connection in connections:
            connection.close()
        for process in processes:
            process.join(_END_SECONDS)


@contextmanager
def _ctrl_c_ignored() -> Iterator[None]:
    """What is started within ignores Ctrl+C for good: a terminal sends it to every process."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(connection: Connection, header: Header, folder: Path) -> None:
    """What a worker does until nobody gives it anything more."""
    policies = load_policies(folder).policies
    try:
        while True:
            rows = [line_of(header, raw).row for raw in connection.recv()]
            connection.send(together(assessed(rows, policies)))
    except (EOFError, OSError):
        return
