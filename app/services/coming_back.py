"""Leaving a journey and going on with it by its code, on this device or another. See docs/adr/0025."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from app.services.draft_limits import UNFINISHED
from app.services.reading_by_code import NothingUnderCodeError, open_grant
from app.services.self_screening import NoDraftError
from app.storage import drafts, reading_grants
from app.storage.drafts import Draft
from app.storage.store import Store
from app.storage.waiting_drafts import find_waiting, keep_for_code, leave_draft, take_draft


def keep_for_later(store: Store, token: str | None, now: datetime) -> datetime:
    """The person is about to see the code: until when it leads back, from now on whatever the device does.

    Raises:
        NoDraftError: there is no journey, or it was handed in.
    """
    with store.database.writing() as session:
        draft = _unsent(session, store, token, now)
        until = _kept_until(draft, now)
        keep_for_code(session, draft.id, until)
    return until


def leave_for_later(store: Store, token: str | None, now: datetime) -> None:
    """Let go of a journey on this device, so that its code alone leads to it.

    Raises:
        NoDraftError: there is none, or it was handed in.
    """
    with store.database.writing() as session:
        draft = _unsent(session, store, token, now)
        leave_draft(session, draft.id, _kept_until(draft, now))


def _unsent(session: Session, store: Store, token: str | None, now: datetime) -> Draft:
    draft = drafts.hold_draft(session, store.cipher, token or "", now)
    if draft is None or draft.is_submitted:
        raise NoDraftError
    return draft


def _kept_until(draft: Draft, now: datetime) -> datetime:
    return min(now + UNFINISHED.unused, draft.started_at + UNFINISHED.altogether)


def go_on_by_code(store: Store, token: str | None, now: datetime, *, is_shared: bool) -> str:
    """Let this browser go on with the journey under its code; its new token.

    The browser that held the journey until now holds nothing any more, so that two devices never write
    over each other. A journey of its own that this browser had begun is kept under its own code.

    Raises:
        NoGrantError: this browser has typed no code.
        NothingUnderCodeError: no journey waits under it (any more).
    """
    grant = open_grant(store, token, now)
    new_token = secrets.token_urlsafe(32)
    with store.database.writing() as session:
        waiting = find_waiting(session, store.macs_of(grant.reference_code), now)
        shared = is_shared or grant.is_shared
        if waiting is None or not take_draft(session, waiting.id, new_token, is_shared=shared, now=now):
            raise NothingUnderCodeError
        _keep_own(session, store, token, now)
        reading_grants.delete_grant(session, token or "")
    return new_token


def leave_answered(store: Store, token: str | None, now: datetime) -> None:
    """Keep what this browser has begun and not sent, if it has answers, for its code alone."""
    with store.database.writing() as session:
        _keep_own(session, store, token, now)


def _keep_own(session: Session, store: Store, token: str | None, now: datetime) -> None:
    held = drafts.hold_draft(session, store.cipher, token or "", now)
    if held is not None and held.answers and not held.is_submitted:
        leave_draft(session, held.id, _kept_until(held, now))
