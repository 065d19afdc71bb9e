"""The thread to a browser: one random token in a cookie, and nothing else in it.

What a token stands for is kept on the server: a draft for a patient, a session for the clinic. The token
against forged forms is derived from it, so that a page with a form costs no row.
"""

import hmac
import re
import secrets
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, cast

from flask import Flask, Request, Response, current_app, g, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
CSRF_FIELD: Final = "csrf_token"


def new_token() -> str:
    """256 random bits, as a cookie can hold them."""
    return secrets.token_urlsafe(32)


class TokenSession(dict[str, Any], SessionMixin):
    """What Flask calls the session: it holds nothing but what is derived from the token.

    `was_held` is whether the browser came with the token. A cookie that is set ends with the browser, unless
    `lasting` says for how long it stays.
    """

    def __init__(self, key: bytes, held: str | None) -> None:
        super().__init__()
        self._key = key
        self.token = held or new_token()
        self.was_held = held is not None
        self.is_changed = self.is_used = False
        self.lasting: timedelta | None = None
        self._derive()

    def _derive(self) -> None:
        digest = hmac.digest(self._key, self.token.encode(), "sha256").hex()
        super().__setitem__(CSRF_FIELD, digest)

    def __getitem__(self, name: str) -> Any:
        self.is_used = True
        return super().__getitem__(name)

    def replace(self, token: str | None = None) -> str:
        """Another token from now on; the browser's forms of before do not work any more."""
        self.token = token or new_token()
        self.is_changed = True
        self._derive()
        return self.token

    def keep_for(self, lasting: timedelta | None) -> None:
        """Set the cookie once more, to stay from now on for so long, or as long as the browser."""
        self.lasting = lasting
        self.is_changed = True


class TokenSessions(SessionInterface):
    """Reads the token from the cookie, and sets the cookie where it is new."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def is_null_session(self, obj: object) -> bool:
        """There is none where even that has failed: the page that says so needs none."""
        return not isinstance(obj, TokenSession)

    def open_session(self, app: Flask, request: Request) -> TokenSession:
        value = request.cookies.get(self.get_cookie_name(app), "")
        return TokenSession(self._key, value if _TOKEN.fullmatch(value) else None)

    def save_session(  # type: ignore[override]
        self, app: Flask, session: TokenSession, response: Response
    ) -> None:
        response.vary.add("Cookie")
        if not session.is_changed and (session.was_held or not session.is_used):
            return
        response.set_cookie(
            self.get_cookie_name(app),
            session.token,
            max_age=session.lasting,
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite=self.get_cookie_samesite(app),
        )


def form_token() -> str:
    """The token against forged forms for this browser, as Flask-WTF signs and checks it.

    Flask-WTF's own function makes its signer anew for each page.
    """
    if CSRF_FIELD not in g:
        g.csrf_token = _signer(current_app.secret_key).dumps(session[CSRF_FIELD])
    token: str = g.csrf_token
    return token


@lru_cache
def _signer(key: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt="wtf-csrf-token")


def browser_session() -> TokenSession:
    """The session of this request."""
    return cast(TokenSession, session._get_current_object())  # type: ignore[attr-defined]
