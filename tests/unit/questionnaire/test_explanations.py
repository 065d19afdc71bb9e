"""What a question means: on the pages that need it, with sources, and never the hint once more."""

from typing import Final

import pytest

from app.questionnaire.explanations import Explanation
from app.questionnaire.fields import Question
from app.questionnaire.sources import SOURCES
from app.questionnaire.steps import STEP_BY_SLUG, STEPS

EXPLAINED: Final = {
    "headache_days": "What counts as a headache day?",
    "migraine_days": "What makes a migraine day?",
    "preventives": "Which medicines are preventives?",
    "triptan_days": "What is a triptan, an ergot, a gepant or a ditan?",
    "simple_analgesic_days": "What is a simple painkiller, and what is an opioid?",
}
QUESTIONS: Final = [question for step in STEPS for question in step.form().questions]


def explanation(slug: str, name: str) -> Explanation:
    question = next(each for each in STEP_BY_SLUG[slug].form().questions if each.name == name)
    assert question.explained is not None
    return question.explained


def test_the_questions_that_need_it_are_explained() -> None:
    assert {each.name: str(each.explained.asked) for each in QUESTIONS if each.explained} == EXPLAINED


@pytest.mark.parametrize(
    "question", [each for each in QUESTIONS if each.explained], ids=lambda each: each.name
)
def test_an_explanation_has_known_sources_and_does_not_repeat_the_hint(question: Question) -> None:
    assert question.explained is not None
    assert set(question.explained.sources) <= {source.id for source in SOURCES}
    assert question.explained.sources
    lines = [str(line) for line in question.explained.lines]
    assert not [line for line in lines if line in str(question.description)]


def test_a_migraine_day_is_what_ichd_3_says() -> None:
    """1.3 C: the pain and what comes with it, or aura, or a triptan or ergot that helped; no hours."""
    features, aura, medicine = explanation("headache-days", "migraine_days").lines
    assert "in at least two ways" in str(features)
    assert "both light and sound" in str(features)
    assert "aura" in str(aura)
    assert "a triptan or an ergot made it better" in str(medicine)


def test_examples_come_from_the_catalogue_with_their_brands() -> None:
    lines = [str(line) for line in explanation("preventives", "preventives").lines]
    assert lines[1] == "For seizures, too: topiramate (Topamax), valproate (Epilim)"
