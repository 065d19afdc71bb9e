"""Sessions of people who are signed in, found by the digest of the token that the browser holds."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Delete, Update, delete, func, select, update
from sqlalchemy.orm import Session

from app.storage.account_models import Clinician, ClinicSession
from app.storage.clinicians import ClinicianAccount, account_of
from app.storage.encryption import token_digest

_CHALLENGE_BYTES: Final = 32
_SEEN_AT_MOST_EVERY: Final = timedelta(minutes=1)  # a page that is read costs no write


@dataclass(frozen=True)
class SignedInSession:
    """A session with its account. `factor_at` is None until a second factor was given in it."""

    id: UUID
    account: ClinicianAccount
    started_at: datetime
    last_seen_at: datetime
    factor_at: datetime | None
    challenge: bytes | None
    codes_seed: bytes | None


def add_session(
    session: Session, token: str, clinician_id: UUID, now: datetime, *, factor_at: datetime | None = None
) -> UUID:
    """A new session under this token; its id."""
    row_id = uuid4()
    session.add(
        ClinicSession(
            id=row_id,
            token_digest=token_digest(token),
            clinician_id=clinician_id,
            started_at=now,
            last_seen_at=now,
            factor_at=factor_at,
        )
    )
    return row_id


def find_session(session: Session, token: str) -> SignedInSession | None:
    """The session of this token with its account as it is now, whether or not its time is over."""
    query = (
        select(ClinicSession, Clinician)
        .join(Clinician, Clinician.id == ClinicSession.clinician_id)
        .where(ClinicSession.token_digest == token_digest(token))
    )
    found = session.execute(query).first()
    if found is None:
        return None
    row, person = found
    return SignedInSession(
        id=row.id,
        account=account_of(person),
        started_at=row.started_at,
        last_seen_at=row.last_seen_at,
        factor_at=row.factor_at,
        challenge=row.challenge,
        codes_seed=row.codes_seed,
    )


def is_seen_long_ago(found: SignedInSession, now: datetime) -> bool:
    """Whether it is worth a write that the session was seen just now."""
    return now - found.last_seen_at >= _SEEN_AT_MOST_EVERY


class Purpose(Enum):
    """What the challenge of a session is good for: one of one kind is none of another."""

    SIGN_IN = b"S"
    REGISTER = b"R"


def new_challenge(purpose: Purpose) -> bytes:
    """256 random bits, marked with what they are good for."""
    return purpose.value + secrets.token_bytes(_CHALLENGE_BYTES)


def challenge_for(found: SignedInSession, purpose: Purpose) -> bytes | None:
    """The challenge of a session if it is one of this kind."""
    challenge = found.challenge
    return challenge if challenge is not None and challenge[:1] == purpose.value else None


def _changed(session: Session, statement: Update | Delete) -> int:
    return int(getattr(session.execute(statement), "rowcount", 0))


def set_seen(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that the session was seen. One that was ended meanwhile does not come back."""
    _changed(session, update(ClinicSession).where(ClinicSession.id == session_id).values(last_seen_at=now))


def replace_token(session: Session, session_id: UUID, token: str, factor_at: datetime) -> bool:
    """A second factor was given: the session goes on under another token. False when it was ended."""
    statement = update(ClinicSession).where(ClinicSession.id == session_id)
    values = {"token_digest": token_digest(token), "factor_at": factor_at, "challenge": None}
    return _changed(session, statement.values(**values)) == 1


def set_challenge(session: Session, session_id: UUID, challenge: bytes) -> None:
    """What a passkey has to answer next in this session."""
    statement = update(ClinicSession).where(ClinicSession.id == session_id)
    _changed(session, statement.values(challenge=challenge))


def set_codes_seed(session: Session, session_id: UUID, seed: bytes | None) -> None:
    """What the recovery codes are derived from that this session shows; None when they are put away."""
    statement = update(ClinicSession).where(ClinicSession.id == session_id)
    _changed(session, statement.values(codes_seed=seed))


def use_challenge(session: Session, session_id: UUID, challenge: bytes) -> bool:
    """Take the challenge away; False when it is not there any more."""
    mine = (ClinicSession.id == session_id, ClinicSession.challenge == challenge)
    return _changed(session, update(ClinicSession).where(*mine).values(challenge=None)) == 1


def list_sessions(session: Session, clinician_id: UUID, seen_since: datetime) -> list[ClinicSession]:
    """The sessions of a person that were seen since a moment, the last seen first."""
    query = select(ClinicSession).where(
        ClinicSession.clinician_id == clinician_id, ClinicSession.last_seen_at > seen_since
    )
    return list(session.scalars(query.order_by(ClinicSession.last_seen_at.desc(), ClinicSession.id)))


def count_sessions(session: Session, seen_since: datetime) -> dict[UUID, int]:
    """How many sessions each person has that were seen since a moment; nobody who has none."""
    query = select(ClinicSession.clinician_id, func.count()).where(ClinicSession.last_seen_at > seen_since)
    return {row[0]: row[1] for row in session.execute(query.group_by(ClinicSession.clinician_id))}


def end_session(session: Session, session_id: UUID, clinician_id: UUID) -> bool:
    """End one session of a person; False when they have none with this id."""
    mine = (ClinicSession.id == session_id, ClinicSession.clinician_id == clinician_id)
    return _changed(session, delete(ClinicSession).where(*mine)) == 1


def end_sessions(session: Session, clinician_id: UUID, but: UUID | None = None) -> int:
    """End every session of a person, or every one but this; how many there were."""
    statement = delete(ClinicSession).where(ClinicSession.clinician_id == clinician_id)
    return _changed(session, statement if but is None else statement.where(ClinicSession.id != but))


def delete_old_sessions(session: Session, seen_before: datetime) -> int:
    """Remove the sessions that nobody has used since a moment; how many there were."""
    return _changed(session, delete(ClinicSession).where(ClinicSession.last_seen_at < seen_before))
