"""Where a person goes from a page of questions: on, back, to the page that is still open, or away for now."""

from typing import Any, Final

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.patient import browser
from app.patient.two_windows import FIELD
from app.questionnaire.page import PageForm
from app.questionnaire.path import first_incomplete, may_open, next_step, previous_step
from app.questionnaire.steps import Step
from app.storage.drafts import Draft
from app.web.token_session import CSRF_FIELD

_STOPS: Final = "later"
_COUNTS: Final = "calendar"
_SHOWS_ERRORS: Final = "to_mend"


def stops() -> bool:
    """Whether the page was sent by the button to stop and go on later."""
    return _STOPS in request.args


def stop_here(*, is_kept: bool) -> BaseResponse:
    """To the code; with a word where something was typed last and is not kept."""
    typed = (value for name, value in request.form.items() if name not in (CSRF_FIELD, FIELD, _SHOWS_ERRORS))
    is_lost = not is_kept and any(value.strip() for value in typed)
    return browser.go_to("patient.later", kept="no" if is_lost else None)


def stop_at(form: PageForm) -> BaseResponse:
    """To the code, when what can be taken of the page is kept; with a word where something is lost."""
    typed = [field for field in form.questions if _was_typed(field.name)]
    lost = [field for field in typed if field.errors]
    kept = None if not lost else "part" if len(lost) < len(typed) else "no"
    return browser.go_to("patient.later", kept=kept)


def _was_typed(name: str) -> bool:
    """Whether anything was sent for a question, in any of its boxes."""
    boxes = (value for box, value in request.form.items() if box.partition("-")[0] == name)
    return any(value.strip() for value in boxes)


def counts_first() -> bool:
    """Whether the page was sent by the button that leads to the calendar."""
    return _COUNTS in request.args


def shows_errors() -> bool:
    """Whether the page that was sent said what to mend: it still does when it only looks different."""
    return _SHOWS_ERRORS in request.form


def is_change() -> bool:
    """Whether the person came from the check page and wants to go back there."""
    return request.args.get("change") == "yes"


def place_for(draft: Draft, step: Step) -> BaseResponse | None:
    """Where a person has to go instead of this step: the result, or the first page still open."""
    if draft.is_submitted:
        return browser.go_to("patient.result")
    if may_open(step, draft.answers):
        return None
    return first_open_page(draft.answers)


def first_open_page(answers: dict[str, Any]) -> BaseResponse:
    """The first page that is still to answer, or the check page when none is."""
    step = first_incomplete(answers)
    if step is None:
        return browser.go_to("patient.check_answers")
    return browser.go_to("patient.show_step", slug=step.slug, change="yes" if is_change() else None)


def after(step: Step, answers: dict[str, Any]) -> BaseResponse:
    """The page after a step that was answered."""
    following = None if is_change() else next_step(step, answers)
    if following is None:
        return first_open_page(answers)
    return browser.go_to("patient.show_step", slug=following.slug)


def back_address(step: Step, answers: dict[str, Any]) -> str:
    if is_change() and step.is_counted:
        return url_for("patient.check_answers")
    before = previous_step(step, answers)
    if before is None:
        return url_for("patient.start" if step.section is None else "patient.check_answers")
    return url_for("patient.show_step", slug=before.slug)
