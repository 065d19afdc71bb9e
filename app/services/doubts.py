"""Doubt about screenings that come as no person sends them. They are stored all the same, and marked."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from app.domain.codes import Outcome
from app.services.throttling import Limit, count_within
from app.storage import drafts
from app.storage.audit import PATIENT, Action, AuditEntry, add_audit_entry
from app.storage.drafts import Draft
from app.storage.new_screenings import NewScreening
from app.storage.store import Store

_EVERYBODY: Final = ""


class Doubt(StrEnum):
    """Why a screening is not verified. The codes stand in the audit log: never rename one."""

    TOO_FAST = "too_fast"
    MANY_OF_ONE_SOURCE = "many_of_one_source"
    MANY_IN_A_DAY = "many_in_a_day"


@dataclass(frozen=True)
class Sender:
    """Where a screening comes from, in which language it was read last, and what is usual here.

    `source` says not who it is.
    """

    source: str
    language: str
    shortest: timedelta
    most_per_hour: int
    most_per_day: int


def is_doubtful(session: Session, store: Store, draft: Draft, new: NewScreening, sender: Sender) -> bool:
    """Count a screening that is handed in; whether more come, or faster, than people send them.

    An emergency sign may be ticked at once: it is on the first page.
    """
    by_source = Limit("submissions-of-source", sender.most_per_hour, timedelta(hours=1))
    by_day = Limit("submissions-of-day", sender.most_per_day, timedelta(days=1))
    is_fast = new.received_at - draft.started_at < sender.shortest
    doubts = {
        Doubt.TOO_FAST: is_fast and new.outcome is not Outcome.EMERGENCY,
        Doubt.MANY_OF_ONE_SOURCE: count_within(session, store, by_source, sender.source, new.received_at)
        > by_source.most,
        Doubt.MANY_IN_A_DAY: count_within(session, store, by_day, _EVERYBODY, new.received_at) > by_day.most,
    }
    found = [doubt.value for doubt, holds in doubts.items() if holds]
    if found:
        entry = AuditEntry(Action.SUBMISSIONS_DOUBTED, PATIENT, new.received_at, new.id, {"doubts": found})
        add_audit_entry(session, store.keyring, entry)
    return bool(found)


class TooManyDraftsError(Exception):
    """So many journeys are open that another could fill the disk."""


def check_room(store: Store, most_drafts: int) -> None:
    """Make sure that there is room for one more journey.

    Raises:
        TooManyDraftsError: there is not.
    """
    with store.database.reading() as session:
        if drafts.count_drafts(session) >= most_drafts:
            raise TooManyDraftsError
