"""Which key each reference code is found with. Its MAC cannot be made anew: the code itself is not kept."""

from collections import Counter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.storage.encryption import FieldCipher, UnreadableError, code_macs
from app.storage.keyring import Keyring
from app.storage.models import PatientDiary, Screening, ScreeningDraft
from app.storage.sealed_columns import SEALED

_BATCH: Final = 500
_DRAFTS: Final = next(each for each in SEALED if each.table is ScreeningDraft.__table__)
_LIVE: Final = Screening.removed_at.is_(None)
_UNNOTED: Final = (_LIVE, Screening.reference_key_id.is_(None))


def note_only_key(session: Session, key_id: str, after: UUID | None) -> UUID | None:
    """Note with screenings from before keys were noted that it was this one.

    It is sure only while there is no other. A part at a time, in the order of their ids; returned is the
    last of the part, None when nothing is left.
    """
    query = select(Screening.id).where(*_UNNOTED).order_by(Screening.id).limit(_BATCH)
    ids = list(session.scalars(query if after is None else query.where(Screening.id > after)))
    session.execute(update(Screening).where(Screening.id.in_(ids)).values(reference_key_id=key_id))
    return ids[-1] if ids else None


def codes_of_keys(session: Session, keyring: Keyring) -> Counter[str]:
    """How many screenings, finished or not, and diaries can be found by their code with each key alone.

    One that does not tell with which counts for every key that it may be.
    """
    noted = select(Screening.reference_key_id, func.count()).where(_LIVE).group_by(Screening.reference_key_id)
    diaries = select(PatientDiary.reference_key_id, func.count()).group_by(PatientDiary.reference_key_id)
    codes = _codes_of_drafts(session, keyring)
    for key_id, n in (*session.execute(noted), *session.execute(diaries)):
        codes.update(dict.fromkeys([key_id] if key_id else [key.id for key in keyring.readable], n))
    return codes


def _codes_of_drafts(session: Session, keyring: Keyring) -> Counter[str]:
    """Drafts do not note the key, but hold their code: it is tried."""
    query = select(_DRAFTS.table).where(ScreeningDraft.reference_mac.is_not(None))
    cipher = FieldCipher(keyring)
    rows = session.execute(query.execution_options(yield_per=_BATCH))
    return Counter(key_id for row in rows for key_id in _keys_of_draft(cipher, keyring, row))


def _keys_of_draft(cipher: FieldCipher, keyring: Keyring, row: Any) -> list[str]:
    try:
        code = cipher.open(row.content, _DRAFTS.place("content", row))["reference_code"]
    except UnreadableError:
        return []  # nobody can go on with it, by its code or otherwise
    found = code_macs(keyring, code)
    return [key_id for key_id, mac in zip(found.key_ids, found.macs, strict=True) if mac == row.reference_mac]
