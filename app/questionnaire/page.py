"""What every page of questions is: a title, an introduction and fields."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self, cast

from werkzeug.datastructures import MultiDict
from wtforms import Form

from app.questionnaire.fields import Question


class PageForm(Form):
    """One page of the questionnaire. Its fields are named as the answers they ask for.

    `sources` names what the clinical words of the page rest on.
    """

    class Meta:
        locales = False  # every sentence is ours; the form library's own are never shown

    title: ClassVar[Any]
    sources: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def showing(cls, answers: Mapping[str, Any]) -> Self:
        """The page with the answers given so far."""
        return cls(data=dict(answers))

    @classmethod
    def received(cls, posted: "MultiDict[str, str]") -> Self:
        """The page as it was posted."""
        return cls(formdata=posted)

    @property
    def questions(self) -> Iterator[Question]:
        return cast(Iterator[Question], iter(self))

    @property
    def errors_in_order(self) -> list[tuple[str, str]]:
        """Field id and sentence of everything to mend, in the order of the page."""
        return [(field.id, error) for field in self for error in field.errors]

    def answers(self) -> dict[str, Any]:
        """The answers of this page as stored codes."""
        return {field.name: field.data for field in self}

    def part_applied_to(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """All answers with what can be taken of this page, which was validated.

        A question that has to be answered is open again when its answer cannot be taken: an older one may not
        fit what is new. One that may be skipped stays as it was.
        """
        taken = {field.name: field.data for field in self.questions if not field.errors}
        opened = {field.name: None for field in self.questions if field.errors and not field.may_be_skipped}
        return {**answers, **taken, **opened}

    def applied_to(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """All answers of a draft with those of this page in place of the old ones."""
        return {**answers, **self.answers()}
