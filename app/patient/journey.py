"""The questions, one page at a time: show, receive, go on. One pair of views serves every page."""

from typing import Any, Final

from flask import abort, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.domain.help_numbers import help_for
from app.domain.red_flags import EMERGENCY_CODES
from app.patient import browser
from app.patient.blank_pages import blank_page, is_blank
from app.patient.blueprint import patient
from app.patient.entrance import sender
from app.patient.two_windows import (
    FIELD,
    AnsweredElsewhereError,
    answers_elsewhere,
    keeping,
    mark_of,
)
from app.patient.ways import (
    after,
    back_address,
    counts_first,
    is_change,
    place_for,
    shows_errors,
    stop_at,
    stops,
)
from app.questionnaire.forms import EmergencyCheckForm, PreventivesForm
from app.questionnaire.look_again import LookAgainForm, remarks
from app.questionnaire.page import PageForm
from app.questionnaire.path import (
    is_answered,
    is_begun,
    place_of,
    section_path,
)
from app.questionnaire.steps import STEP_BY_SLUG, Step
from app.questionnaire.summary import name_of_trial, trial_line
from app.questionnaire.trial_list import MOST_TRIALS
from app.services.self_screening import (
    NoDraftError,
    change_answers,
    submit_emergency,
)
from app.storage.database import ConflictError, StorageUnavailableError
from app.storage.encryption import UnreadableError
from app.web.clinic_words import country
from app.web.context import now, store
from app.web.display import is_choosing
from app.web.errors import log_failure
from app.web.metrics import Event, count


def step_named(slug: str) -> Step:
    return STEP_BY_SLUG.get(slug) or abort(404)


_TEMPLATES: Final = {
    "headache-days": "patient/headache_days.html",
    "ask-now": "patient/ask_now.html",
    "ask-today": "patient/ask_today.html",
    "preventives": "patient/preventives.html",
    "look-again": "patient/look_again.html",
}
_NAMES_NUMBERS: Final = ("ask-now", "ask-today")  # so that no other question asks the database for them
_DEPENDS_ON_MORE: Final = (*_NAMES_NUMBERS, "look-again")  # on the clinic's country, or on other answers


def _remarks(answers: dict[str, Any]) -> list[dict[str, Any]]:
    """What does not fit together, each with the pages on which it can be changed."""
    return [
        {
            "sentence": remark.sentence,
            "steps": [STEP_BY_SLUG[slug] for slug in remark.slugs if is_begun(STEP_BY_SLUG[slug], answers)],
        }
        for remark in remarks(answers)
    ]


def _question_page(
    step: Step, form: PageForm, answers: dict[str, Any], *, seen: str = "", is_elsewhere: bool = False
) -> str:
    return render_template(
        _TEMPLATES.get(step.slug, "patient/question.html"),
        step=step,
        form=form,
        place=place_of(step, answers),
        back=back_address(step, answers),
        change="yes" if is_change() else None,
        answers=answers,
        seen=seen or mark_of(step, answers),
        elsewhere=answers_elsewhere(step, answers) if is_elsewhere else [],
        trial_line=trial_line,
        name_of_trial=name_of_trial,
        most_trials=MOST_TRIALS,
        remarks=_remarks(answers) if step.form is LookAgainForm else [],
        help=help_for(country()) if step.slug in _NAMES_NUMBERS else None,
    )


@patient.get("/screening/<slug>")
def show_step(slug: str) -> str | BaseResponse:
    """One page with the answers given so far."""
    step, draft = step_named(slug), browser.open_draft()
    elsewhere = place_for(draft, step)
    if elsewhere is not None:
        return elsewhere
    if step.slug not in _DEPENDS_ON_MORE and is_blank(step, draft.answers):
        return blank_page(step, draft.answers, lambda: _fresh_page(step, draft.answers))
    return _fresh_page(step, draft.answers)


def _fresh_page(step: Step, answers: dict[str, Any]) -> str:
    return _question_page(step, step.form.showing(answers), answers)


@patient.post("/screening/<slug>")
def answer_step(slug: str) -> BaseResponse:
    """Receive one page: keep its answers and go on, or show it again with what to mend.

    Who changes how pages look has not answered yet: the page comes back as it was typed. Who stops, or goes
    to the calendar, is told of no mistake: what can be taken of the page is kept.
    """
    step = step_named(slug)
    signs = [] if is_choosing() else _emergency_signs(step)
    if signs:
        return _stop_for(signs)
    draft = browser.open_draft()
    elsewhere = place_for(draft, step)
    if elsewhere is not None:
        return elsewhere
    form = step.form.received(request.form)
    is_whole = (not is_choosing() or shows_errors()) and form.validate()
    if is_choosing() or not (is_whole or stops() or counts_first()):
        return _again(step, form, draft.answers)
    try:
        apply = form.applied_to if is_whole else form.part_applied_to
        keep = keeping(step, apply, request.form.get(FIELD, ""))
        answers = change_answers(store(), browser.token(), keep, now())
    except AnsweredElsewhereError as other:
        return make_response(_question_page(step, form, other.answers, is_elsewhere=True), 409)
    if counts_first():
        return browser.go_to("patient.calendar", change="yes" if is_change() else None)
    return stop_at(form) if stops() else _go_on(step, draft.answers, answers)


def _again(step: Step, form: PageForm, answers: dict[str, Any]) -> BaseResponse:
    """The page once more, as it was typed."""
    page = _question_page(step, form, answers, seen=request.form.get(FIELD, ""))
    return make_response(page, 200 if is_choosing() else 422)


def _go_on(step: Step, before: dict[str, Any], answers: dict[str, Any]) -> BaseResponse:
    """To the page that these answers ask for next."""
    if step.form is PreventivesForm and not is_answered(step, answers):
        return browser.go_to("patient.add_medicine", change="yes" if is_change() else None)
    newly = _newly_asked(step, before, answers)
    if newly is not None:
        return browser.go_to("patient.show_step", slug=newly.slug, change="yes")
    return after(step, answers)


def _newly_asked(step: Step, before: dict[str, Any], answers: dict[str, Any]) -> Step | None:
    """The page of the same section that a change has brought up, such as the kinds of medicine taken."""
    if step.section is None or not is_change():
        return None
    old = section_path(step.section, before)
    return next((each for each in section_path(step.section, answers) if each not in old), None)


def _emergency_signs(step: Step) -> list[str]:
    """The emergency signs that were ticked. One is enough, whatever else was ticked or is wrong."""
    if step.form is not EmergencyCheckForm:
        return []
    ticked = set(request.form.getlist("red_flags"))
    return [code.value for code in EMERGENCY_CODES if code.value in ticked]


def _stop_for(signs: list[str]) -> BaseResponse:
    """What to do now comes first, even when the signs cannot be stored."""
    count(Event.EMERGENCY_TOLD)
    try:
        if submit_emergency(store(), browser.token(), signs, now(), sender()):
            count(Event.SCREENING_STORED)
        browser.hold(browser.token() or "", is_unfinished=False)
    except NoDraftError:
        pass
    except (StorageUnavailableError, ConflictError, UnreadableError) as problem:
        log_failure(problem)
    return browser.go_to("patient.emergency")
