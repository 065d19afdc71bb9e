"""A person's way through the screening: start, answer, hand in, see the result."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from app.domain import ScreeningAnswers, answers_from_mapping
from app.domain.assessment import Assessment
from app.domain.codes import Outcome
from app.domain.reference_code import new_reference_code
from app.questionnaire.consent import CONSENT_VERSION
from app.questionnaire.draft_answers import WARNING_SIGNS, draft_answers
from app.questionnaire.path import on_path
from app.questionnaire.validation import answers_to_submit
from app.services.assessing import new_screening, stored_assessment
from app.services.doubts import Sender, is_doubtful
from app.services.draft_limits import end_of_draft, limits_for
from app.services.storing import keep_screening
from app.storage import drafts, reading_grants, screenings
from app.storage.audit import PATIENT, Action, AuditEntry, add_audit_entry
from app.storage.database import StorageUnavailableError
from app.storage.drafts import Consent, Draft
from app.storage.store import Store

Change = Callable[[dict[str, Any]], dict[str, Any]]


class NoDraftError(Exception):
    """The browser's token leads to no draft: it expired, was finished, or never was."""


@dataclass(frozen=True)
class ScreeningResult:
    """What a person sees after handing in: their answers, what the rules say, and the code."""

    answers: dict[str, Any]
    assessment: Assessment
    reference_code: str
    received_at: datetime


def start_screening(
    store: Store,
    language: str,
    now: datetime,
    answers: dict[str, Any] | None = None,
    *,
    reference_code: str | None = None,
    consent: Consent | None = None,
    is_shared: bool = False,
    leaving: str | None = None,
) -> str:
    """Begin a screening; the token is for the browser alone. The reference code exists from here on.

    With a code from before, it will stand beside the screenings under that code; whether there are any is
    not looked up. Who starts agrees to `CONSENT`; a journey that goes on keeps the `consent` it began with.
    The browser is `leaving` what it held until now, as by `finish`.
    """
    token = secrets.token_urlsafe(32)
    code = reference_code or new_reference_code()
    limits = limits_for(is_shared=is_shared, is_submitted=False, is_untouched=not answers)
    with store.database.writing() as session:
        drafts.delete_expired_drafts(session, now)
        _forget(session, leaving, now)
        reading_grants.delete_expired_grants(session, now)
        draft = drafts.add_draft(
            session,
            store.cipher,
            token,
            reference_code=code,
            reference_mac=store.mac_of(code),
            language=language,
            now=now,
            expires_at=now + limits.unused,
            is_shared=is_shared,
            consent=consent or Consent(CONSENT_VERSION, now),
        )
        if answers:
            session.flush()
            drafts.save_draft(session, store.cipher, replace(draft, answers=answers))
    return token


def find_draft(store: Store, token: str | None, now: datetime) -> Draft:
    """The draft of this browser. One whose time is over is deleted.

    Raises:
        NoDraftError: there is none.
    """
    if not token:
        raise NoDraftError
    with store.database.looking() as connection:
        draft = drafts.find_draft(connection, store.cipher, token, now)
    if draft is None:
        _delete_what_is_over(store, token, now)
        raise NoDraftError
    return draft


def _delete_what_is_over(store: Store, token: str, now: datetime) -> None:
    with store.database.reading() as session:
        is_over = drafts.has_draft(session, token)
    if is_over:
        with suppress(StorageUnavailableError), store.database.writing() as session:
            drafts.delete_expired_draft(session, token, now)


def _draft_for_change(session: Session, store: Store, token: str | None, now: datetime) -> Draft:
    draft = token and drafts.hold_draft(session, store.cipher, token, now)
    if not draft:
        raise NoDraftError
    return draft


def change_answers(store: Store, token: str | None, change: Change, now: datetime) -> dict[str, Any]:
    """Apply a change to the answers of the draft while nobody else can; all answers afterwards.

    Raises:
        NoDraftError: there is no draft.
    """
    with store.database.writing() as session:
        draft = _draft_for_change(session, store, token, now)
        if draft.is_submitted:
            return draft.answers
        changed = replace(draft, answers=change(draft.answers), seen_at=now)
        _save(session, store, changed, now)
    return changed.answers


def _save(session: Session, store: Store, draft: Draft, now: datetime) -> None:
    """Store a draft as it is used now: its time begins anew."""
    drafts.save_draft(session, store.cipher, replace(draft, expires_at=end_of_draft(draft, now)))


def submit_screening(store: Store, token: str | None, now: datetime, sender: Sender | None = None) -> bool:
    """Hand in the draft: store its answers with their assessment, exactly once; whether this call did.

    A second call finds the first one's screening and changes nothing.

    Raises:
        NoDraftError: there is no draft.
        IncompleteAnswersError: a page has to be answered first.
    """
    with store.database.writing() as session:
        draft = _draft_for_change(session, store, token, now)
        is_new = not draft.is_submitted
        if is_new:
            _store_screening(session, store, draft, answers_to_submit(draft.answers), now, sender)
    return is_new


def submit_emergency(
    store: Store, token: str | None, red_flags: list[str], now: datetime, sender: Sender | None = None
) -> bool:
    """Store a screening that ends at a warning sign, with whatever was answered before; once.

    Whether this call did.

    When this browser has handed in an ordinary screening already, the sign is stored as the next one under
    the same code, and the draft leads to it from then on.

    Raises:
        NoDraftError: there is no draft.
    """
    with store.database.writing() as session:
        draft = _draft_for_change(session, store, token, now)
        is_new = not _has_told_of_emergency(session, store, draft)
        if is_new:
            answers = _with_signs(draft.answers, red_flags)
            _store_screening(session, store, draft, answers, now, sender)
    return is_new


def _has_told_of_emergency(session: Session, store: Store, draft: Draft) -> bool:
    if draft.screening_id is None:
        return False
    stored = screenings.get_screening(session, store.cipher, draft.screening_id)
    return stored is not None and stored.outcome is Outcome.EMERGENCY


def _with_signs(answers: dict[str, Any], red_flags: list[str]) -> ScreeningAnswers:
    """The answers so far with the signs; the signs alone when the others cannot be read any more."""
    try:
        return answers_from_mapping(on_path({**answers, "red_flags": red_flags}))
    except ValueError:
        return answers_from_mapping({"red_flags": red_flags})


def _store_screening(
    session: Session,
    store: Store,
    draft: Draft,
    answers: ScreeningAnswers,
    now: datetime,
    sender: Sender | None,
) -> None:
    new = new_screening(
        answers,
        code=store.macs_of(draft.reference_code),
        language=draft.language,
        received_at=now,
        policies=store.policies.policies,
    )
    new = replace(new, consent=draft.consent)
    if sender is not None:
        new = replace(new, id=uuid4(), language=sender.language)
        new = replace(new, is_unverified=is_doubtful(session, store, draft, new, sender))
    screening_id = keep_screening(session, store, new)
    session.flush()
    _save(session, store, replace(draft, answers={}, submitted_at=now, screening_id=screening_id), now)
    entry = AuditEntry(Action.SCREENING_STORED, PATIENT, now, screening_id)
    add_audit_entry(session, store.keyring, entry)


def find_result(store: Store, token: str | None, now: datetime) -> ScreeningResult | None:
    """The result of the screening this browser handed in, or None before that.

    Raises:
        NoDraftError: there is no draft.
    """
    draft = find_draft(store, token, now)
    if draft.screening_id is None:
        return None
    with store.database.reading() as session:
        stored = screenings.get_screening(session, store.cipher, draft.screening_id)
    if stored is None:
        raise NoDraftError
    return ScreeningResult(
        stored.answers, stored_assessment(stored), draft.reference_code, stored.received_at
    )


def correct_warning_signs(store: Store, token: str | None, now: datetime) -> None:
    """Open the draft again with the same answers but the warning signs: an emergency sign was a mistake.

    The screening that was stored stays as it is, and says from now on that its signs were taken back:
    nobody's emergency goes unseen, and nobody at the desk calls the next one another person's.

    Raises:
        NoDraftError: there is no draft.
    """
    result = find_result(store, token, now)
    if result is not None and result.assessment.outcome is not Outcome.EMERGENCY:
        return  # no emergency sign has ended this one
    with store.database.writing() as session:
        draft = _draft_for_change(session, store, token, now)
        answers = draft.answers if result is None else draft_answers(result.answers)
        kept = {name: value for name, value in answers.items() if name not in WARNING_SIGNS}
        reopened = replace(draft, answers=kept, screening_id=None, submitted_at=None)
        _save(session, store, reopened, now)
        if draft.screening_id is not None:
            screenings.take_signs_back(session, draft.screening_id, now)
            entry = AuditEntry(Action.SIGNS_TAKEN_BACK, PATIENT, now, draft.screening_id)
            add_audit_entry(session, store.keyring, entry)


def finish(store: Store, token: str | None, now: datetime) -> None:
    """Forget the journey on this device, and what a code let it read. A stored screening stays stored, and so
    do, on a shared device, answers whose code was seen.
    """
    if token:
        with store.database.writing() as session:
            _forget(session, token, now)


def _forget(session: Session, token: str | None, now: datetime) -> None:
    if token:
        drafts.delete_draft(session, token, now)
        reading_grants.delete_grant(session, token)
