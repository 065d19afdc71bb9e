"""A fresh code that comes along with a form which was kept for it: one page, one press."""

from dataclasses import replace

from flask import g, request
from flask_babel import gettext as _

from app.services.second_factor import WrongCodeError, give_code
from app.services.throttling import TooManyTriesError
from app.storage.clinic_sessions import SignedInSession
from app.web.context import now, store
from app.web.send_again import CODE_FIELD
from app.web.token_session import browser_session, new_token


def came_with_code(found: SignedInSession) -> bool:
    """Whether the form brings a right code; the session then goes on under another token.

    What was wrong with it is left for the page that keeps the form.
    """
    typed = request.form.get(CODE_FIELD, "") if request.method == "POST" else ""
    if not typed.strip():
        return False
    token = new_token()
    try:
        give_code(store(), found, typed, token, now())
    except WrongCodeError:
        g.code_problem = _("Enter the code that your app shows now. A code works once")
        return False
    except TooManyTriesError:
        g.code_problem = _("There were too many tries. Wait a few minutes, then try again")
        return False
    browser_session().replace(token)
    g.signed_in = replace(found, factor_at=now())
    return True
