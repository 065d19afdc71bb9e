"""An empty calendar of 28 days, to fill in by hand."""

from datetime import datetime

from flask_babel import gettext as _

from app.domain.diary import WINDOW_DAYS
from app.questionnaire.calendar import KIND_WORDS
from app.reports.papers.typesetting import Paper, PaperKind, set_paper
from app.reports.papers.words import PRODUCT


def diary_sheet(paper: Paper, now: datetime) -> bytes:
    """The sheet, one page. Nobody's name or code is asked for on it."""
    values = {
        "title": _("Headache diary: 28 days"),
        "product": PRODUCT,
        "lines": [
            _("Begin with the date of the first day. Tick one box each day, also on a day without headache."),
            _("Count mild days, too, and days on which medicine stopped the headache."),
            _(
                "A migraine often throbs, is on one side, makes you feel sick, or makes light and sound hard "
                "to bear."
            ),
            _("At the end, headache days and migraine days together are your headache days."),
        ],
        "head": [_("Date"), *KIND_WORDS.values(), _("Took medicine"), _("Your own words")],
        "sum": _("How many"),
        "rows": WINDOW_DAYS,
        "self_reported": _("This is not a diagnosis. Consult your clinician."),
        "page_of": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        **dict.fromkeys(("running", "origin"), ""),
        **{"facts": {}, "headings": {}, "parts": ()},
    }
    return set_paper(PaperKind.DIARY_SHEET, paper, values, now)
