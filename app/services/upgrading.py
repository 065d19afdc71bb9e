"""The way back from an upgrade: everything as it was before the tables changed. See docs/adr/0035."""

import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from app.services.backups import Tell, copy_as_it_stands
from app.storage.condition import bytes_of_tables
from app.storage.database import Database
from app.storage.dump import is_empty
from app.storage.keyring import Keyring
from app.storage.upgrade_copy import copy_before, path_of_copy, remove_other_copies

LARGEST_BYTES: Final = 10 * 1024**3
_BYTES_FOR_EACH: Final = 2  # sealed bytes are written as text, and room is left for those who work


class TooLargeError(Exception):
    """A copy would take long, and more of the disk than is free; the text says how much of both."""


def keep_as_it_was(
    database_url: str, keyring: Keyring, folder: Path, revision: str, now: datetime, tell: Tell
) -> Path | None:
    """Write what a database holds into `folder`, in place of the copy before; None where it holds nothing.

    A file is copied as it is, a server's tables are written as a backup. Either is on the disk in the end.

    Raises:
        TooLargeError: there is too much, or too little room.
        OSError: it cannot be written. No half of it is left.
    """
    if (copied := copy_before(database_url, folder, revision)) is not None:
        return copied
    with closing(Database(database_url)) as database:
        if is_empty(database):
            return None
        _check_room(bytes_of_tables(database), folder)
        copy = path_of_copy(folder, revision, "backup")
        copy_as_it_stands(database, keyring, copy, folder, now, tell)
    remove_other_copies(folder, copy)
    return copy


def _check_room(size: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if size > LARGEST_BYTES:
        raise TooLargeError(f"the tables have {_gigabytes(size)}, and to copy them takes long")
    if free < size * _BYTES_FOR_EACH:
        raise TooLargeError(
            f"it may need {_gigabytes(size * _BYTES_FOR_EACH)}, and {_gigabytes(free)} are free"
        )


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
