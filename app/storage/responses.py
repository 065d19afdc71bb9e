"""Which FHIR responses were taken in. Of each there is a keyed MAC, and nothing of its content."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.encryption import content_macs
from app.storage.keyring import Keyring
from app.storage.models import ResponseTakenIn, Screening

_PURPOSE: Final = "fhir-response/v1"


def response_macs(keyring: Keyring, digest: bytes) -> tuple[bytes, ...]:
    """What may stand in the database for a response with this digest: by each key, the active one last."""
    return content_macs(keyring, _PURPOSE, digest)


def taken_in_at(session: Session, macs: tuple[bytes, ...]) -> datetime | None:
    """When a response was taken in; None when it was not, or when its screening was removed since."""
    query = select(Screening.received_at).join(ResponseTakenIn, ResponseTakenIn.screening_id == Screening.id)
    return session.scalar(query.where(ResponseTakenIn.response_mac.in_(macs)))


def note_response(session: Session, screening_id: UUID, macs: tuple[bytes, ...]) -> None:
    """Note what a screening was taken in from. The same at the same moment is a conflict."""
    session.add(ResponseTakenIn(screening_id=screening_id, response_mac=macs[-1]))
