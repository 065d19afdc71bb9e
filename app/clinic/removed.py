"""A screening that was deleted: a page that says so, with what was typed meanwhile."""

from typing import Any, Final

from flask import Response, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from app.clinic.blueprint import clinic
from app.services.clinical_review import find_removal
from app.storage.removal import Removal
from app.storage.statuses import Remover
from app.web.context import store
from app.web.errors import error_page
from app.web.send_again import without_nul

_WHY: Final[dict[Remover, Any]] = {
    Remover.PATIENT: _l("The patient deleted it with their code."),
    Remover.RETENTION: _l("The time for which this clinic keeps screenings was over."),
    Remover.OPERATOR: _l("Whoever runs this installation deleted it."),
}


@clinic.errorhandler(404)
def say_removed(_problem: NotFound) -> Response:
    """What became of the screening that was asked for; any other address is simply not there."""
    screening_id = (request.view_args or {}).get("screening_id")
    removal = None if screening_id is None else find_removal(store(), screening_id)
    return error_page(404) if removal is None else _removed_page(removal)


def _removed_page(removal: Removal) -> Response:
    """A note that was half written is shown, so that it can be copied to where it belongs."""
    page = render_template(
        "clinic/removed.html",
        removed_at=removal.removed_at,
        why=_WHY[removal.by],
        note=without_nul(request.form.get("note", "")),
    )
    return make_response(page, 410)
