"""A door for a scanner that cannot keep a session: whatever comes in goes on with one visitor's cookie.

Every page has another mask over the same token against forged forms, which a crawler takes for another form
each time. On the way back each token is therefore one and the same, and the browser is told of no new cookie.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

from app.web.token_session import CSRF_FIELD

HOST: Final = "127.0.0.1"
SECONDS: Final = 60
TOKEN: Final = re.compile(rf'(name="{CSRF_FIELD}" value=")[^"]*'.encode())
OWN: Final = frozenset(
    {"cookie", "set-cookie", "connection", "content-length", "accept-encoding", "date", "transfer-encoding"}
)


class Carrier(BaseHTTPRequestHandler):
    """One request on its way. `port`, `cookie` and `token` are filled in for each scan."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    port: int
    cookie: str
    token: bytes

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Any method, even one that is made up, is carried alike."""
        if name.startswith("do_"):
            return self.carry
        raise AttributeError(name)

    def carry(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = [(name, value) for name, value in self.headers.items() if name.lower() not in OWN]
        connection = HTTPConnection(HOST, self.port, timeout=SECONDS)
        connection.request(self.command, self.path, body, {**dict(told), "Cookie": self.cookie})
        answer = connection.getresponse()
        text = TOKEN.sub(rb"\g<1>" + self.token, answer.read())
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in OWN:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        connection.close()
        with suppress(BrokenPipeError):  # the scanner did not wait
            self.end_headers()
            self.wfile.write(text)

    def log_message(self, *_words: Any) -> None:
        """The server writes its own log."""


@contextmanager
def carrying(port: int, cookie: str, token: str) -> Iterator[int]:
    """A port at which everything is done with this cookie."""
    handler = type("ThisCarrier", (Carrier,), {"port": port, "cookie": cookie, "token": token.encode()})
    with ThreadingHTTPServer((HOST, 0), handler) as door:
        thread = Thread(target=door.serve_forever)
        thread.start()
        try:
            yield int(door.server_address[1])
        finally:
            door.shutdown()
            thread.join()
