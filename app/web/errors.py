"""Calm pages for everything that can go wrong. None shows what the program or a person said."""

import secrets
from typing import Any, Final

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from app.storage.database import StorageDamagedError, StorageUnavailableError
from app.web.logs import log, places_of
from app.web.metrics import Event, count
from app.web.send_again import FirstTo, can_be_kept, send_again_page

_BASE_TEMPLATE: Final = "SCREENING_BASE_TEMPLATE"
_NOT_WORKING: Final = (
    _l("This is not working now"),
    _l("Something went wrong on our side. What you sent may not be stored. Go back and try again."),
)
PAGES: Final[dict[int, tuple[Any, Any]]] = {
    400: (
        _l("This page cannot be used any more"),
        _l(
            "It was open for a long time, or cookies are switched off. Go back, load the page again, and "
            "try once more."
        ),
    ),
    403: (_l("You cannot open this page"), _l("Your account does not have the right to see it.")),
    404: (
        _l("There is no such page"),
        _l("Check the address."),
    ),
    405: (
        _l("This page cannot be opened like that"),
        _l("Go back and use the buttons on the page."),
    ),
    413: (
        _l("What you sent is too large"),
        _l("Nothing was stored. Go back and send shorter answers."),
    ),
    431: (
        _l("What your browser sent is too long"),
        _l("Nothing was stored. Go to the first page, or delete the cookies of this site."),
    ),
    429: (_l("Too many tries"), _l("Wait a few minutes, then try again.")),
    500: _NOT_WORKING,
    503: (
        _l("This is not available now"),
        _l(
            "Nothing was lost: the answers you gave before are kept. Wait a minute, go back and press "
            "the button again. Pressing it twice stores your answers once."
        ),
    ),
}
_LOAD_AGAIN: Final = _l(
    "Nothing was lost: the answers you gave before are kept. Wait a minute, then try again."
)
_TO_BE_MENDED: Final = _l(
    "Something is broken on our side and has to be mended first. If you can, tell the staff of the clinic."
)
_LAST_RESORT: Final = (
    "<!doctype html><html lang='en'><meta charset='utf-8'><title>This is not available now</title>"
    "<h1>This is not available now</h1><p>Wait a minute, then go back and try again.</p></html>"
)


def error_page(status: int, request_id: str | None = None, *, is_damaged: bool = False) -> Response:
    """The page for a status, in the dress of the app; where the database is damaged, nothing is promised."""
    title, explanation = PAGES.get(status, _NOT_WORKING)
    may_try_again = status == 503 and request.method == "GET"
    explanation = _LOAD_AGAIN if may_try_again else explanation
    g.is_failing = status >= 500  # whatever the page shows besides must not ask the database again
    try:
        page = render_template(
            "error.html",
            base_template=current_app.config[_BASE_TEMPLATE],
            title=title,
            explanation=_TO_BE_MENDED if is_damaged else explanation,
            may_try_again=may_try_again,
            request_id=request_id,
        )
    except Exception as problem:  # the page that explains an error must not fail itself
        log_failure(problem)
        page = _LAST_RESORT
    return make_response(page, status)


def log_failure(problem: Exception) -> str:
    """Write down where a failure happened, never with what data; the id that the page shows."""
    if isinstance(problem, StorageUnavailableError):
        count(Event.STORAGE_ERROR)
    request_id: str = g.get("request_id") or secrets.token_hex(6)
    log.error(
        "failure",
        request_id=request_id,
        page=request.endpoint,
        problem=type(problem).__name__,
        places=places_of(problem),
    )
    return request_id


def came_too_late(_problem: CSRFError) -> Response:
    """The token of a form has expired: what was typed is kept for another try."""
    return send_again_page(current_app.config[_BASE_TEMPLATE], 400)


def _wrong_host(problem: SecurityError) -> Response:
    """Asked for under a name that is not ours: nothing can be addressed from there."""
    return make_response(_LAST_RESORT, 400)


def _http_error(problem: HTTPException) -> Response:
    status = problem.code or 500
    if status < 400:
        return make_response(problem.get_response())
    response = error_page(status, g.get("request_id") if status >= 500 else None)
    for name, value in problem.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def wait_page(status: int, seconds: int) -> Response:
    """The page for a status that says when to try again."""
    response = error_page(status)
    response.headers["Retry-After"] = str(seconds)
    return response


def _unavailable(problem: StorageUnavailableError) -> Response:
    """What was typed comes back in the page, to be sent with one press once the database answers again."""
    request_id = log_failure(problem)
    is_damaged = isinstance(problem, StorageDamagedError)
    if can_be_kept():
        response = _kept_page(request_id, FirstTo.MEND if is_damaged else FirstTo.WAIT)
    else:
        response = error_page(503, request_id, is_damaged=is_damaged)
    response.headers["Retry-After"] = "60"
    return response


def _kept_page(request_id: str, first_to: FirstTo) -> Response:
    g.is_failing = True
    try:
        base_template = current_app.config[_BASE_TEMPLATE]
        return send_again_page(base_template, 503, first_to, request_id=request_id)
    except Exception as problem:  # as in `error_page`
        log_failure(problem)
        return error_page(503, request_id)


def _failed(problem: Exception) -> Response:
    return error_page(500, log_failure(problem))


def _log_unhandled(problem: BaseException | None) -> None:
    if isinstance(problem, Exception):
        log_failure(problem)


def add_error_pages(app: Flask, base_template: str) -> None:
    """Answer every failure of the app with a page."""
    app.config[_BASE_TEMPLATE] = base_template
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, came_too_late)
    app.register_error_handler(SecurityError, _wrong_host)
    app.register_error_handler(StorageUnavailableError, _unavailable)
    app.register_error_handler(Exception, _failed)
    # What fails outside of a view, or while an error is answered, Flask would log with address and values.
    app.log_exception = lambda exc_info: _log_unhandled(exc_info[1])  # type: ignore[method-assign]
