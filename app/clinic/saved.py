"""What was saved, said once: the record after a form says it where the new entry stands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.clinic.queue import view_of_request


class Saved(StrEnum):
    """What a form has saved, as the address of the record after it says it."""

    REVIEW = "review"
    TAKEN = "taken"
    GIVEN = "given"
    RELEASED = "released"
    SCORE = "score"
    COURSE = "course"


@dataclass(frozen=True)
class SavedNotice:
    """A sentence, and the part of the record that it stands in."""

    part: str
    sentence: Any


_NOTICES: Final[dict[str, SavedNotice]] = {
    Saved.REVIEW: SavedNotice("reviews", _l("Your review is saved. The newest stands first.")),
    Saved.TAKEN: SavedNotice("assignment", _l("Saved: you have taken this screening.")),
    Saved.GIVEN: SavedNotice("assignment", _l("Saved: you have given this screening to a colleague.")),
    Saved.RELEASED: SavedNotice("assignment", _l("Saved: you have released this screening.")),
    Saved.SCORE: SavedNotice("measures", _l("The score is saved.")),
    Saved.COURSE: SavedNotice("measures", _l("The headache days under treatment are saved.")),
}


def saved_notice() -> SavedNotice | None:
    """What the address says was saved. No link and no form carries it on."""
    return _NOTICES.get(request.args.get("saved", ""))


def back_to(screening_id: UUID, saved: Saved) -> Response:
    """To what was saved in the record, in the view of the queue where it was opened.

    The fragment makes the browser scroll to the notice and move the focus to it.
    """
    query: dict[str, Any] = {**view_of_request().query, "saved": saved.value}
    address = url_for("clinic.record", screening_id=screening_id, _anchor="saved", **query)
    return redirect(address, code=303)
