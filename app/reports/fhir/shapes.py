"""One class a shape of question: how it stands in the Questionnaire, how its answer is written and read.

An answer that was not asked has no item. Where an answer is a number, a list or a text, *not sure* and
*none* cannot stand in its item; they stand in a second one beside it, `<linkId>.instead`.
Values are the plain ones of the contract: numbers, codes, lists of codes, `not_sure`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import gettext as _

from app.domain.trials import LONGEST_NAME
from app.domain.values import NOT_SURE_WORD
from app.reports.fhir.choices import NONE, Choices, Instead, answered
from app.reports.fhir.codes import STANDARD_EXTENSION, UNIT_SYSTEM, Resource, coding
from app.reports.fhir.reading import FhirError, GivenItems
from app.reports.fhir.words import question_words


class Shape(Protocol):
    """What every shape offers. `link_ids` are those of its items that are no groups."""

    @property
    def link_ids(self) -> tuple[str, ...]: ...

    def defined(self) -> list[Resource]: ...

    def written(self, value: Any) -> list[Resource]: ...

    def read(self, given: GivenItems) -> Any: ...


@dataclass(frozen=True)
class NumberShape:
    """A number, or not sure. `limits` are its lowest and highest; `allowed` the only ones, if few."""

    link_id: str
    is_whole: bool
    limits: tuple[int, int] | None = None
    allowed: tuple[int, ...] = ()
    unit: str = ""

    @property
    def _value_name(self) -> str:
        return "valueInteger" if self.is_whole else "valueDecimal"

    @property
    def _instead(self) -> Instead:
        return Instead(self.link_id, (NOT_SURE_WORD,))

    @property
    def link_ids(self) -> tuple[str, ...]:
        return (self.link_id, self._instead.link_id)

    def defined(self) -> list[Resource]:
        item: Resource = {
            "extension": self._extensions(),
            "linkId": self.link_id,
            "text": question_words(self.link_id),
            "type": "integer" if self.is_whole else "decimal",
            "answerOption": [{self._value_name: number} for number in self.allowed],
        }
        return [{name: part for name, part in item.items() if part}, self._instead.defined()]

    def _extensions(self) -> list[Resource]:
        found: list[Resource] = []
        if self.limits is not None:
            for name, limit in zip(("minValue", "maxValue"), self.limits, strict=True):
                found.append({"url": STANDARD_EXTENSION + name, self._value_name: limit})
        if self.unit:
            unit = coding(UNIT_SYSTEM, self.unit)
            found.append({"url": f"{STANDARD_EXTENSION}questionnaire-unit", "valueCoding": unit})
        return found

    def written(self, value: Any) -> list[Resource]:
        if value == NOT_SURE_WORD:
            return self._instead.written(value)
        return [answered(self.link_id, question_words(self.link_id), self._value_name, [value])]

    def read(self, given: GivenItems) -> Any:
        value = given.value(self.link_id, self._value_name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise FhirError(_("The answer to %(item)s must be a number", item=self.link_id))
        instead = self._instead.read(given, value is not None)
        return instead if value is None else value


@dataclass(frozen=True)
class CodeShape:
    """One code; not sure is one of them. `is_needed` marks what no group can be without."""

    link_id: str
    systems: Mapping[str, str]
    is_needed: bool = False

    @property
    def _choices(self) -> Choices:
        return Choices(self.link_id, self.link_id, self.systems)

    @property
    def link_ids(self) -> tuple[str, ...]:
        return (self.link_id,)

    def defined(self) -> list[Resource]:
        item: Resource = {"linkId": self.link_id, "text": question_words(self.link_id), "type": "choice"}
        if self.is_needed:
            item["required"] = True
        return [{**item, "answerOption": self._choices.defined()}]

    def written(self, value: Any) -> list[Resource]:
        codings = self._choices.written([value])
        return [answered(self.link_id, question_words(self.link_id), "valueCoding", codings)]

    def read(self, given: GivenItems) -> Any:
        value = given.value(self.link_id, "valueCoding")
        return None if value is None else self._choices.read(value)


@dataclass(frozen=True)
class CodesShape:
    """Several codes; or none, or not sure."""

    link_id: str
    systems: Mapping[str, str]

    @property
    def _choices(self) -> Choices:
        return Choices(self.link_id, self.link_id, self.systems)

    @property
    def _instead(self) -> Instead:
        return Instead(self.link_id, (NONE, NOT_SURE_WORD))

    @property
    def link_ids(self) -> tuple[str, ...]:
        return (self.link_id, self._instead.link_id)

    def defined(self) -> list[Resource]:
        item = {
            "linkId": self.link_id,
            "text": question_words(self.link_id),
            "type": "choice",
            "repeats": True,
            "answerOption": self._choices.defined(),
        }
        return [item, self._instead.defined()]

    def written(self, value: Any) -> list[Resource]:
        if value == NOT_SURE_WORD or not value:
            return self._instead.written(value or NONE)
        codings = self._choices.written(value)
        return [answered(self.link_id, question_words(self.link_id), "valueCoding", codings)]

    def read(self, given: GivenItems) -> Any:
        codes = [self._choices.read(value) for value in given.values(self.link_id, "valueCoding")]
        instead = self._instead.read(given, bool(codes))
        return [] if instead == NONE else codes or instead


@dataclass(frozen=True)
class TextShape:
    """A short text, which may be empty."""

    link_id: str

    @property
    def _instead(self) -> Instead:
        return Instead(self.link_id, (NONE,))

    @property
    def link_ids(self) -> tuple[str, ...]:
        return (self.link_id, self._instead.link_id)

    def defined(self) -> list[Resource]:
        text = question_words(self.link_id)
        item = {"linkId": self.link_id, "text": text, "type": "string", "maxLength": LONGEST_NAME}
        return [item, self._instead.defined()]

    def written(self, value: Any) -> list[Resource]:
        if not value:
            return self._instead.written(NONE)
        return [answered(self.link_id, question_words(self.link_id), "valueString", [value])]

    def read(self, given: GivenItems) -> Any:
        value = given.value(self.link_id, "valueString")
        if value is not None and not _is_text(value):
            raise FhirError(_("The answer to %(item)s must be a text", item=self.link_id))
        return "" if self._instead.read(given, value is not None) else value


@dataclass(frozen=True)
class GroupShape:
    """A group that repeats, with its parts; or none, or not sure. Its value is a list of mappings."""

    link_id: str
    parts: Mapping[str, Shape]

    @property
    def _instead(self) -> Instead:
        return Instead(self.link_id, (NONE, NOT_SURE_WORD), is_beside_group=True)

    @property
    def link_ids(self) -> tuple[str, ...]:
        return (self._instead.link_id,)

    def defined(self) -> list[Resource]:
        item = {
            "linkId": self.link_id,
            "text": question_words(self.link_id),
            "type": "group",
            "repeats": True,
            "item": _joined(part.defined for part in self.parts.values()),
        }
        return [item, self._instead.defined()]

    def written(self, value: Any) -> list[Resource]:
        if value == NOT_SURE_WORD or not value:
            return self._instead.written(value or NONE)
        return [self._entry(entry) for entry in value]

    def _entry(self, entry: Mapping[str, Any]) -> Resource:
        items = [
            item
            for name, part in self.parts.items()
            if entry.get(name) is not None
            for item in part.written(entry[name])
        ]
        return {"linkId": self.link_id, "text": question_words(self.link_id), "item": items}

    def read(self, given: GivenItems) -> Any:
        questions = [link_id for part in self.parts.values() for link_id in part.link_ids]
        entries = []
        for items in given.groups(self.link_id):
            within = GivenItems(items, questions=questions)
            values = {name: part.read(within) for name, part in self.parts.items()}
            entries.append({name: value for name, value in values.items() if value is not None})
        instead = self._instead.read(given, bool(entries))
        return [] if instead == NONE else entries or instead


def _is_text(value: Any) -> bool:
    """Whether this is a text that can be shown: JSON can also write halves of characters, which cannot."""
    return isinstance(value, str) and value != "" and not any("\ud800" <= each <= "\udfff" for each in value)


def _joined(makers: Iterable[Callable[[], list[Resource]]]) -> list[Resource]:
    return [item for make in makers for item in make()]
