"""Where a screening stands on the clinic's desk, and what can happen to it there."""

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


class EventKind(StrEnum):
    """What was noted of the desk before there was an audit log."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    SUMMARY_MADE = "summary_made"
    EVIDENCE_MADE = "evidence_made"
    FHIR_MADE = "fhir_made"
    FHIR_TAKEN_IN = "fhir_taken_in"
    TABLE_TAKEN = "table_taken"


class Remover(StrEnum):
    """On whose behalf the content of a screening was removed. The codes are stored: never rename one."""

    PATIENT = "patient"
    RETENTION = "retention"
    OPERATOR = "operator"
