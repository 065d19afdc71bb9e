"""Who may open what. A page that is not named here as public needs a clinician who is signed in."""

from typing import Any, Final

from flask import Flask, abort, g, redirect, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.clinic.accounts import CLINICIAN
from app.services.queue import capped, waiting
from app.web.context import store
from app.web.send_again import send_again_page

PUBLIC: Final = frozenset(
    {
        "static",
        "healthz",
        "readyz",
        "clinic.sign_in",
        "clinic.receive_sign_in",
        "clinic.set_up",
        "clinic.receive_set_up",
    }
)


def _sign_in_first() -> Response:
    """To the sign-in page; a form that was filled in meanwhile is kept to be sent again."""
    address = url_for("clinic.sign_in")
    if request.method == "POST" and request.form:
        return send_again_page("clinic/base.html", 401, sign_in_address=address)
    return redirect(address, code=303)


def deny_by_default(app: Flask) -> None:
    """Refuse every page of the app to people who are not signed in, and to other roles."""

    @app.before_request
    def refuse() -> Response | None:
        if request.endpoint in PUBLIC:
            return None
        if not current_user.is_authenticated:
            return _sign_in_first()
        if request.endpoint != "clinic.sign_out" and not current_user.has_role(CLINICIAN):
            abort(403)
        return None

    @app.context_processor
    def who() -> dict[str, Any]:
        if g.get("is_failing") or not current_user or not current_user.is_authenticated:
            return {"current_clinician": None}
        opened, unread = g.get("waiting") or waiting(store())
        return {
            "current_clinician": current_user,
            "open_count": capped(opened),
            "unread_count": capped(unread),
        }
