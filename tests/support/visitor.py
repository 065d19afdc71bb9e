"""A browser over a real connection, as plain as can be: cookies, forms with their token, TLS where asked."""

import http.cookiejar
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: str
    address: str


@dataclass
class Visitor:
    """One browser. `certificate` is the only authority that it trusts."""

    origin: str
    certificate: Path | None = None
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

    def send(self, path: str, **fields: Any) -> Answer:
        """A form of the page that was opened last, with its token."""
        return self.open(path, form={"csrf_token": self._token, **fields})

    def _opener(self) -> urllib.request.OpenerDirector:
        handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPCookieProcessor(self.jar)]
        if self.certificate is not None:
            context = ssl.create_default_context(cafile=str(self.certificate))
            handlers.append(urllib.request.HTTPSHandler(context=context))
        return urllib.request.build_opener(*handlers)
