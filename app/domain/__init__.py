"""The clinical knowledge: answers in, assessment out. Standard library only."""

from app.domain.answers import (
    AnswerError,
    ScreeningAnswers,
    answers_from_mapping,
    answers_from_texts,
    answers_to_mapping,
)
from app.domain.assessment import RULES_VERSION, Assessment, assess
from app.domain.codes import NOT_SURE, Outcome, Status, Urgency
from app.domain.exchange import assessment_from_mapping, assessment_to_mapping

__all__ = [
    "NOT_SURE",
    "RULES_VERSION",
    "AnswerError",
    "Assessment",
    "Outcome",
    "ScreeningAnswers",
    "Status",
    "Urgency",
    "answers_from_mapping",
    "answers_from_texts",
    "answers_to_mapping",
    "assess",
    "assessment_from_mapping",
    "assessment_to_mapping",
]
