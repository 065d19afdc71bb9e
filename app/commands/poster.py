"""The poster for the waiting room, from the command line."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from app.commands.failure import CommandError, checked_settings, installed_store
from app.domain.codes import LANGUAGES
from app.services.clinic_words import read_logo, read_words
from app.web.language import words_outside_a_request
from app.web.paper_size import paper_of

_SIZES: Final = ("a4", "letter")


@click.command("poster")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    help="The PDF to write. A file of this name is replaced.",
)
@click.option("--paper", type=click.Choice(_SIZES), help="Default: the size of the clinic's country.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(LANGUAGES),
    help="Which language stands on it; may be given more than once. Default: all.",
)
def waiting_room_poster(output: Path, paper: str | None, languages: tuple[str, ...]) -> None:
    """Write a poster that leads patients to the screening with their own phone."""
    from app.reports.papers.poster import poster  # slow: only where a paper is set

    settings = checked_settings()
    if not settings.public_url:
        raise CommandError(
            "Set PUBLIC_URL to the address that patients open, such as https://screening.example: "
            "the poster leads there."
        )
    with installed_store() as (_settings, store):
        clinic = read_words(store, settings)
        logo = read_logo(store, clinic.logo) if clinic.logo else None
    sheet = paper_of(clinic.country, paper)
    with words_outside_a_request():
        pdf = poster(settings, clinic, logo, languages or LANGUAGES, sheet, datetime.now(UTC))
    try:
        output.write_bytes(pdf)
    except OSError as problem:
        raise CommandError(f"Cannot write {output}: {problem.strerror}. Name another file.") from None
    click.echo(f"Wrote {output}. It leads to {settings.public_url}.")
