"""The audit log for administrators: filters in the address, the newest entry first."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.clinic.access import signed_in
from app.clinic.blueprint import clinic
from app.clinic.rights import Right, rights_of
from app.clinic.statistics import DayField
from app.questionnaire.page import PageForm
from app.reports.audit_words import ACTIONS, ACTORS, action_words, actor_words, detail_words, subject_words
from app.services.audit_pages import audit_page
from app.services.reviewing import all_clinicians
from app.storage.audit import Action, ActorKind
from app.storage.audit_reading import EntryFilter
from app.web.context import settings, store

_NO_DAY: Final = _l("Enter a day such as 2026-03-31, or leave it empty")
_LARGEST: Final = 2**63 - 1


class DaysForm(PageForm):
    title = _l("Audit log")
    first = DayField(_l("From"), no_day=_NO_DAY)
    last = DayField(_l("Until"), no_day=_NO_DAY)


def _options() -> dict[str, list[tuple[str, Any]]]:
    names = sorted(all_clinicians(store()).items(), key=lambda each: (each[1].casefold(), each[0].hex))
    return {
        "actor": [*((kind.value, words) for kind, words in ACTORS.items()), *((str(i), n) for i, n in names)],
        "action": sorted(((each.value, str(words)) for each, words in ACTIONS.items()), key=lambda x: x[1]),
    }


def _moment(day: date | None, *, after: bool = False) -> datetime | None:
    """The first moment of a day, or of the day after it, where the clinic is."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=after), time(), ZoneInfo(settings().timezone))


def _wanted(form: DaysForm, query: dict[str, str]) -> EntryFilter:
    actor, action = query.get("actor"), query.get("action")
    kind = ActorKind(actor) if actor in set(ActorKind) else None
    return EntryFilter(
        actor_id=UUID(actor) if actor and kind is None else None,
        actor_kind=kind,
        action=Action(action) if action else None,
        happened_from=_moment(form.first.data),
        happened_before=_moment(form.last.data, after=True),
    )


def _before() -> int | None:
    """Where the page begins; what is no number of an entry begins at the newest."""
    value = request.args.get("before", "")
    is_number = value.isascii() and value.isdigit() and len(value) < 20
    return min(int(value), _LARGEST) if is_number else None


def _chosen() -> tuple[dict[str, str], dict[str, str]]:
    """The filters of the address, and what is wrong with them."""
    options, query, problems = _options(), {}, {}
    for name in ("actor", "action"):
        value = request.args.get(name, "")
        if value in {each[0] for each in options[name]}:
            query[name] = value
        elif value:
            problems[name] = _("Choose one of the list")
    return query, problems


@clinic.get("/admin/audit")
def audit() -> Response:
    """What was done, by whom and when."""
    form = DaysForm.received(request.args)
    (query, problems), is_right = _chosen(), form.validate()
    if problems or not is_right:
        return make_response(_page_to_mend(form, query, problems), 422)
    return make_response(_page(form, query, _wanted(form, query)))


def _page_to_mend(form: DaysForm, query: dict[str, str], problems: dict[str, str]) -> str:
    to_mend = [*((f"filter-{name}", words) for name, words in problems.items()), *form.errors_in_order]
    return render_template(
        "clinic/admin/audit.html",
        form=form,
        query=query,
        problems=problems,
        options=_options(),
        to_mend=to_mend,
    )


def _page(form: DaysForm, query: dict[str, str], wanted: EntryFilter) -> str:
    found = audit_page(store(), wanted, _before())
    may_read_screenings = Right.READ_SCREENINGS in rights_of(signed_in().account)
    days = {field.name: field.data.isoformat() for field in form.questions if field.data}
    rows = [
        {
            "entry": entry,
            "action": action_words(entry),
            "actor": actor_words(entry),
            "subject": subject_words(entry),
            "detail": detail_words(entry, may_read_screenings=may_read_screenings),
        }
        for entry in found.entries
    ]
    return render_template(
        "clinic/admin/audit.html",
        form=form,
        query=query,
        problems={},
        to_mend=[],
        options=_options(),
        rows=rows,
        page=found,
        address={**query, **days},
    )
