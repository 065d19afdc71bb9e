"""The thread to a person's browser: one random token in the cookie, and nothing else of theirs."""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, make_response, redirect, render_template, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as BaseResponse

from app.services.draft_limits import UNFINISHED
from app.services.draft_use import use_draft
from app.services.self_screening import NoDraftError, find_draft
from app.storage.drafts import Draft
from app.web.context import now, settings, store
from app.web.display import forget_display
from app.web.errors import came_too_late
from app.web.marks import read_mark
from app.web.token_session import browser_session

SHARED_MARK = "shared"


def is_shared_device() -> bool:
    """Whether others take this device next: every device of this installation, or this one alone."""
    return settings().is_shared_device or bool(read_mark(SHARED_MARK))


def token() -> str | None:
    """The token this browser came with, if any."""
    held = browser_session()
    return held.token if held.was_held else None


def hold(new_token: str, *, is_unfinished: bool = True) -> None:
    """Give the browser the token of a draft, and let go of the one before.

    Only an unfinished journey on a person's own device outlives a browser that is closed.
    """
    held = browser_session()
    if token() != new_token:
        held.replace(new_token)
    held.keep_for(_lasting(is_unfinished=is_unfinished))


def hold_reading(new_token: str) -> None:
    """Give the browser a token to read with, under which a journey it has begun goes on."""
    try:
        is_unfinished = not find_draft(store(), new_token, now()).is_submitted
    except NoDraftError:
        is_unfinished = False
    hold(new_token, is_unfinished=is_unfinished)


def _lasting(*, is_unfinished: bool) -> timedelta | None:
    return UNFINISHED.unused if is_unfinished and not is_shared_device() else None


def let_go() -> None:
    """A token that stands for nothing."""
    browser_session().replace()


def open_draft() -> Draft:
    """The draft of this browser, which is in use now.

    Raises:
        NoDraftError: there is none; the app answers with the page that says so.
    """
    moment = now()
    draft = use_draft(store(), token(), moment)
    g.draft = draft
    if draft.seen_at == moment:
        browser_session().keep_for(_lasting(is_unfinished=not draft.is_submitted))
    return draft


def draft_at_start() -> Draft | None:
    """The draft that is still here, if any. On a shared device the first page is for the next person: to
    open it is no use of the draft.
    """
    try:
        if not is_shared_device():
            return open_draft()
        found = find_draft(store(), token(), now())
    except NoDraftError:
        g.has_no_draft = True
        return None
    g.draft = found
    return found


def go_to(endpoint: str, **values: Any) -> BaseResponse:
    """Redirect to a page of this app after a change."""
    return redirect(url_for(endpoint, **values), code=303)


def cleared(response: Response) -> Response:
    """Leave nothing of a journey in the browser.

    Its cookie is replaced by name: to clear all cookies would sign out a clinician on the same host and
    end the shared mode.
    """
    let_go()
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def no_draft_page(status: int) -> Response:
    """The calm page for a browser whose journey is not there (any more)."""
    g.has_no_draft = True
    name = "patient/cleared.html" if is_shared_device() else "patient/no_draft.html"
    response = make_response(render_template(name), status)
    if is_shared_device():
        forget_display(response)
    return response if token() is None else cleared(response)


def add_missing_draft_page(app: Flask) -> None:
    """Answer calmly when the browser's journey is over, or a form belongs to the one before.

    On a shared device a form that comes too late is somebody else's: it is not shown again.
    """

    @app.errorhandler(NoDraftError)
    def no_draft(_problem: NoDraftError) -> Response:
        return no_draft_page(404)

    @app.errorhandler(CSRFError)
    def form_of_before(problem: CSRFError) -> Response:
        return no_draft_page(400) if is_shared_device() else came_too_late(problem)
