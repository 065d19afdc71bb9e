"""What happened at the desk: who opened, assigned, printed or exported; rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.encryption import FieldCipher, Place, UnreadableError
from app.storage.models import Clinician, DeskEvent
from app.storage.statuses import EventKind

MOST_EVENTS: Final = 500


@dataclass(frozen=True)
class RecordedEvent:
    """One event: who (empty for a command of the operator), when, what; `detail` None if there is none."""

    happened_at: datetime
    clinician_id: UUID | None
    clinician_name: str
    kind: EventKind
    detail: dict[str, Any] | None


def _place(event_id: UUID) -> Place:
    return Place("desk_events", "detail", event_id, 1)


def add_event(
    session: Session,
    cipher: FieldCipher,
    *,
    kind: EventKind,
    clinician_id: UUID | None,
    now: datetime,
    screening_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Note an event, in the transaction of what happened."""
    event_id = uuid4()
    session.add(
        DeskEvent(
            id=event_id,
            screening_id=screening_id,
            clinician_id=clinician_id,
            happened_at=now,
            kind=kind.value,
            detail=None if detail is None else cipher.seal(detail, _place(event_id)),
        )
    )


def list_events(session: Session, cipher: FieldCipher, screening_id: UUID) -> list[RecordedEvent]:
    """The newest events of a screening, the newest first."""
    query = (
        select(DeskEvent, Clinician.name)
        .outerjoin(Clinician, Clinician.id == DeskEvent.clinician_id)
        .where(DeskEvent.screening_id == screening_id)
        .order_by(DeskEvent.happened_at.desc(), DeskEvent.id)
        .limit(MOST_EVENTS)
    )
    return [_opened(row, name, cipher) for row, name in session.execute(query)]


def _opened(row: DeskEvent, name: str | None, cipher: FieldCipher) -> RecordedEvent:
    """One damaged detail must not hide the record."""
    try:
        detail = cipher.open(row.detail, _place(row.id)) if row.detail else None
    except UnreadableError:
        detail = None
    return RecordedEvent(row.happened_at, row.clinician_id, name or "", EventKind(row.kind), detail)
