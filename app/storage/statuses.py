"""Where a screening stands on the clinic's desk."""

from enum import StrEnum
from typing import Final


class ScreeningStatus(StrEnum):
    NEW = "new"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    NEEDS_CONTACT = "needs_contact"
    CLOSED = "closed"


OPEN_STATUSES: Final = frozenset(
    {ScreeningStatus.NEW, ScreeningStatus.IN_REVIEW, ScreeningStatus.NEEDS_CONTACT}
)
