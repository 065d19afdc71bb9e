"""The evidence for one policy: each requirement with the answer behind it, and the fields payers share.

Which fields: those that the forms of several payers have in common. No verdict is given.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from flask_babel import format_date
from flask_babel import gettext as _

from app.domain import answers_from_mapping
from app.domain.policies import (
    Case,
    Phase,
    Policy,
    PolicyResult,
    RequirementResult,
    RequirementStatus,
    compare_with_policy,
)
from app.reports.papers import words
from app.reports.papers.facts import compared_policies, paper_facts
from app.reports.papers.frame import frame
from app.reports.papers.typed import TypedIdentity
from app.reports.papers.typesetting import Paper, PaperKind, plain_text, set_paper
from app.reports.policy_tables import policy_tables
from app.services.clinical_review import ScreeningRecord
from app.services.measures import RecordedCourse, latest_course

_PARTS: Final = ("days", "overuse", "treatment", "scores", "course", "features", "about")
_PATIENT: Final = ("patient_name", "date_of_birth", "member_number", "payer")
_PRESCRIBER: Final = ("prescriber_name", "specialty", "local_number", "npi", "dea", "practice")
_TREATMENT: Final = ("other_code", "procedure_codes", "planned_dose", "previous_toxin")
_LONGEST_RUNNING: Final = 150  # what fits above a page
# Requirements that are about the days under treatment; all others are about the answers of the screening.
_OF_THE_COURSE: Final = ("reduction_at_least", "reduction_more_than", "not_below_for", "course_within")


class NoPolicyError(Exception):
    """There is no such policy, neither beside the answers nor in use."""


def evidence_pdf(
    record: ScreeningRecord,
    policy_id: str,
    typed: TypedIdentity,
    paper: Paper,
    *,
    policies: Iterable[Policy],
    clinic_name: str,
    now: datetime,
) -> bytes:
    """The evidence for one policy as PDF, with what was typed for this paper alone.

    `policies` are those in use.

    Raises:
        NoPolicyError: there is no policy with this id.
    """
    known = tuple(policies)
    facts = paper_facts(record, known)
    shared = frame(facts, title=words.EVIDENCE_TITLE, clinic_name=clinic_name, now=now, parts=_PARTS)
    policy = _policy_values(record, policy_id, known)
    values = {**shared, **_typed_values(typed), **policy, "running": _running(typed, policy["policy_title"])}
    return set_paper(PaperKind.EVIDENCE, paper, values, now)


# --- the policy -----------------------------------------------------------------------------------


def _policy_values(record: ScreeningRecord, policy_id: str, known: tuple[Policy, ...]) -> dict[str, Any]:
    policy = next((each for each in known if each.id == policy_id), None)
    started = _to_start(record, policy_id, policy)
    [table] = policy_tables([started], known)
    on = _to_go_on(record, policy, known)
    return {
        "policy_title": table.title,
        "policy_about": _about(started, policy),
        "source": table.source,
        "counts": table.counts,
        "rows": _rows(started, table.rows, record, None),
        "requirement_columns": words.REQUIREMENT_COLUMNS,
        "questions": list(dict.fromkeys([*table.questions, *on["questions"]])),
        "nothing_missing": words.NOTHING_MISSING,
        "comparison": words.COMPARISON,
        "going_on": on,
    }


def _to_start(record: ScreeningRecord, policy_id: str, policy: Policy | None) -> PolicyResult:
    """The comparison of the record; one made now for a policy that the record was never compared with."""
    for result in compared_policies(record):
        if result.id == policy_id:
            return result
    if policy is None:
        raise NoPolicyError(policy_id)
    return compare_with_policy(policy, Phase.START, Case(answers_from_mapping(record.screening.answers)))


def _to_go_on(record: ScreeningRecord, policy: Policy | None, known: tuple[Policy, ...]) -> dict[str, Any]:
    """What the policy asks for to go on, beside the newest days under treatment; a sentence without these."""
    nothing: dict[str, Any] = {"words": "", "rows": [], "questions": []}
    if policy is None:
        return nothing
    if not policy.continuing:
        return nothing | {"words": words.NOTHING_ON_GOING_ON}
    entry = latest_course(record.measures)
    if entry is None:
        return nothing | {"words": words.NO_COURSE_TO_COMPARE}
    case = Case(answers_from_mapping(record.screening.answers), entry.course)
    result = compare_with_policy(policy, Phase.CONTINUE, case)
    [table] = policy_tables([result], known)
    rows = _rows(result, table.rows, record, entry)
    return {"words": table.counts, "rows": rows, "questions": table.questions}


def _rows(
    result: PolicyResult, rows: list[list[Any]], record: ScreeningRecord, entry: RecordedCourse | None
) -> list[list[Any]]:
    """Requirement, status, answer, and the day on which the answer was given."""
    return [
        [*row, _day_of(requirement, record, entry)]
        for requirement, row in zip(result.requirements, rows, strict=True)
    ]


def _day_of(requirement: RequirementResult, record: ScreeningRecord, entry: RecordedCourse | None) -> str:
    """The day of the answer; empty where there is no answer."""
    if requirement.status is RequirementStatus.MISSING:
        return ""
    is_of_course = entry is not None and requirement.needed["kind"] in _OF_THE_COURSE
    given_at = entry.recorded_at if entry and is_of_course else record.screening.received_at
    return str(format_date(given_at, "d MMM y"))


def _about(result: PolicyResult, policy: Policy | None) -> str:
    """Version and dates. The dates belong to the version in use, so only it has them."""
    version = str(_("Version %(version)s.", version=result.version))
    if policy is None:
        return f"{version} {_('This policy is no longer in use here.')}"
    if policy.version != result.version:
        return version
    dates = {"published": policy.published, "checked": policy.checked}
    return f"{version} {_('Published %(published)s, compared with its source %(checked)s:', **dates)}"


# --- what was typed -------------------------------------------------------------------------------


def _typed_values(typed: TypedIdentity) -> dict[str, Any]:
    chosen = [[code, words.DIAGNOSIS_CODES.get(code, "")] for code in typed.diagnosis_codes]
    diary = words.YES_NO[typed.diary] if typed.diary else ""
    return {
        "patient": _fields(typed, _PATIENT),
        "prescriber": _fields(typed, _PRESCRIBER),
        "diagnosis": {"name": words.TYPED["diagnosis_codes"], "codes": chosen},
        "treatment": [
            *_fields(typed, _TREATMENT),
            [words.TYPED["diary"], diary],
            *_fields(typed, ("diary_span",)),
        ],
        "signature": [[each, ""] for each in words.SIGNATURE],
    }


def _running(typed: TypedIdentity, policy_title: str) -> str:
    """Whose paper it is and on what, above every page but the first, cut to what fits."""
    parts = (typed.patient_name, typed.date_of_birth, policy_title)
    whole = plain_text(" · ".join(part for part in parts if part)).replace("\n", " ")
    return whole if len(whole) <= _LONGEST_RUNNING else f"{whole[:_LONGEST_RUNNING]}…"


def _fields(typed: TypedIdentity, names: tuple[str, ...]) -> list[list[Any]]:
    return [[words.TYPED[name], getattr(typed, name)] for name in names]
