"""The thread to a person's browser: one random token in the cookie, and nothing else of theirs."""

from typing import Any

from flask import Flask, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.services.self_screening import NoDraftError, find_draft
from app.storage.drafts import Draft
from app.web.context import now, store
from app.web.token_session import browser_session


def token() -> str | None:
    """The token this browser came with, if any."""
    held = browser_session()
    return held.token if held.was_held else None


def hold(new_token: str) -> None:
    """Give the browser the token of a draft, and let go of the one before."""
    if token() != new_token:
        browser_session().replace(new_token)


def let_go() -> None:
    """A token that stands for nothing."""
    browser_session().replace()


def open_draft() -> Draft:
    """The draft of this browser.

    Raises:
        NoDraftError: there is none; the app answers with the page that says so.
    """
    return find_draft(store(), token(), now())


def go_to(endpoint: str, **values: Any) -> BaseResponse:
    """Redirect to a page of this app after a change."""
    return redirect(url_for(endpoint, **values), code=303)


def add_missing_draft_page(app: Flask) -> None:
    """Answer calmly when the browser's journey is not there (any more)."""

    @app.errorhandler(NoDraftError)
    def no_draft(_problem: NoDraftError) -> Response:
        return make_response(render_template("patient/no_draft.html"), 404)
