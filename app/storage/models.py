"""The tables. What is listed, filtered or counted has a column; what is clinical is sealed bytes."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.codes import Outcome, Urgency
from app.storage.base import Base, UtcDateTime
from app.storage.statuses import ScreeningStatus

URGENCY_RANKS: Final = {urgency: rank for rank, urgency in enumerate(Urgency)}
_OUTCOMES: Final = ", ".join(f"'{outcome.value}'" for outcome in Outcome)
_STATUSES: Final = ", ".join(f"'{status.value}'" for status in ScreeningStatus)


class Screening(Base):
    """One completed screening. Its answers never change after it is stored."""

    __tablename__ = "screenings"
    __table_args__ = (
        CheckConstraint(f"outcome IN ({_OUTCOMES})", name="outcome_known"),
        CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
        CheckConstraint(f"urgency_rank BETWEEN 0 AND {len(Urgency) - 1}", name="urgency_known"),
        Index(None, "is_open", "urgency_rank", "received_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reference_mac: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20), default=ScreeningStatus.NEW.value)
    is_open: Mapped[bool] = mapped_column(default=True)
    outcome: Mapped[str] = mapped_column(String(20))
    urgency_rank: Mapped[int] = mapped_column(SmallInteger)
    language: Mapped[str] = mapped_column(String(12))
    questionnaire_version: Mapped[str] = mapped_column(String(12))
    rules_version: Mapped[str] = mapped_column(String(12))
    edition: Mapped[str | None] = mapped_column(String(40))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    row_version: Mapped[int] = mapped_column(default=1)
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    assessment: Mapped[bytes] = mapped_column(LargeBinary)


class ScreeningReview(Base):
    """One entry of a clinician about a screening. Rows are added, never changed."""

    __tablename__ = "screening_reviews"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
        Index(None, "screening_id", "recorded_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screenings.id"))
    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("clinicians.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20))
    note: Mapped[bytes | None] = mapped_column(LargeBinary)


class ScreeningMeasure(Base):
    """One score or course of treatment that a clinician typed in. Rows are added, never changed."""

    __tablename__ = "screening_measures"
    __table_args__ = (Index(None, "screening_id", "recorded_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screenings.id"))
    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("clinicians.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ScreeningReassessment(Base):
    """An assessment by later rules, beside the stored one and never over it. One for each edition."""

    __tablename__ = "screening_reassessments"
    __table_args__ = (UniqueConstraint("screening_id", "edition"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screenings.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    edition: Mapped[str] = mapped_column(String(40))
    assessment: Mapped[bytes] = mapped_column(LargeBinary)


class ScreeningDraft(Base):
    """A journey that is not finished. The browser holds a random token; here is only its digest.

    `screening_id` is set once the answers were handed in, so that a second try finds the first.
    """

    __tablename__ = "screening_drafts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    row_version: Mapped[int] = mapped_column(default=1)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    screening_id: Mapped[UUID | None] = mapped_column(ForeignKey("screenings.id"))


class Clinician(Base):
    """A person who signs in to the clinic app. `session_key` ends every session when it changes."""

    __tablename__ = "clinicians"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_clinician: Mapped[bool] = mapped_column(default=True)
    session_key: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SetUpLink(Base):
    """A one-time link with which a person makes their account. Here is only its digest."""

    __tablename__ = "set_up_links"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    is_administrator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
