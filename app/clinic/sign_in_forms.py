"""The forms with which people sign in, with a whole sentence for everything that can be wrong."""

import re
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.questionnaire.fields import TextField
from app.questionnaire.page import PageForm
from app.services.passwords import LONGEST, SHORTEST, PasswordProblem, problem_with

_PROBLEMS: Final = {
    PasswordProblem.TOO_SHORT: _l("Enter a password of at least %(least)s characters", least=SHORTEST),
    PasswordProblem.TOO_LONG: _l("Enter a password of at most %(most)s characters", most=LONGEST),
    PasswordProblem.EASY_TO_GUESS: _l(
        "Enter a password that is harder to guess: four or more words that do not belong together, without "
        "your name"
    ),
}


def refuse_weak(password: str, name: str, email: str) -> None:
    """Say what is wrong with a new password, if anything is."""
    own_words = tuple(re.split(r"[\s@.]+", f"{name or ''} {email or ''}"))
    problem = problem_with(password, own_words)
    if problem is not None:
        raise ValidationError(_PROBLEMS[problem])


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
        too_long = _l("Enter a password of at most %(most)s characters", most=LONGEST)
        super().__init__(label, longest=LONGEST, too_long=too_long, autocomplete=autocomplete, **kwargs)

    def receive(self, formdata: Any) -> None:
        self.typed = ""
        self.data = self.posted_whole(formdata)


class NewPasswordField(PasswordField):
    """A password that somebody chooses."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(
            label,
            autocomplete="new-password",
            description=_l(
                "At least %(least)s characters. A few words that you can remember are better than signs.",
                least=SHORTEST,
            ),
            missing=_l("Enter a password"),
            **kwargs,
        )


class PasswordAgainField(PasswordField):
    """The chosen password once more, so that a slip of the finger locks nobody out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            _l("The same password again"),
            autocomplete="new-password",
            missing=_l("Enter the password a second time"),
            **kwargs,
        )


class PasswordTwiceForm(PageForm):
    """What holds wherever a password is chosen. The fields stand in the forms, which settle their order."""

    password: PasswordField
    password_again: PasswordField

    def whose(self) -> tuple[str, str]:
        """The name and the address that the password may not lean on."""
        raise NotImplementedError

    def validate_password(self, field: PasswordField) -> None:
        if field.data and not field.errors:
            refuse_weak(field.data, *self.whose())

    def validate_password_again(self, field: PasswordField) -> None:
        if field.data and field.data != self.password.data:
            raise ValidationError(_l("Enter the same password in both boxes"))


class SixDigitsField(TextField):
    """The code that an authenticator app shows."""

    def __init__(self, description: Any, **kwargs: Any) -> None:
        super().__init__(
            _l("Six-digit code"),
            description=description,
            autocomplete="one-time-code",
            longest=40,
            missing=_l("Enter the six digits that your app shows"),
            too_long=_l("Enter the six digits alone"),
            **kwargs,
        )


class SignInForm(PageForm):
    title = _l("Sign in")
    email = EmailField(_l("E-mail address"), autocomplete="username", missing=_l("Enter your e-mail address"))
    password = PasswordField(
        _l("Password"), autocomplete="current-password", missing=_l("Enter your password")
    )


class CodeForm(PageForm):
    title = _l("Enter your code")
    code = SixDigitsField(_l("Your authenticator app shows it. It changes every 30 seconds."))


class SetUpForm(PasswordTwiceForm):
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
    password = NewPasswordField(_l("Password"))
    password_again = PasswordAgainField()

    def whose(self) -> tuple[str, str]:
        return self.name.data, self.email.data

    def validate_email(self, field: EmailField) -> None:
        if not field.data:
            return  # the field has said so
        try:
            validate_email(field.data, check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError(_l("Enter an e-mail address such as name@example.org")) from None
