"""Kills a real process that migrates a database with rows, at each statement in turn.

    python -m tests.support.killed_migrations [--newest 3] [--postgresql] [--only-changes]

After each kill the database is exactly as before or exactly as after, the copy from before is good wherever
the tables may have changed, and running it again comes to its end. With --newest the whole update from so
many revisions ago is killed, its copy included; without it, each revision by itself, up and down. With
--only-changes it is not killed where it only looks.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Pool, event

from app.services.upgrading import keep_as_it_was
from app.storage.keyring import create_keyring, load_keyring
from app.storage.schema import alembic_config, bring_up_to_date
from app.storage.sealed_file import sealed_lines
from tests.support.content import Rows, rows_at, schema_at
from tests.support.databases import PostgresqlServer, running_postgresql, sqlite_url, take_back
from tests.support.example_rows import fill_new_tables

LOOKS: Final = ("SELECT", "PRAGMA", "SHOW", "SET", "WITH")
CHANGES: Final = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "COMMIT")
# What a process does to files between its statements, and before they are there.
ON_FILES: Final = frozenset({"open", "os.rename", "os.remove", "sqlite3.connect"})
PASSING: Final = frozenset({"clinic_sessions", "reading_grants", "throttles", "alembic_version"})
Work = Callable[[str], None]
Content = tuple[set[str], Rows]


class Arena:
    """Databases that all begin with the same content."""

    def __init__(self, folder: Path, server: PostgresqlServer | None, *, only_changes: bool) -> None:
        self.folder, self._server, self._numbers = folder, server, count(1)
        self.only_changes = only_changes
        self._origin = self._new()

    @property
    def origin(self) -> str:
        """The database of which the others are copies."""
        return self._origin

    def _new(self) -> str:
        if self._server is not None:
            return self._server.create(template="template0")
        return sqlite_url(self.folder / f"{next(self._numbers)}.db")

    @contextmanager
    def copy(self) -> Iterator[str]:
        """A database with the content of the origin as it is now."""
        if self._server is None:
            file = self.folder / f"{next(self._numbers)}.db"
            file.write_bytes(Path(self._origin.removeprefix("sqlite:///")).read_bytes())
            yield sqlite_url(file)
            for each in self.folder.glob(f"{file.name}*"):
                each.unlink()
            return
        name = self._origin.partition("?")[0].rpartition("/")[2]
        url = self._server.create(template=name)
        yield url
        self._server.drop(url)


def content_at(url: str) -> Content:
    return schema_at(url), rows_at(url)


@dataclass
class Update:
    """What `init` does to a database that is there: keep it as it was, then change its tables."""

    folder: Path

    def __post_init__(self) -> None:
        create_keyring(self.folder / "keyring")
        self.keyring = load_keyring(self.folder / "keyring")

    def __call__(self, url: str) -> None:
        keep_as_it_was(url, self.keyring, self.folder, "earlier", datetime.now(UTC), lambda *_counts: None)
        bring_up_to_date(url)

    def check_copy(self, before: Content, statement: str) -> None:
        """The copy is whole, if there is one; there must be one before anything is changed."""
        copies = [each for each in self.folder.glob("before-earlier.*") if each.suffix != ".unfinished"]
        assert copies or not statement.startswith(CHANGES), f"No copy was kept before {statement}"
        for each in copies:
            if each.suffix == ".db":
                assert content_at(sqlite_url(each)) == before, f"The copy is not what was there: {statement}"
            else:
                self._check_backup(each, before[1])

    def _check_backup(self, copy: Path, before: Rows) -> None:
        with copy.open("rb") as file:
            lines = list(sealed_lines(file, self.keyring))
        lasting = sum(len(rows) for table, rows in before.items() if table not in PASSING)
        assert len(lines) == lasting + 2, f"The copy has {len(lines) - 2} rows of {lasting}"

    def forget_copy(self) -> None:
        for each in self.folder.glob("before-*"):
            each.unlink()


def killed_at(point: int, work: Work, url: str, arena: Arena) -> str | None:
    """Let another process do the work and die at its nth step; what that was, or None: it came to its end."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        _do_and_die(point, work, url, arena, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        step = said.read()
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return step
    assert status == 0, f"The process failed with {status}: {step}"
    return None


def _do_and_die(point: int, work: Work, url: str, arena: Arena, pipe: int) -> None:
    """In the other process; it does not return."""
    passed = count(1)

    def step(words: str) -> None:
        is_passed_over = arena.only_changes and words.lstrip().startswith(LOOKS)
        if not is_passed_over and next(passed) == point:
            os.write(pipe, words.strip().encode()[:200])
            os.kill(os.getpid(), signal.SIGKILL)

    def on_file(name: str, arguments: tuple[Any, ...]) -> None:
        if name in ON_FILES and str(arena.folder) in repr(arguments[:2]):
            step(f"{name} {arguments[0]!r}")

    sys.addaudithook(on_file)
    event.listen(Engine, "before_cursor_execute", lambda _c, _cursor, statement, *_more: step(statement))
    event.listen(Engine, "commit", lambda _connection: step("COMMIT"))
    event.listen(Pool, "checkin", lambda *_connection: step("after a transaction"))
    try:
        work(url)
        os._exit(0)
    except BaseException as problem:
        os.write(pipe, repr(problem).encode()[:2000])
        os._exit(1)


def kill_everywhere(arena: Arena, work: Work) -> int:
    """Kill the work at each of its steps; how many there were."""
    update = work if isinstance(work, Update) else None
    before = content_at(arena.origin)
    with arena.copy() as url:
        work(url)
        after = content_at(url)
    assert after != before
    for point in count(1):
        if update is not None:
            update.forget_copy()
        with arena.copy() as url:
            statement = killed_at(point, work, url, arena)
            found = content_at(url)
            if statement is None:
                assert found == after
                return point - 1
            assert found in (before, after), f"Killed at {statement}, it is neither as before nor as after"
            if update is not None:
                update.check_copy(before, statement)
            work(url)
            assert content_at(url) == after, (
                f"Killed at {statement}, it did not come to its end the second time"
            )
    raise AssertionError


def revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(alembic_config(""))
    return [each.revision for each in reversed(list(scripts.walk_revisions()))]


def fill_up_to(url: str, revision: str) -> None:
    """Every table has a row, put there when the table came."""
    filled: set[str] = set()
    for each in revisions():
        command.upgrade(alembic_config(url), each)
        fill_new_tables(url, filled)
        if each == revision:
            return


def kill_update(arena: Arena, newest: int) -> Iterator[tuple[str, int]]:
    earlier = revisions()[-1 - newest]
    fill_up_to(arena.origin, earlier)
    folder = arena.folder / "installation"
    folder.mkdir(mode=0o700)
    yield f"from {earlier} to the newest, with its copy", kill_everywhere(arena, Update(folder))


def kill_each(arena: Arena) -> Iterator[tuple[str, int]]:
    """Each revision up from the one before, and down to it."""
    url, all_revisions = arena.origin, revisions()
    fill_up_to(url, all_revisions[0])
    for earlier, later in pairwise(all_revisions):
        yield f"up to {later}", kill_everywhere(arena, _upgrade_to(later))
        command.upgrade(alembic_config(url), later)
        filled = {name for name, rows in rows_at(url).items() if rows}
        fill_new_tables(url, filled)
        yield f"down to {earlier}", kill_everywhere(arena, _take_back_to(earlier))


def _upgrade_to(revision: str) -> Work:
    return lambda url: command.upgrade(alembic_config(url), revision)


def _take_back_to(revision: str) -> Work:
    """It can be run again where it was done, as `upgrade` can."""

    def take_back_once(url: str) -> None:
        if rows_at(url)["alembic_version"] != [{"version_num": revision}]:
            take_back(url, revision, may_lose=True)

    return take_back_once


@contextmanager
def arenas(*, postgresql: bool, only_changes: bool) -> Iterator[Arena]:
    with tempfile.TemporaryDirectory() as name:
        if not postgresql:
            yield Arena(Path(name), None, only_changes=only_changes)
            return
        with running_postgresql() as server:
            yield Arena(Path(name), server, only_changes=only_changes)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--newest", type=int, help="kill the whole update from so many revisions ago")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--only-changes", action="store_true", help="leave out where it only looks")
    arguments = parser.parse_args()
    began, total = time.monotonic(), 0
    with arenas(postgresql=arguments.postgresql, only_changes=arguments.only_changes) as arena:
        series = kill_update(arena, arguments.newest) if arguments.newest else kill_each(arena)
        for what, kills in series:
            total += kills
            print(f"{what}: killed at each of {kills} steps", flush=True)
    print(f"{total} kills, each left all or nothing, in {time.monotonic() - began:.0f} seconds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
