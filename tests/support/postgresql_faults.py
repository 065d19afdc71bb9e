"""What becomes of patients' answers when PostgreSQL dies, is cut off, or falls silent.

`python -m tests.support.postgresql_faults --rounds 20` lets patients press on through the real server while
each fault comes and goes, keeps a book of every press, compares it with what is stored, and prints a table.
The status is 1 when an acknowledged answer was lost or anything was stored twice.
"""

import argparse
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.storage.store import Store, open_store
from tests.support.cluster import Cluster, Node, running_cluster, wait_until
from tests.support.crowd import Balance, Crowd, Ledger, Outcome, balance
from tests.support.server import Server, running_server
from tests.support.visitor import Visitor

PATIENTS: Final = 4
WORKERS: Final = 2
BEFORE: Final = 20  # presses that have to be acknowledged before the fault, and after it
LONGEST_SECONDS: Final = 6.5  # an answer waits for a silent server, and a little for the machine
HEADINGS: Final = (
    *("fault", "rounds", "operations", *Outcome, "lost", "duplicated"),
    *("typed answers not kept on the page", "slowest answer (s)"),
)

Fault = Callable[[Node, Crowd], None]


def _until_noticed(crowd: Crowd) -> None:
    """Until every patient was told that something is wrong."""
    wait_until(crowd.has_made(PATIENTS, Outcome.UNKNOWN), "nobody notices the fault")


def killed(node: Node, crowd: Crowd) -> None:
    node.kill()
    _until_noticed(crowd)
    node.start()


def process_killed(node: Node, crowd: Crowd) -> None:
    node.kill_one()  # the server ends all others, too, and recovers
    wait_until(node.answers, "the server does not come back")


def connections_ended(node: Node, crowd: Crowd) -> None:
    for _ in range(5):
        node.end_connections()
        wait_until(crowd.has_made(2, Outcome.ACKNOWLEDGED), "nobody gets through")


def silent(node: Node, crowd: Crowd) -> None:
    node.freeze()
    try:
        _until_noticed(crowd)
    finally:
        node.thaw()


def never_speaks(node: Node, crowd: Crowd) -> None:
    node.kill()
    with socket.create_server((node.host, node.port), backlog=64):
        _until_noticed(crowd)
    node.start()


FAULTS: Final[dict[str, Fault]] = {
    "server killed (-9) and started again": killed,
    "one process of it killed (-9)": process_killed,
    "its connections ended, 5 times": connections_ended,
    "silent (SIGSTOP)": silent,
    "a socket that never speaks in its place": never_speaks,
}


@dataclass(frozen=True)
class Site:
    """The product over a PostgreSQL that can be broken."""

    cluster: Cluster
    server: Server
    store: Store

    def visitor(self) -> Visitor:
        return Visitor(self.server.origin)


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    with running_cluster() as cluster:
        settings = {"DATABASE_URL": cluster.primary.url}
        with running_server(folder / "data", workers=WORKERS, settings=settings) as server:
            store = open_store(cluster.primary.url, server.data_dir / "keyring", server.data_dir / "policies")
            with closing(store.database):
                yield Site(cluster, server, store)


def run_round(site: Site, fault: Fault) -> tuple[Ledger, Balance]:
    """One fault under load: its book, and what is wrong with what is stored. The database is empty before."""
    site.cluster.primary.run("TRUNCATE screenings, screening_drafts CASCADE", "screening")
    with Crowd(site.visitor, PATIENTS) as crowd:
        wait_until(crowd.has_made(BEFORE, Outcome.ACKNOWLEDGED), "nobody gets through before")
        fault(site.cluster.primary, crowd)
        wait_until(crowd.has_made(BEFORE, Outcome.ACKNOWLEDGED), "nobody gets through afterwards")
    return crowd.ledger, balance(crowd.ledger, site.store)


def run_series(site: Site, name: str, rounds: int) -> tuple[str, bool]:
    """One line of the table, and whether it is as it must be."""
    books, ends = zip(*(run_round(site, FAULTS[name]) for _ in range(rounds)), strict=True)
    lost, duplicated = sum(end.lost for end in ends), sum(end.duplicated for end in ends)
    told = [sum(book.number_of(outcome) for book in books) for outcome in Outcome]
    not_kept, slowest = sum(book.not_kept() for book in books), max(book.slowest_seconds() for book in books)
    line = [name, rounds, sum(told), *told, lost, duplicated, not_kept, f"{slowest:.1f}"]
    return _line(line), not lost and not duplicated


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(_line(HEADINGS), _line(["---"] * len(HEADINGS)), sep="\n", flush=True)
    are_well = True
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as site:
        for name in FAULTS:
            line, is_well = run_series(site, name, rounds)
            print(line, flush=True)
            are_well &= is_well
    return 0 if are_well else 1


if __name__ == "__main__":
    sys.exit(main())
