"""Answers with their assessment: made once, when they come in, and opened again as it was made."""

from datetime import datetime
from typing import Any

from app.domain import ScreeningAnswers, answers_from_mapping, answers_to_mapping, assess
from app.domain.assessment import Assessment
from app.domain.comparison import edition_of
from app.domain.exchange import assessment_from_mapping, assessment_to_look_at
from app.domain.policies import Policy
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.storage.encryption import CodeMacs
from app.storage.new_screenings import NewScreening
from app.storage.screenings import StoredScreening


def new_screening(
    answers: ScreeningAnswers,
    *,
    code: CodeMacs,
    language: str,
    received_at: datetime,
    policies: tuple[Policy, ...],
    is_demonstration: bool = False,
) -> NewScreening:
    """Answers with their assessment, ready to be stored."""
    return assessed_screening(
        answers,
        assess(answers, QUESTIONNAIRE_VERSION, policies),
        code=code,
        language=language,
        received_at=received_at,
        is_demonstration=is_demonstration,
    )


def assessed_screening(
    answers: ScreeningAnswers,
    assessment: Assessment,
    *,
    code: CodeMacs,
    language: str,
    received_at: datetime,
    is_demonstration: bool = False,
) -> NewScreening:
    """As `new_screening`, of answers that were assessed already."""
    return NewScreening(
        code=code,
        received_at=received_at,
        language=language,
        outcome=assessment.outcome,
        urgency=assessment.urgency,
        answers=answers_to_mapping(answers),
        assessment=assessment_to_look_at(assessment),
        edition=edition_of(assessment),
        is_demonstration=is_demonstration,
    )


def opened_assessment(assessment: dict[str, Any], answers: dict[str, Any]) -> Assessment:
    """An assessment from its plain codes and those of the answers it was made from."""
    trials = answers_from_mapping(answers).preventives
    return assessment_from_mapping(assessment, trials if isinstance(trials, tuple) else ())


def stored_assessment(stored: StoredScreening) -> Assessment:
    """The assessment as it was made when the screening was stored."""
    return opened_assessment(stored.assessment, stored.answers)
