"""Stored screenings for tests, without walking any page."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.domain import answers_from_mapping
from app.domain.reference_code import new_reference_code
from app.services.assessing import new_screening
from app.services.storing import keep_screening
from app.storage.models import Screening
from app.storage.new_screenings import NewScreening
from app.storage.screenings import add_screening
from app.storage.store import Store
from tests.support.journeys import POSITIVE, Answers

NOON: Final = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
# In the order of the desk.
EMERGENCY_ANSWERS: Final[Answers] = {"red_flags": ["loss_of_vision"]}
URGENT_ANSWERS: Final[Answers] = {**POSITIVE, "red_flags": ["onset_after_50"]}
SOON_ANSWERS: Final[Answers] = {**POSITIVE, "red_flags": ["recent_change_of_pattern"]}
BY_URGENCY: Final = (EMERGENCY_ANSWERS, URGENT_ANSWERS, SOON_ANSWERS, POSITIVE)


def minutes_after_noon(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def add(
    store: Store,
    answers: Answers = POSITIVE,
    *,
    received_at: datetime = NOON,
    code: str | None = None,
    is_demonstration: bool = False,
) -> UUID:
    """Store a screening in a transaction of its own; its id."""
    return keep(store, made(store, answers, received_at, code, is_demonstration=is_demonstration))


def made(
    store: Store,
    answers: Answers = POSITIVE,
    received_at: datetime = NOON,
    code: str | None = None,
    *,
    is_demonstration: bool = False,
) -> NewScreening:
    """A screening that is ready to be stored."""
    return new_screening(
        answers_from_mapping(dict[str, Any](answers)),
        code=store.macs_of(code or new_reference_code()),
        language="en",
        received_at=received_at,
        policies=store.policies.policies,
        is_demonstration=is_demonstration,
    )


def keep(store: Store, new: NewScreening) -> UUID:
    """Store what is ready, with all that stands beside it; its id."""
    with store.database.writing() as session:
        return keep_screening(session, store, new)


def keep_unlisted(store: Store, new: NewScreening) -> UUID:
    """Store it as versions did that knew no line in the queue, no complete policies and no counts."""
    with store.database.writing() as session:
        screening_id = add_screening(session, store.cipher, new, listing={}, complete_policies=())
        session.get_one(Screening, screening_id).listing = None
        return screening_id
