"""Keeping a screening: its row, its line in the queue, and the policies that lack no answer. One place."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.services.listing import complete_policies, listing_codes
from app.storage import screenings
from app.storage.screenings import NewScreening
from app.storage.store import Store


def keep_screening(session: Session, store: Store, new: NewScreening) -> UUID:
    """Store a screening with all that is kept beside it, in the transaction of `session`; its id."""
    return screenings.add_screening(
        session,
        store.cipher,
        new,
        listing=listing_codes(new.assessment),
        complete_policies=complete_policies(new.assessment),
    )
