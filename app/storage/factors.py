"""Second factors of an account: the sealed seed of one-time codes, each code used once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.storage.account_models import Clinician, Passkey, RecoveryCode
from app.storage.encryption import FieldCipher, Place


def _place(row: Clinician) -> Place:
    return Place("clinicians", "totp_seed", row.id, row.row_version)


def set_totp_seed(session: Session, cipher: FieldCipher, clinician_id: UUID, seed: bytes) -> None:
    """A new seed for one-time codes, of which none was used. It is in use once a code confirms it."""
    row = session.get_one(Clinician, clinician_id)
    row.row_version += 1
    row.totp_seed = cipher.seal(seed.hex(), _place(row))
    row.totp_confirmed_at = None
    row.totp_last_step = 0


def totp_seed(session: Session, cipher: FieldCipher, clinician_id: UUID) -> bytes | None:
    """The seed of a person's one-time codes, confirmed or not; None when there is none.

    Raises:
        UnreadableError: what is stored is damaged.
    """
    row = session.get_one(Clinician, clinician_id)
    return None if row.totp_seed is None else bytes.fromhex(cipher.open(row.totp_seed, _place(row)))


def seed_version(session: Session, clinician_id: UUID) -> int:
    """A number that changes with every new seed."""
    return session.get_one(Clinician, clinician_id).row_version


def confirm_totp(session: Session, clinician_id: UUID, now: datetime) -> None:
    """The seed is in use from now on."""
    session.get_one(Clinician, clinician_id).totp_confirmed_at = now


def remove_totp(session: Session, clinician_id: UUID) -> None:
    """No one-time codes any more; the person sets them up again at the next sign-in."""
    row = session.get_one(Clinician, clinician_id)
    row.totp_seed = row.totp_confirmed_at = None


def remove_other_factors(session: Session, clinician_id: UUID) -> None:
    """No passkey and no recovery code any more."""
    for table in (Passkey, RecoveryCode):
        session.execute(delete(table).where(table.clinician_id == clinician_id))


def set_recovery_codes(session: Session, clinician_id: UUID, digests: Sequence[bytes]) -> None:
    """These recovery codes and no older ones."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.clinician_id == clinician_id))
    session.add_all(RecoveryCode(clinician_id=clinician_id, digest=digest) for digest in digests)


def use_recovery_code(session: Session, clinician_id: UUID, digest: bytes, now: datetime) -> bool:
    """Take a recovery code; False when it is none of this person, or was used."""
    mine = (RecoveryCode.clinician_id == clinician_id, RecoveryCode.digest == digest)
    statement = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=now)
    return int(getattr(session.execute(statement), "rowcount", 0)) == 1


def count_recovery_codes(session: Session, clinician_id: UUID) -> int:
    """How many codes of a person were not used yet."""
    mine = (RecoveryCode.clinician_id == clinician_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).where(*mine)) or 0


def use_totp_step(session: Session, clinician_id: UUID, step: int) -> bool:
    """Take a step of 30 seconds for a code; False when it, or a later one, was taken before."""
    statement = (
        update(Clinician)
        .where(Clinician.id == clinician_id, Clinician.totp_last_step < step)
        .values(totp_last_step=step)
    )
    return int(getattr(session.execute(statement), "rowcount", 0)) == 1
