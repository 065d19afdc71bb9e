"""Passkeys: found by their id, counted up at each use."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.storage.account_models import Passkey


def add_passkey(
    session: Session,
    clinician_id: UUID,
    *,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
    name: str,
    now: datetime,
) -> None:
    """A new passkey. One that another account has is refused by the database."""
    session.add(
        Passkey(
            clinician_id=clinician_id,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            name=name,
            created_at=now,
        )
    )
    session.flush()


def list_passkeys(session: Session, clinician_id: UUID) -> Sequence[Passkey]:
    """The passkeys of a person, the oldest first."""
    query = select(Passkey).where(Passkey.clinician_id == clinician_id)
    return session.scalars(query.order_by(Passkey.created_at, Passkey.id)).all()


def find_passkey(session: Session, clinician_id: UUID, credential_id: bytes) -> Passkey | None:
    """The passkey with this id, if it is this person's."""
    mine = (Passkey.clinician_id == clinician_id, Passkey.credential_id == credential_id)
    return session.scalar(select(Passkey).where(*mine))


def use_passkey(session: Session, passkey: Passkey, sign_count: int, now: datetime) -> bool:
    """Note a use; False when the count that it showed was shown meanwhile, or the passkey is gone."""
    seen = (Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
    values = {"sign_count": sign_count, "last_used_at": now}
    result = session.execute(
        update(Passkey).where(*seen).values(**values).execution_options(synchronize_session=False)
    )
    return int(getattr(result, "rowcount", 0)) == 1


def remove_passkey(session: Session, clinician_id: UUID, passkey_id: UUID) -> bool:
    """Remove one passkey of a person; False when they have none with this id."""
    mine = (Passkey.id == passkey_id, Passkey.clinician_id == clinician_id)
    return int(getattr(session.execute(delete(Passkey).where(*mine)), "rowcount", 0)) == 1
