"""When a form comes too late: a page that keeps everything that was typed and sends it with one press."""

from enum import Enum
from typing import Final

from flask import Response, g, make_response, render_template, request
from flask_babel import lazy_gettext as _l

_NEVER_SHOWN_AGAIN: Final = (
    "csrf_token",
    "password",
    "password_again",
    "old_password",
    "recovery_code",
    "answer",
    "step_up_code",
)
CODE_FIELD: Final = "step_up_code"
_TOO_LATE: Final = _l(
    "This page was open for a long time, so nothing is stored yet. What you typed is kept. Press the "
    "button to send it again. If that does not help, allow cookies for this site."
)


class FirstTo(Enum):
    """What has to be done before a form can be sent again."""

    SIGN_IN = "sign in"
    CODE = "give a code"
    OWN_CODE = "type the code of a screening"


_WHY_AND_LINK: Final = {
    FirstTo.SIGN_IN: (
        _l(
            "You were signed out, so nothing is stored yet. What you typed is kept on this page. Sign in, "
            "come back to this page, and press the button."
        ),
        _l("Sign in (opens a new tab)"),
    ),
    FirstTo.OWN_CODE: (
        _l(
            "Your code was typed a while ago, so nothing is stored yet. What you chose is kept on this page. "
            "Type your code again, come back to this page, and press the button."
        ),
        _l("Type your code (opens a new tab)"),
    ),
    FirstTo.CODE: (
        _l(
            "This needs a fresh code from your app, so nothing is done yet. What you typed is kept, but not "
            "a password. Enter the code and press the button."
        ),
        _l("Use a passkey or a recovery code, then come back to this page (opens a new tab)"),
    ),
}


def without_nul(text: str) -> str:
    """No page may hold a NUL; no answer needs one."""
    return text.replace("\x00", "")


def send_again_page(
    base_template: str, status: int, first_to: FirstTo | None = None, first_address: str = ""
) -> Response:
    """The form that was posted, to be sent again; where something has to come first, with a link to it."""
    kept = [
        (without_nul(name), without_nul(value))
        for name, value in request.form.items(multi=True)
        if name not in _NEVER_SHOWN_AGAIN
    ]
    explanation, link = _WHY_AND_LINK[first_to] if first_to else (_TOO_LATE, "")
    page = render_template(
        "send_again.html",
        base_template=base_template,
        title=_l("Send it once more"),
        explanation=explanation,
        link=link,
        first_address=first_address,
        asks_for_code=first_to is FirstTo.CODE,
        code_problem=g.get("code_problem", ""),
        kept=kept,
    )
    return make_response(page, status)
