"""For whoever holds a reference code: typing it, and what stands under it. It is sent in no address."""

from typing import Any, Final

from flask import Flask, Response, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from app.domain.codes import Outcome
from app.domain.help_numbers import help_for
from app.domain.reference_code import parse_reference_code
from app.patient import browser
from app.patient.blueprint import patient
from app.patient.code_form import YourScreeningForm
from app.patient.outcome import result_page, ticked_signs
from app.services.opening_by_code import open_by_code
from app.services.reading_by_code import (
    NoGrantError,
    NothingUnderCodeError,
    count_lookup,
    find_reading,
    look_up,
    needs_presence,
)
from app.services.self_screening import NoDraftError, find_draft
from app.services.throttling import TooManyTriesError
from app.storage.audit import Action
from app.web.clinic_words import country
from app.web.context import now, store
from app.web.presence import has_waited, is_genuine, presence_mark
from app.web.send_again import FirstTo, send_again_page
from app.web.source import client_address

_PREFIX: Final = "/your-screening"
_NOT_IN_ADDRESSES: Final = (
    _l("Type your code on the page"),
    _l("A code must not stand in an address: others could read it there. Open the page and type it."),
)
_WAIT: Final = (
    _l("Wait a little"),
    _l(
        "This was done many times from here in a short time. Your screening is safe. Try again in 10 minutes."
    ),
)


def _notice(words: tuple[Any, Any], status: int) -> Response:
    title, explanation = words
    page = render_template(
        "error.html", base_template="patient/base.html", title=title, explanation=explanation, request_id=None
    )
    return make_response(page, status)


def wait_page(problem: TooManyTriesError) -> Response:
    """What somebody sees who has to wait, and for how long, in words that a browser understands."""
    response = _notice(_WAIT, 429)
    response.headers["Retry-After"] = str(problem.retry_after)
    return response


@patient.before_request
def keep_codes_out_of_addresses() -> Response | None:
    """A code in an address would be kept by browsers and servers on the way: it is not even looked at."""
    names = {name.lower() for name in request.args}
    if request.path.startswith(_PREFIX) and "code" in names:
        return _notice(_NOT_IN_ADDRESSES, 400)
    return None


@patient.get("/your-screening")
def your_screening() -> str:
    """What can be done with a code, and the box for it."""
    return render_template("patient/your_screening.html", form=YourScreeningForm())


@patient.post("/your-screening")
def receive_code() -> BaseResponse:
    """Look a code up. The answer is the same whether or not it is known; the page after it tells."""
    form = YourScreeningForm.received(request.form)
    if not form.validate():
        return make_response(render_template("patient/your_screening.html", form=form), 422)
    code = parse_reference_code(form.code.data)
    try:
        count_lookup(store(), client_address(), now())
    except TooManyTriesError as problem:
        return wait_page(problem)
    if needs_presence(store(), now()):
        waiting = _presence_page(code)
        if waiting is not None:
            return waiting
    is_shared = browser.is_shared_device()
    browser.hold_reading(look_up(store(), code, browser.token(), now(), is_shared=is_shared))
    return browser.go_to("patient.list_own")


def _presence_page(code: str) -> Response | None:
    """The page that asks to wait a few seconds; None for somebody who has."""
    mark = request.form.get("mark", "")
    is_ours = is_genuine(mark, code, now())
    if is_ours and has_waited(mark, now()):
        return None
    mark = mark if is_ours else presence_mark(code, now())
    page = render_template("patient/presence.html", code=code, mark=mark, is_early=is_ours)
    return make_response(page, 422)


@patient.get("/your-screening/list")
def list_own() -> str:
    """The screenings under the code that was typed, the newest first."""
    reading = find_reading(store(), browser.token(), now())
    return render_template(
        "patient/own_screenings.html", reading=reading, other_code=other_code(reading.reference_code)
    )


def other_code(reference_code: str) -> str:
    """The code of other answers that this browser holds unsent: going on here lets go of them."""
    try:
        held = find_draft(store(), browser.token(), now())
    except NoDraftError:
        return ""
    is_other = held.answers and not held.is_submitted and held.reference_code != reference_code
    return held.reference_code if is_other else ""


@patient.get("/your-screening/<int:visit>")
def own_result(visit: int) -> str:
    """The result of one screening, as it was shown."""
    token = browser.token()
    is_shared = find_reading(store(), token, now()).is_shared
    (opened,) = open_by_code(store(), token, now(), Action.SCREENING_READ_BY_CODE, visit)
    back = url_for("patient.list_own")
    if opened.result.assessment.outcome is Outcome.EMERGENCY:
        signs = ticked_signs(opened.result.assessment)
        help_lines = help_for(country())
        return render_template("patient/emergency.html", signs=signs, help=help_lines, back=back)
    return result_page(opened.result, back=back, may_take_along=not is_shared, visit=visit)


def add_reading_pages(app: Flask) -> None:
    """Answer calmly when a browser may not read (any more), or there is nothing."""

    @app.errorhandler(NoGrantError)
    def no_grant(_problem: NoGrantError) -> BaseResponse:
        """To the code. What was noted in a diary meanwhile is kept, except on a shared device."""
        if request.endpoint == "patient.receive_diary" and not browser.is_shared_device():
            first = url_for("patient.your_screening")
            return send_again_page("patient/base.html", 401, FirstTo.OWN_CODE, first)
        return browser.go_to("patient.your_screening")

    @app.errorhandler(NothingUnderCodeError)
    def nothing(_problem: NothingUnderCodeError) -> Response:
        return make_response(render_template("patient/nothing_under_code.html"), 404)
