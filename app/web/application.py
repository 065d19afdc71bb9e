"""The part of making a Flask app that is the same for patients and clinicians."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask, request
from flask_wtf import CSRFProtect

from app.storage.store import Store
from app.web.context import EXTENSION, Installation
from app.web.display import add_display
from app.web.errors import add_error_pages
from app.web.headers import add_headers
from app.web.language import add_language
from app.web.logs import add_request_log
from app.web.metrics import add_metrics
from app.web.source import add_origin
from app.web.templating import STATIC, add_template_helpers
from app.web.token_session import TokenSessions
from config import Settings

_PACKAGE: Final = Path(__file__).resolve().parents[1]
LARGEST_BODY_BYTES: Final = 64 * 1024
LARGEST_FILE_BYTES: Final = 480 * 1024  # under the size from which a body would be laid down on disk


@dataclass(frozen=True)
class Surface:
    """What sets one app apart from the other."""

    name: str
    cookie: str
    same_site: str
    base_template: str
    sources_endpoint: str | None = None
    takes_files: frozenset[str] = frozenset()  # endpoints
    takes_long_texts: frozenset[str] = frozenset()  # those among them whose form carries a file as text


def make_application(surface: Surface, settings: Settings, store: Store) -> Flask:
    """A Flask app with everything both have, and no page yet."""
    app = Flask(
        f"screening.{surface.name}",
        root_path=str(_PACKAGE),
        template_folder="templates",
        static_folder=str(STATIC),
        static_url_path="/static",
    )
    app.extensions[EXTENSION] = Installation(settings, store)
    key = store.keyring.derive(f"session-sign/v1/{surface.name}")
    app.session_interface = TokenSessions(key)
    app.config.update(
        SECRET_KEY=key,
        SESSION_COOKIE_NAME=f"__Host-{surface.cookie}" if settings.is_https else surface.cookie,
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE=surface.same_site,
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=LARGEST_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY_BYTES,
        MAX_FORM_PARTS=200,
        TRUSTED_HOSTS=settings.trusted_hosts,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a slow reader loses nothing
        WTF_CSRF_SSL_STRICT=False,  # we send no referrer; the origin is checked in headers.py
    )
    _admit_files(app, surface)
    add_request_log(app, surface.name)
    add_metrics(app, surface.name, settings.metrics)
    add_headers(app, settings)
    add_origin(app)
    add_display(app)
    add_language(app, settings)
    add_template_helpers(app, surface.sources_endpoint)
    add_error_pages(app, surface.base_template)
    CSRFProtect(app)
    return app


def _admit_files(app: Flask, surface: Surface) -> None:
    """Larger bodies for the few pages that take a file. It comes before whatever reads the body."""

    @app.before_request
    def admit() -> None:
        if request.endpoint in surface.takes_files:
            request.max_content_length = LARGEST_FILE_BYTES
        if request.endpoint in surface.takes_long_texts:
            request.max_form_memory_size = LARGEST_FILE_BYTES
