"""The answers of a record: in the language of the desk, and as the patient read the questions."""

from itertools import groupby
from typing import Any

from app.questionnaire.draft_answers import draft_answers
from app.questionnaire.summary import summary_rows
from app.storage.screenings import StoredScreening
from app.web.language import in_language, page_language

Group = dict[str, Any]


def answer_groups(stored: dict[str, Any]) -> list[Group]:
    """The answers in the language of the page: the core without a title, then each section filled in."""
    grouped = groupby(summary_rows(draft_answers(stored)), key=lambda row: row.step.section)
    return [
        {
            "title": str(section.value.title) if section else "",
            "lines": [{"label": str(row.question), "value": list(map(str, row.lines))} for row in rows],
        }
        for section, rows in grouped
    ]


def groups_as_read(screening: StoredScreening) -> list[Group]:
    """The same in the language of the screening; empty where that is the language of the page."""
    if screening.language == page_language():
        return []
    with in_language(screening.language):
        return answer_groups(screening.answers)
