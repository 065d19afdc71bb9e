"""The language of a page: what the person chose, else what the browser asks for, of what there is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, request
from flask_babel import Babel, force_locale, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app.domain.codes import LANGUAGES
from app.web.display import display
from config import Settings


def _choose_language() -> Locale:
    wanted = display().lang or _best_of(request.headers.get("Accept-Language", ""), LANGUAGES)
    return _locale(wanted)


@lru_cache(maxsize=512)
def _best_of(wanted: str, offered: tuple[str, ...]) -> str:
    """The best of the languages that there are, for what a browser asks for."""
    return parse_accept_header(wanted, LanguageAccept).best_match(offered) or offered[0]


@lru_cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def page_language() -> str:
    """The language of the page being made, as an HTML language code."""
    return str(get_locale()).replace("_", "-")


def in_language(language: str) -> AbstractContextManager[None]:
    """Makes all words come in a language (its HTML code)."""
    words: AbstractContextManager[None] = force_locale(Locale.parse(language, sep="-"))
    return words


@contextmanager
def words_outside_a_request() -> Iterator[None]:
    """Let words come in any language where no page is made, as in a command. Unasked they are English."""
    app = Flask("screening.words", root_path=str(Path(__file__).resolve().parents[1]))
    Babel(app, locale_selector=lambda: LANGUAGES[0])
    with app.app_context():
        yield


def language_name(code: str) -> str:
    """The name of a language in the language of the page."""
    return str(Locale.parse(code, sep="-").get_display_name(get_locale()) or code)


def add_language(app: Flask, settings: Settings) -> None:
    """Give the app translations, the clinic's time zone, and the page's language and direction."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    app.jinja_env.filters["language_name"] = language_name
    Babel(app, locale_selector=_choose_language, timezone_selector=lambda: settings.timezone)

    @app.context_processor
    def language() -> dict[str, Any]:
        locale = get_locale()
        direction = locale.text_direction if locale is not None else "ltr"
        return {"page_language": page_language(), "page_direction": direction}
