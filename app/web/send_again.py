"""When a form comes too late or cannot be stored now: a page keeps what was typed for another press."""

from enum import Enum
from typing import Any, Final

from flask import Response, g, make_response, render_template, request
from flask_babel import lazy_gettext as _l

_TOKEN_FIELD: Final = "csrf_token"  # noqa: S105
_NEVER_SHOWN_AGAIN: Final = (
    _TOKEN_FIELD,
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

_WAIT: Final = _l(
    "Wait a minute, then press the button. If it does not work yet, wait a little longer. Pressing it twice "
    "stores it once."
)


class FirstTo(Enum):
    """What has to be done before a form can be sent again."""

    WAIT = "wait until the database answers again"
    MEND = "wait until somebody has mended the database"
    SIGN_IN = "sign in"
    CODE = "give a code"
    OWN_CODE = "type the code of a screening"


_WHY_AND_LINK: Final[dict[FirstTo, tuple[Any, Any]]] = {
    FirstTo.WAIT: (
        _l(
            "This cannot be stored at this moment, but nothing is lost. What you typed is kept on this page, "
            "and what was stored before is safe."
        ),
        "",
    ),
    FirstTo.MEND: (
        _l(
            "This cannot be stored: something is broken on our side and has to be mended first. What you "
            "typed is kept on this page. If you can, tell the staff of the clinic."
        ),
        "",
    ),
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


def can_be_kept() -> bool:
    """Whether all of the form that was posted may be shown once more: no file, and no secret."""
    secrets = (each for each in _NEVER_SHOWN_AGAIN if each not in (_TOKEN_FIELD, CODE_FIELD))
    return request.method == "POST" and not request.files and not any(map(request.form.get, secrets))


def send_again_page(
    base_template: str,
    status: int,
    first_to: FirstTo | None = None,
    first_address: str = "",
    request_id: str | None = None,
) -> Response:
    """The form that was posted, to be sent again; where something has to come first, with a link to it."""
    kept = [
        (without_nul(name), without_nul(value))
        for name, value in request.form.items(multi=True)
        if name not in _NEVER_SHOWN_AGAIN
    ]
    explanation, link = _WHY_AND_LINK[first_to] if first_to else (_TOO_LATE, "")
    is_unavailable = first_to in (FirstTo.WAIT, FirstTo.MEND)
    page = render_template(
        "send_again.html",
        base_template=base_template,
        title=_l("This is not available now") if is_unavailable else _l("Send it once more"),
        explanation=explanation,
        advice=_WAIT if first_to is FirstTo.WAIT else "",
        link=link,
        first_address=first_address,
        asks_for_code=first_to is FirstTo.CODE,
        code_problem=g.get("code_problem", ""),
        kept=kept,
        request_id=request_id,
    )
    return make_response(page, status)
