"""Accounts of the clinic app for tests, made without their set-up pages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask

from app.services.passwords import hash_password
from app.storage import clinic_sessions, clinicians, factors
from app.storage.clinicians import ClinicianAccount
from app.storage.models import Clinician
from app.storage.store import Store
from app.web.token_session import new_token
from tests.support.client import Page, WebClient

PASSWORD: Final = "violet anchor biscuit lantern"
SEED: Final = bytes(range(20))
SIGN_IN: Final = "/clinic/sign-in"
FACTOR: Final = "/clinic/factor"
COOKIE: Final = "desk"


@dataclass(frozen=True)
class Person:
    """An account to sign in with."""

    email: str
    name: str
    is_administrator: bool = False
    is_clinician: bool = True
    is_active: bool = True


CLINICIAN: Final = Person("ada@example.org", "Dr Ada Example")
COLLEAGUE: Final = Person("bo@example.org", "Dr Bo Example")
ADMINISTRATOR_ONLY: Final = Person("cy@example.org", "Cy Example", True, False)
INACTIVE: Final = Person("di@example.org", "Di Example", is_active=False)


def clinic_app(app: Flask) -> Flask:
    """The clinic app inside the whole product."""
    mounts: dict[str, Flask] = app.wsgi_app.mounts  # type: ignore[attr-defined]
    return mounts["/clinic"]


def add_person(store: Store, person: Person, password_hash: str, *, has_factor: bool = True) -> UUID:
    """Store the account; its id. Everybody's authenticator app holds `SEED`."""
    now = datetime.now(UTC)
    with store.database.writing() as session:
        account_id = clinicians.add_account(
            session,
            email=person.email,
            name=person.name,
            password_hash=password_hash,
            is_administrator=person.is_administrator,
            now=now,
        )
        row = session.get_one(Clinician, account_id)
        row.is_clinician, row.is_active = person.is_clinician, person.is_active
        if has_factor:
            factors.set_totp_seed(session, store.cipher, account_id, SEED)
            factors.confirm_totp(session, account_id, now)
        return account_id


def account_in(store: Store, email: str) -> ClinicianAccount | None:
    """The account as it is stored now."""
    with store.database.reading() as session:
        return clinicians.find_account(session, email)


def code_at(when: datetime, seed: bytes = SEED) -> str:
    """What the authenticator app shows at a moment."""
    totp = TOTP(seed, 6, SHA1(), 30)  # noqa: S303 (what authenticator apps know)
    return totp.generate(int(when.timestamp())).decode()


def give_password(
    client: WebClient, email: str = CLINICIAN.email, password: str = PASSWORD, *, status: int = 200
) -> Page:
    """The first half of signing in."""
    client.open(SIGN_IN)
    return client.submit("Sign in", email=email, password=password, status=status)


def sign_in(
    client: WebClient, email: str = CLINICIAN.email, password: str = PASSWORD, *, status: int = 200
) -> Page:
    """Password and code, typed on the pages."""
    give_password(client, email, password)
    return client.submit("Continue", code=code_at(datetime.now(UTC)), status=status)


def open_session(store: Store, account_id: UUID, *, factor_at: datetime | None) -> str:
    """A session that began this moment; its token."""
    token = new_token()
    with store.database.writing() as session:
        clinic_sessions.add_session(session, token, account_id, datetime.now(UTC), factor_at=factor_at)
    return token


class Doorkeeper:
    """Lets people in. Hashing is slow on purpose, so a worker hashes once, and most tests never."""

    def __init__(self) -> None:
        self._hash = ""

    def password_hash(self) -> str:
        """`PASSWORD` as the product keeps it."""
        self._hash = self._hash or hash_password(PASSWORD)
        return self._hash

    def make(self, store: Store, person: Person, *, has_factor: bool = True) -> UUID:
        """The account alone; nobody is signed in."""
        return add_person(store, person, self.password_hash(), has_factor=has_factor)

    def enter(self, app: Flask, store: Store, person: Person) -> WebClient:
        """A browser in which this person is signed in, both factors given; the account is made for it."""
        account_id = self.make(store, person)
        client = WebClient(app)
        client.set_cookie(COOKIE, open_session(store, account_id, factor_at=datetime.now(UTC)))
        return client
