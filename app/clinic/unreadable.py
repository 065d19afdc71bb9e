"""A record that cannot be read: a page of its own, and every other record still opens."""

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _

from app.clinic.blueprint import clinic
from app.clinic.records import note
from app.storage.audit import Action
from app.storage.encryption import UnreadableError
from app.web.errors import log_failure


@clinic.errorhandler(UnreadableError)
def say_unreadable(problem: UnreadableError) -> Response:
    """What is stored is damaged, or the key that opens it is gone. Somebody may have done it: it is noted."""
    screening_id = (request.view_args or {}).get("screening_id")
    if screening_id is not None:
        note(screening_id, Action.SCREENING_UNREADABLE)
    page = render_template(
        "error.html",
        base_template="clinic/base.html",
        title=_("This screening cannot be read"),
        explanation=_(
            "What is stored of it is damaged, or the key that opens it is gone. Every other screening still "
            "opens. Tell whoever runs this installation: they may have a backup."
        ),
        request_id=log_failure(problem),
    )
    return make_response(page, 410)
