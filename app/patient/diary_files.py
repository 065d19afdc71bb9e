"""A diary taken along and brought back: as a table, on paper, and as the answers of a new screening."""

from flask import Response, abort, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.patient import browser
from app.patient.blueprint import patient
from app.patient.pages import begin_with
from app.patient.taking_along import attached, counted
from app.questionnaire.calendar import today_here
from app.questionnaire.diary_form import answers_from_diary, unmarked_days
from app.reports.diary_file import DiaryFileError, read_diary, write_diary
from app.services.coming_back import leave_answered
from app.services.diary_keeping import note_days, open_diary
from app.services.reading_by_code import find_reading
from app.web.context import now, store
from app.web.paper_size import usual_paper


@patient.get("/your-screening/diary/files")
def diary_files() -> BaseResponse:
    """The table to save and to bring, and the empty sheet."""
    return _page([], 200)


def _page(problems: list[str], status: int) -> BaseResponse:
    reading = find_reading(store(), browser.token(), now())
    page = render_template("patient/diary_files.html", reading=reading, problems=problems)
    return make_response(page, status)


@patient.post("/your-screening/diary/table")
@counted
def save_diary() -> Response:
    """The diary as a table; nothing is left behind on a device that others take next."""
    opened = open_diary(store(), browser.token(), now())
    if opened.reading.is_shared:
        abort(404)
    name = f"headache-diary-{opened.today.isoformat()}.csv"
    return attached(write_diary(opened.days).encode("utf-8-sig"), "text/csv; charset=utf-8", name)


@patient.post("/your-screening/diary/files")
def bring_diary() -> BaseResponse:
    """Add the days of a table, in place of what was noted of the same days; all of it or nothing."""
    file = request.files.get("file")
    content = file.read() if file else b""
    if not content:
        return _page([_("Choose the table that you want to bring")], 422)
    try:
        days = read_diary(content, today_here())
    except DiaryFileError as problem:
        return _page(problem.problems, 422)
    note_days(store(), browser.token(), lambda stored: {**stored, **days}, now())
    return browser.go_to("patient.diary", saved="yes")


@patient.post("/diary-sheet")
@counted
def diary_sheet() -> Response:
    """An empty calendar of 28 days to fill in by hand. It holds nothing of anybody."""
    from app.reports.papers.diary_sheet import diary_sheet as sheet  # slow: only where papers are made

    return attached(sheet(usual_paper(), now()), "application/pdf", "headache-diary.pdf")


@patient.post("/your-screening/diary/use")
def use_diary() -> BaseResponse:
    """Begin a new screening with the last 30 days of the diary; what was not sent before is kept."""
    opened = open_diary(store(), browser.token(), now())
    if unmarked_days(opened.days, opened.yesterday):
        return browser.go_to("patient.diary_counts")
    leave_answered(store(), browser.token(), now())
    answers = answers_from_diary(opened.days, opened.yesterday)
    return begin_with(opened.reading.reference_code, answers)
