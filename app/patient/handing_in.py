"""The last page: all answers to check, more to tell for who likes, and handing them in."""

from itertools import groupby
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.patient import browser
from app.patient.blueprint import patient
from app.patient.entrance import sender
from app.patient.ways import first_open_page
from app.questionnaire.path import first_incomplete, path, section_path
from app.questionnaire.sections import Section
from app.questionnaire.summary import SummaryRow, summary_rows
from app.questionnaire.validation import IncompleteAnswersError
from app.services.self_screening import submit_screening
from app.web.context import now, store
from app.web.metrics import Event, count


@patient.get("/screening/check-answers")
def check_answers() -> str | BaseResponse:
    """All answers on one page, each with a way to change it."""
    draft = browser.open_draft()
    if draft.is_submitted:
        return browser.go_to("patient.result")
    if first_incomplete(draft.answers) is not None:
        return first_open_page(draft.answers)
    return render_template(
        "patient/check_answers.html",
        back=url_for("patient.show_step", slug=path(draft.answers)[-1].slug),
        groups=_summary_groups(draft.answers),
        sections=[_offer(section, draft.answers) for section in Section],
        reference_code=draft.reference_code,
    )


def _summary_groups(answers: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers in groups: the core without a title, then each section that was filled in."""
    grouped = groupby(summary_rows(answers), key=lambda row: row.step.section)
    return [
        {"title": section.value.title if section else "", "lines": [_summary_line(row) for row in rows]}
        for section, rows in grouped
    ]


def _offer(section: Section, answers: dict[str, Any]) -> dict[str, Any]:
    """An optional section as the check page offers it."""
    steps = section_path(section, answers)
    return {
        "title": section.value.title,
        "time": section.value.time,
        "why": section.value.why,
        "href": url_for("patient.show_step", slug=steps[0].slug),
        "state": _how_far([answers.get(name) for step in steps for name in step.answer_names]),
    }


def _how_far(given: list[Any]) -> Any:
    """How much of a section is answered; empty for nothing."""
    if all(each is not None for each in given):
        return _("Answered")
    return _("Partly answered") if any(each is not None for each in given) else ""


def _summary_line(row: SummaryRow) -> dict[str, Any]:
    """A row as the summary list shows it, with the link to change it."""
    address = url_for("patient.show_step", slug=row.step.slug, change="yes", _anchor=row.field_id)
    return {
        "label": row.question,
        "value": list(row.lines) if len(row.lines) > 1 else row.lines[0],
        "change_href": address,
        "change_text": _("Change"),
        "hidden_text": row.question,
    }


@patient.post("/screening/submit")
def submit() -> Response | BaseResponse:
    """Hand in the answers. Pressing twice, or again after a lost connection, stores them once."""
    try:
        if submit_screening(store(), browser.token(), now(), sender()):
            count(Event.SCREENING_STORED)
    except IncompleteAnswersError as problem:
        return browser.go_to("patient.show_step", slug=problem.step.slug)
    browser.hold(browser.token() or "", is_unfinished=False)
    return browser.go_to("patient.result")
