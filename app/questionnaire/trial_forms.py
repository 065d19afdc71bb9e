"""The two pages on which one preventive medicine is added or changed: which one, and what happened."""

from collections.abc import Mapping
from typing import Any, Final, Self

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.domain.codes import TakenFor, TrialResult, YesNo
from app.domain.medicines import CATALOGUE, OTHER, find_medicine, suggest_medicines
from app.domain.trials import LONGEST_NAME
from app.domain.values import NOT_SURE_WORD
from app.questionnaire.durations import IN_WEEKS, DurationField
from app.questionnaire.fields import (
    I_AM_NOT_SURE,
    ChoiceField,
    Option,
    TextField,
)
from app.questionnaire.medicine_names import medicine_name
from app.questionnaire.page import PageForm

# The choice "it helps and I still take it" is two answers of the contract in one.
STILL_HELPING: Final = "helped_still_taking"
_RESULTS: Final = (
    Option(TrialResult.NO_BENEFIT.value, _l("It did not help enough")),
    Option(TrialResult.SIDE_EFFECTS.value, _l("I stopped because of side effects")),
    Option(
        TrialResult.UNSUITABLE.value,
        _l("I never took it, because it was not safe or not suitable for me"),
    ),
    Option(STILL_HELPING, _l("It helps, and I still take it")),
    Option(TrialResult.HELPED.value, _l("It helped, and I stopped")),
    Option(
        TrialResult.STOPPED_FOR_OTHER_REASON.value,
        _l("I stopped for another reason, such as the cost"),
    ),
    Option(NOT_SURE_WORD, I_AM_NOT_SURE),
)
RESULT_WORDS: Final = {option.value: option.label for option in _RESULTS}


_NOT_KNOWN: Final = _l("not known")


class MedicineForm(PageForm):
    """Finds the medicine by its generic or brand name; a near miss is offered, never guessed."""

    title = _l("Which medicine was it?")
    name_given = TextField(
        _l("Name of the medicine"),
        description=_l(
            "The name on the box or the name of the drug, such as Inderal or propranolol. "
            "You will be asked for one medicine at a time."
        ),
        longest=LONGEST_NAME,
        missing=_l(
            "Enter the name of the medicine. If you do not know it, enter “%(words)s”", words=_NOT_KNOWN
        ),
        too_long=_l("Enter a name of at most 60 letters"),
    )
    medicine = ChoiceField(
        _l("Which of these is it?"),
        choices=(),
        missing=_l("Choose the medicine you mean, or “Another medicine”"),
    )

    @classmethod
    def received(cls, posted: Any) -> Self:
        form = cls(formdata=posted)
        form.medicine.choices = _likely(form.name_given.data)
        form.name_given.suggestions = _names_to_suggest()
        return form

    @classmethod
    def showing(cls, answers: Mapping[str, Any]) -> Self:
        form = cls(data=dict(answers))
        form.name_given.suggestions = _names_to_suggest()
        return form

    @property
    def questions(self) -> Any:
        """The choice is asked only when the name typed is not a known one."""
        return [self.name_given, self.medicine] if self.medicine.choices else [self.name_given]

    @property
    def found(self) -> str | None:
        """The catalogue name (or `other`) when it is settled which medicine is meant."""
        typed = self.name_given.data or ""
        exact = find_medicine(_without_brands(typed))
        if exact is not None:
            return exact.name
        if typed.casefold() == _NOT_KNOWN.casefold():
            return OTHER
        chosen = self.medicine.data
        return chosen if chosen in {option.value for option in self.medicine.choices} else None

    def settles(self) -> bool:
        """Whether it is clear which medicine is meant; else the fields say what to do."""
        if not self.name_given.validate(self):
            return False
        if self.medicine.process_errors:
            return bool(self.medicine.validate(self))
        return self.found is not None or bool(self.medicine.validate(self))


def _names_to_suggest() -> list[str]:
    return [medicine_name(each) for each in CATALOGUE if not each.is_acute]


def _without_brands(typed: str) -> str:
    """A name picked from the list of suggestions carries its brands in brackets."""
    return typed.partition("(")[0]


def _likely(typed: str | None) -> tuple[Option, ...]:
    """What the name might mean, and the way out when it is none of them."""
    if (
        not typed
        or typed.casefold() == _NOT_KNOWN.casefold()
        or find_medicine(_without_brands(typed)) is not None
    ):
        return ()
    alike = [Option(each.name, medicine_name(each)) for each in suggest_medicines(typed)]
    other = Option(OTHER, _l("Another medicine: keep the name as I typed it"))
    return (*alike, other)


class TrialForm(PageForm):
    """What happened with one medicine."""

    title = _l("What happened with this medicine?")
    weeks = DurationField(
        _l("For how long did you take it?"),
        description=_l("A best guess is fine. If you never took it, enter 0 weeks."),
        highest=5200,
        units=IN_WEEKS,
        missing=_l("Enter how long you took it, or choose “I am not sure”"),
        missing_unit=_l("Choose weeks, months or years"),
        too_many=_l("Enter at most 100 years"),
    )
    result = ChoiceField(
        _l("What happened?"),
        choices=_RESULTS,
        missing=_l("Choose what happened, or “I am not sure”"),
    )
    taken_for = ChoiceField(
        _l("What did you take it for?"),
        description=_l("Some of these medicines are also used for blood pressure, mood or other illnesses."),
        choices=[
            Option(TakenFor.MIGRAINE.value, _l("To prevent migraine or headache")),
            Option(TakenFor.OTHER_CONDITION.value, _l("Only for another illness")),
            Option(NOT_SURE_WORD, I_AM_NOT_SURE),
        ],
        missing=_l("Choose what you took it for, or “I am not sure”"),
    )

    @classmethod
    def showing(cls, answers: Mapping[str, Any]) -> Self:
        return cls(data={**answers, "result": result_choice(answers)})

    def validate_weeks(self, field: DurationField) -> None:
        """A medicine that was never taken was taken for no time."""
        taken = not field.errors and isinstance(field.data, int | float) and field.data > 0
        if taken and self.result.data == TrialResult.UNSUITABLE.value:
            raise ValidationError(_l("Enter 0 weeks if you never took it, or choose another answer below"))

    def story(self) -> dict[str, Any]:
        """What happened, as the codes of the contract."""
        story = self.answers()
        if story["result"] == STILL_HELPING:
            return {**story, "result": TrialResult.HELPED.value, "still_taking": YesNo.YES.value}
        helped = story["result"] == TrialResult.HELPED.value
        return {**story, "still_taking": YesNo.NO.value if helped else None}


def result_choice(trial: Mapping[str, Any]) -> str | None:
    """Which choice of the page a stored trial stands for."""
    helped = trial.get("result") == TrialResult.HELPED.value
    if helped and trial.get("still_taking") == YesNo.YES.value:
        return STILL_HELPING
    return trial.get("result")
