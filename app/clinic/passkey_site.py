"""Whether passkeys can be made for this installation: browsers want a name, and a connection that is safe."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask_babel import gettext as _

from app.services.passkeys import Site
from app.web.context import settings


def passkey_site() -> Site | None:
    """Who passkeys are made for, by the address that is set; None where browsers would refuse."""
    parts = urlsplit(settings().base_url)
    host = parts.hostname or ""
    is_safe = settings().is_https or host == "localhost"
    if not is_safe or _is_number(host):
        return None
    return Site(host, f"{parts.scheme}://{parts.netloc}", _("Headache screening"))


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
