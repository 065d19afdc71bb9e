"""Many new screenings at once: sealed before the transaction, and stored by one statement a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.storage.encryption import FieldCipher, Place
from app.storage.models import Screening, ScreeningPolicy
from app.storage.new_screenings import SHARED_WITH_POLICIES, NewScreening, columns_of


@dataclass(frozen=True)
class SealedScreening:
    """A screening as its rows will be: its own, and one for each policy that lacks no answer."""

    new: NewScreening
    row: dict[str, Any]
    policies: list[dict[str, Any]]

    @property
    def id(self) -> UUID:
        found: UUID = self.row["id"]
        return found


def seal_screening(
    cipher: FieldCipher,
    new: NewScreening,
    *,
    assessment_text: str,
    listing: dict[str, Any],
    complete_policies: Iterable[str],
) -> SealedScreening:
    """The rows of a screening with a code that was just drawn: nothing can stand under it yet.

    `assessment_text` is its assessment as JSON.

    Raises:
        ValueError: its language is not known.
    """
    row = columns_of(new, visit=1)
    row["reference_key_id"], row["reference_mac"] = new.code.key_ids[-1], new.code.macs[-1]
    row["answers"] = cipher.seal(new.answers, _place("answers", row))
    row["assessment"] = cipher.seal_text(assessment_text, _place("assessment", row))
    row["listing"] = cipher.seal(listing, _place("listing", row))
    shared = {"assigned_to_id": None, **{name: row[name] for name in SHARED_WITH_POLICIES if name in row}}
    policies = [{"screening_id": row["id"], "policy_id": each, **shared} for each in complete_policies]
    return SealedScreening(new, row, policies)


def _place(column: str, row: dict[str, Any]) -> Place:
    return Place("screenings", column, row["id"], row["row_version"])


def add_screenings(session: Session, batch: Sequence[SealedScreening]) -> None:
    """Store them. A code that is taken after all, once in 2^80, is a conflict."""
    policies = [each for sealed in batch for each in sealed.policies]
    connection = session.connection()
    if batch:
        connection.execute(insert(Screening), [each.row for each in batch])
    if policies:
        connection.execute(insert(ScreeningPolicy), policies)
