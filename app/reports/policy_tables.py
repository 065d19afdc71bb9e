"""Policies beside one person's answers: each requirement with status and answer, and what to ask next."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.domain.policies import Policy, PolicyResult, RequirementStatus
from app.questionnaire.desk_labels import REQUIREMENT_STATUSES
from app.questionnaire.policy_words import answer_words, needed_words, question_words


@dataclass(frozen=True)
class PolicyTable:
    """One policy at the desk. `rows` are requirement, status and answer; `questions` what to ask next."""

    title: str
    version: str
    source: str
    counts: str
    rows: list[list[Any]]
    questions: list[Any]


def policy_tables(results: Iterable[PolicyResult], known: Iterable[Policy]) -> list[PolicyTable]:
    """The tables of a record. A policy that is no longer in use is named by its id."""
    by_id = {policy.id: policy for policy in known}
    return [_table(result, by_id.get(result.id)) for result in results]


def _table(result: PolicyResult, policy: Policy | None) -> PolicyTable:
    rows = [
        [needed_words(each.needed), REQUIREMENT_STATUSES[each.status], answer_words(each.answer)]
        for each in result.requirements
    ]
    missing = [each for each in result.requirements if each.status is RequirementStatus.MISSING]
    return PolicyTable(
        title=result.id if policy is None else f"{policy.issuer}, {policy.title} ({policy.jurisdiction})",
        version=result.version,
        source="" if policy is None else policy.source,
        counts=_counts(result),
        rows=rows,
        questions=list(dict.fromkeys(str(question_words(each.answer)) for each in missing)),
    )


def _counts(result: PolicyResult) -> str:
    """How many requirements are met, not met and missing, and no verdict."""
    statuses = [each.status for each in result.requirements]
    return str(
        _(
            "%(met)s met, %(not_met)s not met, %(missing)s missing",
            met=statuses.count(RequirementStatus.MET),
            not_met=statuses.count(RequirementStatus.NOT_MET),
            missing=statuses.count(RequirementStatus.MISSING),
        )
    )
