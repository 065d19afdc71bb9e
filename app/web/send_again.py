"""When a form comes too late: a page that keeps everything that was typed and sends it with one press."""

from typing import Final

from flask import Response, make_response, render_template, request
from flask_babel import lazy_gettext as _l

_NEVER_SHOWN_AGAIN: Final = ("csrf_token", "password", "password_again")
_TOO_LATE: Final = _l(
    "This page was open for a long time, so nothing is stored yet. What you typed is kept. Press the "
    "button to send it again. If that does not help, allow cookies for this site."
)
_SIGNED_OUT: Final = _l(
    "You were signed out, so nothing is stored yet. What you typed is kept on this page. Sign in, come "
    "back to this page, and press the button."
)


def _without_nul(text: str) -> str:
    """No page may hold a NUL; no answer needs one."""
    return text.replace("\x00", "")


def send_again_page(base_template: str, status: int, sign_in_address: str = "") -> Response:
    """The form that was posted, to be sent again. With `sign_in_address`, after signing in."""
    kept = [
        (_without_nul(name), _without_nul(value))
        for name, value in request.form.items(multi=True)
        if name not in _NEVER_SHOWN_AGAIN
    ]
    explanation = _SIGNED_OUT if sign_in_address else _TOO_LATE
    page = render_template(
        "send_again.html",
        base_template=base_template,
        title=_l("Send it once more"),
        explanation=explanation,
        sign_in_address=sign_in_address,
        kept=kept,
    )
    return make_response(page, status)
