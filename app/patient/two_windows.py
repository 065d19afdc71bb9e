"""Two windows of one journey: neither writes over the other's answers to a page unseen.

A page carries a mark of the answers that it showed. When others are stored by the time it comes back, it is
shown once more with both, and the next press decides.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.questionnaire.steps import Step
from app.questionnaire.summary import summary_rows

FIELD: Final = "seen"
Answers = dict[str, Any]
Change = Callable[[Answers], Answers]


class AnsweredElsewhereError(Exception):
    """The page was answered in another window meanwhile; `answers` are those that are stored."""

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self.answers = answers


def mark_of(step: Step, answers: Mapping[str, Any]) -> str:
    """A few letters that are others when other answers to this page are stored."""
    shown = {name: answers.get(name) for name in sorted(step.answer_names)}
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:12]


def keeping(step: Step, apply: Change, seen: str) -> Change:
    """The change that keeps a page as `apply` does, for a window whose page had this mark (empty: any).

    The change raises AnsweredElsewhereError when others are stored, and the page says something else.
    """

    def keep(latest: Answers) -> Answers:
        new, stored = apply(latest), mark_of(step, latest)
        is_answered = any(latest.get(name) is not None for name in step.answer_names)
        if seen and is_answered and stored not in (seen, mark_of(step, new)):
            raise AnsweredElsewhereError(latest)
        return new

    return keep


def answers_elsewhere(step: Step, answers: Answers) -> list[str]:
    """What is stored for a page, a sentence a question, in the words of the check page."""
    rows = (row for row in summary_rows(answers) if row.step is step)
    return [f"{row.question} {', '.join(map(str, row.lines))}" for row in rows]
