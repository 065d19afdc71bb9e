"""The diary under a reference code: every day that was noted, in one sealed value."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.diary import DayKind, DayMark, Diary
from app.storage.encryption import CodeMacs, FieldCipher, Place
from app.storage.models import PatientDiary, Screening
from app.storage.visits import last_visit


@dataclass(frozen=True)
class StoredDiary:
    """A diary opened for use."""

    id: UUID
    days: Diary
    kept_until: datetime


def _place(row: PatientDiary) -> Place:
    return Place("patient_diaries", "content", row.id, row.row_version)


def _opened(row: PatientDiary, cipher: FieldCipher) -> StoredDiary:
    content: dict[str, list[Any]] = cipher.open(row.content, _place(row))
    days = {date.fromisoformat(day): DayMark(DayKind(kind), took) for day, (kind, took) in content.items()}
    return StoredDiary(row.id, days, row.kept_until)


def _plain(days: Diary) -> dict[str, list[Any]]:
    return {day.isoformat(): [mark.kind.value, mark.took_medicine] for day, mark in sorted(days.items())}


def find_diary(
    session: Session, cipher: FieldCipher, code: CodeMacs, *, for_update: bool = False
) -> StoredDiary | None:
    """The diary under this code, if there is one. `for_update` keeps others from it until the end.

    Raises:
        UnreadableError: it is damaged.
    """
    query = select(PatientDiary).where(PatientDiary.reference_mac.in_(code.macs))
    row = session.scalar(query.with_for_update() if for_update else query)
    return None if row is None else _opened(row, cipher)


def has_diary(session: Session, code: CodeMacs) -> bool:
    """Whether there is a diary under this code; it is not opened."""
    mine = PatientDiary.reference_mac.in_(code.macs)
    return session.scalar(select(PatientDiary.id).where(mine)) is not None


def find_diary_beside(session: Session, cipher: FieldCipher, screening_id: UUID) -> StoredDiary | None:
    """The diary under the code of a screening, if there is one.

    Raises:
        UnreadableError: it is damaged.
    """
    query = select(PatientDiary).join(Screening, Screening.reference_mac == PatientDiary.reference_mac)
    row = session.scalar(query.where(Screening.id == screening_id))
    return None if row is None else _opened(row, cipher)


def add_diary(
    session: Session, cipher: FieldCipher, code: CodeMacs, days: Diary, now: datetime, kept_until: datetime
) -> UUID:
    """A new diary under this code; its id. Nobody else can add one until the end of this transaction."""
    _visit, key_id, mac = last_visit(session, code)
    row = PatientDiary(
        id=uuid4(),
        reference_mac=mac,
        reference_key_id=key_id,
        changed_at=now,
        kept_until=kept_until,
        row_version=1,
    )
    row.content = cipher.seal(_plain(days), _place(row))
    session.add(row)
    return row.id


def save_days(
    session: Session, cipher: FieldCipher, diary_id: UUID, days: Diary, now: datetime, kept_until: datetime
) -> None:
    """Store the days of a diary as a new version of its row."""
    row = session.get_one(PatientDiary, diary_id)
    row.row_version += 1
    row.changed_at, row.kept_until = now, kept_until
    row.content = cipher.seal(_plain(days), _place(row))


def delete_diary(session: Session, code: CodeMacs) -> int:
    """Remove the diary under this code; how many there were."""
    result = session.execute(delete(PatientDiary).where(PatientDiary.reference_mac.in_(code.macs)))
    return int(getattr(result, "rowcount", 0))


def delete_expired_diaries(session: Session, now: datetime) -> int:
    """Remove every diary in which nobody has written for so long that its time is over; how many."""
    result = session.execute(delete(PatientDiary).where(PatientDiary.kept_until <= now))
    return int(getattr(result, "rowcount", 0))
