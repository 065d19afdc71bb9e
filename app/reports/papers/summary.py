"""The clinical summary of one screening, on one page."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Final

from app.domain.policies import Policy
from app.reports.diary_words import diary_lines
from app.reports.papers import words
from app.reports.papers.facts import paper_facts
from app.reports.papers.frame import frame
from app.reports.papers.reviewed import latest_review
from app.reports.papers.typesetting import Paper, PaperKind, set_paper
from app.services.clinical_review import ScreeningRecord
from app.services.diary_beside import DiaryBeside

_PARTS: Final = ("days", "overuse", "treatment", "scores", "course", "features", "about", "policies")


def summary_pdf(
    record: ScreeningRecord,
    paper: Paper,
    *,
    clinic_name: str,
    now: datetime,
    policies: Iterable[Policy] | None = None,
    diary: DiaryBeside | None = None,
) -> bytes:
    """The summary as PDF. `policies` are those in use, for their names (those shipped, unless given).

    `diary` is the one under the same reference code, if there is one: what it adds up to is printed.
    """
    facts = paper_facts(record, policies)
    shared = frame(facts, title=words.SUMMARY_TITLE, clinic_name=clinic_name, now=now, parts=_PARTS)
    values = {
        **shared,
        "identity": words.IDENTITY,
        "review": asdict(latest_review(record)),
        "policies_words": _policies_words(record),
        "diary": diary_lines(diary),
        "diary_words": words.DIARY,
    }
    return set_paper(PaperKind.SUMMARY, paper, values, now)


def _policies_words(record: ScreeningRecord) -> str:
    return f"{words.COMPARISON} {words.BY_TODAYS_POLICIES}" if record.reassessed else str(words.COMPARISON)
