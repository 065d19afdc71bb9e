"""What the queue shows of a screening: a few numbers, sealed apart, so that a list opens quickly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.codes import Outcome, RedFlagCode
from app.domain.medication_overuse import OveruseStatus
from app.domain.policies import RequirementStatus
from app.storage.screenings import ListedScreening


@dataclass(frozen=True)
class Listing:
    """The numbers of a line in the queue; None where it is not known.

    Days are days per 30, `months` months at this frequency, `preventives` medicines counted.
    """

    headache_days: float | None
    migraine_days: float | None
    months: float | None
    preventives: int | None
    overuse: OveruseStatus | None
    red_flags: tuple[RedFlagCode, ...]
    is_unsure_of_danger: bool


def listing_codes(assessment: Mapping[str, Any]) -> dict[str, Any]:
    """The line of an assessment, both as plain codes."""
    criteria, history = assessment["criteria"], assessment["preventive_history"]
    return {
        "days": [criteria[name].get("value") for name in ("headache_days", "migraine_days", "duration")],
        "preventives": history["medicines"] if history["asked"] else None,
        "overuse": assessment.get("medication_overuse", {}).get("status"),
        "red_flags": [flag["code"] for flag in assessment["red_flags"]],
        "unsure": assessment["red_flags_not_sure"],
    }


def opened_listing(screening: ListedScreening) -> Listing | None:
    """The line of a screening, or None when it cannot be read."""
    if screening.listing is None:
        return None
    try:
        return _listing(screening.listing)
    except (KeyError, TypeError, ValueError):
        return None  # written by another version: one line must not hide all the others


def _listing(codes: Mapping[str, Any]) -> Listing:
    headache, migraine, months = codes["days"]
    return Listing(
        headache,
        migraine,
        months,
        codes["preventives"],
        codes["overuse"] and OveruseStatus(codes["overuse"]),
        tuple(RedFlagCode(code) for code in codes["red_flags"]),
        codes["unsure"],
    )


def complete_policies(assessment: Mapping[str, Any]) -> list[str]:
    """The ids of the policies for which no answer is missing. An emergency stops before any."""
    if assessment["outcome"] == Outcome.EMERGENCY:
        return []
    return [
        policy["id"]
        for policy in assessment.get("policies", [])
        if all(each["status"] != RequirementStatus.MISSING for each in policy["requirements"])
    ]
