"""What holds for all answers there can be."""

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, Final

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.domain import (
    Outcome,
    ScreeningAnswers,
    Status,
    answers_from_mapping,
    answers_from_texts,
    answers_to_mapping,
    assess,
    assessment_from_mapping,
    assessment_to_mapping,
)
from app.domain.answers import DEFAULT_WINDOW_DAYS, KINDS, WINDOWS_DAYS
from app.domain.codes import NOT_SURE
from app.domain.criteria import CRITERIA
from tests.support.strategies import preventive_trials, screening_answers

QUICK: Final = settings(deadline=None, max_examples=150)
TOWARDS_YES: Final = (Outcome.NEGATIVE, Outcome.BORDERLINE, Outcome.POSITIVE)
NO_DANGER: Final = st.just(())
KNOWN_WINDOW: Final = st.sampled_from([None, *WINDOWS_DAYS])


def outcome_of(answers: ScreeningAnswers) -> Outcome:
    return assess(answers, "1.0").outcome


def never_falls(outcomes: Iterable[Outcome]) -> bool:
    places = [TOWARDS_YES.index(outcome) for outcome in outcomes]
    return places == sorted(places)


@QUICK
@given(screening_answers())
def test_every_set_of_answers_has_an_assessment_and_always_the_same(
    answers: ScreeningAnswers,
) -> None:
    assert assess(answers, "1.0") == assess(replace(answers), "1.0")


@QUICK
@given(screening_answers(), st.randoms(use_true_random=False))
def test_the_order_of_lists_changes_neither_outcome_nor_counts(
    answers: ScreeningAnswers, chance: Any
) -> None:
    shuffled: dict[str, Any] = {}
    for name in KINDS:
        value = getattr(answers, name)
        if isinstance(value, tuple):
            shuffled[name] = tuple(chance.sample(value, len(value)))
    first, second = assess(answers, "1.0"), assess(replace(answers, **shuffled), "1.0")
    assert second.outcome is first.outcome
    assert second.urgency is first.urgency
    assert second.red_flags == first.red_flags
    assert second.criteria == first.criteria
    before, after = first.preventive_history, second.preventive_history
    assert (after.medicines, after.classes) == (before.medicines, before.classes)


@QUICK
@given(screening_answers(criteria_known=True, red_flags=NO_DANGER, window_days=KNOWN_WINDOW))
def test_more_headache_days_never_move_the_outcome_towards_no(answers: ScreeningAnswers) -> None:
    assert isinstance(answers.migraine_days, int)
    days = range(answers.migraine_days, (answers.window or DEFAULT_WINDOW_DAYS) + 1)
    assert never_falls(outcome_of(replace(answers, headache_days=count)) for count in days)


@QUICK
@given(screening_answers(criteria_known=True, red_flags=NO_DANGER, window_days=KNOWN_WINDOW))
def test_more_migraine_days_never_move_the_outcome_towards_no(answers: ScreeningAnswers) -> None:
    assert isinstance(answers.headache_days, int)
    days = range(answers.headache_days + 1)
    assert never_falls(outcome_of(replace(answers, migraine_days=count)) for count in days)


@QUICK
@given(screening_answers(criteria_known=True, red_flags=NO_DANGER, window_days=KNOWN_WINDOW))
def test_more_months_never_move_the_outcome_towards_no(answers: ScreeningAnswers) -> None:
    months = [0, 0.5, 2, 2.5, 2.9, 3, 3.1, 3.5, 4, 12, 1200]
    assert never_falls(outcome_of(replace(answers, months_at_this_frequency=count)) for count in months)


@QUICK
@given(screening_answers())
def test_the_answer_is_no_only_when_an_answered_criterion_is_clearly_not_met(
    answers: ScreeningAnswers,
) -> None:
    found = assess(answers, "1.0")
    if found.outcome is Outcome.NEGATIVE:
        clear = [
            criterion
            for criterion in found.criteria.values()
            if criterion.status is Status.NOT_MET and not criterion.borderline
        ]
        assert clear
        assert all(criterion.value is not None for criterion in clear)


@QUICK
@given(screening_answers(), st.sampled_from([None, NOT_SURE]))
def test_taking_an_answer_away_never_makes_a_no(answers: ScreeningAnswers, gap: Any) -> None:
    """A window that is not given stands for 30 days; one that is not sure is a gap like others.

    Danger hides the other criteria, so an emergency is left out.
    """
    before = outcome_of(answers)
    assume(before not in (Outcome.NEGATIVE, Outcome.EMERGENCY))
    for each in fields(ScreeningAnswers):
        if each.name != "window_days" or gap is NOT_SURE:
            assert outcome_of(replace(answers, **{each.name: gap})) is not Outcome.NEGATIVE


@QUICK
@given(screening_answers(), st.lists(preventive_trials(), max_size=6).map(tuple))
def test_preventives_never_change_the_outcome(answers: ScreeningAnswers, trials: Any) -> None:
    changed = assess(replace(answers, preventives=trials), "1.0")
    assert changed.outcome is outcome_of(answers)
    history = changed.preventive_history
    assert history.classes <= history.medicines <= len(trials) == len(history.trials)
    assert history.medicines == sum(verdict.counted for verdict in history.trials)


CORE: Final = frozenset(
    {
        "window_days",
        "headache_days",
        "migraine_days",
        "months_at_this_frequency",
        "counted_from",
        "red_flags",
        "look_alikes",
    }
)


@QUICK
@given(screening_answers(), screening_answers())
def test_features_overuse_and_history_never_change_the_outcome(
    answers: ScreeningAnswers, others: ScreeningAnswers
) -> None:
    changed = replace(answers, **{name: getattr(others, name) for name in KINDS if name not in CORE})
    assert outcome_of(changed) is outcome_of(answers)


@QUICK
@given(screening_answers())
def test_only_the_criteria_the_warning_signs_and_the_look_alikes_decide(
    answers: ScreeningAnswers,
) -> None:
    alone = ScreeningAnswers(
        window_days=answers.window_days,
        headache_days=answers.headache_days,
        migraine_days=answers.migraine_days,
        months_at_this_frequency=answers.months_at_this_frequency,
        counted_from=answers.counted_from,
        red_flags=answers.red_flags,
        look_alikes=answers.look_alikes,
    )
    assert outcome_of(alone) is outcome_of(answers)


@QUICK
@given(screening_answers())
def test_borderline_stands_beside_the_status_and_never_changes_it(
    answers: ScreeningAnswers,
) -> None:
    for name, judge in CRITERIA.items():
        found = judge(answers)
        if found.value is None:
            assert (found.status, found.borderline) == (Status.CANNOT_TELL, False), name
        else:
            reached = found.value >= found.threshold
            assert found.status is (Status.MET if reached else Status.NOT_MET), name


@QUICK
@given(screening_answers())
def test_answers_come_back_from_json_as_they_were(answers: ScreeningAnswers) -> None:
    written = json.loads(json.dumps(answers_to_mapping(answers)))
    assert answers_from_mapping(written) == answers


def cells_of(answers: ScreeningAnswers) -> dict[str, str]:
    """Answers as the cells of a table; a trial keeps what a cell can hold."""
    cells = {}
    for name, value in answers_to_mapping(answers).items():
        if isinstance(value, list):
            items = [item if isinstance(item, str) else trial_cell(item) for item in value]
            cells[name] = ";".join(items) or "none"
        else:
            cells[name] = str(value)
    return cells


def trial_cell(trial: dict[str, Any]) -> str:
    return f"{trial['medicine']}:{trial.get('weeks', '')}:{trial.get('result', '')}"


@QUICK
@given(screening_answers())
def test_answers_come_back_from_the_cells_of_a_table_as_they_were(
    answers: ScreeningAnswers,
) -> None:
    read = answers_from_texts(cells_of(answers))
    assert cells_of(read) == cells_of(answers)
    assert replace(read, preventives=None) == replace(answers, preventives=None)


@QUICK
@given(screening_answers())
@example(ScreeningAnswers(months_at_this_frequency=2.9))
def test_an_assessment_comes_back_from_json_as_it_was(answers: ScreeningAnswers) -> None:
    made = assess(answers, "1.0")
    stored = json.loads(json.dumps(assessment_to_mapping(made)))
    trials = answers.preventives if isinstance(answers.preventives, tuple) else ()
    read = assessment_from_mapping(stored, trials)
    assert read == made
    assert assessment_to_mapping(read) == stored
