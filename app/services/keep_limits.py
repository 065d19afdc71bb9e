"""How long screenings are kept, by where they stand. An administrator may change it for the clinic.

Why these limits: docs/adr/0023-remove-what-was-kept-long-enough.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.storage.audit import Action, Actor, AuditEntry, add_audit_entry
from app.storage.settings import Setting, keep_setting, read_settings
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store

DEFAULT_DAYS: Final = {
    ScreeningStatus.NEW: 1095,
    ScreeningStatus.IN_REVIEW: 1095,
    ScreeningStatus.NEEDS_CONTACT: 1095,
    ScreeningStatus.REVIEWED: 730,
    ScreeningStatus.CLOSED: 730,
}
FEWEST_DAYS: Final = 30
MOST_DAYS: Final = 36_500


class LimitError(ValueError):
    """No number of days that a screening can be kept."""


@dataclass(frozen=True)
class Limit:
    """How long screenings of a status are kept after they came."""

    status: ScreeningStatus
    days: int
    changed_at: datetime | None = None


def name_of(status: ScreeningStatus) -> str:
    """The name under which the limit of a status is set."""
    return f"keep_{status.value}_days"


def limits_of(kept: dict[str, Setting]) -> list[Limit]:
    """The limits, by what was set."""
    found = []
    for status, days in DEFAULT_DAYS.items():
        own = kept.get(name_of(status))
        found.append(Limit(status, int(own.value), own.changed_at) if own else Limit(status, days))
    return found


def limits(store: Store) -> list[Limit]:
    """How long screenings of each status are kept."""
    with store.database.reading() as session:
        return limits_of(read_settings(session))


def set_limit(store: Store, status: ScreeningStatus, days: int, actor: Actor, now: datetime) -> None:
    """Keep screenings of a status this long.

    Raises:
        LimitError: it is shorter or longer than can be.
    """
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise LimitError
    with store.database.writing() as session:
        before = next(each.days for each in limits_of(read_settings(session)) if each.status is status)
        if before == days:
            return
        keep_setting(session, name_of(status), str(days), now)
        detail = {"name": name_of(status), "from": before, "to": days}
        entry = AuditEntry(Action.SETTING_CHANGED, actor, now, detail=detail)
        add_audit_entry(session, store.keyring, entry)
