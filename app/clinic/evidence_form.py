"""The form for what a clinician types for one paper. It is read once, set in the paper, and kept nowhere."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final, Self

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.clinic.forms import NoteField
from app.domain.codes import YesNo
from app.domain.policies import Policy
from app.questionnaire.fields import ChoiceField, CodesField, Option, TextField
from app.questionnaire.page import PageForm
from app.reports.papers.typed import TypedIdentity
from app.reports.papers.typesetting import Paper
from app.reports.papers.words import DIAGNOSIS_CODES, TYPED, YES_NO

LONGEST_LINE: Final = 120
LONGEST_LINES: Final = 400
_NOT_STORED: Final = _l("It goes into the paper and is not stored.")


def _about(name: str, hint: Any, longest: int) -> dict[str, Any]:
    """Label, hint and sentences of a field, by the name that it has in the form and in `TypedIdentity`."""
    return {
        "label": TYPED[name],
        "description": _l("%(hint)s It goes into the paper and is not stored.", hint=hint)
        if hint
        else _NOT_STORED,
        "longest": longest,
        "missing": "",
        "too_long": _l("Enter at most %(most)s characters under “%(what)s”", most=longest, what=TYPED[name]),
    }


class LineField(TextField):
    """A line of text that may stay empty: the paper then has a line to fill in by hand."""

    def __init__(self, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(**_about(kwargs["name"], hint, LONGEST_LINE), **kwargs)

    def pre_validate(self, form: Any) -> None:
        if len(self.data) > self.longest:
            raise ValidationError(self.too_long)


class LinesField(NoteField):
    """A few lines of text that may stay empty."""

    rows = 3

    def __init__(self, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(**_about(kwargs["name"], hint, LONGEST_LINES), **kwargs)


class EvidenceForm(PageForm):
    """Identity, prescriber and codes for one evidence pack. Nothing is filled in for the clinician."""

    title = _l("Make an evidence pack")
    introduction: ClassVar[Any] = _l(
        "What you enter here goes into the paper and is stored nowhere. "
        "What you leave empty becomes a line to fill in by hand."
    )
    policy = ChoiceField(
        _l("Which policy?"),
        description=_l("The paper sets each of its requirements beside the answers. It is no decision."),
        choices=(),
        missing=_l("Choose the policy"),
    )
    paper = ChoiceField(
        _l("Size of the paper"),
        choices=[Option(Paper.A4.value, _l("A4")), Option(Paper.LETTER.value, _l("Letter"))],
        is_short=True,
        missing=_l("Choose the size of the paper"),
    )
    patient_name = LineField()
    date_of_birth = LineField()
    member_number = LineField()
    payer = LineField()
    prescriber_name = LineField()
    specialty = LineField(_l("Such as neurology."))
    npi = LineField(_l("In the United States: 10 digits."))
    dea = LineField(_l("In the United States, where the payer asks for it."))
    local_number = LineField(_l("Elsewhere: the number under which you prescribe."))
    practice = LinesField()
    diagnosis_codes = CodesField(
        TYPED["diagnosis_codes"],
        description=_l(
            "Your choice: no code follows from the answers. Source: ICD-10-CM, which calls intractable what "
            "resists treatment. The codes go into the paper and are not stored."
        ),
        choices=[Option(code, code, meaning) for code, meaning in DIAGNOSIS_CODES.items()],
    )
    other_code = LineField(_l("With the name of its list, such as ICD-10 or SNOMED CT."))
    procedure_codes = LineField(_l("Numbers only, such as 64615 (CPT)."))
    planned_dose = LineField(_l("Units, and how often."))
    previous_toxin = LinesField(_l("One treatment a line."))
    diary = ChoiceField(
        TYPED["diary"],
        description=_NOT_STORED,
        choices=[Option(answer.value, label) for answer, label in YES_NO.items()],
        is_short=True,
    )
    diary_span = LineField(_l("Such as 24 Aug to 22 Nov 2026."))

    def offer(self, policies: Iterable[Policy]) -> Self:
        """The form with these policies to choose from."""
        self.policy.choices = tuple(
            Option(each.id, f"{each.issuer}, {each.title}", each.jurisdiction) for each in policies
        )
        return self

    @property
    def paper_size(self) -> Paper:
        return Paper(self.paper.data)

    def typed(self) -> TypedIdentity:
        """What was typed, ready for the paper. Ask only after `validate`."""
        given = {name: field.data for name, field in self._fields.items() if isinstance(field, TextField)}
        return TypedIdentity(
            **given,
            diagnosis_codes=tuple(self.diagnosis_codes.data or ()),
            diary=YesNo(self.diary.data) if self.diary.data else None,
        )
