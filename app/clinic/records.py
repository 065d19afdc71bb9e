"""One stored screening: the record, and recording a review."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from werkzeug.wrappers import Response

from app.clinic.blueprint import clinic
from app.clinic.forms import STATUS_LABELS, ReviewForm
from app.clinic.queue import queue_context
from app.domain.assessment import Assessment
from app.domain.criteria import Criterion
from app.questionnaire.draft_answers import draft_answers
from app.questionnaire.labels import (
    CLOSE_TO_THE_LINE,
    CRITERIA,
    MEDICINE_CLASSES,
    OUTCOMES,
    RED_FLAGS,
    STATUSES,
    URGENCIES,
    counted_cell,
    trial_medicine,
)
from app.questionnaire.summary import result_words, summary_rows, weeks_words
from app.services.clinical_review import (
    NoScreeningError,
    ScreeningRecord,
    open_record,
    record_review,
)
from app.storage.statuses import ScreeningStatus
from app.web.bars import Bar, bar_for
from app.web.context import now, store
from app.web.templating import number

_UNITS: Final = {
    "headache_days": _l("≥ %(num)s days"),
    "migraine_days": _l("≥ %(num)s days"),
    "duration": _l("≥ %(num)s months"),
}


@dataclass(frozen=True)
class Tile:
    """One criterion at the desk."""

    name: Any
    value: str
    threshold: str
    state: Any
    distance: str
    bar: Bar


def _distance(criterion: Criterion) -> str:
    distance = criterion.distance
    if distance is None:
        return str(_("distance not known"))
    if distance == 0:
        return str(_("exactly on the line"))
    words = _("%(num)s past the line") if distance > 0 else _("%(num)s short of the line")
    return str(words) % {"num": number(abs(distance))}


def _tile(name: str, criterion: Criterion) -> Tile:
    return Tile(
        name=CRITERIA[name],
        value="?" if criterion.value is None else number(criterion.value),
        threshold=str(_UNITS[name] % {"num": criterion.threshold}),
        state=(CLOSE_TO_THE_LINE if criterion.borderline else STATUSES)[criterion.status],
        distance=_distance(criterion),
        bar=bar_for(name, criterion),
    )


def _treatment_rows(assessment: Assessment) -> list[list[Any]]:
    """The treatment table: medicine, class, how long, what happened, what counted and why."""
    rows = []
    for verdict in assessment.preventive_history.trials:
        medicine = verdict.trial.catalogue_entry
        rows.append(
            [
                trial_medicine(verdict),
                MEDICINE_CLASSES[medicine.medicine_class] if medicine else _("not known"),
                weeks_words(verdict.trial),
                result_words(verdict.trial),
                "; ".join(str(words) for words in counted_cell(verdict)),
            ]
        )
    return rows


def _page(record: ScreeningRecord, form: ReviewForm) -> str:
    assessment = record.assessment
    return render_template(
        "clinic/record.html",
        record=record,
        outcome=OUTCOMES[assessment.outcome],
        urgency=URGENCIES[assessment.urgency],
        red_flags=[(RED_FLAGS[flag.code], URGENCIES[flag.urgency]) for flag in assessment.red_flags],
        tiles=[_tile(name, each) for name, each in assessment.criteria.items()],
        treatment_rows=_treatment_rows(assessment),
        answer_lines=[
            {"label": row.question, "value": list(row.lines)}
            for row in summary_rows(draft_answers(record.screening.answers))
        ],
        status_labels=STATUS_LABELS,
        form=form,
        review_id=_review_id(),
        **queue_context(),
    )


def _open(screening_id: UUID) -> ScreeningRecord:
    try:
        return open_record(store(), screening_id)
    except NoScreeningError:
        abort(404)


@clinic.get("/screenings/<uuid:screening_id>")
def record(screening_id: UUID) -> str:
    """Everything about one screening."""
    return _page(_open(screening_id), ReviewForm())


def _review_id() -> UUID:
    """The id that the page gave to the review, so that sending it twice stores it once."""
    try:
        return UUID(request.form.get("review", ""))
    except ValueError:
        return uuid4()


@clinic.post("/screenings/<uuid:screening_id>/reviews")
def receive_review(screening_id: UUID) -> Response:
    """Add a review, or show the record again with what to mend."""
    form = ReviewForm.received(request.form)
    if not form.validate():
        return make_response(_page(_open(screening_id), form), 422)
    try:
        record_review(
            store(),
            screening_id,
            review_id=_review_id(),
            clinician_id=current_user.account_id,
            status=ScreeningStatus(form.status.data),
            note=form.note.data,
            now=now(),
        )
    except NoScreeningError:
        abort(404)
    view, after = request.args.get("view"), request.args.get("after")
    address = url_for("clinic.record", screening_id=screening_id, view=view, after=after, _anchor="reviews")
    return redirect(address, code=303)
