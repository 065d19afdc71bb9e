"""`make bench`: the product beside its limits, in turns, in one run; prints a table, writes bench.json.

The product is as it is installed: CSRF, sessions, encryption, audit, headers, log, full durability, two
workers. `--only` takes some parts; `--many` is the size of the large queue.
"""

import argparse
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.bench import figures, pages, resources, rows
from tests.support.bench.figures import Figure
from tests.support.bench.ground import ground
from tests.support.server import ROOT

PARTS = ("pages", "start", "memory", "growth", "bulk", "queue", "queue-postgresql")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _served(wanted: argparse.Namespace) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, ground(Path(name)) as on:
        if "pages" in wanted.only:
            rounds = []
            for number in range(wanted.rounds):
                _say(f"  round {number + 1} of {wanted.rounds}")
                rounds.append(pages.measure(on, wanted.seconds))
            yield from pages.figures(rounds)
        if "memory" in wanted.only:
            yield resources.memory(on)
        if "growth" in wanted.only:
            yield resources.growth(on, wanted.submissions, wanted.queue_pages)
        if "start" in wanted.only:
            yield resources.start(on, wanted.rounds)


def _measured(wanted: argparse.Namespace) -> Iterator[Figure]:
    if {"pages", "memory", "growth", "start"} & set(wanted.only):
        _say("Pages, memory and start")
        yield from _served(wanted)
    if "bulk" in wanted.only:
        _say("Bulk work")
        yield from rows.bulk(wanted.rows, wanted.rounds)
        yield from rows.bulk_memory()
    queues: dict[str, Callable[[int, int, Callable[[str], None]], Figure]] = {
        "queue": rows.queue_on_sqlite,
        "queue-postgresql": rows.queue_on_postgresql,
    }
    for part, measure in queues.items():
        if part in wanted.only:
            _say(f"The queue with {wanted.many} screenings ({part})")
            yield measure(wanted.many, wanted.queue_rounds, _say)


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.support.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each figure and round")
    parser.add_argument(
        "--rows", type=int, default=20_000, help="of the cohort that is assessed and imported"
    )
    parser.add_argument("--many", type=int, default=1_000_000, help="screenings in the large queue")
    parser.add_argument("--queue-rounds", type=int, default=40)
    parser.add_argument("--submissions", type=int, default=2_000)
    parser.add_argument("--queue-pages", type=int, default=500)
    parser.add_argument("--output", type=Path, default=ROOT / "bench.json")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    wanted, found = _arguments(arguments), list[Figure]()
    for figure in _measured(wanted):
        print(figure.line(), flush=True)
        found.append(figure)
        figures.write(wanted.output, found, shlex.join(["python", "-m", "tests.support.bench", *arguments]))
    print(f"{figures.machine()}. Wrote {wanted.output.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
