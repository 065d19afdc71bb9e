"""The queue of stored screenings, and finding one by its reference code."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.clinic.blueprint import clinic
from app.clinic.forms import FindForm
from app.domain.assessment import Assessment
from app.domain.codes import Outcome, Urgency
from app.domain.reference_code import ReferenceCodeError
from app.questionnaire.labels import OUTCOMES, RED_FLAGS_IN_SHORT, URGENCIES
from app.reports.record_words import STATUS_LABELS
from app.services.clinical_review import (
    NoScreeningError,
    QueuePage,
    QueueRow,
    capped,
    find_by_reference_code,
    queue_page,
)
from app.storage.screenings import QueuePlace
from app.storage.statuses import OPEN_STATUSES, ScreeningStatus
from app.web.context import now, store
from app.web.templating import number


@dataclass(frozen=True)
class QueueItem:
    """One line of the queue, in words. `urgency` is empty when nothing presses."""

    id: UUID
    title: Any
    details: str
    urgency: Any
    status: Any
    tone: str
    received_at: datetime
    age: str
    is_demonstration: bool


def _numbers(assessment: Assessment) -> str:
    """The three numbers as people say them: headache days / migraine days, months, medicines counted."""
    headache, migraine, months = (
        "?" if criterion.value is None else number(criterion.value)
        for criterion in assessment.criteria.values()
    )
    history = assessment.preventive_history
    parts = [
        _("%(headache)s / %(migraine)s days", headache=headache, migraine=migraine),
        ngettext("%(months)s month", "%(months)s months", 1 if months == "1" else 2, months=months),
        _("%(count)s tried", count=history.medicines if history.asked else "?"),
    ]
    return ", ".join(parts)


def _age(received_at: datetime) -> str:
    hours = int((now() - received_at).total_seconds() // 3600)
    if hours < 1:
        return str(_("now"))
    return str(_("%(num)s h", num=hours) if hours < 24 else _("%(num)s d", num=hours // 24))


def _title(outcome: Outcome, assessment: Assessment | None) -> Any:
    """What a clinician has to know first: the sign that presses, else the outcome."""
    if assessment is None:
        return OUTCOMES[outcome]
    first = assessment.red_flags[0] if assessment.red_flags else None
    if assessment.red_flags_not_sure and (first is None or first.urgency is Urgency.SOON):
        return _("Not sure about warning signs")
    return OUTCOMES[outcome] if first is None else RED_FLAGS_IN_SHORT[first.code]


def _details(assessment: Assessment | None) -> str:
    if assessment is None:
        return str(_("The answers cannot be read"))
    if assessment.outcome is Outcome.EMERGENCY:
        return str(_("Stopped at the safety check"))
    if assessment.urgency is Urgency.ROUTINE:
        return _numbers(assessment)
    return f"{OUTCOMES[assessment.outcome]} · {_numbers(assessment)}"


def _tone(status: ScreeningStatus) -> str:
    if status is ScreeningStatus.NEW:
        return "tone-new"
    return "tone-close" if status in OPEN_STATUSES else "tone-done"


def _item(row: QueueRow) -> QueueItem:
    screening = row.screening
    return QueueItem(
        id=screening.id,
        title=_title(screening.outcome, row.assessment),
        details=_details(row.assessment),
        urgency="" if screening.urgency is Urgency.ROUTINE else URGENCIES[screening.urgency],
        status=STATUS_LABELS[screening.status],
        tone=_tone(screening.status),
        received_at=screening.received_at,
        age=_age(screening.received_at),
        is_demonstration=screening.is_demonstration,
    )


def _written(place: QueuePlace) -> str:
    stamp = int(place.received_at.timestamp() * 1_000_000)
    return f"{place.urgency_rank}.{stamp}.{place.id.hex}"


def _read_place(text: str | None) -> QueuePlace | None:
    """A place from the address; anything that is none means the beginning."""
    try:
        rank, stamp, screening_id = (text or "").split(".")
        received_at = datetime.fromtimestamp(int(stamp) / 1_000_000, UTC)
        return QueuePlace(int(rank) % 10, received_at, UUID(screening_id))
    except (ValueError, OverflowError, OSError):
        return None


def queue_context() -> dict[str, Any]:
    """What the list at the left of the desk shows, from the address of the page."""
    is_open = request.args.get("view") != "done"
    after = request.args.get("after")
    page: QueuePage = queue_page(store(), is_open=is_open, after=_read_place(after))
    return {
        "items": [_item(row) for row in page.rows],
        "view": "open" if is_open else "done",
        "after": after if _read_place(after) else None,
        "next_place": _written(page.next_place) if page.next_place else None,
        "counts": {"open": capped(page.open_count), "done": capped(page.done_count)},
    }


@clinic.get("/")
def queue() -> str:
    """The screenings that wait, the most urgent first."""
    return render_template("clinic/queue.html", **queue_context())


@clinic.get("/find")
def find() -> str:
    return render_template("clinic/find.html", form=FindForm())


@clinic.post("/find")
def receive_find() -> Response:
    """Open the screening with this code, however it was typed."""
    form = FindForm.received(request.form)
    if form.validate():
        try:
            screening_id = find_by_reference_code(store(), form.code.data)
            return redirect(url_for("clinic.record", screening_id=screening_id), code=303)
        except ReferenceCodeError:
            form.code.errors = [
                _("Check the code: it has 17 letters and digits, and one of these is missing or wrong")
            ]
        except NoScreeningError:
            form.code.errors = [_("No screening of this clinic has this code. Check it with the patient")]
    return make_response(render_template("clinic/find.html", form=form), 422)
