"""The screenings under one reference code, as whoever holds the code may see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.encryption import CodeMacs
from app.storage.models import Screening


@dataclass(frozen=True)
class OwnScreening:
    """One screening with what is told of it without opening its answers. Nothing of it is the desk's."""

    id: UUID
    visit: int
    received_at: datetime
    language: str
    consent_version: str | None
    consented_at: datetime | None


def list_own(session: Session, code: CodeMacs) -> list[OwnScreening]:
    """Every screening under the code that was not removed, the newest first."""
    columns = (
        Screening.id,
        Screening.visit,
        Screening.received_at,
        Screening.language,
        Screening.consent_version,
        Screening.consented_at,
    )
    mine = (Screening.reference_mac.in_(code.macs), Screening.removed_at.is_(None))
    query = select(*columns).where(*mine).order_by(Screening.visit.desc())
    return [OwnScreening(*row) for row in session.execute(query)]
