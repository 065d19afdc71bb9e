"""The reference code as the person types it."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.domain.reference_code import ReferenceCodeError, parse_reference_code
from app.questionnaire.fields import TextField
from app.questionnaire.page import PageForm


class CodeForm(PageForm):
    """A page that asks for the code, checked by its check symbol before anything is looked up."""

    code = TextField(
        _l("Your reference code"),
        description=_l(
            "17 letters and digits, such as 7KQ2-M9XD-4TRB-ZP3V-N. Spaces, dashes and capitals do not matter."
        ),
        longest=200,
        missing=_l("Enter the code from your page or paper"),
        too_long=_l("Enter only the code: 17 letters and digits"),
    )

    def validate_code(self, field: TextField) -> None:
        if field.errors or not field.data:
            return  # the field has said so
        try:
            parse_reference_code(field.data)
        except ReferenceCodeError:
            raise ValidationError(
                _l("Check the code: it has 17 letters and digits, and one of these is missing or wrong")
            ) from None


class AgainForm(CodeForm):
    title = _l("Screen again under your code")


class YourScreeningForm(CodeForm):
    title = _l("Use your code: go on, read, copy or delete")
