"""What happened with a screening, in words: who looked, who had it, and earlier ones of the same code."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.questionnaire.desk_labels import OVERUSE_STATUSES
from app.questionnaire.labels import OUTCOMES, URGENCIES
from app.reports.record_words import STATUS_LABELS
from app.services.listing import opened_listing
from app.storage.events import RecordedEvent
from app.storage.screenings import ListedScreening
from app.storage.statuses import EventKind
from app.web.templating import moment, number

_KINDS: Final[dict[EventKind, Any]] = {
    EventKind.SUMMARY_MADE: _l("Made the summary"),
    EventKind.EVIDENCE_MADE: _l("Made an evidence pack"),
    EventKind.FHIR_MADE: _l("Took it as FHIR"),
    EventKind.FHIR_TAKEN_IN: _l("Took it in from FHIR"),
    EventKind.TABLE_TAKEN: _l("Took a table"),
}


def looker_rows(events: Iterable[RecordedEvent]) -> list[list[Any]]:
    """Who has opened a screening: name, how often, first and last time. The last one comes first."""
    opened = [event for event in events if event.kind is EventKind.OPENED]
    by_person: dict[UUID | None, list[RecordedEvent]] = {}
    for event in opened:
        by_person.setdefault(event.clinician_id, []).append(event)
    return [
        [
            times[0].clinician_name,
            ngettext("%(num)s time", "%(num)s times", len(times)),
            moment(times[-1].happened_at),
            moment(times[0].happened_at),
        ]
        for times in by_person.values()
    ]


def history_rows(events: Iterable[RecordedEvent]) -> list[list[Any]]:
    """Who got the screening and what was made of it: what, by whom, when; the newest first."""
    return [
        [_what(event), event.clinician_name or _("the operator"), moment(event.happened_at)]
        for event in events
        if event.kind is not EventKind.OPENED
    ]


def _what(event: RecordedEvent) -> Any:
    if event.kind is not EventKind.ASSIGNED:
        what, reason = _KINDS[event.kind], (event.detail or {}).get("reason")
        return _("%(what)s, with texts: %(reason)s", what=what, reason=reason) if reason else what
    if event.detail is None:
        return _("Given to somebody: the name cannot be read")
    name = event.detail["name"]
    return _("Given to %(name)s", name=name) if name else _("Released")


@dataclass(frozen=True)
class VisitRow:
    """One screening under a code, its numbers in words, for standing beside the others."""

    id: UUID
    received: str
    cells: list[Any]


def visit_rows(visits: Iterable[ListedScreening]) -> list[VisitRow]:
    """All screenings under one code, the oldest first: outcome and the numbers that matter."""
    return [VisitRow(each.id, moment(each.received_at), _visit_cells(each)) for each in visits]


def _visit_cells(visit: ListedScreening) -> list[Any]:
    listing = opened_listing(visit)
    if listing is None:
        return [*_standing(visit), *[_("cannot be read")] * 5]
    numbers = (listing.headache_days, listing.migraine_days, listing.months, listing.preventives)
    return [
        *_standing(visit),
        *(_("not known") if value is None else number(value) for value in numbers),
        _("not known") if listing.overuse is None else OVERUSE_STATUSES[listing.overuse],
    ]


def _standing(visit: ListedScreening) -> list[Any]:
    """Outcome, how urgent, and where it stands: an unread emergency of another time must be seen here."""
    status = STATUS_LABELS[visit.status]
    return [
        OUTCOMES[visit.outcome],
        URGENCIES[visit.urgency],
        _("%(status)s, unread", status=status) if visit.is_unread else status,
    ]
