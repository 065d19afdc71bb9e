"""One field class a shape of question. Each knows how to read a posted form, how to say what is wrong,
and how to show its answer again. `data` is always the stored code or number, never a label.

Templates render fields from plain attributes (`kind`, `typed`, `options`): rendering through form
widgets cost eight times a bare request when it was measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from app.domain.values import NOT_SURE_WORD
from app.questionnaire.explanations import Explanation
from app.questionnaire.numbers import NumberProblem, read_whole_number

LONGEST_TYPED: Final = 1000
I_AM_NOT_SURE: Final = _l("I am not sure")
NOT_ANSWERED: Final = _l("Not answered")
TWICE: Final = _l("This answer came twice. Look at it and send it once more.")


@dataclass(frozen=True)
class Option:
    """A choice: its stored code and the words for it. `exclusive` cannot stand beside another."""

    value: str
    label: Any
    hint: Any = ""
    exclusive: bool = False
    checked: bool = False


class Question(Field):
    """A field with what the templates and the summary need.

    `missing` is said when it is left empty; a question without one may be skipped, and its data is None.
    `explained` is for those who want to know more about it.
    """

    kind: ClassVar[str]

    def __init__(
        self, label: Any, missing: Any = "", *, explained: Explanation | None = None, **kwargs: Any
    ) -> None:
        self.missing = missing
        self.explained = explained
        super().__init__(label, **kwargs)

    def process(
        self, formdata: Any, data: Any = unset_value, extra_filters: Sequence[Any] | None = None
    ) -> None:
        self.process_errors = []
        self.data = None if data is unset_value else data
        if formdata is None:
            self.show(self.data)
        else:
            self.receive(formdata)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Whether the answer can be taken. What came twice is said alone, whatever else is wrong."""
        if self.process_errors:
            self.errors = list(self.process_errors)
            return False
        return bool(super().validate(form, extra_validators))

    @property
    def may_be_skipped(self) -> bool:
        return not self.missing

    def posted(self, formdata: Any, suffix: str = "") -> str:
        """What was posted for this field, cut to a sane length."""
        return self.posted_whole(formdata, suffix)[:LONGEST_TYPED]

    def posted_whole(self, formdata: Any, suffix: str = "") -> str:
        """What was posted for this field; no text holds a NUL. The first of several, which are refused:
        no page of ours sends two, and whoever reads the other one would read another answer."""
        values: list[str] = formdata.getlist(self.name + suffix)
        if len(values) > 1:
            self.process_errors = [TWICE]
        return values[0].replace("\x00", "") if values else ""

    def check_skipped(self) -> None:
        """An empty question is an error only when it has to be answered."""
        if not self.may_be_skipped:
            raise ValidationError(self.missing)

    def show(self, data: Any) -> None:
        """Prepare the field to show a stored answer."""
        raise NotImplementedError

    def receive(self, formdata: Any) -> None:
        """Take the answer from a posted form."""
        raise NotImplementedError

    def display(self, data: Any) -> list[Any]:
        """The answer in the words the patient saw, one item a line."""
        raise NotImplementedError


class NumberField(Question):
    """A number typed in digits, or not sure. `data` is an int (or float), or `not_sure`."""

    kind = "number"
    inputmode = "numeric"

    def __init__(
        self, label: Any, *, highest: int, unit: Any, too_many: Any, missing: Any = "", **kwargs: Any
    ) -> None:
        self.highest = highest
        self.unit = unit
        self.too_many = too_many
        self.not_sure_label = I_AM_NOT_SURE
        super().__init__(label, missing, **kwargs)

    def show(self, data: Any) -> None:
        self.is_not_sure = data == NOT_SURE_WORD
        self.typed = "" if data is None or self.is_not_sure else f"{data:g}"

    def receive(self, formdata: Any) -> None:
        self.typed = self.posted(formdata)
        self.is_not_sure = self.posted(formdata, "-not-sure") == "yes"
        self.data = NOT_SURE_WORD if self.is_not_sure else self.read(self.typed)
        if self.data is NumberProblem.MISSING and self.may_be_skipped:
            self.data = None

    def read(self, typed: str) -> int | float | NumberProblem:
        return read_whole_number(typed)

    def pre_validate(self, form: Any) -> None:
        if self.is_not_sure:
            if self.typed.strip():
                raise ValidationError(_l("Enter a number or choose “I am not sure”, not both"))
            return
        if self.data is None:
            self.check_skipped()
            return
        if isinstance(self.data, NumberProblem):
            raise ValidationError(self.sentence_for(self.data))
        if self.data > self.highest:
            raise ValidationError(self.too_many)

    def sentence_for(self, problem: NumberProblem) -> Any:
        return {
            NumberProblem.MISSING: self.missing,
            NumberProblem.NOT_DIGITS: _l("Enter the number in digits, such as 12"),
            NumberProblem.NEGATIVE: _l("Enter 0 or a number above 0"),
            NumberProblem.FRACTION: _l("Enter a whole number, such as 12. A part of a day counts as one day"),
            NumberProblem.TOO_LONG: self.too_many,
        }[problem]

    def display(self, data: Any) -> list[Any]:
        if data == NOT_SURE_WORD:
            return [I_AM_NOT_SURE]
        return [lazy_ngettext("%(num)s day", "%(num)s days", data)]


class ChoiceField(Question):
    """One of a few choices. `data` is the code chosen. Short ones may stand side by side."""

    kind = "choice"

    def __init__(
        self,
        label: Any,
        *,
        choices: Sequence[Option],
        missing: Any = "",
        is_short: bool = False,
        **kwargs: Any,
    ) -> None:
        self.choices = tuple(choices)
        self.is_short = is_short
        super().__init__(label, missing, **kwargs)

    @property
    def options(self) -> list[Option]:
        """The choices. An answer that may be skipped can be taken back: a radio button has no other way."""
        taken_back = [Option("", _l("No answer"))] if self.may_be_skipped and self.data else []
        return [replace(option, checked=option.value == self.data) for option in (*self.choices, *taken_back)]

    def show(self, data: Any) -> None:
        self.data = data

    def receive(self, formdata: Any) -> None:
        self.data = self.posted(formdata) or None

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            self.check_skipped()
        elif self.data not in {option.value for option in self.choices}:
            raise ValidationError(self.missing or _l("Choose one of the answers on this page"))

    def display(self, data: Any) -> list[Any]:
        return [option.label for option in self.choices if option.value == data]


class CodesField(Question):
    """Several choices, or one that stands alone (none, not sure). `data` is a list, or `not_sure`."""

    kind = "codes"
    NONE: Final = "none"

    def __init__(
        self,
        label: Any,
        *,
        choices: Sequence[Option],
        missing: Any = "",
        **kwargs: Any,
    ) -> None:
        self.choices = tuple(choices)
        super().__init__(label, missing, **kwargs)

    @property
    def options(self) -> list[Option]:
        return [replace(option, checked=option.value in self.ticked) for option in self.choices]

    def show(self, data: Any) -> None:
        self.ticked = self._ticks(data)

    def receive(self, formdata: Any) -> None:
        self.ticked = list(dict.fromkeys(value[:LONGEST_TYPED] for value in formdata.getlist(self.name)))
        if self.ticked == [NOT_SURE_WORD]:
            self.data = NOT_SURE_WORD
        elif not self.ticked and self.may_be_skipped:
            self.data = None
        else:
            self.data = [value for value in self.ticked if value != self.NONE]

    def _ticks(self, data: Any) -> list[str]:
        if data is None:
            return []
        if data == NOT_SURE_WORD:
            return [NOT_SURE_WORD]
        return list(data) or [self.NONE]

    def pre_validate(self, form: Any) -> None:
        known = {option.value for option in self.choices}
        if not self.ticked:
            self.check_skipped()
        elif not known.issuperset(self.ticked):
            raise ValidationError(self.missing or _l("Choose among the answers on this page"))
        alone = [option.label for option in self.choices if option.exclusive and option.value in self.ticked]
        if alone and len(self.ticked) > 1:
            raise ValidationError(_l("Choose “%(alone)s” only when you choose nothing else", alone=alone[0]))

    def display(self, data: Any) -> list[Any]:
        labels = {option.value: option.label for option in self.choices}
        return [labels[tick] for tick in self._ticks(data) if tick in labels]


class TextField(Question):
    """A short text. `data` is the text without the spaces around it."""

    kind = "text"
    input_type = "text"

    def __init__(
        self,
        label: Any,
        *,
        missing: Any,
        longest: int,
        too_long: Any,
        autocomplete: str = "off",
        **kwargs: Any,
    ) -> None:
        self.autocomplete = autocomplete
        self.longest = longest
        self.too_long = too_long
        self.suggestions: Sequence[str] = ()
        super().__init__(label, missing, **kwargs)

    def show(self, data: Any) -> None:
        self.typed = data or ""

    def receive(self, formdata: Any) -> None:
        self.typed = self.posted(formdata)
        self.data = " ".join(self.typed.split())

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            self.check_skipped()
        if len(self.data) > self.longest:
            raise ValidationError(self.too_long)

    def display(self, data: Any) -> list[Any]:
        return [data]
