"""Using a draft: each use begins its time without use anew."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from app.services.draft_limits import end_of_draft, is_worth_noting
from app.services.self_screening import find_draft
from app.storage import drafts
from app.storage.database import StorageUnavailableError
from app.storage.drafts import Draft
from app.storage.store import Store


def use_draft(store: Store, token: str | None, now: datetime) -> Draft:
    """The draft of this browser, whose time without use begins anew. That is noted, unless it was just noted.

    Raises:
        NoDraftError: there is none.
    """
    draft = find_draft(store, token, now)
    if not is_worth_noting(draft, now):
        return draft
    expires_at = end_of_draft(draft, now)
    with suppress(StorageUnavailableError), store.database.writing() as session:
        drafts.mark_seen(session, draft, now, expires_at)
        draft = replace(draft, seen_at=now, expires_at=expires_at)
    return draft
