"""Codes among which a question lets people choose, and what stands beside a question instead of a value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from app.questionnaire.fields import CodesField
from app.reports.fhir.codes import Resource, code_system, coding
from app.reports.fhir.reading import FhirError, GivenItems, shown
from app.reports.fhir.words import option_words, question_words

NONE: Final = CodesField.NONE
INSTEAD_SYSTEM: Final = code_system("instead")


def answered(link_id: str, text: str, value_name: str, values: Iterable[Any]) -> Resource:
    """An item of a response with its answers."""
    return {"linkId": link_id, "text": text, "answer": [{value_name: value} for value in values]}


@dataclass(frozen=True)
class Choices:
    """The codes of a choice, each with its system; their words are those of the question `about`."""

    link_id: str
    about: str
    systems: Mapping[str, str]

    def defined(self) -> list[Resource]:
        return [{"valueCoding": each} for each in self.written(self.systems)]

    def written(self, codes: Iterable[str]) -> list[Resource]:
        """The codes as codings. One that is no longer offered goes out as it was stored."""
        words, system = option_words(self.about), next(iter(self.systems.values()))
        return [coding(self.systems.get(code, system), code, words.get(code, code)) for code in codes]

    def read(self, given: Any) -> str:
        """The code of a coding that is one of the choices. Its words do not matter."""
        code = given.get("code") if isinstance(given, dict) else None
        if not isinstance(code, str) or self.systems.get(code) != given.get("system"):
            raise FhirError(
                _(
                    "%(item)s has the code “%(code)s”, which is none of its options: take one of them",
                    item=self.link_id,
                    code=shown(code),
                )
            )
        return code


@dataclass(frozen=True)
class Instead:
    """The item beside a question, for what is no value: `none`, `not_sure`, or both."""

    beside: str
    codes: tuple[str, ...]
    is_beside_group: bool = False

    @property
    def link_id(self) -> str:
        return f"{self.beside}.instead"

    @property
    def _choices(self) -> Choices:
        return Choices(self.link_id, self.beside, dict.fromkeys(self.codes, INSTEAD_SYSTEM))

    @property
    def _words(self) -> str:
        return str(_("%(question)s Or instead:", question=question_words(self.beside)))

    def defined(self) -> Resource:
        item: Resource = {"linkId": self.link_id, "text": self._words, "type": "choice"}
        if not self.is_beside_group:  # whether a group is there cannot be asked
            item["enableWhen"] = [{"question": self.beside, "operator": "exists", "answerBoolean": False}]
        return {**item, "answerOption": self._choices.defined()}

    def written(self, code: str) -> list[Resource]:
        return [answered(self.link_id, self._words, "valueCoding", self._choices.written([code]))]

    def read(self, given: GivenItems, is_answered: bool) -> str | None:
        value = given.value(self.link_id, "valueCoding")
        if value is None:
            return None
        if is_answered:
            raise FhirError(
                _(
                    "%(item)s and %(other)s are both answered: keep one",
                    item=self.beside,
                    other=self.link_id,
                )
            )
        return self._choices.read(value)
