"""What leaves the desk as a file: in which form, with texts or without, and why with them."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.questionnaire.fields import ChoiceField, CodesField, Option, TextField
from app.questionnaire.page import PageForm

LONGEST_REASON: Final = 200
CSV, XLSX, FHIR = "csv", "xlsx", "fhir"
_WITH_TEXT: Final = "with_text"


class ReasonedForm(PageForm):
    """A form whose file holds no text that somebody typed, unless it is asked for with a reason."""

    @property
    def with_text(self) -> bool:
        return bool(self["texts"].data)

    @property
    def reason_given(self) -> str:
        return self["reason"].data if self.with_text else ""

    def validate_reason(self, field: TextField) -> None:
        if self.with_text and not field.data:
            raise ValidationError(_l("Enter why the texts are needed, or leave them out"))


def _texts() -> Any:
    return CodesField(
        _l("Texts that somebody typed"),
        description=_l("Left out unless you ask for them: words of the patient, notes, exact times."),
        choices=[Option(_WITH_TEXT, _l("Put them in, too"))],
        missing="",
    )


def _reason() -> Any:
    return TextField(
        _l("Why are the texts needed?"),
        description=_l("Kept with your name and the time. Write nothing about a person."),
        longest=LONGEST_REASON,
        missing="",
        too_long=_l("Enter at most %(most)s characters", most=LONGEST_REASON),
    )


class TableForm(ReasonedForm):
    title = _l("Take this view as a table")
    format = ChoiceField(
        _l("Which kind of file?"),
        choices=[
            Option(CSV, _l("CSV"), _l("for statistics programs")),
            Option(XLSX, _l("Spreadsheet (XLSX)")),
            Option(FHIR, _l("FHIR R4"), _l("for other health software: one bundle a line")),
        ],
        missing=_l("Choose the kind of file"),
    )
    texts = _texts()
    reason = _reason()


class FhirForm(ReasonedForm):
    title = _l("Take it as FHIR R4")
    texts = _texts()
    reason = _reason()
