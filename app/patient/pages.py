"""Pages that need no answers: the start, what this is, privacy, sources, the end."""

from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.domain.reference_code import parse_reference_code
from app.patient import browser, entrance
from app.patient.blueprint import patient
from app.patient.code_form import AgainForm
from app.patient.ways import first_open_page
from app.questionnaire.consent import CONSENT
from app.questionnaire.sources import SOURCES
from app.questionnaire.steps import STEPS
from app.services.reading_by_code import count_lookup
from app.services.self_screening import finish, start_screening
from app.web.clinic_words import clinic_words
from app.web.context import now, store
from app.web.language import page_language
from app.web.source import client_address


@patient.get("/")
def start() -> str:
    """What this is; and the way back for somebody who has begun."""
    draft = browser.draft_at_start()
    if draft is None and not entrance.is_open_here():
        return entrance.start_page(entrance.AccessForm())
    return render_template("patient/start.html", draft=draft, clinic=clinic_words(), consent=CONSENT)


@patient.post("/start")
def begin() -> Response:
    """Start afresh. What this browser had begun before is forgotten, not what was handed in."""
    return begin_with()


def begin_with(reference_code: str | None = None, answers: dict[str, Any] | None = None) -> Response:
    """Start, with what is known already, unless this browser has to show first that it may."""
    if not entrance.is_open_here():
        return browser.go_to("patient.start")
    entrance.admit_start()
    begun = start_screening(
        store(),
        page_language(),
        now(),
        answers,
        reference_code=reference_code,
        is_shared=browser.is_shared_device(),
        leaving=browser.token(),
    )
    browser.hold(begun)
    return browser.go_to("patient.show_step", slug=STEPS[0].slug)


@patient.get("/again")
def again() -> str:
    """Screening once more under a code from before."""
    return render_template("patient/again.html", form=AgainForm(), consent=CONSENT)


@patient.post("/again")
def begin_again() -> Response:
    """Start with the code that was typed. The answer is the same whether or not it is known here."""
    form = AgainForm.received(request.form)
    if not form.validate():
        return make_response(render_template("patient/again.html", form=form, consent=CONSENT), 422)
    count_lookup(store(), client_address(), now())
    return begin_with(parse_reference_code(form.code.data))


@patient.post("/continue")
def go_on() -> Response:
    """Back to the first page that is still open."""
    draft = browser.open_draft()
    if draft.is_submitted:
        return browser.go_to("patient.result")
    return first_open_page(draft.answers)


@patient.post("/finish")
def finish_here() -> Response:
    """Forget this journey on this device, for the next person who takes it."""
    finish(store(), browser.token(), now())
    return browser.cleared(make_response(browser.go_to("patient.finished")))


@patient.get("/finished")
def finished() -> str:
    return render_template("patient/finished.html")


@patient.get("/about")
def about() -> str:
    return render_template("patient/about.html")


@patient.get("/privacy")
def privacy() -> str:
    return render_template("patient/privacy.html")


@patient.get("/sources")
def sources() -> str:
    return render_template("patient/sources.html", sources=SOURCES)
