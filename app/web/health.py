"""Whether the process lives, and whether it can do its work."""

from flask import Flask, Response, make_response

from app.storage.schema import is_up_to_date
from app.web.context import store


def add_health(app: Flask) -> None:
    """`/healthz` asks nothing of the database; `/readyz` asks one bounded question."""

    @app.get("/healthz")
    def healthz() -> Response:
        return _plain("ok", 200)

    @app.get("/readyz")
    def readyz() -> Response:
        ready = is_up_to_date(store().database)
        return _plain("ready", 200) if ready else _plain("not ready", 503)


def _plain(text: str, status: int) -> Response:
    response = make_response(text + "\n", status)
    response.mimetype = "text/plain"
    return response
