"""The forms of the administrator's pages, with a whole sentence for everything that can be wrong."""

from typing import Any, Final, Self

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _n
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from app.clinic.sign_in_forms import EmailField
from app.questionnaire.fields import ChoiceField, CodesField, NumberField, Option
from app.questionnaire.page import PageForm
from app.services.keep_limits import FEWEST_DAYS, MOST_DAYS
from app.storage.statuses import ScreeningStatus

CLINICIAN: Final = "clinician"
ADMINISTRATOR: Final = "administrator"
ROLES: Final = (
    Option(CLINICIAN, _l("Clinician: reads screenings and writes reviews")),
    Option(ADMINISTRATOR, _l("Administrator: manages accounts, retention and the audit log")),
)
_YES: Final = "yes"


class InvitationForm(PageForm):
    title = _l("Invite somebody")
    email = EmailField(
        _l("E-mail address, if you know it"),
        autocomplete="off",
        description=_l("It fills in the page behind the link. Nothing is sent to it."),
        missing="",
    )
    role = ChoiceField(
        _l("What will they do?"),
        choices=[
            Option(CLINICIAN, _l("Clinician")),
            Option(ADMINISTRATOR, _l("Administrator and clinician. You can change it later")),
        ],
        missing=_l("Choose what this person will do"),
    )

    def validate_email(self, field: EmailField) -> None:
        if not field.data:
            return
        try:
            validate_email(field.data, check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError(_l("Enter an e-mail address such as name@example.org")) from None


class RolesForm(PageForm):
    title = _l("Roles")
    roles = CodesField(
        _l("What may this person do?"),
        choices=ROLES,
        missing=_l("Choose at least one role. To take away all, shut the account"),
    )


class ShutForm(PageForm):
    title = _l("The person leaves")
    sure_to_shut = CodesField(
        _l("Are you sure?"),
        choices=[Option(_YES, _l("Yes, sign this person out and shut the account"))],
        missing=_l("Tick the box if you want to shut the account"),
    )


class RemoveFactorForm(PageForm):
    title = _l("The phone or key is lost")
    sure_to_remove = CodesField(
        _l("Are you sure?"),
        choices=[
            Option(_YES, _l("Yes, remove the app, every passkey and every recovery code of this person"))
        ],
        missing=_l("Tick the box if you want to remove the second factor"),
    )


class RunForm(PageForm):
    """A yes holds for the number that stood beside it: when more are due by now, it is asked again."""

    title = _l("What the next run removes")
    sure = CodesField(
        _l("Are you sure?"), choices=(), missing=_l("Look at the number, and tick the box to remove them")
    )

    @classmethod
    def about(cls, due: int, posted: "MultiDict[str, str] | None" = None) -> Self:
        """The question with how many screenings are due now."""
        form = cls()
        words = _n(
            "Yes, remove %(num)s screening for good", "Yes, remove these %(num)s screenings for good", due
        )
        nothing = _l("Yes, remove what has expired. No screening has to go now")
        form.sure.choices = (Option(str(due), words if due else nothing),)
        if posted is not None:
            form.process(formdata=posted)
        return form


class DaysField(NumberField):
    """How many days something is kept. `wrong` is said whatever is wrong with it."""

    def __init__(self, label: Any, *, wrong: Any, **kwargs: Any) -> None:
        unit = _l("days")
        super().__init__(label, highest=MOST_DAYS, unit=unit, missing=wrong, too_many=wrong, **kwargs)
        self.not_sure_label = ""

    def receive(self, formdata: Any) -> None:
        self.typed = self.posted(formdata)
        self.is_not_sure = False
        self.data = self.read(self.typed)

    def pre_validate(self, form: Any) -> None:
        if not isinstance(self.data, int) or not FEWEST_DAYS <= self.data <= MOST_DAYS:
            raise ValidationError(self.missing)


class RetentionForm(PageForm):
    """One limit for each status, under its code."""

    title = _l("How long screenings are kept")
    new = DaysField(_l("New"), wrong=_l("Enter how many days new screenings are kept, from 30 to 36500"))
    in_review = DaysField(
        _l("In review"), wrong=_l("Enter how many days screenings in review are kept, from 30 to 36500")
    )
    needs_contact = DaysField(
        _l("Needs contact"),
        wrong=_l("Enter how many days screenings that need contact are kept, from 30 to 36500"),
    )
    reviewed = DaysField(
        _l("Reviewed"), wrong=_l("Enter how many days reviewed screenings are kept, from 30 to 36500")
    )
    closed = DaysField(
        _l("Closed"), wrong=_l("Enter how many days closed screenings are kept, from 30 to 36500")
    )

    def days(self) -> dict[ScreeningStatus, int]:
        """How many days for each status."""
        return {ScreeningStatus(field.name): field.data for field in self}
