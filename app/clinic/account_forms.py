"""The forms with which people change how they sign in."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.clinic.sign_in_forms import PasswordField, refuse_weak
from app.questionnaire.fields import TextField
from app.questionnaire.page import PageForm
from app.services.passwords import SHORTEST
from app.storage.clinicians import ClinicianAccount

_AT_LEAST: Final = _l(
    "At least %(least)s characters. A few words that you can remember are better than signs.", least=SHORTEST
)


class OwnPasswordForm(PageForm):
    old_password = PasswordField(
        _l("Your password now"), autocomplete="current-password", missing=_l("Enter your password")
    )


class NewPasswordForm(PageForm):
    title = _l("Choose a new password")
    password = PasswordField(
        _l("New password"),
        autocomplete="new-password",
        description=_AT_LEAST,
        missing=_l("Enter a password"),
    )
    password_again = PasswordField(
        _l("The same password again"),
        autocomplete="new-password",
        missing=_l("Enter the password a second time"),
    )
    owner: ClinicianAccount

    def validate_password(self, field: PasswordField) -> None:
        if field.data and not field.errors:
            refuse_weak(field.data, self.owner.name, self.owner.email)

    def validate_password_again(self, field: PasswordField) -> None:
        if field.data and field.data != self.password.data:
            raise ValidationError(_l("Enter the same password in both boxes"))


class ChangePasswordForm(OwnPasswordForm, NewPasswordForm):
    title = _l("Change your password")


class NewAppForm(OwnPasswordForm):
    title = _l("Set up your app anew")
    code = TextField(
        _l("Six-digit code"),
        description=_l("The code that the app shows for the new key."),
        autocomplete="one-time-code",
        longest=40,
        missing=_l("Enter the six digits that your app shows"),
        too_long=_l("Enter the six digits alone"),
    )


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
