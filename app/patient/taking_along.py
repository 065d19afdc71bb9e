"""What a person takes along: a copy of everything stored about them, and a summary on paper."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Final, ParamSpec

from flask import Response, abort

from app.domain.diary import Diary
from app.patient import browser
from app.patient.blueprint import patient
from app.patient.your_screening import wait_page
from app.reports.papers.typesetting import PaperKind, file_name
from app.reports.patient_copy import copy_name, copy_of, fhir_copy, fhir_name
from app.services.diary_keeping import open_diary
from app.services.opening_by_code import OpenedScreening, open_by_code, open_handed_in
from app.services.reading_by_code import count_taking, find_reading
from app.services.throttling import TooManyTriesError
from app.storage.audit import Action
from app.web.context import now, store
from app.web.source import client_address

_COPIED: Final = Action.SCREENING_COPIED_BY_CODE


def attached(content: bytes, media_type: str, name: str) -> Response:
    """A file that the browser saves under this name."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _copy(
    opened: list[OpenedScreening], made_at: datetime, *, tells_visit: bool, diary: Diary | None = None
) -> Response:
    copy = copy_of(opened, made_at, tells_visit=tells_visit, diary=diary)
    content = json.dumps(copy, ensure_ascii=False, indent=1).encode()
    return attached(content, "application/json", copy_name(made_at))


def _fhir(opened: OpenedScreening) -> Response:
    content = json.dumps(fhir_copy(opened), ensure_ascii=False, indent=1).encode()
    return attached(content, "application/fhir+json", fhir_name(opened.about.received_at))


def _paper(opened: OpenedScreening) -> Response:
    from app.patient.paper import patient_paper  # slow: only where papers are made

    content = patient_paper(opened.result, now())
    return attached(content, "application/pdf", file_name(PaperKind.PATIENT, opened.about.received_at))


def _by_code(visit: int | None = None) -> list[OpenedScreening]:
    """The screenings under the code; nothing is left behind on a device that others take next."""
    token = browser.token()
    if find_reading(store(), token, now()).is_shared:
        abort(404)
    return open_by_code(store(), token, now(), _COPIED, visit)


def _handed_in() -> OpenedScreening:
    if browser.open_draft().is_shared:
        abort(404)
    (opened,) = open_handed_in(store(), browser.token(), now(), _COPIED)
    return opened


_P = ParamSpec("_P")


def counted(view: Callable[_P, Response]) -> Callable[_P, Response]:
    """A view that makes a file, for a source that has not had too many."""

    @wraps(view)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> Response:
        try:
            count_taking(store(), client_address(), now())
        except TooManyTriesError as problem:
            return wait_page(problem)
        return view(*args, **kwargs)

    return guarded


@patient.post("/your-screening/copy")
@counted
def copy_own() -> Response:
    """Everything stored under the code, as a file for other software."""
    diary = open_diary(store(), browser.token(), now()).days
    return _copy(_by_code(), now(), tells_visit=True, diary=diary)


@patient.post("/your-screening/<int:visit>/paper")
@counted
def own_paper(visit: int) -> Response:
    """The summary of one screening under the code, as PDF."""
    (opened,) = _by_code(visit)
    return _paper(opened)


@patient.post("/your-screening/<int:visit>/fhir")
@counted
def own_fhir(visit: int) -> Response:
    """One screening under the code as FHIR, for health software."""
    (opened,) = _by_code(visit)
    return _fhir(opened)


@patient.post("/screening/result/copy")
@counted
def copy_result() -> Response:
    """The screening just handed in, as a file for other software."""
    return _copy([_handed_in()], now(), tells_visit=False)


@patient.post("/screening/result/fhir")
@counted
def result_fhir() -> Response:
    """The screening just handed in as FHIR, for health software."""
    return _fhir(_handed_in())


@patient.post("/screening/result/paper")
@counted
def result_paper() -> Response:
    """The summary of the screening just handed in, as PDF."""
    return _paper(_handed_in())
