"""How a person wants every page to be: its light, the size of its text, its language.

A choice is a link, or a button of the form of the page, so that it works without JavaScript; a cookie of this
browser keeps it. Who chooses while a form is filled in gets the form back as it was typed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self
from urllib.parse import urlencode

from babel import Locale
from flask import Flask, g, redirect, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.domain.codes import LANGUAGES
from app.web.marks import LONG, read_mark, remove_mark, set_mark

MARK: Final = "display"
CHOICES: Final[dict[str, dict[str, Any]]] = {
    "light": {
        "": _l("As on this device"),
        "standard": _l("Standard"),
        "dim": _l("Dim"),
        "dark": _l("Dark"),
    },
    "size": {"": _l("Normal"), "larger": _l("Larger"), "largest": _l("Largest")},
    "lang": {code: (Locale.parse(code).display_name or code).capitalize() for code in LANGUAGES},
}
_WHICH_PAGE: Final = {
    *("change", "again", "kept", "next", "paper", "used", "back"),
    *("status", "outcome", "urgency", "assigned", "from", "until", "language", "policy", "after"),
    *("demonstration", "actor", "action", "first", "last", "before"),
}
TITLES: Final = {"light": _l("Light"), "size": _l("Text size"), "lang": _l("Language")}


@dataclass(frozen=True)
class Display:
    """What was chosen; an empty text where nothing was."""

    light: str = ""
    size: str = ""
    lang: str = ""

    @classmethod
    def kept(cls, value: str) -> Self:
        """From the value of the cookie; what is not offered (any more) counts as not chosen."""
        parts = dict(zip((each.name for each in fields(cls)), value.split("."), strict=False))
        return cls(**{name: part for name, part in parts.items() if part in CHOICES[name]})

    @property
    def value(self) -> str:
        return f"{self.light}.{self.size}.{self.lang}"


@dataclass(frozen=True)
class Option:
    """What can be chosen. `language` is that of its words, where they are in another."""

    words: Any
    address: str
    is_chosen: bool
    language: str


@dataclass(frozen=True)
class Group:
    """One thing to choose."""

    title: Any
    options: list[Option]


def display() -> Display:
    """What counts for the page that is being made."""
    if "display" not in g:
        g.display = Display.kept(read_mark(MARK))
    chosen: Display = g.display
    return chosen


def is_choosing() -> bool:
    """Whether this form was sent to change how the page looks, and not to hand anything in."""
    return "display_chosen" in g


def _take_choice() -> Response | None:
    """Take what the address chooses. A page is then asked for again without it, a form is shown again."""
    wanted = {name: request.args[name] for name in CHOICES if request.args.get(name) in CHOICES[name]}
    if not wanted:
        return None
    g.display = g.display_chosen = replace(display(), **wanted)
    is_page = request.endpoint is not None and request.path.isprintable()
    if request.method == "POST" or not is_page:  # what is no page of ours leads nowhere
        return None
    query = urlencode(_query())
    return redirect(request.script_root + request.path + (query and f"?{query}"), code=303)


def _query() -> list[tuple[str, str]]:
    """What of the query says which page it is. Nothing else is repeated: it may be a code, or stale."""
    return [(name, value) for name, value in request.args.items(multi=True) if name in _WHICH_PAGE]


def _keep_choice(response: Response) -> Response:
    if is_choosing():
        set_mark(response, MARK, g.display_chosen.value, LONG)
    return response


def forget_display(response: Response) -> None:
    """The next person at this device chooses anew."""
    remove_mark(response, MARK)


def display_groups(form_id: str = "") -> list[Group]:
    """What can be chosen on this page, with the form whose typing comes along, if it has one.

    Nothing on a page that answers a form and has none of its own to send: a link would lose what was typed.
    """
    return list(_groups()) if form_id or request.method != "POST" else []


def _groups() -> Iterator[Group]:
    query = _query()
    for name, choices in CHOICES.items():
        if len(choices) > 1:
            yield Group(TITLES[name], list(_options(name, choices, query)))


def _options(name: str, choices: Mapping[str, Any], query: list[tuple[str, str]]) -> Iterator[Option]:
    is_language = name == "lang"
    chosen = str(get_locale()) if is_language else getattr(display(), name)
    for code, words in choices.items():
        address = "?" + urlencode([*query, (name, code)])
        yield Option(words, address, code == chosen, code if is_language else "")


def other_languages() -> list[tuple[str, str]]:
    """Code and own name of each language that this page is not in."""
    return [(code, name) for code, name in CHOICES["lang"].items() if code != str(get_locale())]


def add_display(app: Flask) -> None:
    """Let people choose on every page of the app."""
    app.before_request(_take_choice)
    app.after_request(_keep_choice)

    @app.context_processor
    def chosen() -> dict[str, Any]:
        return {
            "display": display(),
            "display_groups": display_groups,
            "other_languages": other_languages,
        }
