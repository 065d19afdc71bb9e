"""What is needed to store a screening, and the columns that it becomes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from app.domain.codes import LANGUAGES, Outcome, Urgency
from app.storage.drafts import Consent
from app.storage.encryption import CodeMacs
from app.storage.models import URGENCY_RANKS
from app.storage.statuses import ScreeningStatus

SHARED_WITH_POLICIES: Final = (
    "is_open",
    "status",
    "outcome",
    "language",
    "assigned_to_id",
    "urgency_rank",
    "received_at",
)


@dataclass(frozen=True)
class NewScreening:
    """What is needed to store a screening. Without an `id` it gets a new one.

    `assessment` is to be looked at alone.
    """

    code: CodeMacs
    received_at: datetime
    language: str
    outcome: Outcome
    urgency: Urgency
    answers: dict[str, Any]
    assessment: dict[str, Any]
    edition: str
    is_demonstration: bool = False
    is_unverified: bool = False
    id: UUID | None = None
    consent: Consent | None = None


def columns_of(new: NewScreening, visit: int) -> dict[str, Any]:
    """The columns of a new screening that are not sealed, without those of its code.

    Raises:
        ValueError: the language is none of `LANGUAGES`; the queue could not find it.
    """
    if new.language not in LANGUAGES:
        raise ValueError("a screening in a language that is not known")
    return {
        "id": new.id or uuid4(),
        "row_version": 1,
        "visit": visit,
        "is_unread": True,
        "received_at": new.received_at,
        "status": ScreeningStatus.NEW.value,
        "is_open": True,
        "outcome": new.outcome.value,
        "urgency_rank": URGENCY_RANKS[new.urgency],
        "language": new.language,
        "questionnaire_version": new.assessment["versions"]["questionnaire"],
        "rules_version": new.assessment["versions"]["rules"],
        "edition": new.edition,
        "is_demonstration": new.is_demonstration,
        "consent_version": new.consent and new.consent.version,
        "consented_at": new.consent and new.consent.given_at,
        "is_unverified": new.is_unverified,
    }
