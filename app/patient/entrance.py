"""Who may start a journey: those who know the code of the poster, and not too many at once."""

import hashlib
import hmac
from datetime import timedelta
from typing import Final

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from app.patient import browser
from app.patient.blueprint import patient
from app.questionnaire.consent import CONSENT
from app.questionnaire.fields import TextField
from app.questionnaire.page import PageForm
from app.services.doubts import Sender, TooManyDraftsError, check_room
from app.services.throttling import Limit, TooManyTriesError, count_try, give_back_try
from app.web.clinic_words import clinic_words
from app.web.context import now, settings, store
from app.web.errors import wait_page
from app.web.language import page_language
from app.web.marks import LONG, read_mark, set_mark
from app.web.source import source

_MARK: Final = "entrance"
_TEN_MINUTES: Final = timedelta(minutes=10)
_ACCESS: Final = Limit("access-code", 20, _TEN_MINUTES)
_FULL_FOR_SECONDS: Final = 600


class AccessForm(PageForm):
    title = _l("The code of the clinic")
    access_code = TextField(
        _l("Code of the clinic"),
        description=_l("It stands on the poster or leaflet that brought you here. Capitals do not matter."),
        longest=100,
        missing=_l("Enter the code from the poster or leaflet"),
        too_long=_l("Enter only the code from the poster or leaflet"),
    )


def _proof() -> str:
    """What a browser holds once the code was right; it changes with the code, and says not what it is."""
    key = store().keyring.derive("access-code/v1")
    return hmac.new(key, settings().safeguards.access_code.encode(), hashlib.sha256).hexdigest()


def is_open_here() -> bool:
    """Whether this browser may start: no code is asked for, or it was right before."""
    if not settings().safeguards.access_code:
        return True
    return hmac.compare_digest(read_mark(_MARK).encode(), _proof().encode())


def admit_start() -> None:
    """Count a journey that is about to start.

    Raises:
        TooManyTriesError: too many have started from one place in a short time.
        TooManyDraftsError: too many journeys are open.
    """
    safeguards = settings().safeguards
    count_try(store(), Limit("starts", safeguards.starts_per_source, _TEN_MINUTES), source(), now())
    check_room(store(), safeguards.most_drafts)


def sender() -> Sender:
    """Where answers come from that are handed in now, and what is usual here."""
    safeguards = settings().safeguards
    return Sender(
        source(),
        page_language(),
        timedelta(seconds=safeguards.shortest_seconds),
        safeguards.submissions_per_source,
        safeguards.submissions_per_day,
    )


@patient.post("/access")
def receive_access() -> BaseResponse:
    """The code of the poster, asked for once. Wrong tries are counted before they are compared."""
    form = AccessForm.received(request.form)
    if form.validate() and not _is_right(form.access_code.data):
        form.access_code.errors = [
            _("That is not the code of this clinic. Check the poster, or ask the staff")
        ]
    if form.errors_in_order:
        return make_response(start_page(form), 422)
    response = make_response(browser.go_to("patient.start"))
    set_mark(response, _MARK, _proof(), LONG if browser.is_shared_device() else None)
    return response


def _is_right(typed: str) -> bool:
    count_try(store(), _ACCESS, source(), now())
    wanted = settings().safeguards.access_code
    is_right = hmac.compare_digest(typed.strip().upper().encode(), wanted.encode())
    if is_right:
        give_back_try(store(), _ACCESS, source(), now())
    return is_right


def start_page(form: AccessForm) -> str:
    """The first page where a code is asked for."""
    return render_template(
        "patient/start.html",
        consent=CONSENT,
        draft=None,
        access_form=form,
        clinic=clinic_words(),
    )


def add_waiting_pages(app: Flask) -> None:
    """Answer those who have to wait."""

    @app.errorhandler(TooManyTriesError)
    def too_many_tries(problem: TooManyTriesError) -> Response:
        return wait_page(429, problem.retry_after)

    @app.errorhandler(TooManyDraftsError)
    def too_many_drafts(_problem: TooManyDraftsError) -> Response:
        return wait_page(503, _FULL_FOR_SECONDS)
