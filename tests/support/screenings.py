"""Stored screenings for tests, without walking any page."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.domain import answers_from_mapping
from app.domain.reference_code import new_reference_code
from app.services.self_screening import new_screening
from app.services.storing import keep_screening
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
    with store.database.writing() as session:
        return keep_screening(
            session,
            store,
            new_screening(
                answers_from_mapping(dict[str, Any](answers)),
                reference_mac=store.mac_of(code or new_reference_code()),
                language="en",
                received_at=received_at,
                policies=store.policies.policies,
                is_demonstration=is_demonstration,
            ),
        )
