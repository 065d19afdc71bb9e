"""What the clinic says of itself, from the command line."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from app.commands.failure import CommandError, installed_store
from app.domain.codes import LANGUAGES
from app.services.clinic_words import (
    CONTACT,
    COUNTRY,
    INTRODUCTIONS,
    LOGO,
    NAME,
    WordsError,
    read_words,
    set_words,
    tidied,
)
from app.services.png import LARGEST_BYTES, PictureError, clean_png
from app.storage.audit import OPERATOR
from app.web.language import words_outside_a_request

_OPTIONS: Final = {
    NAME: "--name",
    CONTACT: "--contact",
    COUNTRY: "--country",
    **{INTRODUCTIONS[code]: f"--introduction-{code}" for code in LANGUAGES},
    LOGO: "--logo",
}


@click.group("clinic")
def clinic_words() -> None:
    """See and change what the clinic says of itself: name, contact, country, introduction, logo."""


@clinic_words.command("show")
def show_words() -> None:
    """List what is set, or what holds until it is."""
    with installed_store() as (settings, store):
        words = read_words(store, settings)
    shown = {**words.texts(), LOGO: words.logo and f"a picture with the digest {words.logo}"}
    for name, text in shown.items():
        click.echo(f"{_OPTIONS[name].removeprefix('--')}: {' / '.join(text.splitlines()) or '(empty)'}")


def _introduction_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """One option for each language."""
    for code in reversed(LANGUAGES):
        name = INTRODUCTIONS[code]
        command = click.option(_OPTIONS[name], name, help=f"A few sentences for pages in {code!r}.")(command)
    return command


@clinic_words.command("set")
@click.option("--name", NAME, help="The name of the clinic.")
@click.option("--contact", CONTACT, help="How to reach the clinic; a line break begins a new line.")
@_introduction_options
@click.option("--country", COUNTRY, help="Two letters, such as GB: emergency numbers and size of paper.")
@click.option("--logo", type=click.Path(path_type=Path, dir_okay=False), help="A PNG file.")
@click.option("--no-logo", is_flag=True, help="Show no logo any more.")
def change_words(logo: Path | None, no_logo: bool, **texts: str | None) -> None:
    """Set what is given, all of it or nothing. An empty text shows nothing any more."""
    wanted = {name: tidied(text) for name, text in texts.items() if text is not None}
    if COUNTRY in wanted:
        wanted[COUNTRY] = wanted[COUNTRY].upper()
    if logo is not None and no_logo:
        raise CommandError("Give --logo or --no-logo, not both.")
    if not wanted and logo is None and not no_logo:
        raise CommandError("Say what to set, such as --name. See: flask --app wsgi clinic set --help")
    with words_outside_a_request():
        picture = b"" if no_logo else _picture(logo)
        changed = _set(wanted, picture)
    names = ", ".join(_OPTIONS[name].removeprefix("--") for name in changed)
    click.echo(f"Changed: {names}." if changed else "Nothing changed: it was so before.")


def _picture(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        with file.open("rb") as opened:
            return clean_png(opened.read(LARGEST_BYTES + 1))
    except OSError as problem:
        raise CommandError(f"Cannot read {file}: {problem.strerror}. Name another file.") from None
    except PictureError as problem:
        raise CommandError(f"--logo: {problem.sentence}.") from None


def _set(texts: dict[str, str], picture: bytes | None) -> list[str]:
    try:
        with installed_store() as (settings, store):
            return set_words(store, settings, texts, picture, OPERATOR, datetime.now(UTC))
    except WordsError as problem:
        raise CommandError(f"{_OPTIONS[problem.name]}: {problem.sentence}.") from None
