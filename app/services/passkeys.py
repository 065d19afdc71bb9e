"""Passkeys (WebAuthn): a second factor that no false page can ask for. The person proves themselves to it."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from app.services.second_factor import count_code, enter, give_back_code
from app.services.sign_in import note, note_in
from app.storage import clinic_sessions, passkeys
from app.storage.account_models import Passkey
from app.storage.audit import Action
from app.storage.clinic_sessions import Purpose, SignedInSession
from app.storage.database import ConflictError
from app.storage.store import Store

MOST_PASSKEYS: Final = 10
_NO_ANSWER: Final = (WebAuthnException, ValueError, TypeError, KeyError, RecursionError)
_VERIFIED: Final = UserVerificationRequirement.REQUIRED


class PasskeyError(Exception):
    """What the passkey answered is not taken; nothing has changed."""


@dataclass(frozen=True)
class Site:
    """Who passkeys are made for: they answer to nobody else."""

    host: str
    origin: str
    name: str


def own_passkeys(store: Store, found: SignedInSession) -> Sequence[Passkey]:
    """The passkeys of a person, the oldest first."""
    with store.database.reading() as session:
        return passkeys.list_passkeys(session, found.account.id)


def _challenge(store: Store, found: SignedInSession, purpose: Purpose) -> bytes:
    """The challenge of this session. It stays the same until it is answered, however often it is shown."""
    held = clinic_sessions.challenge_for(found, purpose)
    if held is not None:
        return held
    challenge = clinic_sessions.new_challenge(purpose)
    with store.database.writing() as session:
        clinic_sessions.set_challenge(session, found.id, challenge)
    return challenge


def _use_challenge(store: Store, found: SignedInSession, purpose: Purpose) -> bytes:
    """The challenge, which nobody can answer again."""
    challenge = clinic_sessions.challenge_for(found, purpose)
    with store.database.writing() as session:
        if challenge is None or not clinic_sessions.use_challenge(session, found.id, challenge):
            raise PasskeyError
    return challenge


def _described(held: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each.credential_id) for each in held]


# --- making one -----------------------------------------------------------------------------------


def registration_options(store: Store, found: SignedInSession, site: Site) -> str:
    """What the browser has to know to make a passkey, as JSON."""
    handle = hmac.digest(store.keyring.derive("passkey-user/v1"), found.account.id.bytes, hashlib.sha256)
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=handle,
        user_name=found.account.email,
        user_display_name=found.account.name,
        challenge=_challenge(store, found, Purpose.REGISTER),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=_VERIFIED
        ),
        exclude_credentials=_described(own_passkeys(store, found)),
    )
    return options_to_json(options)


def add_passkey(
    store: Store, found: SignedInSession, site: Site, name: str, answer: str, now: datetime
) -> None:
    """Keep a passkey that the browser has made; every other browser is signed out.

    Raises:
        PasskeyError: it answers another question, was made for another site, or without asking the person.
    """
    challenge = _use_challenge(store, found, Purpose.REGISTER)
    made = _checked_registration(site, challenge, answer)
    if len(own_passkeys(store, found)) >= MOST_PASSKEYS:
        raise PasskeyError
    try:
        with store.database.writing() as session:
            passkeys.add_passkey(
                session,
                found.account.id,
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                name=name,
                now=now,
            )
            clinic_sessions.end_sessions(session, found.account.id, but=found.id)
            note_in(session, store, Action.PASSKEY_ADDED, now, found.account.id)
    except ConflictError:
        raise PasskeyError from None


def _checked_registration(site: Site, challenge: bytes, answer: str) -> VerifiedRegistration:
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _NO_ANSWER:
        raise PasskeyError from None


def remove_passkey(store: Store, found: SignedInSession, passkey_id: UUID, now: datetime) -> bool:
    """Remove one of the person's passkeys; every other browser is signed out."""
    with store.database.writing() as session:
        removed = passkeys.remove_passkey(session, found.account.id, passkey_id)
        if removed:
            clinic_sessions.end_sessions(session, found.account.id, but=found.id)
            note_in(session, store, Action.PASSKEY_REMOVED, now, found.account.id)
    return removed


# --- signing in with one --------------------------------------------------------------------------


def sign_in_options(store: Store, found: SignedInSession, site: Site) -> str | None:
    """What the browser has to know to ask a passkey, as JSON; None when the person has none."""
    held = own_passkeys(store, found)
    if not held:
        return None
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=_challenge(store, found, Purpose.SIGN_IN),
        allow_credentials=_described(held),
        user_verification=_VERIFIED,
    )
    return options_to_json(options)


def give_passkey(
    store: Store, found: SignedInSession, site: Site, answer: str, token: str, now: datetime
) -> None:
    """Check what a passkey has answered: the session goes on under the new token.

    Raises:
        PasskeyError: it is not taken; nothing has changed but that the question cannot be answered again.
        TooManyTriesError: there were too many tries.
    """
    count_code(store, found, now)
    try:
        _give(store, found, site, answer, token, now)
    except PasskeyError:
        note(store, Action.FACTOR_FAILED, now, found.account.id)
        raise
    give_back_code(store, found, now)


def _give(store: Store, found: SignedInSession, site: Site, answer: str, token: str, now: datetime) -> None:
    challenge = _use_challenge(store, found, Purpose.SIGN_IN)
    with store.database.writing() as session:
        passkey = passkeys.find_passkey(session, found.account.id, _id_in(answer))
        if passkey is None:
            raise PasskeyError
        checked = _checked_answer(site, challenge, answer, passkey)
        if not passkeys.use_passkey(session, passkey, checked.new_sign_count, now):
            raise PasskeyError
        enter(session, store, found, token, now)


def _id_in(answer: str) -> bytes:
    try:
        return parse_authentication_credential_json(answer).raw_id
    except _NO_ANSWER:
        raise PasskeyError from None


def _checked_answer(site: Site, challenge: bytes, answer: str, passkey: Passkey) -> VerifiedAuthentication:
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _NO_ANSWER:
        raise PasskeyError from None
