"""The clinic's own words and logo, as pages and papers show them."""

from contextlib import suppress
from typing import Final

from flask import Flask, Response, abort, g

from app.services.clinic_words import ClinicWords, read_logo, read_words
from app.storage.database import StorageUnavailableError
from app.web.context import installation, store

LOGO_ENDPOINT: Final = "logo"


def clinic_words() -> ClinicWords:
    """The words of the clinic: read once a request, so that every process has them as they are set.

    What to do in an emergency is shown without a database, too: then they are those that were read last.
    """
    if "clinic_words" not in g:
        g.clinic_words = _newest()
    found: ClinicWords = g.clinic_words
    return found


def _newest() -> ClinicWords:
    here = installation()
    if g.get("is_failing"):
        return here.last_words
    with suppress(StorageUnavailableError):
        here.last_words = read_words(here.store, here.settings)
    return here.last_words


def country() -> str:
    """Where the clinic is (two letters), empty where that is not known."""
    return clinic_words().country


def add_logo(app: Flask) -> None:
    """`/logo/DIGEST`: a picture that was checked when it was taken. Its address changes with it."""

    @app.get("/logo/<digest>", endpoint=LOGO_ENDPOINT)
    def logo(digest: str) -> Response:
        content = read_logo(store(), digest)
        return abort(404) if content is None else Response(content, content_type="image/png")
