"""Forms that are too old or not from our pages: refused before anything is looked at, and noted."""

from flask import Flask
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from app.clinic.access import note_refused_form
from app.web.errors import came_too_late, error_page
from app.web.headers import ForeignChangeError


def note_refused_forms(app: Flask) -> None:
    """Answer them as everywhere, and note them."""

    @app.errorhandler(CSRFError)
    def too_late(problem: CSRFError) -> Response:
        note_refused_form()
        return came_too_late(problem)

    @app.errorhandler(ForeignChangeError)
    def foreign(_problem: ForeignChangeError) -> Response:
        note_refused_form()
        return error_page(400)
