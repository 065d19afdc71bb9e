"""The tables of what came in from a file."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime


class CohortImport(Base):
    """How far the import of one file has come, so that no row is stored twice.

    `file_mac` tells the file from others and says nothing of what is in it without the keyring. The counts
    move in the transaction that stores the rows.
    """

    __tablename__ = "cohort_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    file_mac: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_stored: Mapped[int] = mapped_column(default=0)
    rows_wrong: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ResponseTakenIn(Base):
    """The FHIR response that a screening was taken in from, so that it becomes no second one.

    `response_mac` tells it from others and says nothing of what is in it without the keyring. The row goes
    with what its screening says.
    """

    __tablename__ = "responses_taken_in"

    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screenings.id"), primary_key=True)
    response_mac: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
