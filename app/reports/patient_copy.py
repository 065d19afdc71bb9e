"""A person's own copy of everything stored about them, as docs/patient-copy.schema.json describes it.

Nothing in it is the desk's: no note, no review, no name, no status. The code is not in it either: a file that
is found opens nothing. The same holds for the copy as FHIR, which is the Bundle of the desk without reviews.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from flask_babel import to_user_timezone

from app.domain.diary import Diary
from app.services.opening_by_code import OpenedScreening

FORMAT: Final = "headache-screening-copy"
FORMAT_VERSION: Final = 1
_MOST_DIGITS: Final = 15


def copy_name(made_at: datetime) -> str:
    """The name of the file: plain ASCII, with the day it was made and nothing that tells whose it is."""
    return f"headache-copy-{to_user_timezone(made_at).date().isoformat()}.json"


def fhir_name(received_at: datetime) -> str:
    """The name of one screening as FHIR: the same, with the day of the screening."""
    return f"headache-fhir-{to_user_timezone(received_at).date().isoformat()}.json"


def fhir_copy(opened: OpenedScreening) -> dict[str, Any]:
    """One screening as FHIR R4. What was typed is the person's own, so it is in it."""
    from app.reports.fhir.bundle import bundle_for  # slow: only where bundles are made

    return bundle_for(opened.record, with_text=True)


def copy_of(
    opened: Iterable[OpenedScreening], made_at: datetime, *, tells_visit: bool, diary: Diary | None = None
) -> dict[str, Any]:
    """The copy as plain JSON values; times are UTC. A diary is in it where days were noted.

    The visit tells whether a code was known before: only somebody who may read what is under it learns it.
    """
    copy = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "made_at": _moment(made_at),
        "screenings": [_screening(each, tells_visit=tells_visit) for each in opened],
    }
    return {**copy, "diary": _diary(diary)} if diary else copy


def _diary(diary: Diary) -> list[dict[str, Any]]:
    return [
        {"date": day.isoformat(), "kind": mark.kind.value, "took_medicine": mark.took_medicine}
        for day, mark in sorted(diary.items())
    ]


def _screening(opened: OpenedScreening, *, tells_visit: bool) -> dict[str, Any]:
    about = opened.about
    return {
        **({"visit": about.visit} if tells_visit else {}),
        "received_at": _moment(about.received_at),
        "language": about.language,
        "consent": _consent(about.consent_version, about.consented_at),
        "answers": _readable(opened.stored.answers),
        "assessment": _readable(opened.stored.assessment),
    }


def _consent(version: str | None, given_at: datetime | None) -> dict[str, str | None] | None:
    """What was agreed to and when; None for screenings from before consent was asked for."""
    if version is None:
        return None
    return {"version": version, "given_at": None if given_at is None else _moment(given_at)}


def _readable(value: Any) -> Any:
    """Plain JSON values with numbers as people write them: 3 months, kept as 90/7 weeks, are 12.9 weeks."""
    if isinstance(value, dict):
        return {name: _readable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_readable(each) for each in value]
    return _rounded(value) if isinstance(value, float) else value


def _rounded(value: float) -> float:
    """To one decimal, or to more where that would make it whole: every line of a rule is a whole number."""
    shorter = (round(value, digits) for digits in range(1, _MOST_DIGITS))
    return next((each for each in shorter if not each.is_integer()), value)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
