"""How fast the queue is among few and among many screenings, for every filter, in one run.

`python -m tests.support.queue_rate` makes two databases, asks for the same pages of both in turns through
the whole clinic app, and prints for each filter the median and 95th percentile of both in milliseconds,
and the ratio of the latter. `--plans` prints how the larger database finds the rows; `--postgresql` runs
on a real PostgreSQL instead of SQLite.
"""

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from app.application import create_app
from app.clinic.view_filters import read_view
from app.storage.keyring import create_keyring
from app.storage.queue import page_queries
from app.storage.schema import bring_up_to_date
from app.storage.store import Store, open_store
from config import Settings, load_settings
from tests.support.accounts import CLINICIAN, COLLEAGUE, Doorkeeper
from tests.support.client import WebClient
from tests.support.databases import running_postgresql, sqlite_url, unguarded
from tests.support.queue_rows import fill

FILTERS: Final = (
    "",
    "status=done",
    "status=any",
    "status=needs_contact",
    "outcome=borderline",
    "outcome=emergency",
    "urgency=urgent",
    "urgency=routine",
    "assigned=me",
    "assigned=nobody",
    "from=2024-03-01&until=2024-03-07",
    "from=1999-01-01&until=1999-01-02",
    "language=en",
    "policy=uk-nice-ta260",
    "policy=uk-nice-ta260&assigned=nobody",
    "policy=uk-nice-ta260&assigned=me&outcome=negative&status=closed&urgency=urgent",
    "status=any&outcome=cannot_tell&assigned=me&from=2023-01-01",
    "outcome=emergency&urgency=routine",
    "status=any&outcome=positive&language=en&policy=ichd-3-1.3&from=2022-01-01&until=2022-02-01",
)
WARM_UP: Final = 3
_RECORD: Final = re.compile(r"/clinic/screenings/([0-9a-f-]{36})")


@dataclass
class Desk:
    """One database with a clinician who is signed in."""

    store: Store
    client: Any
    me: UUID
    settings: Settings

    def seconds(self, query: str) -> float:
        began = time.perf_counter()
        response = self.client.get(f"/clinic/?{query}")
        assert response.status_code == 200, response.status
        return time.perf_counter() - began

    def rows(self, query: str) -> int:
        """How many screenings the page shows."""
        return len(set(_RECORD.findall(self.client.get(f"/clinic/?{query}").get_data(as_text=True))))


def make_desk(folder: Path, url: str, rows: int, doorkeeper: Doorkeeper) -> Desk:
    folder.mkdir(mode=0o700)
    settings = load_settings({"DATA_DIR": str(folder), "DATABASE_URL": url})
    create_keyring(settings.keyring_path)
    bring_up_to_date(url)
    store = open_store(settings.database_url, settings.keyring_path, settings.policies_folder)
    app: Flask = create_app(settings, store)
    browser: WebClient = Doorkeeper().enter(app, store, CLINICIAN)
    with store.database.reading() as session:
        [me] = session.scalars(text("SELECT id FROM clinicians"))
    me = me if isinstance(me, UUID) else UUID(me)
    colleague = doorkeeper.make(store, COLLEAGUE)
    fill(store, rows, [me, colleague])
    with unguarded(store.database) as connection:
        connection.execute(text("ANALYZE"))
    return Desk(store, browser.flask, me, settings)


def plans(desk: Desk, query: str) -> Iterator[str]:
    """How the database finds the rows of a page, one line a step; walks that are alike are told once."""
    wanted = read_view(dict(part.split("=") for part in query.split("&") if part), desk.me, "UTC").wanted
    is_sqlite = desk.store.database.engine.dialect.name == "sqlite"
    dialect = desk.store.database.engine.dialect
    told = set()
    for group in page_queries(wanted, None, 26):
        for each in group:
            compiled = each.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            how = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
            with desk.store.database.engine.connect() as connection:
                lines = connection.exec_driver_sql(how + str(compiled).replace("%", "%%")).fetchall()
            told.add("; ".join(str(line[-1]).strip() for line in lines))
    yield from sorted(told)


def percentile_95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def compare(few: Desk, many: Desk, rounds: int, say: Callable[[str], None] = print) -> dict[str, float]:
    """Ask both in turns for every filter; how many times as long the 95th percentile of the larger takes.

    Only of filters for which both show as many screenings: a page with more of them takes longer anywhere.
    """
    say(f"{'filter':<100} {'p50 few':>8} {'many':>8} {'p95 few':>8} {'many':>8} {'ratio':>6} {'rows':>9}")
    ratios = {}
    for query in FILTERS:
        times: dict[int, list[float]] = {0: [], 1: []}
        for number in range(rounds + WARM_UP):
            for side, desk in enumerate((few, many)):
                took = desk.seconds(query)
                if number >= WARM_UP:
                    times[side].append(took * 1000)
        medians = [statistics.median(times[side]) for side in (0, 1)]
        tails = [percentile_95(times[side]) for side in (0, 1)]
        ratio, rows = tails[1] / tails[0], (few.rows(query), many.rows(query))
        if rows[0] == rows[1]:
            ratios[query] = ratio
        say(
            f"{query or '(default)':<100} {medians[0]:8.2f} {medians[1]:8.2f} "
            f"{tails[0]:8.2f} {tails[1]:8.2f} {ratio:6.2f} {rows[0]:>3} / {rows[1]:>3}"
        )
    return ratios


@contextmanager
def desks(arguments: argparse.Namespace) -> Iterator[list[Desk]]:
    doorkeeper = Doorkeeper()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not arguments.postgresql:
            yield [
                make_desk(folder / str(rows), sqlite_url(folder / f"{rows}.db"), rows, doorkeeper)
                for rows in (arguments.few, arguments.many)
            ]
            return
        with running_postgresql() as server:
            yield [
                make_desk(folder / str(rows), server.create(), rows, doorkeeper)
                for rows in (arguments.few, arguments.many)
            ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    with desks(arguments) as (few, many):
        compare(few, many, arguments.rounds)
        for query in FILTERS if arguments.plans else ():
            print(f"\n{query or '(default)'}")
            for plan in plans(many, query):
                print(f"  {plan}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
