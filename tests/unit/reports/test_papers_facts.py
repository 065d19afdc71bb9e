"""What both papers say: every fact of a record in words, and an unknown one as unknown."""

import re
from dataclasses import astuple, replace
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import given, settings

from app.domain import answers_from_mapping, answers_to_mapping, assess
from app.domain.answers import ScreeningAnswers
from app.domain.assessment import RULES_VERSION
from app.domain.codes import Outcome
from app.domain.policy_files import shipped_policies
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.reports.papers.bars import Bar
from app.reports.papers.facts import PaperFacts, paper_facts
from app.storage.measures import StoredMeasure
from tests.support.journeys import CANNOT_TELL, NEGATIVE, NOT_SURE_EVERYWHERE, POSITIVE
from tests.support.papers import ALL_MEASURES, FULL, PRINTED, course, record_of, score
from tests.support.strategies import screening_answers

UNKNOWN: Final = {"not answered", "not sure", "not known"}


def facts_of(**changes: Any) -> PaperFacts:
    return paper_facts(record_of({**FULL, **changes}))


def without(*names: str) -> PaperFacts:
    return paper_facts(record_of({name: value for name, value in FULL.items() if name not in names}))


def bar(bars: tuple[Bar, ...], code: str) -> Bar:
    [found] = [each for each in bars if each.code == code]
    return found


# --- who and when ---------------------------------------------------------------------------------


def test_the_record_is_dated_counted_and_versioned() -> None:
    facts = facts_of()
    assert facts.received == "22 Nov 2026, 09:14"
    assert facts.counted == "Days counted from a diary or calendar, over 30 days"
    assert facts.versions == f"questionnaire {QUESTIONNAIRE_VERSION} · rules {RULES_VERSION} · language en"
    assert (facts.outcome, facts.outcome_words) == (Outcome.POSITIVE, "Screen positive")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"counted_from": "memory"}, "Days counted from memory, over 30 days"),
        ({"window_days": 90}, "Days counted from a diary or calendar, over 90 days"),
        ({"window_days": "not_sure"}, "Days counted from a diary or calendar; not known over how many days"),
        (
            {"counted_from": "not_sure"},
            "Not known how the days were counted, so taken as from memory, over 30 days",
        ),
    ],
)
def test_how_the_days_were_counted_is_said(changes: dict[str, Any], words: str) -> None:
    assert facts_of(**changes).counted == words


def test_without_any_count_none_is_claimed() -> None:
    assert without("headache_days", "migraine_days").counted == "No days were counted"


def test_a_demonstration_is_marked() -> None:
    assert paper_facts(record_of(is_demonstration=True)).is_demonstration


# --- warning signs and what to ask ----------------------------------------------------------------


def test_warning_signs_stand_with_their_urgency_the_most_urgent_first() -> None:
    facts = facts_of(red_flags=["recent_change_of_pattern", "onset_after_50"], unsure_red_flags=["other"])
    assert facts.warning_signs == (
        "Urgent: Headaches that first began after the age of 50",
        "Soon: Headaches that have changed, or got worse and worse, in the last few weeks",
        "Urgent: not sure about the warning signs",
    )


@pytest.mark.parametrize(
    ("changes", "signs", "state"),
    [
        ({"red_flags": []}, (), "none ticked"),
        ({"red_flags": None}, (), "not answered"),
        ({"red_flags": "not_sure"}, ("Urgent: not sure about the warning signs",), "none ticked"),
    ],
)
def test_no_warning_sign_is_not_the_same_as_none_asked(
    changes: dict[str, Any], signs: tuple[str, ...], state: str
) -> None:
    facts = facts_of(**changes)
    assert (facts.warning_signs, facts.warning_state) == (signs, state)


def test_what_to_ask_about_is_all_there() -> None:
    facts = facts_of(
        look_alikes=["constant_from_first_day"],
        headache_free_days=3,
        age_years=17,
        botulinum_safety="not_sure",
    )
    assert [each.partition(":")[0] for each in facts.look_alikes] == [
        "Constant from a day that is remembered"
    ]
    assert facts.contradictions == (
        "To ask about: Headache days and headache-free days do not add up to the days counted",
        "To ask about: Onset after 50 was ticked, and the age given is under 50",
    )
    assert facts.cautions == (
        "Medication overuse: Likely",
        "Under 18: this screening is made for adults",
        "On a CGRP medicine now",
        "Before botulinum toxin: the patient was not sure about the safety list.",
    )


def test_look_alikes_that_were_not_asked_or_not_sure_are_named() -> None:
    assert without("look_alikes").look_alikes == ("Look-alikes: not answered",)
    assert facts_of(look_alikes="not_sure").look_alikes[0].startswith("Not sure about look-alikes: ask")
    assert facts_of().look_alikes == ()


def test_what_todays_rules_say_otherwise_stands_beside_what_was_stored() -> None:
    today = assess(answers_from_mapping({**POSITIVE, "headache_days": 10}), "2.0")
    facts = paper_facts(record_of(POSITIVE, reassessed=today))
    assert facts.outcome is Outcome.POSITIVE
    assert facts.cautions == (
        "By today’s rules: Outcome: Screen negative (as stored: Screen positive)",
        "By today’s rules: Headache days: Not met (as stored: Met)",
    )


# --- days -----------------------------------------------------------------------------------------


def test_each_count_stands_beside_its_line() -> None:
    assert [(each.name, each.value, each.line, each.state) for each in facts_of().days] == [
        ("Headache days a month", "20 in 30 days", "≥ 15 days", "Reached, 5 days past the line"),
        ("Migraine days a month", "10 in 30 days", "≥ 8 days", "Reached, 2 days past the line"),
        ("Headache-free days a month", "9 in 30 days", "no line", ""),
        ("How long it has been like this", "24 months", "≥ 3 months", "Reached, 21 months past the line"),
    ]
    assert [(each.fill, each.mark) for each in facts_of().days] == [(67, 50), (33, 27), (30, None), (100, 25)]


def test_another_window_keeps_the_count_beside_the_rate() -> None:
    days = facts_of(window_days=28, headache_days=14, headache_free_days=14).days
    assert bar(days, "headache_days").value == "14 in 28 days, or 15 in 30"
    assert bar(days, "headache_days").amount == 15
    assert bar(days, "headache_days").state == "Reached, close to the line, exactly on the line"
    assert bar(days, "headache_free_days").value == "14 in 28 days, or 15 in 30"
    assert facts_of(window_days=28).medicine[0] == ("Days with any acute medicine", "14 in 28 days")


def test_a_count_without_its_window_is_shown_and_not_drawn() -> None:
    shown = bar(facts_of(window_days="not_sure", headache_days=1, migraine_days=0).days, "headache_days")
    assert (shown.value, shown.fill, shown.state) == ("1 day, not known in how many", None, "Cannot tell yet")


@pytest.mark.parametrize("given", [None, "not_sure"])
def test_an_unknown_count_is_never_drawn_as_zero(given: str | None) -> None:
    words = "not answered" if given is None else "not sure"
    days = facts_of(headache_days=given, migraine_days=given, months_at_this_frequency=given).days
    for code in ("headache_days", "migraine_days", "months_at_this_frequency"):
        shown = bar(days, code)
        assert (shown.value, shown.amount, shown.fill, shown.state) == (words, None, None, "Cannot tell yet")
        assert shown.mark is not None


def test_a_count_of_zero_is_drawn_as_zero() -> None:
    shown = bar(facts_of(headache_days=0, migraine_days=0).days, "headache_days")
    assert (shown.value, shown.amount, shown.fill) == ("0 in 30 days", Fraction(0), 0)


def test_headache_free_days_are_there_only_when_they_were_asked() -> None:
    assert "headache_free_days" not in [each.code for each in without("headache_free_days").days]
    assert bar(facts_of(headache_free_days="not_sure").days, "headache_free_days").value == "not sure"


# --- acute medicine -------------------------------------------------------------------------------


def test_each_class_stands_beside_its_own_line() -> None:
    assert [(each.name, each.value, each.line, each.state) for each in facts_of().overuse] == [
        ("Triptans", "12 days", "line: 10 days", "Likely"),
        ("Ergots", "0 days", "line: 10 days", "Not likely"),
        ("Opioid pain medicine", "0 days", "line: 10 days", "Not likely"),
        ("Mixed painkillers", "1 day", "line: 10 days", "Not likely"),
        ("Simple painkillers", "6 days", "line: 15 days", "Not likely"),
    ]
    assert facts_of().overuse_words == "Medication overuse: Likely"
    assert [each.mark for each in facts_of().overuse] == [33, 33, 33, 33, 50]


def test_medicine_without_a_line_is_told_in_words() -> None:
    assert facts_of().medicine == (
        ("Days with any acute medicine", "14 in 30 days"),
        ("Days with a gepant or ditan", "not sure"),
        ("Months of acute medicine", "18"),
        ("Medication overuse managed", "no"),
    )


def test_a_class_that_is_not_known_is_not_drawn() -> None:
    shown = bar(facts_of(triptan_days="not_sure").overuse, "triptan")
    assert (shown.value, shown.fill, shown.mark) == ("not known", None, 33)


def test_nothing_is_drawn_when_no_medicine_was_answered() -> None:
    facts = paper_facts(record_of(POSITIVE))
    assert (facts.overuse, facts.medicine, facts.overuse_words) == ((), (), "Medication overuse: Cannot tell")


# --- treatment ------------------------------------------------------------------------------------


def test_every_trial_is_a_row_whether_it_counts_or_not() -> None:
    rows = [astuple(each) for each in facts_of().trials]
    assert rows[0] == ("Propranolol", "beta blocker", "80 mg", "12 weeks", "It did not help enough", "Yes")
    assert rows[3][-1] == "Yes; shorter than the 8 weeks that many rules ask for"
    assert rows[4][2] == "not known"
    assert rows[4][-1] == "No: it helped, so it was not tried without success"
    assert rows[5][:2] == ("Feverfew tea", "not known")
    assert facts_of().treatment_words == "4 medicines counted, 4 classes"


@pytest.mark.parametrize(
    ("dose", "words"),
    [(80, "80 mg"), (12.5, "12.5 mg"), ("not_sure", "not sure"), (None, "not known"), (0, "0 mg")],
)
def test_the_dose_is_in_milligrams_or_not_known(dose: Any, words: str) -> None:
    facts = facts_of(preventives=[{"medicine": "topiramate", "daily_dose_mg": dose}])
    [trial] = facts.trials
    assert (trial.dose, trial.how_long, trial.happened) == (words, "Not answered", "Not answered")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "None tried."),
        ("not_sure", "Not known: the person was not asked, or was not sure."),
        (None, "Not known: the person was not asked, or was not sure."),
    ],
)
def test_no_trial_is_told_apart_from_none_known(given: Any, words: str) -> None:
    facts = facts_of(preventives=given)
    assert (facts.treatment_words, facts.trials) == (words, ())


def test_what_the_patient_typed_is_given_in_their_words() -> None:
    assert facts_of().own_words == (("Another medicine", "Feverfew tea"),)
    assert paper_facts(record_of(POSITIVE)).own_words == ()


def test_a_typed_name_with_nothing_to_print_leaves_no_blank() -> None:
    facts = facts_of(preventives=[{"medicine": "other", "name_given": "\x00 \u202e"}])
    assert [each.medicine for each in facts.trials] == ["Another medicine"]
    assert facts.own_words == ()


# --- what clinicians entered ----------------------------------------------------------------------


def test_only_the_newest_score_of_each_instrument_is_shown() -> None:
    facts = paper_facts(
        record_of(measures=[score("midas", 8), score("gad_2", 4), score("midas", 64, days_ago=90)])
    )
    assert facts.scores == (
        ("MIDAS", "8", "grade 2 of 4", "22 Nov 2026, 09:14"),
        ("GAD-2", "4", "at or over the cut-off of 3", "22 Nov 2026, 09:14"),
    )
    assert facts.scores_missing == "Not entered: HIT-6, PHQ-2."
    assert paper_facts(record_of(measures=ALL_MEASURES)).scores_missing == ""


def test_only_the_newest_course_is_shown_with_its_change() -> None:
    facts = paper_facts(record_of(measures=[course(20, 14, 9), course(28, 27, days_ago=90)]))
    assert facts.course == (
        "Before: 20 in 30 days. Since, the oldest first: 14, 9. Courses: 2.",
        "The last count is 55 % lower.",
        "Entered by Dr Ada Example, 22 Nov 2026, 09:14.",
    )
    assert paper_facts(record_of()).course == ()


def test_damaged_entries_are_counted() -> None:
    damaged = StoredMeasure(PRINTED, "Dr Ada Example", None)
    assert paper_facts(record_of(measures=[damaged, damaged])).unreadable == "2 entries cannot be read."
    assert paper_facts(record_of()).unreadable == ""


# --- policies -------------------------------------------------------------------------------------


def test_every_policy_has_a_line_with_counts_and_no_verdict() -> None:
    facts = facts_of()
    assert len(facts.policies) == len(shipped_policies())
    assert ("Technology appraisal TA260 (England)", "4 met, 1 not met, 0 missing") in facts.policies
    assert all(
        re.fullmatch(r"\d+ met, \d+ not met, \d+ missing", counts) for _title, counts in facts.policies
    )


def test_a_policy_that_is_no_longer_in_use_keeps_its_line() -> None:
    ids = [policy.id for policy in shipped_policies()]
    assert [title for title, _counts in paper_facts(record_of(), []).policies] == ids


def test_policies_are_those_of_today_where_they_were_computed() -> None:
    newer = [replace(policy, start=policy.start[:1]) for policy in shipped_policies()]
    today = assess(answers_from_mapping({**POSITIVE}), "2.0", tuple(newer))
    counts = {counts for _title, counts in paper_facts(record_of(POSITIVE, reassessed=today)).policies}
    assert counts <= {"1 met, 0 not met, 0 missing", "0 met, 0 not met, 1 missing"}


# --- the whole ------------------------------------------------------------------------------------


def test_what_was_answered_is_known_part_by_part() -> None:
    assert set(paper_facts(record_of(measures=ALL_MEASURES)).answered) == {
        "days",
        "overuse",
        "treatment",
        "scores",
        "course",
        "features",
        "about",
        "policies",
    }
    assert paper_facts(record_of({"red_flags": ["thunderclap_onset"]})).answered == ("policies",)


@pytest.mark.parametrize("answers", [POSITIVE, NEGATIVE, CANNOT_TELL, NOT_SURE_EVERYWHERE], ids=str)
def test_nothing_is_blank(answers: Any) -> None:
    facts = paper_facts(record_of(answers))
    pairs = (*facts.features, *facts.medicine, *facts.about, *facts.policies)
    assert all(name and value for name, value in pairs)
    assert all(each.name and each.value and each.line for each in (*facts.days, *facts.overuse))
    assert all(all(astuple(each)) for each in facts.trials)


@given(screening_answers())
@settings(deadline=None, max_examples=60)
def test_any_answers_make_facts_without_a_blank_or_a_made_up_zero(answers: ScreeningAnswers) -> None:
    facts = paper_facts(record_of(answers_to_mapping(answers)))
    for each in (*facts.days, *facts.overuse):
        assert each.name
        assert each.value
        assert (each.amount is None) == (each.fill is None)
        assert each.amount is None or isinstance(each.amount, Fraction)
        if each.fill is None:
            assert each.value in UNKNOWN or "not known in how many" in each.value
    assert all(all(part.strip() for part in astuple(each)) for each in facts.trials)
    assert len(facts.trials) == len(answers.preventives if isinstance(answers.preventives, tuple) else ())
