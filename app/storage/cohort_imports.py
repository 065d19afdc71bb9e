"""How far the import of each file has come. Of a file there is a keyed MAC, and nothing of its content."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.storage.cohort_models import CohortImport
from app.storage.encryption import content_macs
from app.storage.keyring import Keyring

_PURPOSE: Final = "cohort-file/v1"


@dataclass(frozen=True)
class ImportState:
    """How far the import of a file has come. `finished_at` is None until its last row is done."""

    id: UUID
    started_at: datetime
    rows_done: int = 0
    rows_stored: int = 0
    rows_wrong: int = 0
    finished_at: datetime | None = None


class ImportMovedError(Exception):
    """Somebody else has gone on with this import meanwhile."""


def file_macs(keyring: Keyring, digest: bytes) -> tuple[bytes, ...]:
    """What may stand in the database for a file with this digest: by each key, the active one last."""
    return content_macs(keyring, _PURPOSE, digest)


def find_import(session: Session, macs: tuple[bytes, ...]) -> ImportState | None:
    """The import of a file, None when it was never begun."""
    row = session.scalar(select(CohortImport).where(CohortImport.file_mac.in_(macs)))
    if row is None:
        return None
    return ImportState(
        row.id, row.started_at, row.rows_done, row.rows_stored, row.rows_wrong, row.finished_at
    )


def add_import(session: Session, macs: tuple[bytes, ...], now: datetime) -> ImportState:
    """Begin with a file. A second one that begins with it at the same moment is a conflict."""
    begun = ImportState(uuid4(), now)
    session.add(CohortImport(id=begun.id, file_mac=macs[-1], started_at=now))
    return begun


def move_import(session: Session, before: ImportState, after: ImportState) -> None:
    """Note how far the import has come, in the transaction that stores its rows.

    It holds the row until the end of the transaction, so that of two at once the second stores nothing.

    Raises:
        ImportMovedError: it does not stand where it stood `before`.
    """
    stands = (
        CohortImport.id == before.id,
        CohortImport.rows_done == before.rows_done,
        CohortImport.finished_at.is_(None),
    )
    values = {
        "rows_done": after.rows_done,
        "rows_stored": after.rows_stored,
        "rows_wrong": after.rows_wrong,
        "finished_at": after.finished_at,
    }
    moved = session.scalar(update(CohortImport).where(*stands).values(values).returning(CohortImport.id))
    if moved is None:
        raise ImportMovedError
