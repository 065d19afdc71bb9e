"""The latest review in words: what a clinician made of the screening, short enough for one page."""

from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from app.questionnaire.desk_labels import confirmed_words
from app.reports.papers.words import NO_REVIEW, NOTE_GOES_ON
from app.reports.record_words import STATUS_LABELS
from app.services.clinical_review import ScreeningRecord
from app.web.templating import moment

LONGEST_NOTE: Final = 180  # with the rest of its part two lines of the paper


@dataclass(frozen=True)
class LatestReview:
    """Status, author and time; the diagnosis confirmed last; the note, and that there is more of it."""

    summed_up: str
    diagnosis: str = ""
    note: str = ""
    note_goes_on: str = ""


def latest_review(record: ScreeningRecord) -> LatestReview:
    """The newest review of a record, or that there is none."""
    if not record.reviews:
        return LatestReview(str(NO_REVIEW))
    review = record.reviews[0]
    whole = " ".join(review.note.split())
    note = _shortened(whole)
    return LatestReview(
        _(
            "%(status)s, by %(name)s, %(time)s",
            status=STATUS_LABELS[review.status],
            name=review.clinician_name,
            time=moment(review.recorded_at),
        ),
        str(confirmed_words(record.diagnosis)),
        note,
        "" if note == whole else str(NOTE_GOES_ON),
    )


def _shortened(note: str) -> str:
    """The first whole words of a note; one word without an end is cut."""
    if len(note) <= LONGEST_NOTE:
        return note
    return note[:LONGEST_NOTE].rpartition(" ")[0] or note[:LONGEST_NOTE]
