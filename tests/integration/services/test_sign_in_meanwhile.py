"""Somebody signs in while their password is changed. On both databases."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.services.own_account import change_password
from app.services.sign_in import Visitor, current_session, sign_in
from app.storage import clinic_sessions
from app.storage.store import Store
from app.web.token_session import new_token
from tests.support.accounts import CLINICIAN, open_session

A_MOMENT = 0.5  # seconds in which a change that waits for nobody is long done


@pytest.mark.requirement("SESS-06")
def test_no_session_of_the_old_password_outlives_its_change(
    store: Store, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change comes after the account was looked at, and before the new session is stored."""
    monkeypatch.setattr("app.services.passwords.is_right", lambda _hash, _typed: True)
    monkeypatch.setattr("app.services.passwords.is_outdated", lambda _hash: False)
    now, old, new = datetime.now(UTC), open_session(store, ada, factor_at=None), new_token()
    elsewhere = current_session(store, old, now)
    assert elsewhere is not None
    add_session, changes = clinic_sessions.add_session, list[Future[None]]()

    def meanwhile(*given: Any, **more: Any) -> UUID:
        changes.append(pool.submit(change_password, store, elsewhere, "another", now))
        wait(changes, A_MOMENT)
        return add_session(*given, **more)

    monkeypatch.setattr(clinic_sessions, "add_session", meanwhile)
    with ThreadPoolExecutor(1) as pool:
        sign_in(store, new, CLINICIAN.email, "old", Visitor("here"), now)
        changes[0].result()
    assert current_session(store, new, now) is None
    assert current_session(store, old, now) is not None
