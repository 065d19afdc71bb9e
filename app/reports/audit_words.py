"""The audit log in words: who did what, and what else was noted with it."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.storage.audit import Action, ActorKind
from app.storage.audit_reading import RecordedEntry

ACTIONS: Final[dict[Action, Any]] = {
    Action.SCREENING_STORED: _l("Stored a screening"),
    Action.SCREENING_FOUND: _l("Found a screening by its code"),
    Action.CODE_NOT_FOUND: _l("Looked for a code that no screening has"),
    Action.SCREENING_OPENED: _l("Opened a screening"),
    Action.SCREENING_READ_BY_CODE: _l("Read a screening with its code"),
    Action.SCREENING_COPIED_BY_CODE: _l("Took a copy of a screening with its code"),
    Action.SCREENING_ASSIGNED: _l("Changed who has a screening"),
    Action.REVIEW_RECORDED: _l("Saved a review"),
    Action.MEASURE_RECORDED: _l("Saved a score or a course of treatment"),
    Action.SUMMARY_MADE: _l("Made the summary"),
    Action.EVIDENCE_PREPARED: _l("Opened the form for an evidence pack"),
    Action.EVIDENCE_MADE: _l("Made an evidence pack"),
    Action.FHIR_MADE: _l("Took it as FHIR"),
    Action.FHIR_TAKEN_IN: _l("Took it in from FHIR"),
    Action.TABLE_TAKEN: _l("Took a table"),
    Action.SCREENING_REMOVED: _l("Removed a screening"),
    Action.SCREENING_UNREADABLE: _l("Could not open a screening: it is damaged"),
    Action.SCREENINGS_PURGED: _l("Removed screenings that were kept long enough"),
    Action.SCREENINGS_REASSESSED: _l("Assessed stored screenings by today’s rules"),
    Action.SIGNED_IN: _l("Signed in"),
    Action.SIGN_IN_FAILED: _l("Gave a wrong e-mail address or password"),
    Action.SIGN_IN_THROTTLED: _l("Tried to sign in too often"),
    Action.FACTOR_GIVEN: _l("Gave the second step of signing in"),
    Action.FACTOR_FAILED: _l("Gave a wrong second step of signing in"),
    Action.FACTOR_THROTTLED: _l("Tried the second step of signing in too often"),
    Action.RECOVERY_CODE_USED: _l("Used a recovery code"),
    Action.SIGNED_OUT: _l("Signed out"),
    Action.SESSION_EXPIRED: _l("Was signed out after a while"),
    Action.SESSIONS_ENDED: _l("Ended the sessions of an account"),
    Action.ACCESS_REFUSED: _l("Was refused a page"),
    Action.FORM_REFUSED: _l("Sent a form that was too old or not from our page"),
    Action.LOOKUPS_THROTTLED: _l("Looked for codes too often"),
    Action.SUBMISSIONS_DOUBTED: _l("Handed in screenings faster than people do"),
    Action.ACCOUNT_INVITED: _l("Made a link for a new account"),
    Action.ACCOUNT_MADE: _l("Made an account"),
    Action.ACCOUNT_CHANGED: _l("Changed an account"),
    Action.ACCOUNT_UNLOCKED: _l("Unlocked an account"),
    Action.PASSWORD_CHANGED: _l("Changed a password"),
    Action.PASSWORD_RESET_LINK_MADE: _l("Made a link for a new password"),
    Action.TOTP_ENROLLED: _l("Set up an authenticator app"),
    Action.TOTP_REMOVED: _l("Removed an authenticator app"),
    Action.PASSKEY_ADDED: _l("Added a passkey"),
    Action.PASSKEY_REMOVED: _l("Removed a passkey"),
    Action.RECOVERY_CODES_MADE: _l("Made new recovery codes"),
    Action.SETTING_CHANGED: _l("Changed a setting"),
    Action.KEY_ADDED: _l("Added a key"),
    Action.KEY_RETIRED: _l("Retired a key"),
    Action.FIELDS_REENCRYPTED: _l("Encrypted stored data with the newest key"),
    Action.BACKUP_MADE: _l("Made a backup of all data"),
    Action.BACKUP_RESTORED: _l("Restored a backup"),
}
_ACTORS: Final[dict[ActorKind, Any]] = {
    ActorKind.CLINICIAN: _l("somebody whose account is gone"),
    ActorKind.PATIENT: _l("the person who answered"),
    ActorKind.OPERATOR: _l("the operator"),
    ActorKind.SYSTEM: _l("the program"),
    ActorKind.NOBODY: _l("somebody who was not signed in"),
}
_DETAILS: Final[dict[str, Any]] = {
    "name": _l("Given to"),
    "reason": _l("Reason"),
    "rows": _l("Screenings"),
    "filters": _l("Filters"),
    "format": _l("Format"),
    "policy": _l("Policy"),
    "status": _l("Status"),
    "kind": _l("Kind"),
    "is_demonstration": _l("Demonstration"),
    "seen": _l("Looked at"),
    "computed": _l("Assessed"),
    "different": _l("With a difference"),
    "unreadable": _l("Cannot be read"),
}


def action_words(entry: RecordedEntry) -> Any:
    """What was done. An action of a newer version is shown by its code."""
    return ACTIONS[entry.action] if isinstance(entry.action, Action) else entry.action


def actor_words(entry: RecordedEntry) -> Any:
    """Who did it: the name of somebody of the clinic, or what kind of person or program it was."""
    return entry.actor_name or _ACTORS[entry.actor.kind]


def detail_rows(entry: RecordedEntry) -> list[tuple[Any, str]]:
    """What else was noted, label and value; one row that says so where it cannot be read."""
    if entry.is_unreadable:
        return [(_("Detail"), _("cannot be read"))]
    return [(_DETAILS.get(name, name), _value(value)) for name, value in (entry.detail or {}).items()]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return str(value if value not in (None, "") else _("none"))
