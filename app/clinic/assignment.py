"""Taking a screening, giving it to a colleague, letting it go."""

from uuid import UUID

from flask import abort, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clinic.access import me
from app.clinic.blueprint import clinic
from app.clinic.forms import uuid_in_form
from app.clinic.records import opened, record_page
from app.clinic.saved import Saved, back_to
from app.services.clinical_review import NoScreeningError
from app.services.reviewing import AssignedMeanwhileError, NotAClinicianError, assign
from app.web.context import now, store


@clinic.post("/screenings/<uuid:screening_id>/assignment")
def receive_assignment(screening_id: UUID) -> Response:
    """Note who has the screening from now on, unless somebody else was faster."""
    to = uuid_in_form("to")
    if to is None and request.form.get("to") != "":
        abort(400)  # only an empty name releases it
    try:
        assign(
            store(),
            screening_id,
            to=to,
            shown=uuid_in_form("shown"),
            clinician_id=me(),
            now=now(),
        )
    except NoScreeningError:
        abort(404)
    except AssignedMeanwhileError:
        who = opened(screening_id).assigned_to
        notice = _("A colleague was faster: it was released. Nothing was changed.")
        if who:
            notice = _("A colleague was faster: it is with %(name)s now. Nothing was changed.", name=who)
        return make_response(record_page(screening_id, notice=notice), 409)
    except NotAClinicianError:
        notice = _("This colleague cannot take screenings any more. Choose another.")
        return make_response(record_page(screening_id, notice=notice), 422)
    return back_to(screening_id, _saved(to))


def _saved(to: UUID | None) -> Saved:
    if to is None:
        return Saved.RELEASED
    return Saved.TAKEN if to == me() else Saved.GIVEN
