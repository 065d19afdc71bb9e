"""A view of the queue in the address: read with a sentence for what is not understood, and written back."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.domain.codes import LANGUAGES, Outcome, Urgency
from app.storage.queue import Nobody, QueueFilter, QueuePlace, Standing
from app.storage.statuses import ScreeningStatus

ME: Final = "me"
FILTER_NAMES: Final = ("status", "outcome", "urgency", "assigned", "from", "until", "language", "policy")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class View:
    """A view as the address says it. `query` holds what was understood, `problems` a sentence a field."""

    wanted: QueueFilter
    query: dict[str, Any]
    problems: dict[str, str]

    @property
    def errors_in_order(self) -> list[tuple[str, str]]:
        """Field id and sentence of each filter that was not understood."""
        return [(f"filter-{name}", sentence) for name, sentence in self.problems.items()]

    @property
    def address(self) -> str:
        """The query of the address, as it is kept under a name."""
        return urlencode(self.query)


def _standing(text: str) -> Standing | ScreeningStatus:
    return Standing(text) if text in list(Standing) else ScreeningStatus(text)


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise ValueError(text)
    return text


def _policy(text: str) -> str:
    if not text.isascii() or not text.isprintable() or len(text) > 60:
        raise ValueError(text)
    return text


def _assigned(text: str, me: UUID) -> UUID | Nobody:
    if text == ME:
        return me
    if len(text) > 36:  # UUID() takes any number of dashes and braces
        raise ValueError(text)
    return Nobody.NOBODY if text == Nobody.NOBODY.value else UUID(text)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def _day(text: str) -> date:
    """A date as the address has it. Only years in which there are computers, so that none overflows."""
    day = date.fromisoformat(text)
    if day.isoformat() != text or not 1970 <= day.year <= 9000:
        raise ValueError(text)
    return day


def read_view(arguments: Mapping[str, str], me: UUID, zone: str) -> View:
    """The view that an address asks for. What is not understood is left out and named."""
    readers: dict[str, Callable[[str], dict[str, Any]]] = {
        "status": lambda text: {"standing": _standing(text)},
        "outcome": lambda text: {"outcome": Outcome(text)},
        "urgency": lambda text: {"urgency": Urgency(text)},
        "assigned": lambda text: {"assigned_to": _assigned(text, me)},
        "from": lambda text: {"received_from": _midnight(_day(text), zone)},
        "until": lambda text: {"received_before": _midnight(_day(text) + timedelta(days=1), zone)},
        "language": lambda text: {"language": _language(text)},
        "policy": lambda text: {"policy_id": _policy(text)},
    }
    wanted, query, problems = QueueFilter(), dict[str, Any](), dict[str, str]()
    for name in FILTER_NAMES:
        text = arguments.get(name, "").strip()
        if not text:
            continue
        try:
            wanted = replace(wanted, **readers[name](text))
            query[name] = text
        except ValueError:
            problems[name] = _problem(name)
    return _in_order(View(wanted, query, problems))


def _in_order(view: View) -> View:
    """The view without an end that lies before its beginning."""
    start, end = view.wanted.received_from, view.wanted.received_before
    if start is None or end is None or start < end:
        return view
    reversed_days = _("Choose a day that is not before “Received from”. This filter was left out")
    return _without(view, "until", {"received_before": None}, str(reversed_days))


def _without(view: View, name: str, nothing: dict[str, Any], problem: str) -> View:
    query = {each: text for each, text in view.query.items() if each != name}
    wanted: QueueFilter = replace(view.wanted, **nothing)
    return View(wanted, query, {**view.problems, name: problem})


def known_here(view: View, policy_ids: Container[str], clinician_ids: Container[UUID]) -> View:
    """The view without a policy or a clinician that this clinic does not have: it would show nothing."""
    wanted = view.wanted
    if wanted.policy_id is not None and wanted.policy_id not in policy_ids:
        view = _without(view, "policy", {"policy_id": None}, _problem("policy"))
    if isinstance(wanted.assigned_to, UUID) and wanted.assigned_to not in clinician_ids:
        view = _without(view, "assigned", {"assigned_to": None}, _problem("assigned"))
    return view


def _problem(name: str) -> str:
    if name in ("from", "until"):
        return str(_("Enter a day such as 2026-03-02. This filter was left out"))
    return str(_("The filter “%(name)s” of this address is not known here. It was left out", name=name))


def written_place(place: QueuePlace) -> str:
    """A place of the queue for the address."""
    stamp = (place.received_at - _EPOCH) // timedelta(microseconds=1)
    return f"{place.urgency_rank}.{stamp}.{place.id.hex}"


def read_place(text: str | None) -> QueuePlace | None:
    """A place from the address; anything that is none means the beginning."""
    try:
        rank, stamp, screening_id = (text or "").split(".")
        received_at = _EPOCH + timedelta(microseconds=int(stamp))
        return QueuePlace(int(rank) % 10, received_at, UUID(screening_id))
    except (ValueError, OverflowError):
        return None
