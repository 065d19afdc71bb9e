"""The evidence for one policy: every requirement with its answer and day, and what was typed for it alone."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain import answers_from_mapping, assess
from app.domain.answers import ScreeningAnswers, answers_to_mapping
from app.domain.codes import YesNo
from app.domain.policies import Policy
from app.domain.policy_files import shipped_policies
from app.reports.papers.evidence import NoPolicyError, evidence_pdf
from app.reports.papers.facts import paper_facts
from app.reports.papers.typed import TypedIdentity
from app.reports.papers.typesetting import Paper
from app.reports.papers.words import DIAGNOSIS_CODES, TYPED
from tests.support.journeys import EMERGENCY, POSITIVE, Answers
from tests.support.papers import (
    ALL_MEASURES,
    FULL,
    PRINTED,
    alternative_texts,
    claims_accessibility,
    course,
    inks,
    operations,
    page_texts,
    plain,
    read,
    record_of,
    structure,
    text_of,
)
from tests.support.strategies import screening_answers

SHIPPED: Final = shipped_policies()
IDS: Final = tuple(policy.id for policy in SHIPPED)
# Every field with a text of its own.
FILLED_IN: Final = TypedIdentity(
    **{
        each.name: f"typed {each.name}"
        for each in fields(TypedIdentity)
        if each.type == "str" or each.type is str
    },
    diagnosis_codes=("G43.719", "G44.41"),
    diary=YesNo.YES,
)


def paper(
    policy_id: str = "uk-nice-ta260",
    answers: Answers = FULL,
    *,
    typed: TypedIdentity = FILLED_IN,
    size: Paper = Paper.A4,
    policies: tuple[Policy, ...] = SHIPPED,
    **record: Any,
) -> bytes:
    return evidence_pdf(
        record_of(answers, **record),
        policy_id,
        typed,
        size,
        policies=policies,
        clinic_name="Clinic",
        now=PRINTED,
    )


def between(text: str, first: str, last: str) -> str:
    start = text.index(first)
    return text[start : text.index(last, start)]


# --- the policy -----------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", SHIPPED, ids=IDS)
def test_the_policy_is_named_with_version_dates_and_source(policy: Policy) -> None:
    text = text_of(paper(policy.id))
    assert f"{policy.issuer}, {policy.title} ({policy.jurisdiction}) Version {policy.version}." in text
    assert f"Published {policy.published}, compared with its source {policy.checked}: " in text
    assert policy.source in text.replace(" ", "")


def test_each_requirement_stands_with_status_answer_and_day() -> None:
    text = text_of(paper(answers={**POSITIVE, "age_years": 17}))
    asked = between(text, "What the policy asks for, to start", "What the policy asks for, to go on")
    assert asked == (
        "What the policy asks for, to start treatment: 2 met, 2 not met, 1 missing "
        "Requirement Status Answer Date of the answer "
        "Age in years: 18 or more Not met 17 22 Nov 2026 "
        "Headache days: 15 or more in 30 Met 20 in 30 days 22 Nov 2026 "
        "Migraine days: 8 or more in 30 Met 10 in 30 days 22 Nov 2026 "
        "3 preventives tried; did not help, not tolerated, not suitable Not met Propranolol, Topiramate "
        "22 Nov 2026 "
        "No medication overuse, or it is managed Missing overuse cannot be told; managed: not asked "
        "To settle what is missing, ask • "
        "On how many days a month is each acute medicine taken, and for how long? "
    )


def test_nothing_missing_is_said() -> None:
    assert "To settle what is missing, ask No answer is missing." in text_of(paper("ichd-3-1.3"))


def test_going_on_is_dated_by_the_course_and_the_rest_by_the_screening() -> None:
    policy = next(each for each in SHIPPED if each.id == "uk-nice-ta260")
    both = replace(policy, continuing=(*policy.continuing, policy.start[0]))
    others = tuple(each for each in SHIPPED if each.id != policy.id)
    text = text_of(paper(policies=(*others, both), measures=[course(20, 14, 12, 9, days_ago=-30)]))
    asked = between(text, "What the policy asks for, to go on", "Preventive treatment")
    assert asked == (
        "What the policy asks for, to go on: 2 met, 1 not met, 0 missing "
        "Requirement Status Answer Date of the answer "
        "Headache days fell by 30 % or more, judged after 2 courses Met fell by 55 %; 2 courses given "
        "22 Dec 2026 "
        "Not under 15 headache days in 3 months in a row Not met 14, 12, 9 in 30 days 22 Dec 2026 "
        "Age in years: 18 or more Met 52 22 Nov 2026 "
    )


def test_only_the_newest_course_is_compared() -> None:
    text = text_of(paper(measures=[course(20, 18), course(20, 4, days_ago=100)]))
    assert "fell by 10 %; 2 courses given" in text
    assert "fell by 80 %" not in text


@pytest.mark.parametrize(
    ("policy_id", "words"),
    [
        (
            "uk-nice-ta260",
            "No headache days under treatment were entered, so there is nothing to compare yet.",
        ),
        ("us-fda-botox-label", "It says nothing about going on."),
    ],
)
def test_going_on_without_a_course_or_a_rule_is_said(policy_id: str, words: str) -> None:
    assert f"What the policy asks for, to go on: {words}" in text_of(paper(policy_id))


def test_what_a_course_leaves_open_is_asked() -> None:
    text = text_of(paper("uk-nice-ta260", measures=[course(20, 9)]))
    assert "How many headache days in the month before treatment and in each month since" in text


# --- which comparison -----------------------------------------------------------------------------


def test_the_comparison_is_that_of_the_record_by_todays_rules_where_computed() -> None:
    today = assess(answers_from_mapping({**POSITIVE, "headache_days": 10}), "2.0")
    text = text_of(paper(answers=POSITIVE, reassessed=today))
    assert "Headache days: 15 or more in 30 Not met 10 in 30 days" in text


def test_a_policy_that_is_newer_than_the_comparison_lends_it_no_dates() -> None:
    newer = tuple(replace(each, version="2099", published="2099") for each in SHIPPED)
    text = text_of(paper(policies=newer))
    assert "Version 2026. https://www.nice.org.uk" in text
    assert "2099" not in text


def test_a_policy_that_is_no_longer_in_use_is_still_shown() -> None:
    text = text_of(paper(policies=()))
    assert "uk-nice-ta260 Version 2026. This policy is no longer in use here." in text
    assert "Migraine days: 8 or more in 30 Met 10 in 30 days" in text
    assert "to go on" not in text


def test_a_policy_that_came_later_is_compared_now() -> None:
    own = replace(SHIPPED[0], id="our-own", title="Our own rule")
    text = text_of(paper("our-own", policies=(*SHIPPED, own)))
    assert "Our own rule" in text
    assert "Headache days: 15 or more in 30 Met 20 in 30 days" in text


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(NoPolicyError):
        paper("no-such-policy")


# --- what was typed -------------------------------------------------------------------------------


def test_everything_that_was_typed_is_on_the_paper_beside_its_label() -> None:
    text = text_of(paper())
    for each in fields(TypedIdentity):
        assert str(TYPED[each.name]) in text
        if isinstance(getattr(FILLED_IN, each.name), str):
            assert f"typed {each.name}" in text
    assert "Diary attached Yes" in text
    assert "G43.719 Chronic migraine without aura, intractable, without status migrainosus" in text
    assert "G44.41 Drug-induced headache, not elsewhere classified, intractable" in text


def test_no_code_is_chosen_for_the_clinician() -> None:
    text = text_of(paper(typed=TypedIdentity(), measures=ALL_MEASURES))
    assert not [code for code in DIAGNOSIS_CODES if code in text]
    assert "64615" not in text


def test_an_empty_field_keeps_its_label_and_a_line() -> None:
    empty, full = paper(typed=TypedIdentity()), paper()
    assert all(str(label) in text_of(empty) for label in TYPED.values())
    assert _lines(empty) - _lines(full) == len(fields(TypedIdentity))
    assert all(words in text_of(empty) for words in ("Signature", "Name in capital letters", "Date"))


def _lines(pdf: bytes) -> int:
    """How many lines of the strength of a blank are drawn."""
    return sum(operator == b"w" and operands == [0.5] for operands, operator in operations(pdf))


def test_a_code_that_is_not_on_the_list_is_printed_without_a_meaning() -> None:
    assert "X99.9" in text_of(paper(typed=TypedIdentity(diagnosis_codes=("X99.9",))))


def test_lines_that_were_typed_stay_lines() -> None:
    pdf = paper(typed=TypedIdentity(previous_toxin="1 Mar 2026: 155 units\n1 Jun 2026: 160 units"))
    [first] = [page.extract_text() for page in read(pdf).pages][:1]
    assert "1 Mar 2026: 155 units\n1 Jun 2026: 160 units" in first


def test_each_further_page_names_patient_and_policy() -> None:
    typed = TypedIdentity(patient_name="Maria Example", date_of_birth="3 Apr 1984")
    pages = page_texts(paper(typed=typed, measures=ALL_MEASURES))
    running = "Maria Example · 3 Apr 1984 · National Institute for Health and Care Excellence"
    assert len(pages) > 1
    assert all(page.startswith(running) for page in pages[1:])
    assert not pages[0].startswith(running)


# --- the rest of the paper ------------------------------------------------------------------------


def test_the_facts_that_payers_ask_for_are_on_the_paper() -> None:
    facts, text = paper_facts(record_of(measures=ALL_MEASURES)), text_of(paper(measures=ALL_MEASURES))
    said = [facts.received, facts.counted, facts.versions, facts.treatment_words, *facts.course]
    said += [
        word
        for each in (*facts.days, *facts.overuse)
        for word in (each.name, each.value, each.line, each.state)
    ]
    said += [word for pair in (*facts.features, *facts.medicine, *facts.about) for word in pair]
    said += [word for each in facts.trials for word in vars(each).values()]
    said += [word for row in facts.scores for word in row]
    assert not [words for words in said if plain(words) not in text]


def test_contradictions_go_with_it_and_signs_of_other_illness_do_not() -> None:
    answers = {**FULL, "headache_free_days": 3, "red_flags": ["cancer_or_immune_suppression"]}
    text = text_of(paper(answers=answers))
    assert "To ask about: Headache days and headache-free days do not add up" in text
    assert "HIV" not in text
    assert "Bleeding" not in text
    assert "Warning signs" not in text


def test_an_emergency_makes_a_whole_paper() -> None:
    text = text_of(paper(answers=EMERGENCY))
    assert "0 met, 0 not met, 5 missing" in text
    assert "Not on this paper: Days and months" in text
    assert "Signature" in text


def test_the_paper_gives_no_verdict() -> None:
    text = text_of(paper(measures=ALL_MEASURES)).lower()
    words = ("eligible", "qualif", "approved", "medically necessary", "please", "invalid")
    assert not [word for word in words if word in text]
    assert "a comparison, never an approval. self-reported answers, not a diagnosis." in text


def test_every_page_says_what_it_is() -> None:
    pages = page_texts(paper(measures=ALL_MEASURES, size=Paper.LETTER))
    for at, page in enumerate(pages, start=1):
        assert f"Page {at} of {len(pages)}" in page
        assert "Self-reported answers, not a diagnosis." in page


def test_the_paper_is_tagged_grey_and_has_its_size() -> None:
    pdf = paper(measures=ALL_MEASURES, size=Paper.LETTER)
    kinds = [str(part["/S"]) for part in structure(pdf)]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Table") == 4
    assert len(alternative_texts(pdf)) == 9
    assert {len(ink) for ink in inks(pdf)} == {1}
    assert claims_accessibility(pdf)
    assert [round(side) for side in read(pdf).pages[0].mediabox[2:]] == [612, 792]


def test_days_are_those_of_the_clinic() -> None:
    app = Flask("clinic")
    Babel(app, default_timezone="Australia/Sydney")
    with app.test_request_context():
        late = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
        assert "Age in years: 18 or more Met 52 23 Nov 2026" in text_of(paper(received_at=late))


@given(screening_answers(), st.sampled_from(IDS))
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
def test_any_answers_beside_any_policy_make_a_paper(answers: ScreeningAnswers, policy_id: str) -> None:
    text = text_of(paper(policy_id, answers_to_mapping(answers), measures=[course(15, 3)]))
    assert "Self-reported answers, not a diagnosis." in text
