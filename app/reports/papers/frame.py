"""What every page of both papers carries: clinic, title, headings, and what the answers are worth."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.domain.codes import Outcome
from app.reports.papers import words
from app.reports.papers.facts import PaperFacts
from app.web.templating import moment


def frame(
    facts: PaperFacts, *, title: Any, clinic_name: str, now: datetime, parts: tuple[str, ...]
) -> dict[str, Any]:
    """The values that both templates share (templates/common.typ). `parts` are those a paper can have."""
    printed = _printed(facts, parts)
    return {
        "title": title,
        "product": words.PRODUCT,
        "clinic_name": clinic_name,
        "facts": asdict(facts),
        "parts": printed,
        "left_out": _left_out(parts, printed),
        "received": _("Received %(time)s", time=facts.received),
        "demonstration": _("demonstration, not a person"),
        "headings": words.HEADINGS,
        "treatment_columns": words.TREATMENT_COLUMNS,
        "score_columns": words.SCORE_COLUMNS,
        "not_answered": words.NOTHING_ANSWERED,
        "no_course": words.NO_COURSE,
        "self_reported": words.SELF_REPORTED,
        "origin": f"{facts.versions} · {_('printed %(time)s', time=moment(now))}",
        "running": "",
        # The typesetter alone knows the numbers.
        "page_of": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    }


def _printed(facts: PaperFacts, parts: tuple[str, ...]) -> tuple[str, ...]:
    """An emergency sign ends the questions: of its paper only the parts with an answer are printed."""
    if facts.outcome is not Outcome.EMERGENCY:
        return parts
    return tuple(part for part in parts if part in facts.answered and part != "policies")


def _left_out(parts: tuple[str, ...], printed: tuple[str, ...]) -> Any:
    """A sentence that names the parts which the paper does not have, so that nothing is missing unseen."""
    names = "; ".join(str(words.HEADINGS[part]) for part in parts if part not in printed)
    if not names:
        return ""
    return _("The questions end at an emergency sign. Not on this paper: %(names)s.", names=names)
