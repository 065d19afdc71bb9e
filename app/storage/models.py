"""The tables. What is listed, filtered or counted has a column; what is clinical is sealed bytes."""

from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.codes import Outcome, Urgency
from app.storage.account_models import Clinician, SetUpLink
from app.storage.base import Base, UtcDateTime
from app.storage.cohort_models import CohortImport, ResponseTakenIn
from app.storage.diary_models import PatientDiary
from app.storage.statuses import EventKind, ScreeningStatus

# These and all below are one set of tables.
__all__ = ["Clinician", "CohortImport", "PatientDiary", "ResponseTakenIn", "SetUpLink"]

URGENCY_RANKS: Final = {urgency: rank for rank, urgency in enumerate(Urgency)}
_OUTCOMES: Final = ", ".join(f"'{outcome.value}'" for outcome in Outcome)
_STATUSES: Final = ", ".join(f"'{status.value}'" for status in ScreeningStatus)
_EVENTS: Final = ", ".join(f"'{kind.value}'" for kind in EventKind)
_QUEUE_ORDER: Final = ("urgency_rank", "received_at", "id")
_POLICY_ORDER: Final = ("urgency_rank", "received_at", "screening_id")
_FACETS: Final = ("status", "outcome", "language")
_UNLISTED: Final = text("listing IS NULL")


class Screening(Base):
    """One completed screening. Its answers never change after it is stored.

    One that was removed stays as an empty row: `removed_at` is set, nothing sealed is left, and status,
    `is_open`, outcome and urgency are NULL, so that no walk of the queue meets it (see `removal`). What
    `reference_mac` was made with is `reference_key_id`; None is from before it was noted.
    """

    __tablename__ = "screenings"
    __table_args__ = (
        CheckConstraint(f"outcome IN ({_OUTCOMES})", name="outcome_known"),
        CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
        CheckConstraint(f"urgency_rank BETWEEN 0 AND {len(Urgency) - 1}", name="urgency_known"),
        UniqueConstraint("reference_mac", "visit"),
        Index(None, "is_open", *_QUEUE_ORDER),
        Index("ix_screenings_assigned", "assigned_to_id", "is_open", *_QUEUE_ORDER),
        Index("ix_screenings_facets", *_FACETS, *_QUEUE_ORDER),
        Index("ix_screenings_assigned_facets", "assigned_to_id", *_FACETS, *_QUEUE_ORDER),
        Index("ix_screenings_unread", "is_open", "is_unread"),
        Index(None, "status", "received_at"),
        Index(
            "ix_screenings_demonstrations",
            "removed_at",
            sqlite_where=text("is_demonstration = 1"),
            postgresql_where=text("is_demonstration"),
        ),
        Index("ix_screenings_unlisted", "id", sqlite_where=_UNLISTED, postgresql_where=_UNLISTED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reference_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    reference_key_id: Mapped[str | None] = mapped_column(String(8))
    visit: Mapped[int] = mapped_column(SmallInteger, default=1)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20), default=ScreeningStatus.NEW.value, nullable=True)
    is_open: Mapped[bool] = mapped_column(default=True, nullable=True)
    outcome: Mapped[str] = mapped_column(String(20), nullable=True)
    urgency_rank: Mapped[int] = mapped_column(SmallInteger, nullable=True)
    language: Mapped[str] = mapped_column(String(12))
    questionnaire_version: Mapped[str] = mapped_column(String(12))
    rules_version: Mapped[str] = mapped_column(String(12))
    edition: Mapped[str | None] = mapped_column(String(40))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    is_unread: Mapped[bool] = mapped_column(default=True)
    is_unverified: Mapped[bool] = mapped_column(default=False)
    signs_taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consent_version: Mapped[str | None] = mapped_column(String(12))
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by: Mapped[str | None] = mapped_column(String(12))
    assigned_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("clinicians.id"))
    row_version: Mapped[int] = mapped_column(default=1)
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    assessment: Mapped[bytes] = mapped_column(LargeBinary)
    listing: Mapped[bytes | None] = mapped_column(LargeBinary)


class ScreeningPolicy(Base):
    """A policy that lacks no answer for a screening, with what the queue filters and orders by.

    The columns beside the ids repeat those of the screening, so that one index serves filter and order.
    """

    __tablename__ = "screening_policies"
    __table_args__ = (
        Index("ix_screening_policies_open", "policy_id", "is_open", *_POLICY_ORDER),
        Index("ix_screening_policies_facets", "policy_id", *_FACETS, *_POLICY_ORDER),
        Index("ix_screening_policies_assigned", "policy_id", "assigned_to_id", *_FACETS, *_POLICY_ORDER),
    )

    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screenings.id"), primary_key=True)
    policy_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    is_open: Mapped[bool] = mapped_column()
    status: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(12))
    assigned_to_id: Mapped[UUID | None] = mapped_column()
    urgency_rank: Mapped[int] = mapped_column(SmallInteger)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskEvent(Base):
    """What happened at the desk before there was an audit log.

    Nothing is added any more: `init` carries the rows over, for which it needs the keys, and leaves the
    table empty. It can be dropped once no installation is updated from a version that had it.
    """

    __tablename__ = "desk_events"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_EVENTS})", name="kind_known"),
        Index(None, "screening_id", "happened_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    screening_id: Mapped[UUID | None] = mapped_column(ForeignKey("screenings.id"))
    clinician_id: Mapped[UUID | None] = mapped_column(ForeignKey("clinicians.id"))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(20))
    detail: Mapped[bytes | None] = mapped_column(LargeBinary)


class SavedView(Base):
    """Filters of the queue that a clinician keeps under a name."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("clinician_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("clinicians.id"))
    name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[str] = mapped_column(String(500))


class ScreeningReview(Base):
    """One entry of a clinician about a screening. Rows are added, never changed.

    `number` is its order: clocks of two servers may differ.
    """

    __tablename__ = "screening_reviews"
    __table_args__ = (
        CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
        UniqueConstraint("screening_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    screening_id: Mapped[UUID] = mapped_column(ForeignKey("screenings.id"))
    number: Mapped[int] = mapped_column()
    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("clinicians.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(20))
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    diagnosis: Mapped[bytes | None] = mapped_column(LargeBinary)


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
    `is_shared` is a journey on a device that others take next; `kept_until` is how long its code leads back,
    once somebody has seen it.
    """

    __tablename__ = "screening_drafts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_shared: Mapped[bool] = mapped_column(default=False)
    reference_mac: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    row_version: Mapped[int] = mapped_column(default=1)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    screening_id: Mapped[UUID | None] = mapped_column(ForeignKey("screenings.id"), index=True)


class ReadingGrant(Base):
    """Leave to read what stands under a code, known or not: for the browser that holds the token."""

    __tablename__ = "reading_grants"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_shared: Mapped[bool] = mapped_column(default=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class StatisticCount(Base):
    """How many screenings of a week are in a bucket of a measure; it outlives the screenings.

    `week` is a Monday by the clinic's time zone.
    """

    __tablename__ = "statistic_counts"

    week: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(30), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(60), primary_key=True)
    is_demonstration: Mapped[bool] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column()


class AuditEvent(Base):
    """One link of the audit chain. Rows are added at its end, never changed; the database sees to it.

    `mac` covers the row and `previous_mac`; `detail` is sealed and covered as it reads.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("previous_mac"),
        Index(None, "subject_id", "seq"),
        Index(None, "actor_id", "seq"),
        Index(None, "action", "seq"),
        Index(None, "actor_kind", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[UUID | None] = mapped_column()
    action: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None] = mapped_column()
    request_id: Mapped[str] = mapped_column(String(32))
    source_mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    detail: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(8))
    previous_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class ClinicSetting(Base):
    """One thing that an administrator has set; what is absent has its default."""

    __tablename__ = "clinic_settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(4000))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ClinicPicture(Base):
    """A picture of the clinic: its logo. `digest` is part of its address."""

    __tablename__ = "clinic_pictures"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
