"""Whether the queue stays as fast with many screenings as with few; bulk work beside bare pieces of it."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.support.accounts import Doorkeeper
from tests.support.bench.figures import Figure, Goal
from tests.support.bench_bulk import assess_round, import_round, memory_growth
from tests.support.databases import running_postgresql, sqlite_url
from tests.support.queue_rate import compare, make_desk

FEW = 1_000


def queue_on_sqlite(many: int, rounds: int, say: Callable[[str], None]) -> Figure:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        urls = [sqlite_url(folder / f"{rows}.db") for rows in (FEW, many)]
        return _queue("SQLite", folder, urls, many, rounds, 1.2, say)


def queue_on_postgresql(many: int, rounds: int, say: Callable[[str], None]) -> Figure:
    with tempfile.TemporaryDirectory() as name, running_postgresql() as server:
        urls = [server.create(), server.create()]
        return _queue("PostgreSQL", Path(name), urls, many, rounds, 1.3, say)


def _queue(
    engine: str,
    folder: Path,
    urls: list[str],
    many: int,
    rounds: int,
    goal: float,
    say: Callable[[str], None],
) -> Figure:
    """The worst filter decides, among those that show as many screenings on both sides."""
    doorkeeper = Doorkeeper()
    few, large = (
        make_desk(folder / str(rows), url, rows, doorkeeper)
        for url, rows in zip(urls, (FEW, many), strict=True)
    )
    ratios = compare(few, large, rounds, say)
    worst = max(ratios, key=ratios.__getitem__)
    name = f"queue, p95 of the worst of {len(ratios)} filters, {many} / {FEW} rows, {engine}"
    said = f"best filter {min(ratios.values()):.2f}; the worst is {worst or 'none'}"
    return Figure(name, [ratios[worst]], goal, Goal.AT_MOST, said)


def bulk(rows: int, rounds: int) -> list[Figure]:
    assessed = [assess_round(rows) for _ in range(rounds)]
    imported = [import_round(rows) for _ in range(rounds)]
    return [
        _beside("assess of a cohort CSV / plain CSV read", assessed, 0.20),
        _beside("import of a cohort CSV / one executemany", imported, 0.15),
    ]


def _beside(name: str, rounds: list[tuple[float, float]], goal: float) -> Figure:
    bare, product = rounds[-1]
    ratios = [product / bare for bare, product in rounds]
    return Figure(name, ratios, goal, Goal.AT_LEAST, f"{product:.0f} rows/s, bare {bare:.0f} rows/s")


def bulk_memory() -> list[Figure]:
    """Flat: ten times the rows need no more than a tenth more memory."""
    return [
        Figure(
            f"memory of {name}, 20000 / 2000 rows",
            [growth.many / growth.few],
            1.1,
            Goal.AT_MOST,
            f"{growth.few:.0f} and {growth.many:.0f} MB",
        )
        for name, growth in memory_growth().items()
    ]
