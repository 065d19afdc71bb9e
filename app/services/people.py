"""What administrators do with the accounts of others: shut them, change roles, help who cannot get in.

Nobody learns or sets the password of another person, and the clinic always keeps an active administrator.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.services.accounts import LINK_LIFETIME, InvitationError
from app.services.sign_in import IDLE, forget_failures, has_to_wait, is_locked
from app.storage import clinic_sessions, clinicians, factors
from app.storage.audit import Action, Actor, AuditEntry, add_audit_entry, clinician
from app.storage.clinicians import ClinicianAccount
from app.storage.store import Store


class NoSuchPersonError(Exception):
    """There is no account with this id."""


class LastAdministratorError(Exception):
    """Nobody else could administer the clinic any more."""


@dataclass(frozen=True)
class PersonAtWork:
    """An account, how many browsers are signed in with it, and what keeps the person out.

    Somebody who is locked out has to be unlocked; who has to wait can try again by themselves in a while.
    """

    account: ClinicianAccount
    open_sessions: int
    is_locked: bool
    has_to_wait: bool


def list_people(store: Store, now: datetime) -> list[PersonAtWork]:
    """Everybody who has an account, those whose account is shut too, by name."""
    with store.database.reading() as session:
        accounts = clinicians.list_accounts(session)
        open_sessions = clinic_sessions.count_sessions(session, now - IDLE)
    return [
        PersonAtWork(
            each,
            open_sessions.get(each.id, 0),
            is_locked=is_locked(store, each, now),
            has_to_wait=has_to_wait(store, each, now),
        )
        for each in accounts
    ]


def find_person(store: Store, account_id: UUID) -> ClinicianAccount:
    """The account with this id.

    Raises:
        NoSuchPersonError: there is none.
    """
    with store.database.reading() as session:
        return _found(session, account_id)


def _found(session: Session, account_id: UUID) -> ClinicianAccount:
    account = clinicians.find_account_by_id(session, account_id)
    if account is None:
        raise NoSuchPersonError
    return account


def _note(
    session: Session,
    store: Store,
    action: Action,
    actor: Actor,
    now: datetime,
    account_id: UUID,
    **detail: Any,
) -> None:
    add_audit_entry(session, store.keyring, AuditEntry(action, actor, now, account_id, detail or None))


def set_active(store: Store, account_id: UUID, is_active: bool, actor: Actor, now: datetime) -> None:
    """Shut an account, or take it back into use. Who is signed in with it is signed out.

    Raises:
        NoSuchPersonError: there is no such account.
        LastAdministratorError: it is the only administrator's; nothing has changed.
    """
    _set_rights(store, account_id, actor, now, is_active=is_active)


def set_roles(
    store: Store, account_id: UUID, *, is_administrator: bool, is_clinician: bool, actor: Actor, now: datetime
) -> None:
    """Change what a person may do. They sign in again for it.

    Raises:
        NoSuchPersonError: there is no such account.
        LastAdministratorError: it is the only administrator's; nothing has changed.
    """
    _set_rights(store, account_id, actor, now, is_administrator=is_administrator, is_clinician=is_clinician)


def _set_rights(store: Store, account_id: UUID, actor: Actor, now: datetime, **wanted: bool) -> None:
    with store.database.writing() as session:
        administrators = clinicians.hold_administrators(session)
        account = _found(session, account_id)
        held = {name: getattr(account, name) for name in ("is_active", "is_administrator", "is_clinician")}
        new = {**held, **wanted}
        if new == held:
            return
        if administrators == {account_id} and not (new["is_active"] and new["is_administrator"]):
            raise LastAdministratorError
        clinicians.set_rights(session, account_id, **new)
        clinic_sessions.end_sessions(session, account_id)
        _note(session, store, Action.ACCOUNT_CHANGED, actor, now, account_id, **wanted)


def end_sessions_of(store: Store, account_id: UUID, actor: Actor, now: datetime) -> int:
    """Sign a person out everywhere; how many sessions there were."""
    with store.database.writing() as session:
        ended = clinic_sessions.end_sessions(session, _found(session, account_id).id)
        if ended:
            _note(session, store, Action.SESSIONS_ENDED, actor, now, account_id, ended=ended)
    return ended


def remove_factor(store: Store, account_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a lost second factor away, with passkeys and recovery codes: the next sign-in sets one up."""
    with store.database.writing() as session:
        factors.remove_totp(session, _found(session, account_id).id)
        factors.remove_other_factors(session, account_id)
        clinic_sessions.end_sessions(session, account_id)
        _note(session, store, Action.TOTP_REMOVED, actor, now, account_id)


def unlock(store: Store, account_id: UUID, actor: Actor, now: datetime) -> None:
    """Let a person try again after too many wrong passwords or codes."""
    forget_failures(store, find_person(store, account_id), now)
    with store.database.writing() as session:
        _note(session, store, Action.ACCOUNT_UNLOCKED, actor, now, account_id)


def make_password_link(store: Store, account_id: UUID, actor: Actor, now: datetime) -> str:
    """A token for a link with which the person chooses a new password: once, within 24 hours.

    The old password works until then, and the second factor stays as it is.
    """
    token = secrets.token_urlsafe(32)
    with store.database.writing() as session:
        account = _found(session, account_id)
        clinicians.add_password_link(session, token, account.id, now=now, expires_at=now + LINK_LIFETIME)
        _note(session, store, Action.PASSWORD_RESET_LINK_MADE, actor, now, account_id)
    return token


def find_password_link(store: Store, token: str, now: datetime) -> ClinicianAccount:
    """The person behind a link to choose a new password.

    Raises:
        InvitationError: it cannot be used (any more).
    """
    with store.database.reading() as session:
        link = clinicians.find_password_link(session, token, now)
    if link is None:
        raise InvitationError
    return link.account


def choose_password(store: Store, token: str, password_hash: str, now: datetime) -> None:
    """Use up a link: the new password counts, and whoever is signed in with the old one is signed out.

    Raises:
        InvitationError: the link cannot be used (any more).
    """
    with store.database.writing() as session:
        link = clinicians.find_password_link(session, token, now)
        if link is None or not clinicians.use_link(session, link, now):
            raise InvitationError
        clinicians.set_password_hash(session, link.account.id, password_hash)
        clinic_sessions.end_sessions(session, link.account.id)
        whose = clinician(link.account.id)
        _note(session, store, Action.PASSWORD_CHANGED, whose, now, link.account.id)
    forget_failures(store, link.account, now)
