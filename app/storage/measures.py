"""Scores and courses of treatment that clinicians typed in; rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.encryption import FieldCipher, Place, UnreadableError
from app.storage.models import Clinician, ScreeningMeasure


@dataclass(frozen=True)
class StoredMeasure:
    """One entry: who, when, and what as plain codes; None when it cannot be read."""

    recorded_at: datetime
    clinician_name: str
    content: dict[str, Any] | None


def _place(measure_id: UUID) -> Place:
    return Place("screening_measures", "content", measure_id, 1)


def add_measure(
    session: Session,
    cipher: FieldCipher,
    *,
    measure_id: UUID,
    screening_id: UUID,
    clinician_id: UUID,
    recorded_at: datetime,
    content: dict[str, Any],
) -> None:
    """Add an entry to a screening. The id comes from the page, so that pressing twice adds one."""
    session.add(
        ScreeningMeasure(
            id=measure_id,
            screening_id=screening_id,
            clinician_id=clinician_id,
            recorded_at=recorded_at,
            content=cipher.seal(content, _place(measure_id)),
        )
    )


def find_content(session: Session, cipher: FieldCipher, measure_id: UUID) -> dict[str, Any] | None:
    """What an entry says, or None when there is none with this id."""
    row = session.get(ScreeningMeasure, measure_id)
    return None if row is None else _opened(row, cipher)


def list_measures(session: Session, cipher: FieldCipher, screening_id: UUID) -> list[StoredMeasure]:
    """All entries of a screening, the newest first."""
    query = (
        select(ScreeningMeasure, Clinician.name)
        .join(Clinician, Clinician.id == ScreeningMeasure.clinician_id)
        .where(ScreeningMeasure.screening_id == screening_id)
        .order_by(ScreeningMeasure.recorded_at.desc(), ScreeningMeasure.id)
    )
    return [
        StoredMeasure(row.recorded_at, name, _opened(row, cipher)) for row, name in session.execute(query)
    ]


def _opened(row: ScreeningMeasure, cipher: FieldCipher) -> dict[str, Any] | None:
    """One damaged entry must not hide the record."""
    try:
        content: dict[str, Any] = cipher.open(row.content, _place(row.id))
    except UnreadableError:
        return None
    return content
