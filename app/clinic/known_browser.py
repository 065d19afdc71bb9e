"""A mark in browsers that a person has signed in with, so that strangers who guess cannot lock them out."""

import hashlib
import hmac
from datetime import timedelta
from typing import Final

from flask import current_app, request
from werkzeug.wrappers import Response

from app.web.context import settings, store
from app.web.token_session import new_token

_LIFETIME: Final = timedelta(days=90)


def _cookie_name() -> str:
    return "__Host-desk-browser" if settings().is_https else "desk-browser"


def _mac(mark: str, email: str) -> str:
    key = store().keyring.derive("known-browser/v1")
    return hmac.new(key, f"{mark}|{email.strip().lower()}".encode(), hashlib.sha256).hexdigest()


def mark_for(email: str) -> str:
    """The mark of this browser if this person has signed in with it before; empty otherwise."""
    mark, _, mac = request.cookies.get(_cookie_name(), "").partition(".")
    return mark if mark and hmac.compare_digest(mac.encode(), _mac(mark, email).encode()) else ""


def remember(response: Response, email: str) -> None:
    """Mark the browser, where it has no mark of this person yet."""
    if mark_for(email):
        return
    mark = new_token()
    response.set_cookie(
        _cookie_name(),
        f"{mark}.{_mac(mark, email)}",
        max_age=_LIFETIME,
        path="/",
        secure=settings().is_https,
        httponly=True,
        samesite=current_app.config["SESSION_COOKIE_SAMESITE"],
    )
