"""Accounts of the clinic app for tests, made without their set-up pages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from flask import Flask
from flask_security import hash_password

from app.storage import clinicians
from app.storage.models import Clinician
from app.storage.store import Store
from tests.support.client import Page, WebClient

PASSWORD: Final = "four quiet words together"
SIGN_IN: Final = "/clinic/sign-in"
COOKIE: Final = "desk"


@dataclass(frozen=True)
class Person:
    """An account to sign in with. Its session key is fixed, so that a session outlives a database."""

    email: str
    name: str
    is_administrator: bool = False
    is_clinician: bool = True
    is_active: bool = True

    @property
    def session_key(self) -> str:
        return self.email.encode().hex()[:64]


CLINICIAN: Final = Person("ada@example.org", "Dr Ada Example")
COLLEAGUE: Final = Person("bo@example.org", "Dr Bo Example")
ADMINISTRATOR_ONLY: Final = Person("cy@example.org", "Cy Example", True, False)
INACTIVE: Final = Person("di@example.org", "Di Example", is_active=False)


def clinic_app(app: Flask) -> Flask:
    """The clinic app inside the whole product."""
    mounts: dict[str, Flask] = app.wsgi_app.mounts  # type: ignore[attr-defined]
    return mounts["/clinic"]


def add_person(store: Store, person: Person, password_hash: str) -> UUID:
    """Store the account; its id."""
    with store.database.writing() as session:
        clinicians.add_account(
            session,
            email=person.email,
            name=person.name,
            password_hash=password_hash,
            is_administrator=person.is_administrator,
            session_key=person.session_key,
            now=datetime.now(UTC),
        )
        session.flush()
        row = session.query(Clinician).filter_by(email=person.email).one()
        row.is_clinician, row.is_active = person.is_clinician, person.is_active
        return row.id


def sign_in(
    client: WebClient, email: str = CLINICIAN.email, password: str = PASSWORD, *, status: int = 200
) -> Page:
    client.open(SIGN_IN)
    return client.submit("Sign in", email=email, password=password, status=status)


class Doorkeeper:
    """Lets people in. Hashing is slow on purpose, so a worker hashes once and signs each person in once."""

    def __init__(self) -> None:
        self._hash = ""
        self._cookies: dict[str, str] = {}

    def password_hash(self, app: Flask) -> str:
        """`PASSWORD` as the product keeps it."""
        if not self._hash:
            with clinic_app(app).app_context():
                self._hash = str(hash_password(PASSWORD))
        return self._hash

    def make(self, app: Flask, store: Store, person: Person) -> UUID:
        """The account alone; nobody is signed in."""
        return add_person(store, person, self.password_hash(app))

    def enter(self, app: Flask, store: Store, person: Person) -> WebClient:
        """A browser in which this person is signed in; the account is made for it."""
        self.make(app, store, person)
        client = WebClient(app)
        if person.email in self._cookies:
            client.set_cookie(COOKIE, self._cookies[person.email])
        else:
            sign_in(client, person.email, status=200 if person.is_clinician else 403)
            self._cookies[person.email] = client.cookie(COOKIE) or ""
        return client
