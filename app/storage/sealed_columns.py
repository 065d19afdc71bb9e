"""Every column that holds sealed values: how much each key is used, and sealing anew with the active one."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, func, or_, select, update
from sqlalchemy.orm import Session

from app.storage.account_models import Clinician
from app.storage.encryption import FieldCipher, Place, UnreadableError, code_macs
from app.storage.keyring import Keyring
from app.storage.models import (
    DeskEvent,
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
    _of(Clinician, "totp_seed"),
    _of(DeskEvent, "detail"),
)


@dataclass
class Batch:
    """What was done with some rows: the last of them, how many values were sealed anew and how many not."""

    last_id: UUID | None = None
    rows: int = 0
    resealed: int = 0
    unreadable: int = 0


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


def codes_of_key(session: Session, key_id: str, *, is_oldest: bool) -> int:
    """How many screenings can be found by their code with this key alone.

    Those from before the key was noted were all written with the oldest.
    """
    noted = Screening.reference_key_id == key_id
    condition = or_(noted, Screening.reference_key_id.is_(None)) if is_oldest else noted
    query = select(func.count()).select_from(Screening).where(condition, Screening.removed_at.is_(None))
    return session.scalar(query) or 0


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


def reseal_batch(
    session: Session, keyring: Keyring, sealed: SealedColumns, after: UUID | None, most: int
) -> Batch:
    """Seal values of the next rows anew, while nobody else changes them. What cannot be read stays."""
    query = select(sealed.table).where(_is_old(sealed, keyring.active.id))
    query = query if after is None else query.where(sealed.table.c.id > after)
    cipher, batch = FieldCipher(keyring), Batch()
    for row in session.execute(query.order_by(sealed.table.c.id).limit(most).with_for_update()).all():
        batch.last_id, batch.rows = row.id, batch.rows + 1
        values = _resealed(keyring, cipher, sealed, row, batch)
        if values:
            session.execute(update(sealed.table).where(sealed.table.c.id == row.id).values(values))
    return batch


def _resealed(
    keyring: Keyring, cipher: FieldCipher, sealed: SealedColumns, row: Any, batch: Batch
) -> dict[str, bytes]:
    values: dict[str, bytes] = {}
    for name in sealed.names:
        before = getattr(row, name)
        if not before or before[1:5].hex() == keyring.active.id:
            continue
        try:
            content = cipher.open(before, sealed.place(name, row))
        except UnreadableError:
            batch.unreadable += 1
            continue
        values[name] = cipher.seal(content, sealed.place(name, row))
        batch.resealed += 1
        if sealed.table.name == ScreeningDraft.__tablename__ and row.reference_mac:
            values["reference_mac"] = code_macs(keyring, content["reference_code"]).macs[-1]
    return values
