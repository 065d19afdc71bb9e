"""The drill: a clinic in use is backed up, loses everything, and comes back from two files. With its times.

    python -m tests.support.restore_drill --screenings 1000 [--postgresql]

While the backup is written another process goes on to store screenings. Every screening that was acknowledged
before the moment of the backup must be readable by its code afterwards, and the audit chain whole.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.domain.reference_code import new_reference_code
from app.services.clinical_review import open_record
from app.storage.store import Store, open_store
from app.storage.visits import find_screening_id
from config import load_settings
from tests.support.databases import PostgresqlServer, running_postgresql
from tests.support.screenings import add
from tests.support.server import ROOT, Server

LOAD = "import sys; from tests.support.restore_drill import store_until_stopped as go; go(*sys.argv[1:])"
ACKNOWLEDGED_FIRST = 20


@dataclass
class Clinic:
    """An installation, and the database it keeps its data in."""

    data_dir: Path
    settings: dict[str, str]
    codes: list[str] = field(default_factory=list)

    @property
    def server(self) -> Server:
        return Server(self.data_dir, settings=self.settings)

    def store(self) -> Store:
        found = load_settings({"DATA_DIR": str(self.data_dir), **self.settings})
        return open_store(found.database_url, found.keyring_path, found.policies_folder)

    def run(self, *arguments: str) -> str:
        with closing(self.server) as server:
            done = server.command(*arguments)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout


@contextmanager
def timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{what:<58} {time.monotonic() - began:8.1f} s", flush=True)


def store_until_stopped(data_dir: str, database_url: str, ledger: str) -> None:
    """Store screenings, and note each code and moment once it is acknowledged."""
    settings = {"DATABASE_URL": database_url} if database_url else {}
    store = Clinic(Path(data_dir), settings).store()
    with Path(ledger).open("a", buffering=1) as noted:
        while True:
            code = new_reference_code()
            add(store, code=code, received_at=datetime.now(UTC))
            noted.write(f"{code} {datetime.now(UTC).isoformat()}\n")


@contextmanager
def submissions(clinic: Clinic, ledger: Path) -> Iterator[None]:
    """Another process stores screenings all the while."""
    url = clinic.settings.get("DATABASE_URL", "")
    environment = {"PATH": os.environ["PATH"]}
    process = subprocess.Popen(
        [sys.executable, "-c", LOAD, str(clinic.data_dir), url, str(ledger)], cwd=ROOT, env=environment
    )
    try:
        while len(acknowledged(ledger)) < ACKNOWLEDGED_FIRST:
            if process.poll() is not None:
                raise RuntimeError("The submissions have stopped.")
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def acknowledged(ledger: Path) -> list[tuple[str, datetime]]:
    lines = ledger.read_text().splitlines(keepends=True) if ledger.exists() else []
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(code, datetime.fromisoformat(moment)) for code, moment in whole]


def fill(clinic: Clinic, screenings: int) -> None:
    with closing((store := clinic.store()).database):
        for _ in range(screenings):
            clinic.codes.append(new_reference_code())
            add(store, code=clinic.codes[-1])


def unreadable(clinic: Clinic, codes: list[str]) -> list[str]:
    """The codes under which nothing can be read."""
    store = clinic.store()
    with closing(store.database):
        return [code for code in codes if not _is_readable(store, code)]


def _is_readable(store: Store, code: str) -> bool:
    with store.database.reading() as session:
        found = find_screening_id(session, store.macs_of(code))
    return found is not None and open_record(store, found).screening.answers is not None


def drill(folder: Path, screenings: int, server: PostgresqlServer | None) -> int:
    """Go through it; how many screenings were proved to be there again."""
    kept, ledger = folder / "kept", folder / "ledger"
    kept.mkdir()
    backup = str(kept / "backup")
    old = Clinic(folder / "old", _database(server))
    old.run("init")
    with timed(f"{screenings} screenings stored"):
        fill(old, screenings)
    with submissions(old, ledger), timed("backup create, while others store"):
        began = datetime.now(UTC)
        old.run("backup", "create", backup)
    codes = [*old.codes, *(code for code, moment in acknowledged(ledger) if moment < began)]
    print(
        f"{Path(backup).stat().st_size / 1e6:.1f} MB; {len(acknowledged(ledger))} screenings came meanwhile"
    )
    with timed("backup verify"):
        old.run("backup", "verify", backup)
    shutil.copy(old.data_dir / "keyring", kept / "keyring")
    _destroy(old, server)
    new = Clinic(folder / "new", _database(server))
    new.data_dir.mkdir(mode=0o700)
    shutil.copy(kept / "keyring", new.data_dir / "keyring")
    with timed("backup restore, on an empty machine"):
        new.run("backup", "restore", backup)
    with timed("init"):
        new.run("init")
    with timed("the server starts"), closing(new.server) as started:
        started.start()
        started.stop()
    with timed(f"{len(codes)} screenings read by their codes"):
        missing = unreadable(new, codes)
    if missing:
        raise RuntimeError(f"{len(missing)} of {len(codes)} acknowledged screenings cannot be read.")
    with timed("audit verify"):
        new.run("audit", "verify")
    return len(codes)


def _database(server: PostgresqlServer | None) -> dict[str, str]:
    return {} if server is None else {"DATABASE_URL": server.create(template="template0")}


def _destroy(clinic: Clinic, server: PostgresqlServer | None) -> None:
    shutil.rmtree(clinic.data_dir)
    if server is not None:
        server.drop(clinic.settings["DATABASE_URL"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screenings", type=int, default=1_000)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if arguments.postgresql:
            with running_postgresql() as server:
                proved = drill(Path(name), arguments.screenings, server)
        else:
            proved = drill(Path(name), arguments.screenings, None)
    print(
        f"All {proved} screenings that were acknowledged before the backup are there, and the chain is whole."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
