"""What an administrator has set for the whole clinic, by name. What was never set has its default."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.storage.locks import hold
from app.storage.models import ClinicPicture, ClinicSetting

_ADVISORY_LOCK: Final = 72_417_905


@dataclass(frozen=True)
class Setting:
    """What was set, and when."""

    value: str
    changed_at: datetime


def read_settings(session: Session) -> dict[str, Setting]:
    """Everything that was set, by name."""
    return {row.name: Setting(row.value, row.changed_at) for row in session.scalars(select(ClinicSetting))}


def hold_settings(session: Session) -> None:
    """Keep everybody else from changing settings together until the end of this transaction."""
    hold(session, _ADVISORY_LOCK)


def keep_setting(session: Session, name: str, value: str, now: datetime) -> None:
    """Set one thing, in place of what was set before."""
    row = session.get(ClinicSetting, name, with_for_update=True)
    if row is None:
        session.add(ClinicSetting(name=name, value=value, changed_at=now))
    else:
        row.value, row.changed_at = value, now


def keep_picture(session: Session, name: str, digest: str, content: bytes) -> None:
    """Keep a picture, in place of the one before."""
    session.merge(ClinicPicture(name=name, digest=digest, content=content))


def remove_picture(session: Session, name: str) -> None:
    session.execute(delete(ClinicPicture).where(ClinicPicture.name == name))


def find_picture(session: Session, name: str, digest: str) -> bytes | None:
    """The picture, if it is still the one that is meant."""
    wanted = select(ClinicPicture.content)
    return session.scalar(wanted.where(ClinicPicture.name == name, ClinicPicture.digest == digest))
