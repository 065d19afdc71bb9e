"""Leaving a journey and going on with it by its code, on this device or another. See docs/adr/0025."""

import secrets
from datetime import datetime

from app.services.draft_limits import UNFINISHED
from app.services.reading_by_code import NothingUnderCodeError, open_grant
from app.services.self_screening import NoDraftError, find_draft
from app.storage import reading_grants
from app.storage.drafts import Draft
from app.storage.store import Store
from app.storage.waiting_drafts import find_waiting, leave_draft, take_draft


def kept_until(draft: Draft, now: datetime) -> datetime:
    """How long a journey that is left now can be gone on with."""
    return min(now + UNFINISHED.unused, draft.started_at + UNFINISHED.altogether)


def leave_for_later(store: Store, token: str | None, now: datetime) -> datetime:
    """Let go of a journey on this device, so that its code alone leads to it; until when it is kept.

    Raises:
        NoDraftError: there is none, or it was handed in.
    """
    draft = find_draft(store, token, now)
    if draft.is_submitted:
        raise NoDraftError
    until = kept_until(draft, now)
    with store.database.writing() as session:
        leave_draft(session, draft.id, until)
    return until


def go_on_by_code(store: Store, token: str | None, now: datetime, *, is_shared: bool) -> str:
    """Let this browser go on with the journey under its code; its new token.

    The browser that held the journey until now holds nothing any more, so that two devices never write
    over each other. A journey of its own that this browser had begun stays under its own code.

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
        reading_grants.delete_grant(session, token or "")
    return new_token
