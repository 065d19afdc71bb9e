"""Accounts as the sign-in library sees them. It checks passwords and keeps the session; we keep the rows.

The second factor of the same library comes with its own pages; nothing here stands in its way.
"""

from typing import Any, Final

from flask import Flask
from flask_security import RoleMixin, Security, UserDatastore, UserMixin, hash_password

from app.services.accounts import find_account, renew_password_hash
from app.storage.clinicians import ClinicianAccount
from app.web.context import store

CLINICIAN: Final = "clinician"
ADMINISTRATOR: Final = "administrator"


class Role(RoleMixin):
    """A role by its name; what it may do is decided in access.py."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.permissions: list[str] = []


class SignedIn(UserMixin):
    """An account with the attribute names that the sign-in library expects."""

    fs_uniquifier: str = ""

    def __init__(self, account: ClinicianAccount) -> None:
        self.account_id = account.id
        self.email = account.email
        self.name = account.name
        self.password = account.password_hash
        self.active = account.is_active
        self.fs_uniquifier = account.session_key
        held = {CLINICIAN: account.is_clinician, ADMINISTRATOR: account.is_administrator}
        self.roles = [Role(name) for name, is_held in held.items() if is_held]


class Accounts(UserDatastore):
    """The library's view of our accounts. Each call is a transaction of its own."""

    def __init__(self) -> None:
        super().__init__(SignedIn, Role)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> SignedIn | None:
        wanted = {"email": kwargs.get("email"), "session_key": kwargs.get("fs_uniquifier")}
        account = find_account(store(), **wanted)
        return None if account is None else SignedIn(account)

    def find_role(self, role: str) -> Role | None:
        return Role(role) if role in (CLINICIAN, ADMINISTRATOR) else None

    def put(self, model: SignedIn) -> SignedIn:
        if model.password:
            renew_password_hash(store(), model.account_id, model.password)
        return model

    def commit(self) -> None:
        """Nothing is left to do: `put` has stored it."""


def add_accounts(app: Flask) -> None:
    """Give the app sign-in with argon2id. The library's own pages stay off; ours are in account_pages."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"].hex(),
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_HASHING_SCHEMES=["sha256_crypt"],
        SECURITY_DEPRECATED_HASHING_SCHEMES=[],
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__memory_cost": 47104,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_SEND_REGISTER_EMAIL=False,
    )
    Security(app, Accounts(), register_blueprint=False)


def password_matches(account: SignedIn | None, password: str) -> bool:
    """Whether the password is right. An unknown address costs the same time as a wrong password."""
    if account is None:
        hash_password("a password that nobody has")
        return False
    return bool(account.verify_and_update_password(password)) and account.active
