"""Who may do what at the desk: each page with the right it asks for, each right with who has it.

A page that does not stand here is refused to everybody.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.storage.clinicians import ClinicianAccount


class Right(StrEnum):
    """What a page asks of the person who opens it."""

    ANYONE = "anyone"
    PASSWORD = "password"  # noqa: S105 (signed in with the password alone)
    SIGNED_IN = "signed_in"
    OWN_ACCOUNT = "own_account"
    CHANGE_OWN_SIGN_IN = "change_own_sign_in"
    READ_SCREENINGS = "read_screenings"
    REVIEW = "review"
    KEEP_VIEWS = "keep_views"
    MAKE_PAPERS = "make_papers"
    ASK_FOR_EXPORT = "ask_for_export"
    EXPORT = "export"
    TAKE_IN = "take_in"
    READ_STATISTICS = "read_statistics"
    SEE_ADMINISTRATION = "see_administration"
    READ_AUDIT = "read_audit"
    MANAGE_PEOPLE = "manage_people"
    SET_RETENTION = "set_retention"
    PURGE = "purge"
    SET_CLINIC = "set_clinic"


_CLINICIANS: Final = frozenset(
    {
        Right.READ_SCREENINGS,
        Right.REVIEW,
        Right.KEEP_VIEWS,
        Right.MAKE_PAPERS,
        Right.ASK_FOR_EXPORT,
        Right.EXPORT,
        Right.TAKE_IN,
        Right.READ_STATISTICS,
    }
)
_ADMINISTRATORS: Final = frozenset(
    {
        Right.SEE_ADMINISTRATION,
        Right.READ_AUDIT,
        Right.MANAGE_PEOPLE,
        Right.SET_RETENTION,
        Right.PURGE,
        Right.SET_CLINIC,
    }
)
_EVERYBODY: Final = frozenset({Right.PASSWORD, Right.SIGNED_IN, Right.OWN_ACCOUNT, Right.CHANGE_OWN_SIGN_IN})
# What takes data away, or changes who may, asks for the second factor again when it was given long ago.
NEEDS_FRESH_FACTOR: Final = frozenset(
    {Right.EXPORT, Right.MANAGE_PEOPLE, Right.SET_RETENTION, Right.PURGE, Right.SET_CLINIC}
)
# And what changes how somebody signs in, when it was not given in the last minutes.
NEEDS_VERY_FRESH_FACTOR: Final = frozenset({Right.CHANGE_OWN_SIGN_IN})

RIGHTS: Final[Mapping[str, Right]] = {
    "static": Right.ANYONE,
    "healthz": Right.ANYONE,
    "logo": Right.ANYONE,
    "metrics": Right.ANYONE,  # who has the token; everybody else is told that there is no such page
    "readyz": Right.ANYONE,
    "clinic.sign_in": Right.ANYONE,
    "clinic.receive_sign_in": Right.ANYONE,
    "clinic.set_up": Right.ANYONE,
    "clinic.receive_set_up": Right.ANYONE,
    "clinic.new_password": Right.ANYONE,
    "clinic.receive_new_password": Right.ANYONE,
    "clinic.factor": Right.PASSWORD,
    "clinic.receive_factor": Right.PASSWORD,
    "clinic.recovery": Right.PASSWORD,
    "clinic.receive_recovery": Right.PASSWORD,
    "clinic.receive_passkey": Right.PASSWORD,
    "clinic.sign_out": Right.PASSWORD,
    "clinic.stay": Right.SIGNED_IN,
    "clinic.account": Right.OWN_ACCOUNT,
    "clinic.receive_notices": Right.OWN_ACCOUNT,
    "clinic.receive_sessions": Right.OWN_ACCOUNT,
    "clinic.password": Right.CHANGE_OWN_SIGN_IN,
    "clinic.receive_password": Right.CHANGE_OWN_SIGN_IN,
    "clinic.new_app": Right.CHANGE_OWN_SIGN_IN,
    "clinic.receive_new_app": Right.CHANGE_OWN_SIGN_IN,
    "clinic.show_recovery_codes": Right.CHANGE_OWN_SIGN_IN,
    "clinic.receive_recovery_codes": Right.CHANGE_OWN_SIGN_IN,
    "clinic.receive_codes_kept": Right.OWN_ACCOUNT,
    "clinic.add_passkey": Right.CHANGE_OWN_SIGN_IN,
    "clinic.receive_new_passkey": Right.CHANGE_OWN_SIGN_IN,
    "clinic.remove_passkey": Right.CHANGE_OWN_SIGN_IN,
    "clinic.receive_passkey_removal": Right.CHANGE_OWN_SIGN_IN,
    "clinic.queue": Right.READ_SCREENINGS,
    "clinic.receive_view": Right.KEEP_VIEWS,
    "clinic.remove_view": Right.KEEP_VIEWS,
    "clinic.find": Right.READ_SCREENINGS,
    "clinic.receive_find": Right.READ_SCREENINGS,
    "clinic.record": Right.READ_SCREENINGS,
    "clinic.receive_review": Right.REVIEW,
    "clinic.receive_score": Right.REVIEW,
    "clinic.receive_course": Right.REVIEW,
    "clinic.receive_assignment": Right.REVIEW,
    "clinic.summary": Right.MAKE_PAPERS,
    "clinic.evidence": Right.READ_SCREENINGS,
    "clinic.receive_evidence": Right.MAKE_PAPERS,
    "clinic.fhir": Right.ASK_FOR_EXPORT,
    "clinic.receive_fhir": Right.EXPORT,
    "clinic.table": Right.ASK_FOR_EXPORT,
    "clinic.receive_table": Right.EXPORT,
    "clinic.take_in": Right.READ_SCREENINGS,
    "clinic.receive_take_in": Right.TAKE_IN,
    "clinic.statistics": Right.READ_STATISTICS,
    "clinic.people": Right.SEE_ADMINISTRATION,
    "clinic.receive_invitation": Right.MANAGE_PEOPLE,
    "clinic.receive_withdrawal": Right.MANAGE_PEOPLE,
    "clinic.person": Right.SEE_ADMINISTRATION,
    "clinic.receive_roles": Right.MANAGE_PEOPLE,
    "clinic.receive_active": Right.MANAGE_PEOPLE,
    "clinic.end_their_sessions": Right.MANAGE_PEOPLE,
    "clinic.make_their_password_link": Right.MANAGE_PEOPLE,
    "clinic.remove_their_factor": Right.MANAGE_PEOPLE,
    "clinic.unlock_them": Right.MANAGE_PEOPLE,
    "clinic.retention": Right.SEE_ADMINISTRATION,
    "clinic.receive_retention": Right.SET_RETENTION,
    "clinic.receive_purge": Right.PURGE,
    "clinic.clinic_page": Right.SEE_ADMINISTRATION,
    "clinic.preview_clinic": Right.SEE_ADMINISTRATION,
    "clinic.receive_clinic": Right.SET_CLINIC,
    "clinic.poster_page": Right.SEE_ADMINISTRATION,
    "clinic.poster_file": Right.SEE_ADMINISTRATION,
    "clinic.audit": Right.READ_AUDIT,
    "clinic.installation": Right.SEE_ADMINISTRATION,
}


def rights_of(account: ClinicianAccount) -> frozenset[Right]:
    """What a person may do. Who is not active may do nothing."""
    if not account.is_active:
        return frozenset()
    mine = set(_EVERYBODY)
    if account.is_clinician:
        mine |= _CLINICIANS
    if account.is_administrator:
        mine |= _ADMINISTRATORS
    return frozenset(mine)
