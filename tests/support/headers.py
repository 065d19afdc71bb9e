"""What every response carries, written out here so that a change of the product is noticed."""

from collections.abc import Iterator

from werkzeug.datastructures import Headers

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}
POLICY = "Content-Security-Policy"
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
NEVER_KEPT = "no-store"
KEPT_FOR_EVER = "public, max-age=31536000, immutable"


def header_faults(
    headers: Headers, *, is_https: bool = False, may_be_kept: bool = False, holds_picture: bool = False
) -> Iterator[str]:
    """One sentence for each header that is missing, wrong or sent twice.

    `holds_picture`: the one page that shows a picture which is not stored yet, and only while it does.
    """
    expected = dict(SECURITY_HEADERS)
    if holds_picture:
        expected[POLICY] = SECURITY_HEADERS[POLICY].replace("img-src 'self'", "img-src 'self' data:")
    expected["Cache-Control"] = KEPT_FOR_EVER if may_be_kept else NEVER_KEPT
    if is_https:
        expected["Strict-Transport-Security"] = STRICT_TRANSPORT
    for name, value in expected.items():
        if headers.getlist(name) != [value]:
            yield f"{name} is {headers.getlist(name)}, not {value!r}"
    if not is_https and "Strict-Transport-Security" in headers:
        yield "Strict-Transport-Security is sent over plain HTTP"
    for cookie in headers.getlist("Set-Cookie"):
        yield from _cookie_faults(cookie, is_https)


def _cookie_faults(cookie: str, is_https: bool) -> Iterator[str]:
    name, _, _ = cookie.partition("=")
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    wanted = {"httponly", "path=/"} | ({"secure"} if is_https else set())
    if not wanted <= flags:
        yield f"the cookie {name} lacks {sorted(wanted - flags)}"
    if not {"samesite=lax", "samesite=strict"} & flags:
        yield f"the cookie {name} has no SameSite"
    if any(flag.startswith("domain") for flag in flags):
        yield f"the cookie {name} names a domain"
    if name.startswith("__Host-") != is_https:
        yield f"the cookie is called {name}"
