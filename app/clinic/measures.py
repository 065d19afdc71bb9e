"""Adding a score or a course of treatment to a record."""

from uuid import UUID

from flask import abort, make_response, request
from werkzeug.wrappers import Response

from app.clinic.access import me
from app.clinic.blueprint import clinic
from app.clinic.measure_forms import CourseForm, ScoreForm
from app.clinic.records import id_from_page, record_page
from app.clinic.saved import Saved, back_to
from app.services.clinical_review import NoScreeningError
from app.services.measures import Measure, record_measure
from app.web.context import now, store


def _add(screening_id: UUID, measure: Measure, saved: Saved) -> Response:
    try:
        record_measure(
            store(),
            screening_id,
            measure_id=id_from_page(),
            clinician_id=me(),
            measure=measure,
            now=now(),
        )
    except NoScreeningError:
        abort(404)
    return back_to(screening_id, saved)


@clinic.post("/screenings/<uuid:screening_id>/scores")
def receive_score(screening_id: UUID) -> Response:
    """Add the total of an instrument, or show the record again with what to mend."""
    form = ScoreForm.received(request.form)
    if not form.validate():
        return make_response(record_page(screening_id, score_form=form), 422)
    return _add(screening_id, form.measure(), Saved.SCORE)


@clinic.post("/screenings/<uuid:screening_id>/courses")
def receive_course(screening_id: UUID) -> Response:
    """Add headache days before and under treatment, or show the record again with what to mend."""
    form = CourseForm.received(request.form)
    if not form.validate():
        return make_response(record_page(screening_id, course_form=form), 422)
    return _add(screening_id, form.measure(), Saved.COURSE)
