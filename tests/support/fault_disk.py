"""Faults of the disk and of the file: full, failing, read-only, held, damaged, newer than the code."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.support.fault_ground import Ground, injected, remount
from tests.support.ledger import DATABASE, Ledger, Result
from tests.support.server import ServerDidNotStartError
from tests.support.submissions import NoAnswerError, Patient, a_prepared_patient

HELD_SECONDS: Final = 7.0
LONGEST_ANSWER_SECONDS: Final = 8.0
PAGE_BYTES: Final = 4096
READ_WITHOUT_WRITING: Final = ("/", "/about", "/privacy", "/healthz", "/readyz")


def disk_full(ground: Ground) -> None:
    """The file system of the database is filled to the last byte, and then has room again."""
    filler = ground.server.data_dir / "filler"
    for _ in ground.each_round():
        with ground.busy():
            ground.until_stored_again(1)
            _fill(filler)
            ground.until_calm_pages()
            _expect_reading(ground)
            filler.unlink()
            ground.until_stored_again()


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(PAGE_BYTES))


def _expect_reading(ground: Ground) -> None:
    """Who only reads notices nothing."""
    reader = Patient(ground.server.port, Ledger())
    for path in READ_WITHOUT_WRITING:
        ground.expect(reader.ask(path).status == 200, f"{path} cannot be read")


def disk_read_only(ground: Ground) -> None:
    """The server starts on a file system that nobody can write to, and it is mended while it runs."""
    for _ in ground.each_round():
        ground.server.stop()
        remount(ground.server.data_dir, "ro")
        ground.server.start()
        with ground.busy():
            ground.until_calm_pages()
            _expect_reading(ground)
            remount(ground.server.data_dir, "rw")
            ground.until_stored_again()


def _failing(ground: Ground, calls: str, error: str) -> None:
    for _ in ground.each_round():
        with ground.busy():
            ground.until_stored_again(1)
            with injected(ground.workers(), calls, error):
                ground.until_calm_pages()
            ground.until_stored_again()


def writes_find_no_room(ground: Ground) -> None:
    """Every write says that the disk is full."""
    _failing(ground, "pwrite64", "error=ENOSPC")


def writes_are_refused(ground: Ground) -> None:
    """Every write says that the file system is read-only, as after it was mounted again over an error."""
    _failing(ground, "pwrite64,ftruncate", "error=EROFS")


def sync_fails(ground: Ground) -> None:
    """One sync in three fails: somewhere in a COMMIT, before or after it can be read."""
    _failing(ground, "fdatasync,fsync", f"error=EIO:when={ground.chance.randint(1, 3)}+3")


def database_held(ground: Ground) -> None:
    """Another process holds the database for seven seconds."""
    for _ in ground.each_round():
        patient = a_prepared_patient(ground.server.port, ground.ledger)
        began = time.monotonic()
        with _held(ground.server.data_dir / DATABASE):
            ground.expect(patient.submit() is Result.UNKNOWN, "stored while another process holds it")
            seconds = time.monotonic() - began
            ground.expect(seconds < LONGEST_ANSWER_SECONDS, f"the answer took {seconds:.1f} s")
            ground.pass_time(max(0.0, HELD_SECONDS - seconds))
        ground.expect(patient.submit() is Result.ACKNOWLEDGED, "not stored once it is free")


@contextmanager
def _held(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


def file_damaged(ground: Ground) -> None:
    """Most pages of the file are overwritten while the server runs; a backup from before is restored.

    What the broken database says afterwards counts for nothing but the pages that people see.
    """
    file = ground.server.data_dir / DATABASE
    for number in ground.each_round():
        ground.hand_in_one()
        backup = ground.server.data_dir.with_name(f"backup-{number}")
        made = ground.server.command("backup", "create", str(backup))
        ground.expect(made.returncode == 0, f"no backup: {made.stderr}")
        patients = [a_prepared_patient(ground.server.port, Ledger()) for _ in range(3)]
        _overwrite(ground, file)
        for patient in patients:
            _press_on_damage(ground, patient)
        ground.server.stop()
        _expect_refusal(ground, "backup restore")
        file.unlink()
        restored = ground.server.command("backup", "restore", str(backup))
        ground.expect(restored.returncode == 0, f"no restore: {restored.stderr}")
        ground.server.start()
        ground.hand_in_one()


def _overwrite(ground: Ground, file: Path) -> None:
    """All but the first page, or all but the first hundred bytes that name the format."""
    begin = ground.chance.choice((100, PAGE_BYTES))
    with file.open("r+b") as database:
        database.seek(begin)
        database.write(ground.chance.randbytes(file.stat().st_size - begin))


def _press_on_damage(ground: Ground, patient: Patient) -> None:
    with suppress(NoAnswerError):
        patient.ask("/screening/headache-days")
        patient.submit()
    ground.ledger.complaints.update(patient.ledger.complaints)
    ground.ledger.calm_pages += patient.ledger.calm_pages


def _expect_refusal(ground: Ground, words: str) -> None:
    """It refuses to start, and says what to do."""
    before = len(ground.server.log())
    try:
        ground.server.start()
    except ServerDidNotStartError:
        said = ground.server.log()[before:]
        ground.expect(words in said and "Traceback" not in said, f"no word of {words}: {said[-300:]}")
        ground.expect("Respawning" not in said, "it tries again and again what cannot work")
    else:
        ground.ledger.complain("it starts all the same")


def schema_of_later(ground: Ground) -> None:
    """Somebody brings the database up to a version that this program does not know, while it runs."""
    file = ground.server.data_dir / DATABASE
    for _ in ground.each_round():
        patient = a_prepared_patient(ground.server.port, ground.ledger)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            (known,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            connection.execute("UPDATE alembic_version SET version_num = '9999_of_later'")
        ground.expect(patient.submit() is Result.UNKNOWN, "old code writes into a new schema")
        ground.server.stop()
        _expect_refusal(ground, "newer version")
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (known,))
        ground.server.start()
        ground.expect(patient.submit() is Result.ACKNOWLEDGED, "not stored on its own schema")
