"""Screenings under one reference code: found by it, and counted under it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.encryption import CodeMacs
from app.storage.locks import hold
from app.storage.models import PatientDiary, Screening


def find_screening_id(session: Session, code: CodeMacs) -> UUID | None:
    """The id of the newest screening with this reference code."""
    newest = Screening.visit.desc()
    mine = (Screening.reference_mac.in_(code.macs), Screening.removed_at.is_(None))
    return session.scalar(select(Screening.id).where(*mine).order_by(newest).limit(1))


def hold_code(session: Session, code: CodeMacs) -> None:
    """Keep everybody else from adding to what stands under a code until the end of this transaction."""
    hold(session, int.from_bytes(code.macs[0][:8], signed=True))


def last_visit(session: Session, code: CodeMacs) -> tuple[int, str | None, bytes]:
    """The newest screening with this reference code: its number, and as what the code stands there.

    Number 0 when there is none; the next one is written as the diary of that code, if there is one, else
    with the active key. What belongs together stands under one MAC, also after another key became active.

    Until the end of this transaction nobody else can add one: a conflict would lose an emergency.
    """
    hold_code(session, code)
    columns = (Screening.visit, Screening.reference_key_id, Screening.reference_mac)
    newest = select(*columns).where(Screening.reference_mac.in_(code.macs)).order_by(Screening.visit.desc())
    row = session.execute(newest.limit(1)).first()
    if row is not None:
        return row[0], row[1], row[2]
    beside = select(PatientDiary.reference_key_id, PatientDiary.reference_mac)
    diary = session.execute(beside.where(PatientDiary.reference_mac.in_(code.macs))).first()
    return (0, code.key_ids[-1], code.macs[-1]) if diary is None else (0, diary[0], diary[1])
