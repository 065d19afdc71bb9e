"""The audit log in words: what was done, by whom, and what else is noted of it."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.storage.audit import Action, ActorKind
from app.storage.audit_reading import RecordedEntry
from app.storage.statuses import ScreeningStatus

ACTIONS: Final[dict[Action, Any]] = {
    Action.SCREENING_STORED: _l("A screening came in"),
    Action.SCREENING_FOUND: _l("A screening was found by its code"),
    Action.CODE_NOT_FOUND: _l("A code was searched for and not found"),
    Action.SCREENING_OPENED: _l("A record was opened"),
    Action.SCREENING_READ_BY_CODE: _l("A patient read their screening by its code"),
    Action.SIGNS_TAKEN_BACK: _l("A patient said that warning signs were ticked by mistake"),
    Action.SCREENING_COPIED_BY_CODE: _l("A patient took a copy of their screening"),
    Action.DIARY_READ_BY_CODE: _l("A patient opened their diary"),
    Action.DIARY_CHANGED: _l("A patient changed their diary"),
    Action.SCREENING_ASSIGNED: _l("A screening was assigned"),
    Action.REVIEW_RECORDED: _l("A review was recorded"),
    Action.MEASURE_RECORDED: _l("A score or course was recorded"),
    Action.SUMMARY_MADE: _l("A summary was made"),
    Action.EVIDENCE_PREPARED: _l("The form for an evidence pack was opened"),
    Action.EVIDENCE_MADE: _l("An evidence pack was made"),
    Action.FHIR_MADE: _l("A FHIR file was made"),
    Action.FHIR_TAKEN_IN: _l("A FHIR file was taken in"),
    Action.SCREENING_IMPORTED: _l("A screening was imported from a file"),
    Action.TABLE_TAKEN: _l("A table of screenings was taken"),
    Action.SCREENING_REMOVED: _l("A screening was removed"),
    Action.SCREENING_UNREADABLE: _l("A screening could not be read"),
    Action.SCREENINGS_PURGED: _l("What was kept long enough was removed"),
    Action.SCREENINGS_REASSESSED: _l("Screenings were assessed with today’s rules"),
    Action.SIGNED_IN: _l("Somebody signed in"),
    Action.SIGN_IN_FAILED: _l("A sign-in failed"),
    Action.SIGN_IN_THROTTLED: _l("A sign-in had to wait after many tries"),
    Action.FACTOR_GIVEN: _l("A second factor was given again"),
    Action.FACTOR_FAILED: _l("A second factor was wrong"),
    Action.FACTOR_THROTTLED: _l("A second factor had to wait after many tries"),
    Action.RECOVERY_CODE_USED: _l("A recovery code was used"),
    Action.SIGNED_OUT: _l("Somebody signed out"),
    Action.SESSION_EXPIRED: _l("A session ended because its time was over"),
    Action.SESSIONS_ENDED: _l("Sessions were ended"),
    Action.ACCESS_REFUSED: _l("A page was refused"),
    Action.FORM_REFUSED: _l("A form was refused"),
    Action.LOOKUPS_THROTTLED: _l("Searches by code had to wait after many tries"),
    Action.SUBMISSIONS_DOUBTED: _l("Many screenings came at once and were marked"),
    Action.ACCOUNT_INVITED: _l("A link for a new account was made"),
    Action.ACCOUNT_MADE: _l("An account was made"),
    Action.ACCOUNT_CHANGED: _l("An account was changed"),
    Action.ACCOUNT_UNLOCKED: _l("An account was unlocked"),
    Action.PASSWORD_CHANGED: _l("A password was changed"),
    Action.PASSWORD_RESET_LINK_MADE: _l("A link for a new password was made"),
    Action.TOTP_ENROLLED: _l("A second factor was set up"),
    Action.TOTP_REMOVED: _l("A second factor was removed"),
    Action.PASSKEY_ADDED: _l("A passkey was added"),
    Action.PASSKEY_REMOVED: _l("A passkey was removed"),
    Action.RECOVERY_CODES_MADE: _l("Recovery codes were made"),
    Action.SETTING_CHANGED: _l("A setting was changed"),
    Action.KEY_ADDED: _l("A key was added"),
    Action.KEY_RETIRED: _l("A key was retired"),
    Action.FIELDS_REENCRYPTED: _l("Stored values were encrypted anew"),
    Action.BACKUP_MADE: _l("A backup of all data was made"),
    Action.BACKUP_RESTORED: _l("A backup was restored"),
    Action.DATA_MOVED: _l("All data was moved to another database"),
}
ACTORS: Final[dict[ActorKind, Any]] = {
    ActorKind.CLINICIAN: _l("Anybody of the clinic"),
    ActorKind.PATIENT: _l("A patient"),
    ActorKind.OPERATOR: _l("The command line"),
    ActorKind.SYSTEM: _l("The product itself"),
    ActorKind.NOBODY: _l("Somebody not signed in"),
}
_DETAILS: Final[dict[str, Any]] = {
    "is_active": _l("in use"),
    "is_administrator": _l("administrator"),
    "is_clinician": _l("clinician"),
    "name": _l("setting"),
    "from": _l("from"),
    "to": _l("to"),
    "ended": _l("sessions"),
    "rows": _l("rows"),
    "format": _l("format"),
    "filters": _l("filters"),
    "reason": _l("reason"),
    "policy": _l("policy"),
    "status": _l("status"),
    "kind": _l("kind"),
    "is_demonstration": _l("demonstration"),
    "seen": _l("looked at"),
    "computed": _l("assessed"),
    "different": _l("with a difference"),
    "unreadable": _l("not readable"),
}
# What is noted of a screening says something of a person: a status, a policy, a reason that somebody typed.
_NOT_CLINICAL: Final = frozenset(
    {
        *("is_active", "is_administrator", "is_clinician"),
        *("name", "from", "to", "ended"),
        *("rows", "format", "is_demonstration"),
        *("seen", "computed", "different", "unreadable"),
        *("key", "values"),
        *(status.value for status in ScreeningStatus),
        *("demonstration", "drafts", "diaries", "grants", "sessions", "links", "throttles"),
    }
)


def action_words(entry: RecordedEntry) -> Any:
    """What was done. An action of a newer version is shown by its code."""
    return ACTIONS[entry.action] if isinstance(entry.action, Action) else entry.action


def actor_words(entry: RecordedEntry) -> Any:
    """Who did it: the name of somebody of the clinic, or what kind of person or program it was."""
    if entry.actor.kind is ActorKind.CLINICIAN:
        return entry.actor_name or _("An account that is gone")
    return ACTORS[entry.actor.kind]


def subject_words(entry: RecordedEntry) -> str:
    """Whom or what it was done to: a name, or the beginning of a random number."""
    if entry.subject_id is None or entry.subject_id == entry.actor.id:
        return "–"
    return entry.subject_name or str(entry.subject_id)[:8]


def detail_words(entry: RecordedEntry, *, may_read_screenings: bool) -> str:
    """What else is noted, as it was noted; of a screening only to those who may read it."""
    if entry.is_unreadable:
        return str(_("This cannot be read"))
    shown = entry.detail or {}
    if not may_read_screenings:
        shown = {name: value for name, value in shown.items() if name in _NOT_CLINICAL}
    parts = (f"{_label(entry, name)}: {_value(value)}" for name, value in shown.items())
    return ", ".join(parts) or "–"


def _label(entry: RecordedEntry, name: str) -> Any:
    """A part that has no label keeps its name."""
    if name == "name" and entry.action is Action.SCREENING_ASSIGNED:
        return _("given to")
    return _DETAILS.get(name, name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(_("none") if value in (None, "") else value)
