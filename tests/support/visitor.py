"""A browser over a real connection, as plain as can be: cookies, forms with their token, TLS where asked."""

import http.client
import http.cookiejar
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: str
    address: str


class _FromAddress(urllib.request.HTTPSHandler):
    """Connects from an address of this machine that the test chooses."""

    def __init__(self, context: ssl.SSLContext, address: str) -> None:
        super().__init__(context=context)
        self._connection = partial(http.client.HTTPSConnection, source_address=(address, 0), context=context)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connection, req)


@dataclass
class Visitor:
    """One browser. `certificate` is the only authority that it trusts; `address` is where it comes from."""

    origin: str
    certificate: Path | None = None
    address: str = "127.0.0.1"
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)
    _token: str = ""

    def open(self, path: str, *, form: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer, whatever its status, after where it leads."""
        data = None if form is None else urllib.parse.urlencode(form, doseq=True).encode()
        return self.ask(urllib.request.Request(self.origin + path, data, dict(headers or {})))  # noqa: S310

    def ask(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener().open(request, timeout=30) as response:
                answer = Answer(response.status, response.headers, response.read().decode(), response.url)
        except urllib.error.HTTPError as refused:
            with refused:
                answer = Answer(refused.code, refused.headers, refused.read().decode(), refused.url or "")
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.body)
        self._token = found[1] if found else self._token
        return answer

    def send(self, path: str, *, headers: Mapping[str, str] | None = None, **fields: Any) -> Answer:
        """A form of the page that was opened last, with its token."""
        return self.open(path, form={"csrf_token": self._token, **fields}, headers=headers)

    def _opener(self) -> urllib.request.OpenerDirector:
        handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPCookieProcessor(self.jar)]
        if self.certificate is not None:
            context = ssl.create_default_context(cafile=str(self.certificate))
            handlers.append(_FromAddress(context, self.address))
        return urllib.request.build_opener(*handlers)
