"""A line of the queue in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.domain.codes import Outcome, Urgency
from app.domain.medication_overuse import OveruseStatus
from app.domain.red_flags import URGENCY
from app.questionnaire.labels import OUTCOMES, RED_FLAGS_IN_SHORT, URGENCIES
from app.reports.record_words import STATUS_LABELS
from app.services.listing import Listing
from app.services.queue import QueueRow
from app.storage.screenings import ListedScreening
from app.storage.statuses import OPEN_STATUSES, ScreeningStatus
from app.web.context import now
from app.web.templating import number

_OVERUSE: Final[dict[OveruseStatus, Any]] = {
    OveruseStatus.LIKELY: _l("Likely"),
    OveruseStatus.WATCH: _l("Watch"),
    OveruseStatus.CANNOT_TELL: "?",
    OveruseStatus.NOT_LIKELY: _l("Not likely"),
}


@dataclass(frozen=True)
class QueueItem:
    """One line of the queue. `title` is what a clinician has to know first: the sign that presses, else the
    outcome. `urgency` is empty when nothing presses, numbers are "?" when not known.
    """

    id: UUID
    title: Any
    outcome: Any
    sign: Any
    details: str
    urgency: Any
    status: Any
    tone: str
    received_at: datetime
    age: str
    is_demonstration: bool
    is_unread: bool
    is_unverified: bool
    is_taken_back: bool
    days: str
    months: str
    preventives: str
    overuse: Any
    assigned_to: str


def _known(value: float | int | None) -> str:
    return "?" if value is None else number(value)


def _numbers(listing: Listing | None) -> tuple[str, str, str]:
    """Headache and migraine days, months, preventives counted."""
    if listing is None:
        return "? / ?", "?", "?"
    days = f"{_known(listing.headache_days)} / {_known(listing.migraine_days)}"
    return days, _known(listing.months), _known(listing.preventives)


def _in_short(days: str, months: str, preventives: str) -> str:
    """The numbers as people say them: headache days / migraine days, months, medicines counted."""
    parts = [
        _("%(days)s days", days=days),
        ngettext("%(months)s month", "%(months)s months", 1 if months == "1" else 2, months=months),
        _("%(count)s tried", count=preventives),
    ]
    return ", ".join(parts)


def _age(received_at: datetime) -> str:
    hours = int((now() - received_at).total_seconds() // 3600)
    if hours < 1:
        return str(_("now"))
    return str(_("%(num)s h", num=hours) if hours < 24 else _("%(num)s d", num=hours // 24))


def _sign(listing: Listing | None) -> Any:
    """The sign that presses most, in words; a dash when there is none."""
    if listing is None:
        return _("The answers cannot be read")
    first = listing.red_flags[0] if listing.red_flags else None
    if listing.is_unsure_of_danger and (first is None or URGENCY[first] is Urgency.SOON):
        return _("Not sure about warning signs")
    return "–" if first is None else RED_FLAGS_IN_SHORT[first]


def _details(screening: ListedScreening, listing: Listing | None, numbers: str) -> str:
    if listing is None:
        return str(_("The answers cannot be read"))
    if screening.outcome is Outcome.EMERGENCY:
        return str(_("Stopped at the safety check"))
    if screening.urgency is Urgency.ROUTINE:
        return numbers
    return f"{OUTCOMES[screening.outcome]} · {numbers}"


def _tone(status: ScreeningStatus) -> str:
    if status is ScreeningStatus.NEW:
        return "tone-new"
    return "tone-close" if status in OPEN_STATUSES else "tone-done"


def _overuse(listing: Listing | None) -> Any:
    return "?" if listing is None or listing.overuse is None else _OVERUSE[listing.overuse]


def queue_item(row: QueueRow) -> QueueItem:
    """A line of the queue in words."""
    screening, listing = row.screening, row.listing
    days, months, preventives = _numbers(listing)
    sign = _sign(listing)
    outcome, is_pressing = OUTCOMES[screening.outcome], screening.urgency is not Urgency.ROUTINE
    return QueueItem(
        id=screening.id,
        title=sign if is_pressing and listing is not None else outcome,
        outcome=outcome,
        sign=sign,
        details=_details(screening, listing, _in_short(days, months, preventives)),
        urgency=URGENCIES[screening.urgency] if is_pressing else "",
        status=STATUS_LABELS[screening.status],
        tone=_tone(screening.status),
        received_at=screening.received_at,
        age=_age(screening.received_at),
        is_demonstration=screening.is_demonstration,
        is_unread=screening.is_unread,
        is_unverified=screening.is_unverified,
        is_taken_back=screening.signs_taken_back_at is not None,
        days=days,
        months=months,
        preventives=preventives,
        overuse=_overuse(listing),
        assigned_to=row.assigned_to,
    )
