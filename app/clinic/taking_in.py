"""Answers from other software: a FHIR response of our own questionnaire becomes a screening."""

import json
from datetime import datetime
from typing import Any

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _

from app.clinic.access import me
from app.clinic.blueprint import clinic
from app.reports.fhir.reading import FhirError
from app.services.fhir_import import TakenInBeforeError, take_in_response
from app.web.context import now, store
from app.web.language import page_language
from app.web.metrics import Event, count
from app.web.templating import moment


def _parsed(content: bytes) -> Any:
    """The JSON of a file, whatever its shape.

    Raises:
        FhirError: it is none.
    """
    try:
        return json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise FhirError(_("The file holds no JSON that can be read. Choose another file")) from None


def _no_number(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity are no JSON


def _page(problem: Any = "", taken_in: Any = None, status: int = 200) -> Response:
    page = render_template("clinic/take_in.html", problem=problem, taken_in=taken_in)
    return make_response(page, status)


def _before(at: datetime) -> Any:
    return _(
        "These answers were taken in already, on %(time)s, and are stored once: find them in the queue. If "
        "they are those of another person, give the response an “id” of its own in the file",
        time=moment(at),
    )


@clinic.get("/take-in")
def take_in() -> Response:
    """Choosing the file."""
    return _page()


@clinic.post("/take-in")
def receive_take_in() -> Response:
    """Store the answers of the file as a screening, and show its code once; or say what is wrong."""
    file = request.files.get("file")
    content = file.read() if file else b""
    if not content:
        return _page(_("Choose the file with the answers"), status=422)
    try:
        taken = take_in_response(
            store(),
            _parsed(content),
            language=page_language(),
            now=now(),
            clinician_id=me(),
        )
    except TakenInBeforeError as problem:
        return _page(_before(problem.at), status=409)
    except FhirError as problem:
        # It may repeat a part of the file, and no page may hold a NUL.
        return _page(str(problem).replace("\x00", "\ufffd"), status=422)
    count(Event.SCREENING_STORED)
    return _page(taken_in=taken)
