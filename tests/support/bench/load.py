"""A small HTTP client that costs little: keep-alive, cookies, the token of a form, no JavaScript."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

HOST: Final = "127.0.0.1"
CONNECTIONS: Final = 4
_TOKEN: Final = b'name="csrf_token" value="'
_SEEN: Final = b'name="seen" value="'


@dataclass(frozen=True)
class Reply:
    status: int
    location: str
    body: bytes

    def hidden(self, mark: bytes) -> str:
        """The value of a hidden field that begins so; empty where there is none."""
        _, found, rest = self.body.partition(mark)
        return rest.partition(b'"')[0].decode() if found else ""


@dataclass
class Browser:
    """One connection with its cookies and the page that it has open."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _socket: socket.socket | None = None
    page: Reply = Reply(0, "", b"")

    def get(self, path: str) -> Reply:
        self.page = self._ask("GET", path, "")
        return self.page

    def post(self, path: str, fields: dict[str, str]) -> Reply:
        """Send a form with the token and the mark of the page that is open, and follow where it leads."""
        hidden = {"csrf_token": self.page.hidden(_TOKEN), "seen": self.page.hidden(_SEEN)}
        sent = self._ask("POST", path, urlencode({**hidden, **fields}))
        if sent.status != 303:
            raise AssertionError(f"{path} answered {sent.status}, not a redirect")
        return self.get(sent.location)

    def send(self, path: str, body: str) -> Reply:
        """Send a body, and follow nothing."""
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: str) -> Reply:
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self.port))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nAccept-Language: en\r\n"
        if cookies:
            head += f"Cookie: {cookies}\r\n"
        if method == "POST":
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        self._socket.sendall(f"{head}\r\n{body}".encode())
        return self._read(self._socket)

    def _read(self, connection: socket.socket) -> Reply:
        data = b""
        while b"\r\n\r\n" not in data:
            data += _received(connection)
        head, _, body = data.partition(b"\r\n\r\n")
        status, _, lines = head.decode("latin-1").partition("\r\n")
        length, location = 0, ""
        for line in lines.split("\r\n"):
            name, _, value = line.partition(": ")
            name = name.lower()
            if name == "content-length":
                length = int(value)
            elif name == "location":
                location = value
            elif name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        parts = [body]
        missing = length - len(body)
        while missing > 0:
            parts.append(_received(connection))
            missing -= len(parts[-1])
        return Reply(int(status.split(" ", 2)[1]), location, b"".join(parts))


def _received(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise AssertionError("The server closed the connection")
    return data


def rate(work: list[Callable[[], None]], seconds: float) -> float:
    """How often a second this is done, by all together, each on a connection of its own."""
    counts = [0] * len(work)
    problems: list[BaseException] = []
    end = time.perf_counter() + seconds

    def repeat(number: int, once: Callable[[], None]) -> None:
        try:
            while time.perf_counter() < end:
                once()
                counts[number] += 1
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=repeat, args=each) for each in enumerate(work)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return sum(counts) / (time.perf_counter() - began)
