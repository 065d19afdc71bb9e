"""What is done with accounts and settings, and cannot be noted, is not done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select

from app.services.accounts import accept_invitation, invite
from app.services.keep_limits import set_limit
from app.services.own_account import change_password, end_other_sessions, seed_of_new_app, set_up_new_app
from app.services.people import (
    choose_password,
    end_sessions_of,
    make_password_link,
    remove_factor,
    set_active,
    set_roles,
    unlock,
)
from app.services.recovery_codes import make_codes
from app.services.sign_in import current_session, sign_out
from app.storage.audit import OPERATOR
from app.storage.base import Base
from app.storage.clinic_sessions import SignedInSession
from app.storage.database import StorageUnavailableError
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.accounts import ADMINISTRATOR_ONLY, CLINICIAN, add_person, code_at, open_session

NOW: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
TRIES: Final = "throttles"  # a try counts whether or not it comes to anything


@dataclass(frozen=True)
class Clinic:
    """A clinician who is signed in twice, and the two links that wait for somebody."""

    store: Store
    ada: UUID
    signed_in: SignedInSession
    invitation: str
    password_link: str


@pytest.fixture
def clinic(store: Store) -> Clinic:
    add_person(store, ADMINISTRATOR_ONLY, "hash")
    ada = add_person(store, CLINICIAN, "hash")
    open_session(store, ada, factor_at=datetime.now(UTC))
    found = current_session(store, open_session(store, ada, factor_at=datetime.now(UTC)), datetime.now(UTC))
    assert found
    invitation = invite(store, email=None, is_administrator=False, now=NOW)
    return Clinic(store, ada, found, invitation, make_password_link(store, ada, OPERATOR, NOW))


def _accept(clinic: Clinic) -> None:
    accept_invitation(
        clinic.store, clinic.invitation, name="Eve", email="eve@example.org", password_hash="h", now=NOW
    )


def _new_app(clinic: Clinic) -> None:
    typed = code_at(NOW, seed_of_new_app(clinic.store, clinic.signed_in))
    set_up_new_app(clinic.store, clinic.signed_in, typed, NOW)


CHANGES: Final[dict[str, Callable[[Clinic], object]]] = {
    "invite": lambda at: invite(at.store, email=None, is_administrator=False, now=NOW),
    "accept an invitation": _accept,
    "shut": lambda at: set_active(at.store, at.ada, False, OPERATOR, NOW),
    "roles": lambda at: set_roles(
        at.store, at.ada, is_administrator=True, is_clinician=False, actor=OPERATOR, now=NOW
    ),
    "end sessions": lambda at: end_sessions_of(at.store, at.ada, OPERATOR, NOW),
    "remove the factor": lambda at: remove_factor(at.store, at.ada, OPERATOR, NOW),
    "unlock": lambda at: unlock(at.store, at.ada, OPERATOR, NOW),
    "link to choose a password": lambda at: make_password_link(at.store, at.ada, OPERATOR, NOW),
    "choose a password": lambda at: choose_password(at.store, at.password_link, "other", NOW),
    "change the own password": lambda at: change_password(at.store, at.signed_in, "other", NOW),
    "another app": _new_app,
    "recovery codes": lambda at: make_codes(at.store, at.signed_in, NOW),
    "end own sessions": lambda at: end_other_sessions(at.store, at.signed_in, NOW),
    "sign out": lambda at: sign_out(at.store, at.signed_in, NOW),
    "how long to keep": lambda at: set_limit(at.store, ScreeningStatus.CLOSED, 777, OPERATOR, NOW),
}


def rows(store: Store) -> dict[str, list[Any]]:
    """Every row of every table but that of tries."""
    with store.database.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if table.name != TRIES
        }


@pytest.mark.requirement("DAT-06", part="accounts and administration")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_cannot_be_noted_is_not_done(
    change: Callable[[Clinic], object], clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First it fails with the end of the chain hidden, so that its entry gets a number that is taken."""
    before = rows(clinic.store)
    with monkeypatch.context() as hidden:
        hidden.setattr("app.storage.audit._end_of_chain", lambda _session: None)
        with pytest.raises(StorageUnavailableError):
            change(clinic)
    assert rows(clinic.store) == before
    change(clinic)
    after = rows(clinic.store)
    assert len(after["audit_events"]) == len(before["audit_events"]) + 1
