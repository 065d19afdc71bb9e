"""The forms of the clinic app, with a whole sentence for everything that can be wrong."""

from typing import Any, Final
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.domain.codes import TAKEN_BACK
from app.questionnaire.desk_labels import DIAGNOSES
from app.questionnaire.fields import ChoiceField, Option, TextField
from app.questionnaire.page import PageForm
from app.reports.record_words import STATUS_LABELS
from app.storage.statuses import ScreeningStatus
from app.storage.views import LONGEST_NAME

LONGEST_NOTE: Final = 4000


def uuid_in_form(name: str) -> UUID | None:
    """An id that our own page put into a form; None when it is empty or was tampered with."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return None


class NoteField(TextField):
    """A longer text with its lines kept; it may stay empty."""

    kind = "long_text"
    rows = 5

    def receive(self, formdata: Any) -> None:
        self.typed = self.posted_whole(formdata).replace("\r\n", "\n")
        self.data = self.typed.strip()

    def pre_validate(self, form: Any) -> None:
        if len(self.data) > self.longest:
            raise ValidationError(self.too_long)


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
        choices=[
            *(Option(diagnosis.value, label) for diagnosis, label in DIAGNOSES.items()),
            Option(TAKEN_BACK.value, _l("Taken back: the diagnosis recorded before was a mistake")),
        ],
        missing="",
        is_short=True,
    )

    def leave_out_taking_back(self) -> None:
        """Where no diagnosis is recorded there is none to take back."""
        self.diagnosis.choices = self.diagnosis.choices[:-1]


class ViewNameForm(PageForm):
    title = _l("Keep this view")
    name = TextField(
        _l("Name of the view"),
        description=_l("Such as: new this week. Write no name of a patient."),
        longest=LONGEST_NAME,
        missing=_l("Enter a name for this view"),
        too_long=_l("Enter a name of at most %(most)s characters", most=LONGEST_NAME),
    )
    name_to_replace = ""

    def offer_replacing(self) -> None:
        """Ask before a view that is kept under this name gives way to another."""
        self.name_to_replace = self.name.data
        self.name.errors = [
            _l("You keep another view under this name. Enter another name, or press “Replace it”")
        ]
