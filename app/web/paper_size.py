"""The size of paper in the clinic's country."""

from typing import Final

from app.reports.papers.typesetting import Paper
from app.web.clinic_words import country

# Where paper is cut as Letter; everywhere else it is A4.
_LETTER_COUNTRIES: Final = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "CR", "GT", "PA", "DO", "PR", "SV"})


def paper_of(code: str, wanted: str | None = None) -> Paper:
    """The size that is wanted ("a4" or "letter"), else that of the country (two letters)."""
    is_letter = code in _LETTER_COUNTRIES if wanted is None else wanted == "letter"
    return Paper.LETTER if is_letter else Paper.A4


def usual_paper() -> Paper:
    """The size of paper in the clinic's country."""
    return paper_of(country())


def other_paper() -> Paper:
    """The other size, for a referral elsewhere."""
    return Paper.A4 if usual_paper() is Paper.LETTER else Paper.LETTER
