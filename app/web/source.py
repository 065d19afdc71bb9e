"""Where a request comes from: the address, believed only from proxies that are named, and never kept."""

import hmac
import secrets
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from flask import Flask, g, request

from app.storage.audit import ORIGIN, Origin
from app.web.context import now, settings, store

_SOURCE_BYTES: Final = 16
_IPV6_HOUSEHOLD: Final = 64  # bits of an address that one household or office shares


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def _is_proxy(address: IPv4Address | IPv6Address | None) -> bool:
    return address is not None and any(address in network for network in settings().trusted_proxies)


def client_address() -> str:
    """The address of the browser: the last one that no proxy of ours has; IPv6 by its first half."""
    hops = [*request.headers.get("X-Forwarded-For", "").split(","), request.remote_addr or ""]
    address = _parsed(hops.pop())
    while hops and _is_proxy(address):
        before = _parsed(hops.pop())
        if before is None:
            break
        address = before
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_HOUSEHOLD), strict=False))
    return str(address)


def source() -> str:
    """What stands for the address, for a day: it says whether two requests come from one place, not which."""
    text = f"{now().date()}|{client_address()}"
    digest = hmac.digest(store().keyring.derive("source/v1"), text.encode(), "sha256")
    return digest[:_SOURCE_BYTES].hex()


def add_origin(app: Flask) -> None:
    """Tell the audit of each request its id and its source."""

    @app.before_request
    def note_origin() -> None:
        g.request_id = secrets.token_hex(6)
        ORIGIN.set(Origin(g.request_id, bytes.fromhex(source())))
