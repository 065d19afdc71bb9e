"""The tables of the people who sign in: accounts, sessions, second factors, and counts of their tries."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base, UtcDateTime


class Clinician(Base):
    """A person who signs in to the clinic app.

    `totp_seed` is sealed, and in use once it is confirmed. A code of a step up to `totp_last_step` was
    used. `notices_seen` is the last audit event about the account that the person has put away.
    """

    __tablename__ = "clinicians"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_clinician: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    totp_seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    row_version: Mapped[int] = mapped_column(default=1)
    notices_seen: Mapped[int] = mapped_column(BigInteger, default=0)


class SetUpLink(Base):
    """A one-time link: to make an account, or to choose a new password. Here is only its digest."""

    __tablename__ = "set_up_links"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    is_administrator: Mapped[bool] = mapped_column(default=False)
    purpose: Mapped[str] = mapped_column(String(12), default="account")
    clinician_id: Mapped[UUID | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClinicSession(Base):
    """A browser that is signed in. It holds a random token; here is only its digest.

    `factor_at` is when a second factor was last given, None after the password alone. `challenge` is
    the one a passkey has to answer next. `codes_seed` is there while recovery codes are shown: the id of a
    key, and random bits from which they are derived with it.
    """

    __tablename__ = "clinic_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("clinicians.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    codes_seed: Mapped[bytes | None] = mapped_column(LargeBinary(36))


class RecoveryCode(Base):
    """A code that stands in once for a lost second factor. Here is only its digest."""

    __tablename__ = "recovery_codes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("clinicians.id"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Base):
    """A passkey of an account: what its answers are checked with."""

    __tablename__ = "passkeys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    clinician_id: Mapped[UUID] = mapped_column(ForeignKey("clinicians.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Throttle(Base):
    """How often something was tried in a stretch of time. `key` is a keyed MAC that says not by whom."""

    __tablename__ = "throttles"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    n: Mapped[int] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
