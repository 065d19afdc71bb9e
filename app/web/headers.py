"""Security headers on every response, and the check that a change comes from our own pages."""

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.exceptions import BadRequest, SecurityError
from werkzeug.sansio.utils import host_is_trusted

from app.web.clinic_words import LOGO_ENDPOINT
from config import Settings

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}
# A picture that is not stored yet has no address: it stands in the one page that shows it.
_WITH_PICTURE: Final = CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' data:")
_MAY_BE_KEPT: Final = frozenset({"static", LOGO_ENDPOINT})  # their addresses change with what they hold
_READING: Final = frozenset({"GET", "HEAD"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OUR_OWN: Final = frozenset({"same-origin", "none"})
LARGEST_HEADER_BYTES: Final = 8 * 1024
_ONE_YEAR: Final = "max-age=31536000; includeSubDomains"


class ForeignChangeError(BadRequest):
    """A change that another site sends."""


def _is_foreign(origin: str) -> bool:
    """Whether an Origin is another site's. We send no referrer, so that our own forms say "null"."""
    if origin == "null":
        return False
    try:
        return urlsplit(origin).netloc != request.host
    except ValueError:
        return True


def refuse_foreign_names() -> None:
    """Refuse a request under a name that is not ours, before anything is made of it."""
    if request.routing_exception is not None and isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception
    forwarded = request.headers.get("X-Forwarded-Host", "")
    names = [name.strip() for name in forwarded.split(",") if name.strip()]
    if not all(host_is_trusted(name, current_app.config["TRUSTED_HOSTS"]) for name in names):
        raise SecurityError


def refuse_foreign_changes() -> None:
    """Refuse a change that another site sends, by what the browser says of where it comes from."""
    if request.method in _SAFE_METHODS:
        return
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None and fetch_site not in _OUR_OWN:
        raise ForeignChangeError
    if fetch_site is None and _is_foreign(request.headers.get("Origin", "null")):
        raise ForeignChangeError


def refuse_long_headers() -> None:
    """Refuse a request whose address and headers are longer than any of ours."""
    headers = sum(len(name) + len(value) for name, value in request.headers)
    if headers + len(request.environ.get("QUERY_STRING", "")) + len(request.path) > LARGEST_HEADER_BYTES:
        abort(431)


def allow_picture_in_page() -> None:
    """Let the page of this request show a picture that stands in it."""
    g.holds_picture = True


def _may_be_kept(response: Response) -> bool:
    """Whether a browser may keep this for ever."""
    is_read = request.method in _READING and response.status_code in (200, 304)
    return is_read and request.endpoint in _MAY_BE_KEPT


def add_headers(app: Flask, settings: Settings) -> None:
    """Put the headers on every response of the app; nothing but static files and the logo may be kept."""

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.update(HEADERS)
        if settings.is_https:
            response.headers["Strict-Transport-Security"] = _ONE_YEAR
        if g.get("holds_picture"):
            response.headers["Content-Security-Policy"] = _WITH_PICTURE
        if _may_be_kept(response):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.before_request(refuse_foreign_names)
    app.before_request(refuse_long_headers)
    app.before_request(refuse_foreign_changes)
