"""Deleting everything under a code: what goes and what stays, asked once more, done in one go."""

from typing import Final

from flask import Response, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from app.patient import browser
from app.patient.blueprint import patient
from app.questionnaire.fields import CodesField, Option
from app.questionnaire.page import PageForm
from app.services.reading_by_code import NothingUnderCodeError, find_reading
from app.services.removing_own import remove_by_code
from app.web.context import now, store

_YES: Final = "yes"


class DeleteForm(PageForm):
    title = _l("Delete everything under your code")
    confirmed = CodesField(
        _l("Are you sure?"),
        choices=(Option(_YES, _l("Yes, delete all my answers and results")),),
        missing=_l("Tick the box if you want to delete everything"),
    )


def _page(form: DeleteForm, status: int) -> Response:
    reading = find_reading(store(), browser.token(), now())
    return make_response(render_template("patient/delete_own.html", form=form, reading=reading), status)


@patient.get("/your-screening/delete")
def delete_own() -> Response:
    """What is deleted, what stays, and a box to tick."""
    return _page(DeleteForm(), 200)


@patient.post("/your-screening/delete")
def receive_delete() -> BaseResponse:
    """Delete it. Pressing twice is as good as once."""
    form = DeleteForm.received(request.form)
    if not form.validate():
        return _page(form, 422)
    remove_by_code(store(), browser.token(), now())
    return browser.go_to("patient.deleted")


@patient.get("/your-screening/deleted")
def deleted() -> BaseResponse:
    """That nothing is left; the list again when there is something."""
    try:
        find_reading(store(), browser.token(), now())
    except NothingUnderCodeError:
        return make_response(render_template("patient/deleted.html"))
    return browser.go_to("patient.list_own")
