"""Scores and courses of treatment in the words of the desk."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from app.domain.scores import Score
from app.questionnaire.desk_labels import INSTRUMENTS
from app.services.measures import RecordedCourse, RecordedScore
from app.web.templating import moment, number


def score_rows(entries: Iterable[RecordedScore]) -> list[list[Any]]:
    """Instrument, total, what it means by its source, who entered it and when."""
    return [
        [
            INSTRUMENTS[entry.score.instrument],
            entry.score.total,
            _meaning(entry.score),
            entry.clinician_name,
            moment(entry.recorded_at),
        ]
        for entry in entries
    ]


def _meaning(score: Score) -> str:
    if score.grade is not None:
        return str(_("grade %(num)s of 4", num=score.grade))
    if score.is_positive is not None:
        return str(_("at or over the cut-off of 3") if score.is_positive else _("under the cut-off of 3"))
    return str(_("no grade is shown for this instrument"))


def course_lines(entry: RecordedCourse) -> list[str]:
    """A course of treatment: the days before and since, by how much they fell, and who entered them."""
    course = entry.course
    lines = [
        _(
            "Before: %(days)s in %(window)s days. Since, the oldest first: %(later)s. Courses: %(cycles)s.",
            days=course.baseline.days,
            window=course.baseline.window_days,
            later=", ".join(str(count.days) for count in course.later),
            cycles=course.cycles,
        ),
        _("Entered by %(name)s, %(time)s.", name=entry.clinician_name, time=moment(entry.recorded_at)),
    ]
    fall = course.reduction_percent
    if fall is not None and fall >= 0:
        lines.insert(1, _("The last count is %(num)s %% lower.", num=number(fall)))
    elif fall is not None:
        lines.insert(1, _("The last count is %(num)s %% higher.", num=number(-fall)))
    return [str(line) for line in lines]
