"""The page somebody wanted before they had to sign in: kept in the address, and only if it is ours."""

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

_NOWHERE: Final = frozenset({None, "static", "clinic.sign_in", "clinic.factor"})
_SAID_ONCE: Final = frozenset({"done", "saved"})  # notices of what was done: not true a second time


def way_back() -> str | None:
    """The page that was asked for, as a part of an address; None where there is nothing to go back to."""
    if request.method != "GET" or request.endpoint in _NOWHERE:
        return None
    address = _without_notices(request.full_path.rstrip("?"))
    return None if address == "/" else address  # everybody's first page is found without it


def checked_way_back(wanted: str | None) -> str | None:
    """The same, if it is a page of this app; nothing leads to another site."""
    if not wanted or not wanted.startswith("/") or "\\" in wanted or not wanted.isprintable():
        return None
    try:
        parts = urlsplit(wanted)
        adapter = current_app.create_url_adapter(request)
        if parts.scheme or parts.netloc or wanted.startswith("//") or adapter is None:
            return None
        endpoint, _values = adapter.match(parts.path, "GET")
    except (HTTPException, ValueError):
        return None
    return None if endpoint in _NOWHERE else _without_notices(wanted)


def _without_notices(wanted: str) -> str:
    parts = urlsplit(wanted)
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [each for each in query if each[0] not in _SAID_ONCE]
    return wanted if len(kept) == len(query) else parts._replace(query=urlencode(kept)).geturl()


def address_after(wanted: str | None, otherwise: str) -> str:
    """Where to go now: back to what was wanted, or to a page of ours."""
    path = checked_way_back(wanted)
    return url_for(otherwise) if path is None else f"{request.script_root}{path}"
