"""The forms with which people change how they sign in."""

from flask_babel import lazy_gettext as _l

from app.clinic.sign_in_forms import (
    NewPasswordField,
    PasswordAgainField,
    PasswordField,
    PasswordTwiceForm,
    SixDigitsField,
)
from app.questionnaire.fields import TextField
from app.questionnaire.page import PageForm
from app.storage.clinicians import ClinicianAccount


class OwnPasswordForm(PageForm):
    old_password = PasswordField(
        _l("Your password now"), autocomplete="current-password", missing=_l("Enter your password")
    )


class NewPasswordForm(PasswordTwiceForm):
    title = _l("Choose a new password")
    password = NewPasswordField(_l("New password"))
    password_again = PasswordAgainField()
    owner: ClinicianAccount

    def whose(self) -> tuple[str, str]:
        return self.owner.name, self.owner.email


class ChangePasswordForm(OwnPasswordForm, NewPasswordForm):
    title = _l("Change your password")


class NewAppForm(OwnPasswordForm):
    title = _l("Set up your app anew")
    code = SixDigitsField(_l("The code that the app shows for the new key."))


class NewCodesForm(OwnPasswordForm):
    title = _l("Make new recovery codes")


class NewPasskeyForm(OwnPasswordForm):
    title = _l("Add a passkey")
    name = TextField(
        _l("A name for it"),
        description=_l("So that you know later which one it is, such as “Phone” or “Key on my desk”."),
        longest=60,
        missing=_l("Enter a name for the passkey"),
        too_long=_l("Enter a name of at most 60 letters"),
    )


class RemovePasskeyForm(OwnPasswordForm):
    title = _l("Remove a passkey")


class RecoveryForm(PageForm):
    title = _l("Use a recovery code")
    recovery_code = TextField(
        _l("Recovery code"),
        description=_l("One of the ten codes that you kept when you set up your app. Each works once."),
        longest=80,
        missing=_l("Enter one of your recovery codes"),
        too_long=_l("Enter one recovery code alone"),
    )
