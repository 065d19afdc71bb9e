"""The forms of the clinic app, with a whole sentence for everything that can be wrong."""

from typing import Any, Final
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask import request
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.questionnaire.desk_labels import DIAGNOSES
from app.questionnaire.fields import ChoiceField, Option, TextField
from app.questionnaire.page import PageForm
from app.reports.record_words import STATUS_LABELS
from app.storage.statuses import ScreeningStatus
from app.storage.views import LONGEST_NAME

SHORTEST_PASSWORD: Final = 15
LONGEST_PASSWORD: Final = 128
LONGEST_NOTE: Final = 4000


def uuid_in_form(name: str) -> UUID | None:
    """An id that our own page put into a form; None when it is empty or was tampered with."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return None


class EmailField(TextField):
    """An e-mail address."""

    input_type = "email"

    def __init__(self, label: Any, autocomplete: str, **kwargs: Any) -> None:
        too_long = _l("Enter a shorter address")
        super().__init__(label, longest=254, too_long=too_long, autocomplete=autocomplete, **kwargs)


class PasswordField(TextField):
    """A password: taken exactly as typed, never shown again."""

    input_type = "password"

    def __init__(self, label: Any, autocomplete: str, **kwargs: Any) -> None:
        too_long = _l("Enter a password of at most %(most)s characters", most=LONGEST_PASSWORD)
        super().__init__(
            label, longest=LONGEST_PASSWORD, too_long=too_long, autocomplete=autocomplete, **kwargs
        )

    def receive(self, formdata: Any) -> None:
        self.typed = ""
        self.data = formdata.get(self.name, "").replace("\x00", "")


class NoteField(TextField):
    """A longer text with its lines kept; it may stay empty."""

    kind = "long_text"
    rows = 5

    def receive(self, formdata: Any) -> None:
        self.typed = formdata.get(self.name, "").replace("\r\n", "\n").replace("\x00", "")
        self.data = self.typed.strip()

    def pre_validate(self, form: Any) -> None:
        if len(self.data) > self.longest:
            raise ValidationError(self.too_long)


class SignInForm(PageForm):
    title = _l("Sign in")
    email = EmailField(_l("E-mail address"), autocomplete="username", missing=_l("Enter your e-mail address"))
    password = PasswordField(
        _l("Password"), autocomplete="current-password", missing=_l("Enter your password")
    )


class SetUpForm(PageForm):
    title = _l("Set up your account")
    name = TextField(
        _l("Your name"),
        description=_l("It stands beside the reviews you record."),
        autocomplete="name",
        longest=100,
        missing=_l("Enter your name"),
        too_long=_l("Enter a name of at most 100 letters"),
    )
    email = EmailField(
        _l("E-mail address"),
        autocomplete="username",
        description=_l("You sign in with it. Nothing is sent to it."),
        missing=_l("Enter your e-mail address"),
    )
    password = PasswordField(
        _l("Password"),
        autocomplete="new-password",
        description=_l(
            "At least %(least)s characters. A few words that you can remember are better than signs.",
            least=SHORTEST_PASSWORD,
        ),
        missing=_l("Enter a password"),
    )
    password_again = PasswordField(
        _l("The same password again"),
        autocomplete="new-password",
        missing=_l("Enter the password a second time"),
    )

    def validate_email(self, field: EmailField) -> None:
        if not field.data:
            return  # the field has said so
        try:
            validate_email(field.data, check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError(_l("Enter an e-mail address such as name@example.org")) from None

    def validate_password(self, field: PasswordField) -> None:
        if field.data and len(field.data) < SHORTEST_PASSWORD:
            raise ValidationError(
                _l("Enter a password of at least %(least)s characters", least=SHORTEST_PASSWORD)
            )

    def validate_password_again(self, field: PasswordField) -> None:
        if field.data and field.data != self.password.data:
            raise ValidationError(_l("Enter the same password in both boxes"))


class FindForm(PageForm):
    title = _l("Find by reference code")
    code = TextField(
        _l("Reference code"),
        description=_l(
            "17 letters and digits, such as 7KQ2-M9XD-4TRB-ZP3V-N. Spaces, dashes and capitals do not matter."
        ),
        longest=100,
        missing=_l("Enter the code from the patient’s page or paper"),
        too_long=_l("Enter only the code: 17 letters and digits"),
    )


class ReviewForm(PageForm):
    title = _l("Record a review")
    status = ChoiceField(
        _l("Where does this screening stand now?"),
        choices=[
            Option(status.value, label)
            for status, label in STATUS_LABELS.items()
            if status is not ScreeningStatus.NEW
        ],
        missing=_l("Choose where this screening stands"),
        is_short=True,
    )
    note = NoteField(
        _l("Note"),
        description=_l("Clinicians of this clinic can read it. It cannot be changed later."),
        longest=LONGEST_NOTE,
        missing="",
        too_long=_l("Enter a note of at most %(most)s characters", most=LONGEST_NOTE),
    )
    diagnosis = ChoiceField(
        _l("Confirmed diagnosis, if there is one"),
        description=_l("What was found in the end. It shows how well the screen does in this clinic."),
        choices=[Option(diagnosis.value, label) for diagnosis, label in DIAGNOSES.items()],
        missing="",
        is_short=True,
    )


class ViewNameForm(PageForm):
    title = _l("Keep this view")
    name = TextField(
        _l("Name of the view"),
        description=_l("Such as: new this week. Write no name of a patient."),
        longest=LONGEST_NAME,
        missing=_l("Enter a name for this view"),
        too_long=_l("Enter a name of at most %(most)s characters", most=LONGEST_NAME),
    )
