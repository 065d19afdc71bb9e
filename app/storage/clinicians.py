"""Accounts of the clinic app and the one-time links with which they are made."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.storage.encryption import token_digest
from app.storage.models import Clinician, SetUpLink


@dataclass(frozen=True)
class ClinicianAccount:
    """An account as the rest of the product sees it."""

    id: UUID
    email: str
    name: str
    password_hash: str
    is_active: bool
    is_administrator: bool
    is_clinician: bool
    session_key: str


@dataclass(frozen=True)
class Invitation:
    """A set-up link that can still be used."""

    id: UUID
    email: str | None
    is_administrator: bool


def _account(row: Clinician) -> ClinicianAccount:
    names = ClinicianAccount.__dataclass_fields__
    return ClinicianAccount(**{name: getattr(row, name) for name in names})


def has_accounts(session: Session) -> bool:
    return session.scalar(select(Clinician.id).limit(1)) is not None


def find_account(
    session: Session, *, email: str | None = None, session_key: str | None = None
) -> ClinicianAccount | None:
    """The account with this e-mail address (in any case) or this session key."""
    condition: ColumnElement[bool] = Clinician.session_key == session_key
    if email is not None:
        condition = Clinician.email == email.strip().lower()
    row = session.scalar(select(Clinician).where(condition))
    return None if row is None else _account(row)


def add_account(
    session: Session,
    *,
    email: str,
    name: str,
    password_hash: str,
    is_administrator: bool,
    session_key: str,
    now: datetime,
) -> None:
    """A new account. A second one with the same address is refused by the database."""
    session.add(
        Clinician(
            id=uuid4(),
            email=email.strip().lower(),
            name=name,
            password_hash=password_hash,
            is_administrator=is_administrator,
            session_key=session_key,
            created_at=now,
        )
    )


def set_password_hash(session: Session, account_id: UUID, password_hash: str) -> None:
    session.get_one(Clinician, account_id).password_hash = password_hash


def set_session_key(session: Session, account_id: UUID, session_key: str) -> None:
    """A new key ends every session of the account."""
    session.get_one(Clinician, account_id).session_key = session_key


def add_set_up_link(
    session: Session,
    token: str,
    *,
    email: str | None,
    is_administrator: bool,
    now: datetime,
    expires_at: datetime,
) -> None:
    session.add(
        SetUpLink(
            id=uuid4(),
            token_digest=token_digest(token),
            email=email,
            is_administrator=is_administrator,
            created_at=now,
            expires_at=expires_at,
        )
    )


def find_invitation(session: Session, token: str, now: datetime) -> Invitation | None:
    """The invitation of a link that is neither used nor expired."""
    row = session.scalar(
        select(SetUpLink).where(
            SetUpLink.token_digest == token_digest(token),
            SetUpLink.used_at.is_(None),
            SetUpLink.expires_at > now,
        )
    )
    return None if row is None else Invitation(row.id, row.email, row.is_administrator)


def use_invitation(session: Session, invitation: Invitation, now: datetime) -> bool:
    """Mark a link as used; False when somebody was faster."""
    result = session.execute(
        update(SetUpLink)
        .where(SetUpLink.id == invitation.id, SetUpLink.used_at.is_(None))
        .values(used_at=now)
    )
    return int(getattr(result, "rowcount", 0)) == 1


def withdraw_administrator_links(session: Session, now: datetime) -> None:
    """Links for an administrator that were never used stop working when a new one is made."""
    session.execute(
        update(SetUpLink).where(SetUpLink.is_administrator, SetUpLink.used_at.is_(None)).values(used_at=now)
    )


def clinician_names(session: Session) -> dict[UUID, str]:
    """The names of all clinicians, those who left too, by id."""
    return {row.id: row.name for row in session.execute(select(Clinician.id, Clinician.name))}


def active_clinicians(session: Session) -> list[tuple[UUID, str]]:
    """The clinicians who can take a screening, by name."""
    query = select(Clinician.id, Clinician.name).where(Clinician.is_active, Clinician.is_clinician)
    return [(row.id, row.name) for row in session.execute(query.order_by(Clinician.name, Clinician.id))]
