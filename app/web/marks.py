"""Marks in a browser that outlive a journey: cookies that say nothing of a person."""

from datetime import timedelta
from typing import Final

from flask import current_app, request
from werkzeug.wrappers import Response

from app.web.context import settings

LONG: Final = timedelta(days=400)  # the longest that browsers keep


def _name_of(mark: str) -> str:
    return f"__Host-{mark}" if settings().is_https else mark


def read_mark(mark: str) -> str:
    """What this browser has under this mark; empty when it has none."""
    return request.cookies.get(_name_of(mark), "")


def set_mark(response: Response, mark: str, value: str, lasting: timedelta | None) -> None:
    """Put a mark into the browser; without `lasting` it goes when the browser is closed."""
    response.set_cookie(
        _name_of(mark),
        value,
        max_age=lasting,
        path="/",
        secure=settings().is_https,
        httponly=True,
        samesite=current_app.config["SESSION_COOKIE_SAMESITE"],
    )


def remove_mark(response: Response, mark: str) -> None:
    set_mark(response, mark, "", timedelta())
