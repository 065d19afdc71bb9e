"""What `make run` serves: the apps of wsgi.py behind a door that lets whole requests in only.

A thread that waits for the rest of a request is lost to everybody else, and a few silent visitors could take
them all. Here the event loop waits, for a limited time; a thread starts once everything is there.
"""

import asyncio
import io
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Final, Protocol

import wsgi
from app.web.application import LARGEST_FILE_BYTES

THREADS: Final = 4
BODY_SECONDS: Final = 20.0  # enough for the longest form over the slowest phone
CHUNK_SECONDS: Final = 30.0
SWITCH_SECONDS: Final = (
    0.0005  # ten times as often as usual: the event loop must not wait for threads that work
)
_TOO_SLOW: Final = 408
_CLOSE: Final = [("connection", "close"), ("content-length", "0")]

Headers = list[tuple[str, str]]
Environ = dict[str, Any]


class App(Protocol):
    """A WSGI application."""

    def __call__(self, environ: Environ, start_response: Any, /) -> Iterable[bytes]: ...


class WholeRequests:
    """A WSGI application for the server's own interface (RSGI). `scope` and `exchange` are the server's."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(THREADS)

    async def __rsgi__(self, scope: Any, exchange: Any) -> None:
        try:
            body = await asyncio.wait_for(_read_body(scope, exchange), BODY_SECONDS)
        except TimeoutError:
            exchange.response_empty(_TOO_SLOW, _CLOSE)
            return
        loop = asyncio.get_running_loop()
        environ = _environ(scope, body)
        await loop.run_in_executor(self._threads, self._answer, environ, exchange, loop)

    def _answer(self, environ: Environ, exchange: Any, loop: asyncio.AbstractEventLoop) -> None:
        """Make the answer and send it, all in one thread: a page at once, a file piece by piece."""
        started: list[tuple[int, Headers]] = []

        def start_response(status: str, headers: Headers, _problem: Any = None) -> None:
            started[:] = [(int(status[:3]), headers)]

        chunks = self._app(environ, start_response)
        try:
            rest = iter(chunks)
            first = list(islice(rest, 2))
            ((status, headers),) = started
            if len(first) < 2:
                exchange.response_bytes(status, headers, b"".join(first))
            else:
                _stream(exchange.response_stream(status, headers), chain(first, rest), loop)
        finally:
            getattr(chunks, "close", lambda: None)()


def _stream(transport: Any, chunks: Iterator[bytes], loop: asyncio.AbstractEventLoop) -> None:
    """Send piece by piece, no faster than they are taken, and give up when nobody takes them."""

    async def send(chunk: bytes) -> None:
        await asyncio.wait_for(transport.send_bytes(chunk), CHUNK_SECONDS)

    for chunk in chunks:
        asyncio.run_coroutine_threadsafe(send(chunk), loop).result()


async def _read_body(scope: Any, exchange: Any) -> bytes:
    """The body; of one that is too large, no more than shows that it is. The app refuses it by its length."""
    declared = scope.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > LARGEST_FILE_BYTES:
        return b""
    body = bytearray()
    async for chunk in exchange:
        body += chunk
        if len(body) > LARGEST_FILE_BYTES:
            break
    return bytes(body)


def _environ(scope: Any, body: bytes) -> Environ:
    """What PEP 3333 asks for."""
    server, client = scope.server.rpartition(":"), scope.client.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server[0],
        "SERVER_PORT": server[2],
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        _add_header(environ, name, value)
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # the server has put the pieces together
    environ.setdefault("CONTENT_LENGTH", str(len(body)))
    return environ


def _add_header(environ: Environ, name: str, value: str) -> None:
    """One header. A name with an underline could pass for another's, and is left out."""
    if "_" in name:
        return
    key = name.upper().replace("-", "_")
    key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
    before = environ.get(key)
    joined_by = "; " if key == "HTTP_COOKIE" else ","
    environ[key] = value if before is None or key == "HTTP_HOST" else f"{before}{joined_by}{value}"


@lru_cache
def _make(name: str) -> WholeRequests:
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        return WholeRequests(getattr(wsgi, name))
    except SystemExit:
        _end_server()
        raise


def _end_server() -> None:
    """What keeps this worker from starting would keep every other one that is started in its place."""
    server = multiprocessing.parent_process()
    if server is not None and server.pid is not None:
        os.kill(server.pid, signal.SIGTERM)


def __getattr__(name: str) -> WholeRequests:
    if name not in ("app", "patient_app", "clinic_app"):
        raise AttributeError(name)
    return _make(name)
