"""Helpers that templates use: addresses of static files, sources, numbers."""

import hashlib
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel import Locale, numbers
from flask import Flask, get_template_attribute, url_for
from flask_babel import format_date, format_datetime, get_locale
from markupsafe import Markup

from app.domain.reference_code import format_reference_code
from app.questionnaire.sources import source_by_id, source_number
from app.web.token_session import form_token

STATIC: Final = Path(__file__).resolve().parents[1] / "static"


@lru_cache(maxsize=32)
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for ever."""
    return url_for("static", filename=name, v=_fingerprint(name))


def number(value: int | float | Fraction) -> str:
    """A number as people write it in the language of the page: with one decimal unless it is whole."""
    return _in_language(round(float(Fraction(value)), 1), get_locale())


@lru_cache(maxsize=4096)
def _in_language(value: float, locale: Locale | None) -> str:
    return str(numbers.format_decimal(value, locale=locale or "en"))


def moment(value: Any) -> str:
    """A time in the clinic's time zone."""
    return str(format_datetime(value, "d MMM y, HH:mm"))


def day_of_month(value: date) -> str:
    """A day of the last weeks, such as "Thu 26 Nov"."""
    return str(format_date(value, "EEE d MMM"))


def citer(sources_endpoint: str) -> Callable[[str], Markup]:
    """The `cite` of an app: a small numbered link to a source on its Sources page."""

    def cite(source_id: str) -> Markup:
        source = source_by_id(source_id)
        mark = get_template_attribute("components/content.html", "cite")
        address = url_for(sources_endpoint, _anchor=source_id)
        return Markup(mark(source_id, address, source_number(source_id), source.title))  # noqa: S704

    return cite


def add_template_helpers(app: Flask, sources_endpoint: str | None) -> None:
    """Make the helpers known to every template of the app."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=number, moment=moment, day_of_month=day_of_month, reference_code=format_reference_code
    )
    app.jinja_env.globals.update(static_url=static_url, csrf_token=form_token)
    if sources_endpoint:
        app.jinja_env.globals["cite"] = citer(sources_endpoint)
