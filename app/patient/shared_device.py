"""A device that one person after another takes: how it becomes one, and how it clears itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import Flask, g, make_response, render_template, request
from flask import Response as FlaskResponse
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.patient import browser
from app.patient.blueprint import patient
from app.questionnaire.fields import CodesField, Option
from app.questionnaire.page import PageForm
from app.services.draft_limits import limits_for
from app.services.self_screening import NoDraftError, finish
from app.storage.database import StorageUnavailableError
from app.storage.drafts import Draft
from app.storage.encryption import UnreadableError
from app.web.context import now, settings, store
from app.web.display import forget_display
from app.web.marks import LONG, remove_mark, set_mark

_ON: Final = "yes"


class LeaveForm(PageForm):
    title = _l("Stop sharing this device")
    confirm = CodesField(
        _l("Who uses this device from now on?"),
        choices=[Option("alone", _l("One person alone: it is not in a waiting room any more"))],
        missing=_l("Tick the box if only one person uses this device"),
    )


@dataclass(frozen=True)
class Clock:
    """When a shared screen clears itself, in seconds from now."""

    left: int
    unused: int
    at_most: int
    has_draft: bool


@patient.get("/shared")
def shared() -> str:
    """For a tablet in the waiting room."""
    return render_template("patient/shared.html")


@patient.post("/shared")
def share() -> Response:
    """This browser is shared from now on; what it held before is forgotten."""
    response = _forget_journey()
    set_mark(response, browser.SHARED_MARK, _ON, LONG)
    return response


@patient.get("/shared/leave")
def leave_shared() -> str:
    return _leave_page(LeaveForm())


@patient.post("/shared/leave")
def receive_leave_shared() -> Response:
    """This browser belongs to one person from now on; what it held before is forgotten."""
    form = LeaveForm.received(request.form)
    if not form.validate():
        return make_response(_leave_page(form), 422)
    response = _forget_journey()
    remove_mark(response, browser.SHARED_MARK)
    return response


def _leave_page(form: LeaveForm) -> str:
    return render_template(
        "patient/leave_shared.html", form=form, is_always_shared=settings().is_shared_device
    )


def _forget_journey() -> Response:
    finish(store(), browser.token(), now())
    return browser.cleared(make_response(browser.go_to("patient.start")))


@patient.post("/shared/still-here")
def still_here() -> Response:
    """Somebody is there: the page stays as it is, with whatever was typed."""
    if request.form.get("draft") == _ON:
        browser.open_draft()
    return make_response("", 204)


@patient.get("/cleared")
def cleared() -> Response:
    """Where a shared screen goes when its time is over. Whether it is, the server's clock says."""
    try:
        browser.open_draft()
    except NoDraftError:
        return browser.no_draft_page(200)
    return browser.go_to("patient.check_answers")


def _draft_in_use() -> Draft | None:
    """The draft of this browser: every page that is opened counts as a use of it."""
    if "draft" in g:
        found: Draft = g.draft
        return found
    if g.get("is_failing") or g.get("has_no_draft"):
        return None
    try:
        return browser.open_draft()
    except (NoDraftError, StorageUnavailableError, UnreadableError):
        return None


def _clock() -> Clock:
    draft = _draft_in_use()
    limits = limits_for(is_shared=True, is_submitted=draft is not None and draft.is_submitted)
    unused = _seconds(limits.unused)
    if draft is None:
        return Clock(unused, unused, _seconds(limits.altogether), has_draft=False)
    began_at = draft.submitted_at or draft.started_at
    left, at_most = draft.expires_at - now(), began_at + limits.altogether - now()
    return Clock(_seconds(left), unused, _seconds(at_most), has_draft=True)


def _seconds(time: timedelta) -> int:
    return max(0, int(time.total_seconds()))


_LAST_PAGES: Final = {"patient.finished", "patient.left", "patient.cleared"}


def add_end_of_choices(app: Flask) -> None:
    """How pages look is each person's own choice: on a shared device it goes with the last page they see."""

    @app.after_request
    def end_choices(response: FlaskResponse) -> FlaskResponse:
        if request.endpoint in _LAST_PAGES and browser.is_shared_device():
            forget_display(response)
        return response


def add_shared_clock(app: Flask) -> None:
    """Tell every template whether the device is shared, and if so, when its screen clears itself."""

    @app.context_processor
    def shared_clock() -> dict[str, Any]:
        is_shared = browser.is_shared_device()
        return {"is_shared": is_shared, "clock": _clock() if is_shared else None}
