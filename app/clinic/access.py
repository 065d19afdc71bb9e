"""The door of the clinic app: every request is refused unless the person has the right it asks for."""

from typing import Any, Final, cast
from uuid import UUID

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from app.clinic.rights import NEEDS_FRESH_FACTOR, NEEDS_VERY_FRESH_FACTOR, RIGHTS, Right, rights_of
from app.clinic.step_up import came_with_code
from app.clinic.way_back import way_back
from app.services import sign_in
from app.services.own_account import notices
from app.services.queue import capped, waiting
from app.services.sign_in import FRESH, VERY_FRESH, current_session, has_fresh_factor, note, time_left
from app.storage.audit import Action
from app.storage.clinic_sessions import SignedInSession
from app.web.context import now, store
from app.web.send_again import FirstTo, send_again_page
from app.web.token_session import browser_session

BY_ITSELF: Final = frozenset({"healthz", "metrics", "readyz"})  # what is asked without the person


def signed_in() -> SignedInSession:
    """The session of the person who asks. The door lets nobody else come so far."""
    return cast(SignedInSession, g.signed_in)


def me() -> UUID:
    """The account of the person who asks."""
    return signed_in().account.id


def _first_to(endpoint: str) -> Response:
    """To a page that has to come first; a form that was filled in meanwhile is kept to be sent again."""
    if request.method == "POST" and request.form:
        first = FirstTo.SIGN_IN if g.signed_in is None else FirstTo.CODE
        return send_again_page("clinic/base.html", 401, first, url_for(endpoint))
    return redirect(url_for(endpoint, next=way_back()), code=303)


def _refuse(right: Right | None) -> Response | None:
    """What stands between this request and its page; None where nothing does."""
    if right is Right.ANYONE:
        return None
    found: SignedInSession | None = g.signed_in
    if found is None:
        return _first_to("clinic.sign_in")
    if right is Right.PASSWORD:
        return None
    if found.factor_at is None:
        return _first_to("clinic.factor")
    return None if request.endpoint is None else _refuse_person(found, right)


def _refuse_person(found: SignedInSession, right: Right | None) -> Response | None:
    """What stands between somebody who is signed in and a page that there is."""
    if right is None or right not in rights_of(found.account):
        note(store(), Action.ACCESS_REFUSED, now(), found.account.id)
        abort(403)
    within = VERY_FRESH if right in NEEDS_VERY_FRESH_FACTOR else FRESH
    needs_one = right in NEEDS_VERY_FRESH_FACTOR or right in NEEDS_FRESH_FACTOR
    if needs_one and not has_fresh_factor(found, now(), within) and not came_with_code(found):
        return _first_to("clinic.factor")
    return None


def _session_of_request(*, is_used: bool) -> SignedInSession | None:
    held = browser_session()
    return current_session(store(), held.token, now(), is_used=is_used) if held.was_held else None


def note_refused_form() -> None:
    """Note a form that is too old or not from our page, where it came with the session of somebody."""
    found = _session_of_request(is_used=False)
    if found is not None:
        sign_in.note_refused_form(store(), found, now())


def deny_by_default(app: Flask) -> None:
    """Refuse every page of the app to whoever has no right to it."""

    @app.before_request
    def refuse() -> Response | None:
        right = None if request.endpoint is None else RIGHTS.get(request.endpoint)
        is_used = request.endpoint not in BY_ITSELF
        g.signed_in = None if request.endpoint == "static" else _session_of_request(is_used=is_used)
        return _refuse(right)

    @app.context_processor
    def who() -> dict[str, Any]:
        found: SignedInSession | None = g.get("signed_in")
        if g.get("is_failing") or found is None or found.factor_at is None:
            return {"current_clinician": None, "may": frozenset()}
        idle, absolute = time_left(found, now())
        opened, unread = (g.get("waiting") or waiting(store())) if found.account.is_clinician else (0, 0)
        return {
            "current_clinician": found.account,
            "may": rights_of(found.account),
            "notices": notices(store(), found),
            "here": way_back(),
            "idle_seconds": int(idle.total_seconds()),
            "session_seconds": int(absolute.total_seconds()),
            "open_count": capped(opened),
            "unread_count": capped(unread),
        }
