"""Pages of questions that hold no answer yet: made once, and kept as they are.

Such a page is the same for everybody who asks for it in the same language and light. Only the token against
forged forms is each browser's own: it is put in every time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from flask import Flask, current_app, request
from flask_babel import get_locale

from app.patient.browser import is_shared_device
from app.patient.ways import back_address, is_change
from app.questionnaire.path import place_of
from app.questionnaire.steps import STEPS, Step
from app.web.display import Display, display
from app.web.token_session import form_token

_EXTENSION: Final = "screening.blank_pages"
_MOST: Final = 256  # of 12 kB or so: a few ways through the questions, in every language and light
_ANSWERS_OF: Final = {
    step: {*step.answer_names, *(field.name for field in step.form().questions)} for step in STEPS
}


@dataclass(frozen=True)
class _Look:
    """Everything that decides what a page without answers looks like."""

    slug: str
    place: tuple[int, int]
    back: str
    language: str
    display: Display
    is_change: bool
    has_calendar: bool
    comes_from_us: bool


class BlankPages:
    """The pages of one app, each in two parts: before the token and after it."""

    def __init__(self) -> None:
        self._parts: dict[_Look, tuple[str, str]] = {}
        self._lock = Lock()

    def page(self, look: _Look, make: Callable[[], str]) -> str:
        token = form_token()
        parts = self._parts.get(look)
        if parts is None:
            page = make()
            before, _, after = page.partition(token)
            if after.count("csrf_token") or not after:
                return page  # another form on the page: this is not one of ours
            self._keep(look, (before, after))
            return page
        return f"{parts[0]}{token}{parts[1]}"

    def _keep(self, look: _Look, parts: tuple[str, str]) -> None:
        with self._lock:
            if len(self._parts) >= _MOST:
                self._parts.pop(next(iter(self._parts)))
            self._parts[look] = parts


def add_blank_pages(app: Flask) -> None:
    app.extensions[_EXTENSION] = BlankPages()


def is_blank(step: Step, answers: Mapping[str, Any]) -> bool:
    """Whether the page of this step would show nothing that this person has told, and no clock."""
    told = any(answers.get(name) is not None for name in _ANSWERS_OF[step])
    return not told and not is_shared_device() and request.query_string in (b"", b"change=yes")


def blank_page(step: Step, answers: dict[str, Any], make: Callable[[], str]) -> str:
    """The page of this step, for which `is_blank`; `make` makes it where none is kept."""
    kept: BlankPages = current_app.extensions[_EXTENSION]
    look = _Look(
        step.slug,
        place_of(step, answers),
        back_address(step, answers),
        str(get_locale()),
        display(),
        is_change(),
        bool(answers.get("calendar")),
        request.headers.get("Sec-Fetch-Site") == "same-origin",
    )
    return kept.page(look, make)
