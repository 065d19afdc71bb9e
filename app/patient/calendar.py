"""The calendar beside the question about days: fills the counts in."""

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app.patient import browser
from app.patient.blueprint import patient
from app.patient.ways import is_change, place_for, shows_errors, stop_here, stops
from app.questionnaire.calendar import KIND_WORDS, CalendarForm
from app.questionnaire.path import place_of
from app.questionnaire.steps import STEP_BY_SLUG
from app.services.self_screening import change_answers
from app.storage.drafts import Draft
from app.web.context import now, store
from app.web.display import is_choosing

_STEP = STEP_BY_SLUG["headache-days"]


@patient.get("/screening/calendar")
def calendar() -> Response:
    """The last 30 days with the marks of before."""
    draft = browser.open_draft()
    return place_for(draft, _STEP) or _page(CalendarForm.showing(draft.answers), draft, 200)


@patient.post("/screening/calendar")
def receive_calendar() -> Response:
    """Keep the marks and show the counts that they give."""
    draft = browser.open_draft()
    elsewhere = place_for(draft, _STEP)
    if elsewhere is not None:
        return elsewhere
    form = CalendarForm.received(request.form)
    is_whole = (not is_choosing() or shows_errors()) and form.validate()
    if is_choosing() or not is_whole:
        if stops() and not is_choosing():
            return stop_here(is_kept=False)
        return _page(form, draft, 200 if is_choosing() else 422)
    change_answers(store(), browser.token(), form.applied_to, now())
    if stops():
        return stop_here(is_kept=True)
    return browser.go_to("patient.show_step", slug=_STEP.slug, change="yes" if is_change() else None)


def _page(form: CalendarForm, draft: Draft, status: int) -> Response:
    page = render_template(
        "patient/calendar.html",
        form=form,
        step=_STEP,
        place=place_of(_STEP, draft.answers),
        back=url_for("patient.show_step", slug=_STEP.slug, change="yes" if is_change() else None),
        change="yes" if is_change() else None,
        kinds=KIND_WORDS,
    )
    return make_response(page, status)
