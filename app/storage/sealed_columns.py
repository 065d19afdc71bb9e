"""Every column that holds sealed values: what needs which key, and sealing anew with the active one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from app.storage.account_models import Clinician
from app.storage.encryption import FieldCipher, Place, UnreadableError, key_id_of
from app.storage.models import (
    DeskEvent,
    PatientDiary,
    ReadingGrant,
    Screening,
    ScreeningDraft,
    ScreeningMeasure,
    ScreeningReassessment,
    ScreeningReview,
)


@dataclass(frozen=True)
class SealedColumns:
    """The sealed columns of one table. Rows that are only added are at version 1 for ever."""

    table: Table
    names: tuple[str, ...]

    def place(self, name: str, row: Any) -> Place:
        version = row.row_version if "row_version" in self.table.columns else 1
        return Place(self.table.name, name, row.id, version)


def _of(model: Any, *names: str) -> SealedColumns:
    return SealedColumns(model.__table__, names)


# The details of the audit are not here: its rows never change, and its keys outlive those of the answers.
SEALED: Final = (
    _of(Screening, "answers", "assessment", "listing"),
    _of(ScreeningReview, "note", "diagnosis"),
    _of(ScreeningMeasure, "content"),
    _of(ScreeningReassessment, "assessment"),
    _of(ScreeningDraft, "content"),
    _of(ReadingGrant, "content"),
    _of(PatientDiary, "content"),
    _of(Clinician, "totp_seed"),
    _of(DeskEvent, "detail"),
)


@dataclass(frozen=True)
class Change:
    """One value as it stands in a row, and sealed anew for the same place."""

    name: str
    row_id: UUID
    before: bytes
    after: bytes


def _key_of(column: Any) -> Any:
    """The key id within a sealed value (see `encryption`)."""
    return func.substr(column, 2, 4)


def uses_of_keys(session: Session) -> Counter[str]:
    """How many sealed values each key is needed for."""
    uses: Counter[str] = Counter()
    for sealed in SEALED:
        for name in sealed.names:
            column = sealed.table.c[name]
            key = _key_of(column)
            query = select(key, func.count()).where(func.length(column) > 0).group_by(key)
            uses.update({bytes(key_id).hex(): n for key_id, n in session.execute(query)})
    return uses


def count_old(session: Session, active_id: str) -> int:
    """How many rows hold a value that is sealed with another key than the active one."""
    return sum(
        session.scalar(select(func.count()).select_from(sealed.table).where(_is_old(sealed, active_id))) or 0
        for sealed in SEALED
    )


def _is_old(sealed: SealedColumns, active_id: str) -> Any:
    active = bytes.fromhex(active_id)
    columns = [sealed.table.c[name] for name in sealed.names]
    return or_(*((func.length(each) > 0) & (_key_of(each) != active) for each in columns))


def read_old(
    session: Session, sealed: SealedColumns, active_id: str, after: UUID | None, most: int
) -> list[Any]:
    """The next rows, in the order of their ids, with a value that another key than the active one sealed."""
    query = select(sealed.table).where(_is_old(sealed, active_id)).order_by(sealed.table.c.id).limit(most)
    query = query if after is None else query.where(sealed.table.c.id > after)
    return list(session.execute(query))


def sealed_anew(
    cipher: FieldCipher, sealed: SealedColumns, row: Any, active_id: str
) -> tuple[list[Change], int]:
    """What is to change in a row, and how many of its values cannot be read and stay as they are."""
    changes, unreadable = [], 0
    for name in sealed.names:
        before, place = getattr(row, name), sealed.place(name, row)
        if not before or key_id_of(before) == active_id:
            continue
        try:
            changes.append(Change(name, row.id, before, cipher.seal(cipher.open(before, place), place)))
        except UnreadableError:
            unreadable += 1
    return changes, unreadable


def replace_values(session: Session, sealed: SealedColumns, changes: Iterable[Change]) -> int:
    """Put the values in place of those that were read; how many. One that was changed meanwhile is left."""
    replaced, changes = 0, list(changes)
    for name in sealed.names:
        column = sealed.table.c[name]
        as_read = (sealed.table.c.id == bindparam("row"), column == bindparam("before"))
        statement = update(sealed.table).where(*as_read).values({name: bindparam("after")})
        values = [
            {"row": each.row_id, "before": each.before, "after": each.after}
            for each in changes
            if each.name == name
        ]
        if values:
            replaced += session.connection().execute(statement, values).rowcount
    return replaced
