"""Taking a QuestionnaireResponse apart, whoever wrote it: nothing in it is trusted to have any shape.

What is not understood is refused, never skipped: a part that is left unread could change the meaning.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from flask_babel import gettext as _

_LONGEST_SHOWN: Final = 60
# What may stand in any element and says nothing about the answer. `modifierExtension` is not among them.
_HARMLESS: Final = frozenset({"id", "extension"})
_ABOUT_AN_ITEM: Final = _HARMLESS | {"linkId", "definition", "text"}


class FhirError(ValueError):
    """A resource that cannot be taken in; the text says what and where, and what to do."""


def shown(value: Any) -> str:
    """Something foreign, short and fit to be shown."""
    text = value if isinstance(value, str) else type(value).__name__
    return text[:_LONGEST_SHOWN].encode("utf-8", "replace").decode()


def _unknown_part(element: Mapping[str, Any], known: Collection[str]) -> str | None:
    """The first property that is not known. Those with an underscore only comment on another one."""
    return next((name for name in element if name not in known and not name.startswith("_")), None)


class GivenItems:
    """The items of a response, or of one group in it, by linkId.

    Raises:
        FhirError: an item has no shape, is not of this questionnaire, or stands there twice.
    """

    def __init__(self, items: Any, *, questions: Collection[str], groups: Collection[str] = ()) -> None:
        self._groups: dict[str, list[Any]] = {link_id: [] for link_id in groups}
        self._answers: dict[str, list[Any]] = {}
        if not isinstance(items, list):
            raise FhirError(_("The items must be a list: write “item” as the standard has it"))
        for item in items:
            link_id = _link_id(item, {*questions, *groups})
            if link_id in self._groups:
                self._groups[link_id].append(_content(item, link_id, "item"))
            elif link_id in self._answers:
                raise FhirError(_("%(item)s stands there twice: give it once", item=link_id))
            else:
                self._answers[link_id] = _answers(item, link_id)

    def groups(self, link_id: str) -> list[Any]:
        """The items of each group with this linkId."""
        return self._groups[link_id]

    def values(self, link_id: str, value_name: str) -> list[Any]:
        """The values given for a question; none when it is not there."""
        return [_value(answer, link_id, value_name) for answer in self._answers.get(link_id, [])]

    def value(self, link_id: str, value_name: str) -> Any:
        """The one value given for a question, or None."""
        values = self.values(link_id, value_name)
        if len(values) > 1:
            raise FhirError(_("%(item)s has several answers: give one", item=link_id))
        return values[0] if values else None


def _link_id(item: Any, known: Collection[str]) -> str:
    if not isinstance(item, dict) or not isinstance(item.get("linkId"), str):
        raise FhirError(_("There is an item without a linkId: give each item its linkId"))
    link_id: str = item["linkId"]
    if link_id not in known:
        raise FhirError(
            _("%(item)s is no item of this questionnaire here: leave it out", item=shown(link_id))
        )
    return link_id


def _content(item: Mapping[str, Any], link_id: str, name: str) -> Any:
    """What an item holds under the one name that it may hold something under."""
    unknown = _unknown_part(item, {*_ABOUT_AN_ITEM, name})
    if unknown is not None:
        raise FhirError(
            _(
                "%(item)s holds “%(part)s”, which is not read: leave it out",
                item=link_id,
                part=shown(unknown),
            )
        )
    return item.get(name, [])


def _answers(item: Mapping[str, Any], link_id: str) -> list[Any]:
    answers = _content(item, link_id, "answer")
    if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers):
        raise FhirError(_("The answers to %(item)s must be a list of objects", item=link_id))
    return answers


def _value(answer: Mapping[str, Any], link_id: str, value_name: str) -> Any:
    if answer.get(value_name) is None or _unknown_part(answer, {*_HARMLESS, value_name}) is not None:
        raise FhirError(
            _("An answer to %(item)s must hold %(value)s and nothing else", item=link_id, value=value_name)
        )
    return answer[value_name]
