"""Accounts of the clinic app: invited by a one-time link, made by the person themselves."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from app.storage import clinicians
from app.storage.audit import OPERATOR, Action, Actor, AuditEntry, add_audit_entry, clinician
from app.storage.clinicians import ClinicianAccount, Invitation
from app.storage.database import ConflictError
from app.storage.store import Store

LINK_LIFETIME: Final = timedelta(hours=24)


class InvitationError(Exception):
    """The link was used, has expired, or never was."""


class AddressTakenError(Exception):
    """Another account has this e-mail address."""


def find_account(store: Store, email: str) -> ClinicianAccount | None:
    """The account with this e-mail address, in any case."""
    with store.database.reading() as session:
        return clinicians.find_account(session, email)


def needs_first_administrator(store: Store) -> bool:
    with store.database.reading() as session:
        return not clinicians.has_accounts(session)


def invite(
    store: Store, *, email: str | None, is_administrator: bool, now: datetime, actor: Actor = OPERATOR
) -> str:
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
        add_audit_entry(session, store.keyring, AuditEntry(Action.ACCOUNT_INVITED, actor, now))
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
            if invitation is None or not clinicians.use_link(session, invitation, now):
                raise InvitationError
            account_id = clinicians.add_account(
                session,
                email=email,
                name=name,
                password_hash=password_hash,
                is_administrator=invitation.is_administrator,
                now=now,
            )
            made = AuditEntry(Action.ACCOUNT_MADE, clinician(account_id), now, account_id)
            add_audit_entry(session, store.keyring, made)
    except ConflictError:
        raise AddressTakenError from None
