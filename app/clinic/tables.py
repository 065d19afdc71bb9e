"""A view of the queue as a file: CSV, a spreadsheet, or FHIR with one bundle a line."""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request, stream_with_context
from flask_babel import gettext as _

from app.clinic.access import me
from app.clinic.blueprint import clinic
from app.clinic.export_forms import CSV, FHIR, XLSX, TableForm
from app.clinic.queue import view_of_request
from app.clinic.view_filters import View
from app.reports.table import Cell, Column, columns, row_of
from app.reports.table_files import csv_lines, xlsx_chunks
from app.services.clinical_review import ScreeningRecord
from app.services.exporting import (
    MOST_IN_BROWSER,
    count_of_view,
    has_too_many,
    record_table_taken,
    records_of_view,
)
from app.storage.audit import Action, clinician
from app.web.context import now, settings, store
from app.web.errors import log_failure

CANNOT_BE_READ: Final = "cannot_be_read"
NOT_COMPLETE: Final = "not_complete"
Records = Iterator[ScreeningRecord | None]
Pieces = Generator[bytes, None, None]


# Of the few threads of a worker, one makes tables; the others serve patients.
_ONE_AT_A_TIME: Final = Lock()


@dataclass(frozen=True)
class _Format:
    """A kind of file: how it is written, and what it says it is."""

    write: Callable[[Records, TableForm], Pieces]
    media_type: str
    ending: str
    action: Action
    broken_off: bytes = b""  # what the file ends with when the rest cannot be read


def _columns(form: TableForm) -> tuple[Column, ...]:
    policy_ids = [policy.id for policy in store().policies.policies]
    return columns(form.with_text, policy_ids=policy_ids, zone=ZoneInfo(settings().timezone))


def _rows(records: Records, of: tuple[Column, ...]) -> Iterator[list[Cell]]:
    """A row for each record. One that cannot be read keeps its row and says so."""
    for record in records:
        yield [CANNOT_BE_READ, *[None] * (len(of) - 1)] if record is None else row_of(record, of)


def _csv(records: Records, form: TableForm) -> Pieces:
    of = _columns(form)
    return csv_lines(_rows(records, of), of)


def _xlsx(records: Records, form: TableForm) -> Pieces:
    of = _columns(form)
    return xlsx_chunks(_rows(records, of), of, settings().data_dir)


def _fhir(records: Records, form: TableForm) -> Pieces:
    from app.reports.fhir.bundle import bundle_for  # slow: only where bundles are made

    for record in records:
        line: dict[str, Any] = {"error": CANNOT_BE_READ}
        if record is not None:
            line = bundle_for(record, with_text=form.with_text, zone=ZoneInfo(settings().timezone))
        yield _line(line)


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


_FORMATS: Final = {
    CSV: _Format(_csv, "text/csv; charset=utf-8", "csv", Action.TABLE_TAKEN, f"{NOT_COMPLETE}\r\n".encode()),
    XLSX: _Format(
        _xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        Action.TABLE_TAKEN,
    ),
    FHIR: _Format(
        _fhir, "application/fhir+ndjson", "ndjson", Action.FHIR_MADE, _line({"error": NOT_COMPLETE})
    ),
}


def _begun(pieces: Pieces, broken_off: bytes) -> Pieces:
    """The pieces of a file, the first made already: what fails until then is a page, and no file."""
    return _rest(next(pieces, b""), pieces, broken_off)


def _rest(first: bytes, pieces: Pieces, broken_off: bytes) -> Pieces:
    """All pieces. A server ends a file that fails half way as if it were whole, so its end has to say so."""
    with closing(pieces):
        try:
            yield first
            yield from pieces
        except Exception as problem:  # whatever it is, the status was sent long ago
            log_failure(problem)
            yield broken_off


def table_page(view: View, form: TableForm) -> str:
    return render_template("clinic/table.html", view=view, form=form)


@clinic.get("/table")
def table() -> str:
    """Taking a view as a file: which kind, and whether with texts."""
    return table_page(view_of_request(), TableForm())


def _may_be_taken(view: View, form: TableForm) -> bool:
    """Whether the whole view can be taken as it was asked for; what is wrong stands in the form or view."""
    if not form.validate() or view.problems:
        return False
    if not has_too_many(store(), view.wanted):
        return True
    form["format"].errors = [
        _(
            "This view has more than %(most)s screenings. Choose fewer with the filters, or ask for the "
            "operator’s command “export”",
            most=MOST_IN_BROWSER,
        )
    ]
    return False


@clinic.post("/table")
def receive_table() -> Response:
    """The view as a file, written while it is read."""
    view, form = view_of_request(), TableForm.received(request.form)
    if not _may_be_taken(view, form):
        return make_response(table_page(view, form), 422)
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        form["format"].errors = [_("Another table is being made. Wait a minute, then take this one")]
        return make_response(table_page(view, form), 503)
    with ExitStack() as held:
        held.callback(_ONE_AT_A_TIME.release)
        response = _file_of(view, form)
        response.call_on_close(held.pop_all().close)  # once, however often a server closes it
    return response


def _file_of(view: View, form: TableForm) -> Response:
    """The file. Who took it, of which view, and why with texts, is noted first."""
    chosen = _FORMATS[form["format"].data]
    record_table_taken(
        store(),
        actor=clinician(me()),
        action=chosen.action,
        rows=count_of_view(store(), view.wanted),
        reason=form.reason_given,
        now=now(),
        format=form["format"].data,
        filters=view.address,
    )
    pieces = _begun(chosen.write(records_of_view(store(), view.wanted), form), chosen.broken_off)
    response = Response(stream_with_context(pieces), mimetype=None, content_type=chosen.media_type)
    day = now().astimezone(ZoneInfo(settings().timezone))
    name = f"screenings-{day:%Y-%m-%d}.{chosen.ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
