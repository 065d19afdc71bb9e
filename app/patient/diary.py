"""A diary under a reference code: noting days, and what they add up to."""

import hashlib
from datetime import date, timedelta
from typing import Final

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.diary import MOST_WINDOWS, WINDOW_DAYS, Diary, earliest_day, windows
from app.patient import browser
from app.patient.blueprint import patient
from app.patient.your_screening import other_code
from app.questionnaire.calendar import KIND_WORDS, today_here
from app.questionnaire.consent import CONSENT
from app.questionnaire.diary_form import DiaryForm, days_until, unmarked_days
from app.reports.diary_words import day_words, recall_rows, window_rows
from app.services.diary_keeping import Change, note_days, open_diary, recalls
from app.services.reading_by_code import look_up
from app.web.context import now, store
from app.web.display import is_choosing

_PAGES: Final = {"counts": "patient.diary_counts", "files": "patient.diary_files"}


class NotedElsewhereError(Exception):
    """Days of this page were noted in another window meanwhile, as `days` has them."""

    def __init__(self, days: Diary) -> None:
        super().__init__()
        self.days = days


@patient.get("/your-screening/diary")
def diary() -> Response:
    """28 days with what was noted of them. `back` says how many times 28 days ago they end."""
    opened = open_diary(store(), browser.token(), now())
    last = today_here() - timedelta(days=WINDOW_DAYS * _windows_back())
    form = DiaryForm(last, data={"diary": opened.days})
    return _page(form, _mark_of(opened.days, last), 200)


@patient.post("/your-screening/diary")
def receive_diary() -> Response:
    """Keep what was noted, and show these days again, or those before or after them, or the counts."""
    form = DiaryForm(_posted_last(), formdata=request.form)
    seen = request.form.get("seen", "")
    if is_choosing() or not form.validate():
        return _page(form, seen, 200 if is_choosing() else 422)
    try:
        note_days(store(), browser.token(), _keeping(form, seen), now())
    except NotedElsewhereError as other:
        stored = {**dict.fromkeys(days_until(form.diary.last)), **other.days}
        noted = {day: stored[day] for day in form.diary.dates() if stored[day] != form.diary.data.get(day)}
        return _page(form, _mark_of(other.days, form.diary.last), 409, day_words(noted))
    return _after(form.diary.last)


def _windows_back() -> int:
    back = request.args.get("back", 0, type=int)
    return min(max(back, 0), MOST_WINDOWS - 1)


def _posted_last() -> date:
    """The last day of the page that was filled in: a new day may have begun since."""
    today = today_here()
    try:
        last = date.fromisoformat(request.form.get("last", ""))
    except ValueError:
        return today
    return min(max(last, earliest_day(today)), today)


def _mark_of(days: Diary, last: date) -> str:
    """A few letters that are others when something else is noted of these days."""
    shown = [(day.isoformat(), mark.kind, mark.took_medicine) for day, mark in sorted(days.items())]
    wanted = {day.isoformat() for day in days_until(last)}
    return hashlib.sha256(repr([each for each in shown if each[0] in wanted]).encode()).hexdigest()[:12]


def _keeping(form: DiaryForm, seen: str) -> Change:
    """The change that keeps a page, unless something else is stored than it showed, and than it says."""
    last = form.diary.last

    def keep(stored: Diary) -> Diary:
        left = {day: mark for day, mark in stored.items() if day not in form.diary.taken_out}
        new, as_stored = {**left, **form.diary.data}, _mark_of(stored, last)
        if seen and as_stored not in (seen, _mark_of(new, last)):
            raise NotedElsewhereError(stored)
        return new

    return keep


def _after(last: date) -> Response:
    """Where the button that was pressed leads."""
    then = request.args.get("then", "")
    if then in _PAGES:
        return browser.go_to(_PAGES[then])
    back = (today_here() - last).days // WINDOW_DAYS + {"earlier": 1, "later": -1}.get(then, 0)
    return browser.go_to("patient.diary", back=max(back, 0) or None, saved="yes")


def _page(form: DiaryForm, seen: str, status: int, elsewhere: list[str] | None = None) -> Response:
    last = form.diary.last
    page = render_template(
        "patient/diary.html",
        form=form,
        seen=seen,
        elsewhere=elsewhere or [],
        kinds=KIND_WORDS,
        today=today_here(),
        is_oldest=last - timedelta(days=WINDOW_DAYS) < earliest_day(today_here()),
        is_saved=request.args.get("saved") == "yes",
        back=url_for("patient.list_own"),
    )
    return make_response(page, status)


@patient.get("/your-screening/diary/counts")
def diary_counts() -> str:
    """What the diary adds up to, what memory said of the same days, and the way to a new screening."""
    opened = open_diary(store(), browser.token(), now())
    remembered = recalls(store(), browser.token(), opened, now())
    return render_template(
        "patient/diary_counts.html",
        rows=window_rows(windows(opened.days, opened.yesterday)),
        recalls=recall_rows(remembered),
        unmarked=unmarked_days(opened.days, opened.yesterday),
        is_begun=bool(opened.days),
        other_code=other_code(opened.reading.reference_code),
        consent=CONSENT,
    )


@patient.post("/screening/result/diary")
def begin_diary() -> Response:
    """From the result on: open the diary under the code of the screening that was handed in."""
    draft = browser.open_draft()
    is_shared = browser.is_shared_device()
    token = look_up(store(), draft.reference_code, browser.token(), now(), is_shared=is_shared)
    browser.hold_reading(token)
    return browser.go_to("patient.diary")
