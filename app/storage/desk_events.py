"""What happened at the desk before there was an audit log: read once to be carried over, then removed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.storage.encryption import FieldCipher, Place, UnreadableError
from app.storage.models import DeskEvent
from app.storage.statuses import EventKind


@dataclass(frozen=True)
class EarlierEvent:
    """One event: what, when, who (None is the operator), about which screening. A damaged detail is None."""

    kind: EventKind
    happened_at: datetime
    clinician_id: UUID | None
    screening_id: UUID | None
    detail: dict[str, Any] | None


def take_earliest(session: Session, cipher: FieldCipher, most: int) -> list[EarlierEvent]:
    """The events that are left, the oldest first, and their removal in the same transaction."""
    order = (DeskEvent.happened_at, DeskEvent.id)
    rows = list(session.scalars(select(DeskEvent).order_by(*order).limit(most).with_for_update()))
    found = [_opened(row, cipher) for row in rows]
    session.execute(delete(DeskEvent).where(DeskEvent.id.in_([row.id for row in rows])))
    return found


def _opened(row: DeskEvent, cipher: FieldCipher) -> EarlierEvent:
    try:
        place = Place("desk_events", "detail", row.id, 1)
        detail = cipher.open(row.detail, place) if row.detail else None
    except UnreadableError:
        detail = None
    return EarlierEvent(EventKind(row.kind), row.happened_at, row.clinician_id, row.screening_id, detail)
