"""What the start says of a database that nobody may be served from: one line, with what to do."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.application import open_installation
from app.commands.init import init
from app.storage.store import Store
from config import Settings, SettingsError
from tests.checks.commands import Run, failed

Break = Callable[[Path], None]
PAGE_BYTES = 4096


def bring_to_later_version(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_of_later'")


def overwrite_the_end(file: Path) -> None:
    """Its beginning, and with it the revision, can still be read."""
    content = bytearray(file.read_bytes())
    content[-20 * PAGE_BYTES :] = b"\xff" * (20 * PAGE_BYTES)
    file.write_bytes(content)


def overwrite_everything(file: Path) -> None:
    file.write_bytes(b"no database at all, " * 5000)


BROKEN = {
    "later": (bring_to_later_version, "The tables are of a newer version of this program"),
    "end": (overwrite_the_end, "is damaged. Move it to a safe place and restore the last backup"),
    "everything": (overwrite_everything, "is damaged. Move it to a safe place and restore the last backup"),
}


@pytest.mark.parametrize(("break_it", "words"), BROKEN.values(), ids=BROKEN)
def test_the_server_and_init_refuse_it_and_name_the_command(
    break_it: Break,
    words: str,
    settings: Settings,
    sqlite_store: Store,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = settings.data_dir / "screening.db"
    sqlite_store.database.close()
    break_it(file)
    before = file.read_bytes()
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    with pytest.raises(SettingsError) as refused:
        open_installation()
    assert words in str(refused.value)
    assert "flask --app wsgi backup restore FILE" in str(refused.value)
    assert failed(run(init, DATA_DIR=str(settings.data_dir))) == str(refused.value)
    assert file.read_bytes() == before, "what may still be saved is left as it is"
