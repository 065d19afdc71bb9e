"""Accounts of the clinic app and the one-time links with which they are made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.storage.encryption import token_digest
from app.storage.models import Clinician, SetUpLink

_FOR_AN_ACCOUNT: Final = "account"
_FOR_A_PASSWORD: Final = "password"  # noqa: S105


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
    has_factor: bool
    notices_seen: int


@dataclass(frozen=True)
class Invitation:
    """A set-up link that can still be used."""

    id: UUID
    email: str | None
    is_administrator: bool


@dataclass(frozen=True)
class PasswordLink:
    """A link with which this person may choose a new password."""

    id: UUID
    account: ClinicianAccount


def account_of(row: Clinician) -> ClinicianAccount:
    """The account in a row."""
    return ClinicianAccount(
        id=row.id,
        email=row.email,
        name=row.name,
        password_hash=row.password_hash,
        is_active=row.is_active,
        is_administrator=row.is_administrator,
        is_clinician=row.is_clinician,
        has_factor=row.totp_confirmed_at is not None,
        notices_seen=row.notices_seen,
    )


def has_accounts(session: Session) -> bool:
    return session.scalar(select(Clinician.id).limit(1)) is not None


def find_account(session: Session, email: str) -> ClinicianAccount | None:
    """The account with this e-mail address, in any case."""
    row = session.scalar(select(Clinician).where(Clinician.email == email.strip().lower()))
    return None if row is None else account_of(row)


def get_account(session: Session, account_id: UUID) -> ClinicianAccount:
    """The account with this id, which exists."""
    return account_of(session.get_one(Clinician, account_id))


def hold_account(session: Session, account_id: UUID) -> ClinicianAccount:
    """The account with this id, which exists. Until the end of this transaction nobody changes it."""
    return account_of(session.get_one(Clinician, account_id, with_for_update=True))


def add_account(
    session: Session,
    *,
    email: str,
    name: str,
    password_hash: str,
    is_administrator: bool,
    now: datetime,
) -> UUID:
    """A new account; its id. A second one with the same address is refused by the database."""
    account_id = uuid4()
    session.add(
        Clinician(
            id=account_id,
            email=email.strip().lower(),
            name=name,
            password_hash=password_hash,
            is_administrator=is_administrator,
            created_at=now,
        )
    )
    session.flush()
    return account_id


def find_account_by_id(session: Session, account_id: UUID) -> ClinicianAccount | None:
    row = session.get(Clinician, account_id)
    return None if row is None else account_of(row)


def list_accounts(session: Session) -> list[ClinicianAccount]:
    """Every account, those that are shut too, by name."""
    query = select(Clinician).order_by(Clinician.name, Clinician.id)
    return [account_of(row) for row in session.scalars(query)]


def hold_administrators(session: Session) -> set[UUID]:
    """The administrators whose accounts are in use. Until the end of this transaction nobody changes them."""
    query = select(Clinician.id).where(Clinician.is_active, Clinician.is_administrator)
    return set(session.scalars(query.order_by(Clinician.id).with_for_update()))


def set_rights(
    session: Session, account_id: UUID, *, is_active: bool, is_administrator: bool, is_clinician: bool
) -> None:
    """Whether the account is in use, and what the person may do."""
    row = session.get_one(Clinician, account_id)
    row.is_active, row.is_administrator, row.is_clinician = is_active, is_administrator, is_clinician


def set_password_hash(session: Session, account_id: UUID, password_hash: str) -> None:
    session.get_one(Clinician, account_id).password_hash = password_hash


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
            SetUpLink.purpose == _FOR_AN_ACCOUNT,
            SetUpLink.used_at.is_(None),
            SetUpLink.expires_at > now,
        )
    )
    return None if row is None else Invitation(row.id, row.email, row.is_administrator)


def add_password_link(
    session: Session, token: str, clinician_id: UUID, *, now: datetime, expires_at: datetime
) -> None:
    """A link with which a person chooses a new password. Older ones of theirs stop working."""
    withdraw_password_links(session, clinician_id, now)
    session.add(
        SetUpLink(
            id=uuid4(),
            token_digest=token_digest(token),
            purpose=_FOR_A_PASSWORD,
            clinician_id=clinician_id,
            created_at=now,
            expires_at=expires_at,
        )
    )


def find_password_link(session: Session, token: str, now: datetime) -> PasswordLink | None:
    """The link, neither used nor expired, of somebody whose account is in use."""
    query = (
        select(SetUpLink.id, Clinician)
        .join(Clinician, Clinician.id == SetUpLink.clinician_id)
        .where(
            SetUpLink.token_digest == token_digest(token),
            SetUpLink.purpose == _FOR_A_PASSWORD,
            SetUpLink.used_at.is_(None),
            SetUpLink.expires_at > now,
            Clinician.is_active,
        )
    )
    found = session.execute(query).first()
    return None if found is None else PasswordLink(found[0], account_of(found[1]))


def withdraw_password_links(session: Session, clinician_id: UUID, now: datetime) -> None:
    mine = (SetUpLink.clinician_id == clinician_id, SetUpLink.used_at.is_(None))
    session.execute(update(SetUpLink).where(*mine).values(used_at=now))


def use_link(session: Session, link: Invitation | PasswordLink, now: datetime) -> bool:
    """Mark a link as used; False when somebody was faster."""
    result = session.execute(
        update(SetUpLink).where(SetUpLink.id == link.id, SetUpLink.used_at.is_(None)).values(used_at=now)
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
