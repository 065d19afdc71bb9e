"""Removing what a screening says. An empty row stays, so that its address can tell what became of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.storage.models import (
    DeskEvent,
    ResponseTakenIn,
    Screening,
    ScreeningDraft,
    ScreeningMeasure,
    ScreeningPolicy,
    ScreeningReassessment,
    ScreeningReview,
)
from app.storage.screenings import hold_screening
from app.storage.statuses import Remover

# Empty bytes and no NULL: what is NULL there waits for its line in the queue.
_SEALED: Final = dict.fromkeys(("answers", "assessment", "listing"), b"")
_CLINICAL: Final = dict.fromkeys(("status", "is_open", "outcome", "urgency_rank"), None)
_BESIDE: Final = {
    "language": "",
    "questionnaire_version": "",
    "rules_version": "",
    "edition": None,
    "is_unread": False,
    "is_unverified": False,
    "signs_taken_back_at": None,
    "assigned_to_id": None,
    "consent_version": None,
    "consented_at": None,
    "reference_key_id": None,
    "visit": 1,
}
_AROUND: Final = (
    ScreeningReview,
    ScreeningMeasure,
    ScreeningReassessment,
    ScreeningPolicy,
    ScreeningDraft,
    DeskEvent,
    ResponseTakenIn,
)


@dataclass(frozen=True)
class Removal:
    """When the content of a screening was removed, and on whose behalf."""

    removed_at: datetime
    by: Remover


def remove_content(session: Session, screening_id: UUID, by: Remover, now: datetime) -> bool:
    """Remove everything that a screening says, and all that was added to it. False when there is none.

    What stays says when it came and when it went. No code leads to it any more: its MAC gives way to random
    bytes, so that a search for the code ends as for one that never was. The counts of the statistics stay.
    """
    if not hold_screening(session, screening_id):
        return False
    session.flush()
    for each in _AROUND:
        session.execute(delete(each).where(each.screening_id == screening_id))
    row = session.get_one(Screening, screening_id)
    gone = {"reference_mac": secrets.token_bytes(32), "removed_at": now, "removed_by": by.value}
    for name, value in {**_SEALED, **_CLINICAL, **_BESIDE, **gone}.items():
        setattr(row, name, value)
    row.row_version += 1
    session.flush()
    return True


def find_removal(session: Session, screening_id: UUID) -> Removal | None:
    """What became of a screening that was removed; None for one that is there, or never was."""
    query = select(Screening.removed_at, Screening.removed_by).where(Screening.id == screening_id)
    row = session.execute(query.where(Screening.removed_at.is_not(None))).first()
    return None if row is None else Removal(row.removed_at, Remover(row.removed_by))
