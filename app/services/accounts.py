"""Accounts of the clinic app: invited by a one-time link, made by the person themselves."""

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.storage import clinicians
from app.storage.clinicians import ClinicianAccount, Invitation
from app.storage.database import ConflictError
from app.storage.store import Store

LINK_LIFETIME: Final = timedelta(hours=24)


class InvitationError(Exception):
    """The link was used, has expired, or never was."""


class AddressTakenError(Exception):
    """Another account has this e-mail address."""


def needs_first_administrator(store: Store) -> bool:
    with store.database.reading() as session:
        return not clinicians.has_accounts(session)


def invite(store: Store, *, email: str | None, is_administrator: bool, now: datetime) -> str:
    """A token for a set-up link that works once, for 24 hours. Older administrator links stop working."""
    token = secrets.token_urlsafe(32)
    with store.database.writing() as session:
        if is_administrator:
            clinicians.withdraw_administrator_links(session, now)
        clinicians.add_set_up_link(
            session,
            token,
            email=email,
            is_administrator=is_administrator,
            now=now,
            expires_at=now + LINK_LIFETIME,
        )
    return token


def find_invitation(store: Store, token: str, now: datetime) -> Invitation:
    """The invitation behind a link.

    Raises:
        InvitationError: it cannot be used (any more).
    """
    with store.database.reading() as session:
        invitation = clinicians.find_invitation(session, token, now)
    if invitation is None:
        raise InvitationError
    return invitation


def accept_invitation(
    store: Store, token: str, *, name: str, email: str, password_hash: str, now: datetime
) -> None:
    """Make the account and use up the link, together.

    Raises:
        InvitationError: the link cannot be used (any more).
        AddressTakenError: the address has an account already.
    """
    try:
        with store.database.writing() as session:
            invitation = clinicians.find_invitation(session, token, now)
            if invitation is None or not clinicians.use_invitation(session, invitation, now):
                raise InvitationError
            clinicians.add_account(
                session,
                email=email,
                name=name,
                password_hash=password_hash,
                is_administrator=invitation.is_administrator,
                session_key=secrets.token_hex(32),
                now=now,
            )
    except ConflictError:
        raise AddressTakenError from None


def find_account(
    store: Store, *, email: str | None = None, session_key: str | None = None
) -> ClinicianAccount | None:
    """The account with this e-mail address or session key."""
    with store.database.reading() as session:
        return clinicians.find_account(session, email=email, session_key=session_key)


def end_sessions(store: Store, account_id: UUID) -> None:
    """End every session of an account: a copy of its cookie opens nothing any more."""
    with store.database.writing() as session:
        clinicians.set_session_key(session, account_id, secrets.token_hex(32))


def renew_password_hash(store: Store, account_id: UUID, password_hash: str) -> None:
    """Keep a password's new hash after the strength of hashing was raised."""
    with store.database.writing() as session:
        clinicians.set_password_hash(session, account_id, password_hash)
