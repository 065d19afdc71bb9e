"""What happened with a screening, in words: who looked, who had it, and earlier ones of the same code."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from app.questionnaire.desk_labels import OVERUSE_STATUSES
from app.questionnaire.labels import OUTCOMES, URGENCIES
from app.reports.audit_words import action_words, actor_words
from app.reports.record_words import STATUS_LABELS
from app.services.listing import opened_listing
from app.storage.audit import Action
from app.storage.audit_reading import RecordedEntry
from app.storage.screenings import ListedScreening
from app.web.templating import moment, number

_SHOWN_ELSEWHERE: Final = frozenset(
    {
        Action.SCREENING_OPENED,
        Action.SCREENING_FOUND,
        Action.SCREENING_STORED,
        Action.REVIEW_RECORDED,
        Action.MEASURE_RECORDED,
    }
)


def looker_rows(entries: Iterable[RecordedEntry]) -> list[list[Any]]:
    """Who has opened a screening: name, how often, first and last time. The last one comes first."""
    by_person: dict[UUID | None, list[RecordedEntry]] = {}
    for entry in entries:
        if entry.action is Action.SCREENING_OPENED:
            by_person.setdefault(entry.actor.id, []).append(entry)
    return [
        [
            actor_words(times[0]),
            ngettext("%(num)s time", "%(num)s times", len(times)),
            moment(times[-1].happened_at),
            moment(times[0].happened_at),
        ]
        for times in by_person.values()
    ]


def history_rows(entries: Iterable[RecordedEntry]) -> list[list[Any]]:
    """Who got the screening and what was made of it: what, by whom, when; the newest first."""
    return [
        [_what(entry), actor_words(entry), moment(entry.happened_at)]
        for entry in entries
        if entry.action not in _SHOWN_ELSEWHERE
    ]


def _what(entry: RecordedEntry) -> Any:
    if entry.action is not Action.SCREENING_ASSIGNED:
        what, reason = action_words(entry), (entry.detail or {}).get("reason")
        return _("%(what)s, with texts: %(reason)s", what=what, reason=reason) if reason else what
    if entry.detail is None:
        return _("Given to somebody: the name cannot be read")
    name = entry.detail["name"]
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
