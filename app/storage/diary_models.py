"""The table of diaries."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime


class PatientDiary(Base):
    """The diary of the person with one reference code. `content` holds every day that was noted.

    It stands under the same MAC as the screenings of that code, so that the desk finds it from them.
    `kept_until` moves with each change.
    """

    __tablename__ = "patient_diaries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reference_mac: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    reference_key_id: Mapped[str | None] = mapped_column(String(8))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kept_until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    row_version: Mapped[int] = mapped_column(default=1)
    content: Mapped[bytes] = mapped_column(LargeBinary)
