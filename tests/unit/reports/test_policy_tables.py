"""Policies beside one person's answers: every requirement, what to ask, and never a verdict."""

import json
import re
from dataclasses import replace
from typing import Any, Final

import pytest

from app.domain import answers_from_mapping, assess, assessment_to_mapping
from app.domain.exchange import assessment_from_mapping
from app.domain.policies import Case, Phase, PolicyResult, compare_with_policy
from app.domain.policy_files import shipped_policies
from app.domain.response import DayCount, TreatmentResponse
from app.reports.policy_tables import PolicyTable, policy_tables
from tests.support.journeys import POSITIVE

SHIPPED: Final = shipped_policies()
VERDICT: Final = re.compile(r"approv|eligib|qualif|entitle|overall|all requirements", re.IGNORECASE)


def results(**changes: Any) -> tuple[PolicyResult, ...]:
    return assess(answers_from_mapping({**POSITIVE, **changes}), "1.0").policies


def tables(**changes: Any) -> dict[str, PolicyTable]:
    shown = policy_tables(results(**changes), SHIPPED)
    return {policy.id: table for policy, table in zip(SHIPPED, shown, strict=True)}


def plain(table: PolicyTable) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in table.rows]


def test_every_policy_has_a_table_with_every_requirement() -> None:
    for policy in SHIPPED:
        table = tables()[policy.id]
        assert len(table.rows) == len(policy.start)
        assert table.title == f"{policy.issuer}, {policy.title} ({policy.jurisdiction})"
        assert (table.version, table.source) == (policy.version, policy.source)


def test_a_requirement_stands_with_its_status_and_the_answer_behind_it() -> None:
    table = tables(age_years=17)["uk-nice-ta260"]
    assert plain(table) == [
        ["Age in years: 18 or more", "Not met", "17"],
        ["Headache days: 15 or more in 30", "Met", "20 in 30 days"],
        ["Migraine days: 8 or more in 30", "Met", "10 in 30 days"],
        [
            "3 preventives tried; did not help, not tolerated, not suitable",
            "Not met",
            "Propranolol, Topiramate",
        ],
        ["No medication overuse, or it is managed", "Missing", "overuse cannot be told; managed: not asked"],
    ]
    assert table.counts == "2 met, 2 not met, 1 missing"
    assert table.questions == ["On how many days a month is each acute medicine taken, and for how long?"]


@pytest.mark.parametrize("changes", [{}, {"age_years": 40}, {"headache_days": 9, "migraine_days": 1}])
def test_the_counts_add_up_and_only_what_is_missing_is_asked(changes: dict[str, Any]) -> None:
    for table in tables(**changes).values():
        met, not_met, missing = (int(each) for each in re.findall(r"\d+", table.counts))
        assert met + not_met + missing == len(table.rows)
        statuses = [row[1] for row in plain(table)]
        assert [statuses.count(each) for each in ("Met", "Not met", "Missing")] == [met, not_met, missing]
        assert len(table.questions) <= missing
        assert bool(table.questions) == bool(missing)


def test_a_question_is_asked_once_for_several_requirements() -> None:
    table = tables(preventives="not_sure")["ca-qc-inesss"]
    assert [row[1] for row in plain(table)].count("Missing") == 5
    assert table.questions == [
        "On a headache day, how many hours does it last if you take nothing?",
        "Which preventives were tried, for how long each, what for, and what happened?",
    ]


def test_a_policy_that_is_no_longer_in_use_is_still_shown_whole() -> None:
    stored = json.loads(json.dumps(assessment_to_mapping(assess(answers_from_mapping({**POSITIVE}), "1.0"))))
    trials = answers_from_mapping({**POSITIVE}).preventives
    assert isinstance(trials, tuple)
    kept = assessment_from_mapping(stored, trials).policies
    now = policy_tables(kept, SHIPPED)
    gone = policy_tables(kept, [])
    assert [table.title for table in gone] == [policy.id for policy in SHIPPED]
    assert {table.source for table in gone} == {""}
    for before, after in zip(now, gone, strict=True):
        assert plain(before) == plain(after)
        assert (before.version, before.counts) == (after.version, after.counts)
        assert before.questions == after.questions


def test_the_version_is_the_one_that_was_compared_with() -> None:
    newer = [replace(policy, version="2099") for policy in SHIPPED]
    shown = policy_tables(results(), newer)
    assert [table.version for table in shown] == [policy.version for policy in SHIPPED]


def test_no_table_holds_a_verdict() -> None:
    for table in tables().values():
        words = [table.counts, *table.questions, *(cell for row in plain(table) for cell in row)]
        assert not [each for each in words if VERDICT.search(each)]


def going_on(policy_id: str, baseline: int, *later: int, cycles: int = 2) -> list[tuple[str, str]]:
    policy = next(each for each in SHIPPED if each.id == policy_id)
    counts = tuple(DayCount(days, 30) for days in later)
    case = Case(answers_from_mapping({**POSITIVE}), TreatmentResponse(DayCount(baseline, 30), counts, cycles))
    (table,) = policy_tables([compare_with_policy(policy, Phase.CONTINUE, case)], SHIPPED)
    return [(row[1], row[2]) for row in plain(table)]


@pytest.mark.parametrize(
    ("policy_id", "last", "cycles", "first_row"),
    [
        ("uk-nice-ta260", 14, 2, ("Met", "fell by 30 %; 2 courses given")),
        ("uk-nice-ta260", 15, 2, ("Not met", "fell by 25 %; 2 courses given")),
        ("uk-nice-ta260", 15, 1, ("Missing", "fell by 25 %; 1 course given")),
        ("eu-ehf-2018", 14, 3, ("Met", "fell by 30 %; 3 courses given")),
        ("eu-ehf-2018", 15, 2, ("Missing", "fell by 25 %; 2 courses given")),
        ("au-mbs-18377", 10, 2, ("Met", "fell by 50 %; 2 courses given")),
        ("au-mbs-18377", 11, 2, ("Not met", "fell by 45 %; 2 courses given")),
        ("us-wa-lni", 10, 2, ("Not met", "fell by 50 %; 2 courses given")),
        ("us-wa-lni", 9, 2, ("Met", "fell by 55 %; 2 courses given")),
        ("uk-nice-ta260", 24, 2, ("Not met", "rose by 20 %; 2 courses given")),
    ],
)
def test_exactly_on_the_line_and_one_beside_it_lead_to_the_state_of_each_policy(
    policy_id: str, last: int, cycles: int, first_row: tuple[str, str]
) -> None:
    assert going_on(policy_id, 20, last, cycles=cycles)[0] == first_row
