"""The size of paper in the clinic's country."""

from typing import Final

from app.reports.papers.typesetting import Paper
from app.web.context import settings

# Where paper is cut as Letter; everywhere else it is A4.
_LETTER_COUNTRIES: Final = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "CR", "GT", "PA", "DO", "PR", "SV"})


def usual_paper() -> Paper:
    """The size of paper in the clinic's country."""
    return Paper.LETTER if settings().country in _LETTER_COUNTRIES else Paper.A4


def other_paper() -> Paper:
    """The other size, for a referral elsewhere."""
    return Paper.A4 if usual_paper() is Paper.LETTER else Paper.LETTER
