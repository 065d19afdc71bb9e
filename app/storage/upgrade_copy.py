"""Copies of a database as it was before its tables changed: the way back from an upgrade.

What is in them is as encrypted as in the database, or more. They hold what is deleted afterwards, so they
do not stay.
"""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.storage.condition import file_of
from app.storage.disk import sync
from app.storage.dump import copy_file

PREFIX: Final = "before-"
KEPT: Final = timedelta(days=30)


def copy_before(database_url: str, folder: Path, revision: str) -> Path | None:
    """Copy the file of the database into `folder`, in place of the copy before; None for a server.

    The copy has the name of the revision that it has, and is on the disk when this returns.

    Raises:
        OSError: it cannot be written. No half of it is left.
    """
    file = file_of(database_url)
    if file is None:
        return None
    copy, unfinished = path_of_copy(folder, revision, "db"), folder / f"{PREFIX}unfinished"
    try:
        copy_file(file, unfinished)
        sync(unfinished)
        unfinished.replace(copy)
        sync(folder)
    except sqlite3.Error as problem:
        raise OSError(0, str(problem)) from problem
    finally:
        unfinished.unlink(missing_ok=True)
    remove_other_copies(folder, copy)
    return copy


def path_of_copy(folder: Path, revision: str, ending: str) -> Path:
    """Where the copy of a database of this revision lies."""
    return folder / f"{PREFIX}{revision}.{ending}"


def remove_other_copies(folder: Path, copy: Path) -> None:
    """Leave no older copy beside this one, and no half of one over which a process was killed."""
    for other in _copies(folder):
        if other != copy:
            other.unlink()


def remove_old_copies(folder: Path, now: datetime) -> int:
    """Remove copies of 30 days ago and more; how many there were."""
    old = [each for each in _copies(folder) if each.stat().st_mtime <= (now - KEPT).timestamp()]
    for each in old:
        each.unlink()
    return len(old)


def _copies(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{PREFIX}*"))
