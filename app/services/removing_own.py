"""Deleting everything under a reference code, for whoever holds it."""

from datetime import datetime

from app.services.reading_by_code import open_grant
from app.storage import diaries, drafts, own_screenings
from app.storage.audit import PATIENT, Action, AuditEntry, add_audit_entry
from app.storage.removal import remove_content
from app.storage.statuses import Remover
from app.storage.store import Store
from app.storage.visits import hold_code


def remove_by_code(store: Store, token: str | None, now: datetime) -> None:
    """Remove every screening, every draft and the diary that has this browser's code, all or none; done
    once, done.

    Drafts go first: whoever is handing one in at this moment has finished by then, so that it is found too.
    Only then the code is held, as handing in does it: draft, then code. The other way round they would wait
    for each other.

    Raises:
        NoGrantError: this browser may read nothing, so it may remove nothing either.
    """
    code = store.macs_of(open_grant(store, token, now).reference_code)
    with store.database.writing() as session:
        beside = drafts.delete_drafts_with_code(session, code)
        hold_code(session, code)
        beside += diaries.delete_diary(session, code)
        listed = own_screenings.list_own(session, code)
        if beside and not listed:
            add_audit_entry(session, store.keyring, AuditEntry(Action.SCREENING_REMOVED, PATIENT, now))
        for each in listed:
            if remove_content(session, each.id, Remover.PATIENT, now):
                entry = AuditEntry(Action.SCREENING_REMOVED, PATIENT, now, each.id)
                add_audit_entry(session, store.keyring, entry)
