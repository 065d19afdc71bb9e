"""The real server: too much is refused at once, and who is slow or silent keeps nobody else waiting."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from werkzeug.datastructures import Headers

import serving
from app.web.application import LARGEST_BODY_BYTES, LARGEST_FILE_BYTES
from app.web.headers import LARGEST_HEADER_BYTES
from tests.support.headers import header_faults
from tests.support.server import HOST, Server, running_server

FORM = "application/x-www-form-urlencoded"
HALF_OPEN = 40
SOON_SECONDS = 2.0  # far under the time limits of the server, far over a busy machine


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("serving") / "data") as running:
        yield running


def request(server: Server, line: str, *headers: str, body: str = "") -> bytes:
    head = "\r\n".join((f"{line} HTTP/1.1", f"Host: {HOST}:{server.port}", *headers))
    return f"{head}\r\n\r\n{body}".encode()


def answer(server: Server, data: bytes) -> tuple[int, Headers, str]:
    """Status, headers and the beginning of the body of what comes back soon."""
    with closing(socket.create_connection((HOST, server.port), timeout=SOON_SECONDS)) as connection:
        connection.sendall(data)
        head, _, body = connection.recv(65536).decode().partition("\r\n\r\n")
    line, *fields = head.split("\r\n")
    pairs = [(name, value) for name, _, value in (each.partition(": ") for each in fields)]
    return int(line.split()[1]), Headers(pairs), body


def form(server: Server, body: str, length: int | None = None, kind: str = FORM) -> bytes:
    size = len(body) if length is None else length
    return request(server, "POST /start", f"Content-Type: {kind}", f"Content-Length: {size}", body=body)


def multipart(parts: int) -> str:
    part = '--b\r\nContent-Disposition: form-data; name="f{}"\r\n\r\nx\r\n'
    return "".join(part.format(number) for number in range(parts)) + "--b--\r\n"


# --- too much -------------------------------------------------------------------------------------


@pytest.mark.requirement("IO-05", part="the size of a body")
@pytest.mark.parametrize("length", [LARGEST_BODY_BYTES + 1, LARGEST_FILE_BYTES + 1, 10**9])
def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(length: int, server: Server) -> None:
    sent = length if length < LARGEST_FILE_BYTES else 1000
    began = time.monotonic()
    status, headers, _ = answer(server, form(server, "x" * sent, length))
    assert status == 413
    assert time.monotonic() - began < SOON_SECONDS
    assert not list(header_faults(headers))


@pytest.mark.requirement("IO-05", part="the size of a body that does not say how large it is")
def test_a_body_without_a_length_is_read_no_further_than_it_may_be(server: Server) -> None:
    head = request(server, "POST /start", f"Content-Type: {FORM}", "Transfer-Encoding: chunked")
    chunk = f"{LARGEST_BODY_BYTES:x}\r\n{'x' * LARGEST_BODY_BYTES}\r\n".encode()
    assert answer(server, head + chunk * 8)[0] == 413


@pytest.mark.requirement("IO-05", part="the number of parts")
@pytest.mark.parametrize(("parts", "status"), [(200, 400), (201, 413)])
def test_a_form_of_too_many_parts_is_refused(parts: int, status: int, server: Server) -> None:
    """The form of 200 parts is read, and refused for its missing token."""
    data = form(server, multipart(parts), kind="multipart/form-data; boundary=b")
    assert answer(server, data)[0] == status


@pytest.mark.requirement("IO-05", part="the size of the headers")
@pytest.mark.requirement("OPS-05", part="limits on requests")
@pytest.mark.parametrize(
    ("length", "status"), [(LARGEST_HEADER_BYTES - 500, 200), (LARGEST_HEADER_BYTES, 431), (500_000, 431)]
)
def test_headers_that_are_too_long_are_refused(length: int, status: int, server: Server) -> None:
    assert answer(server, request(server, "GET /about", f"X-Long: {'a' * length}"))[0] == status


@pytest.mark.requirement("IO-05", part="the length of the address")
def test_an_address_that_is_too_long_is_refused(server: Server) -> None:
    status, headers, _ = answer(server, request(server, f"GET /about?{'a' * LARGEST_HEADER_BYTES}"))
    assert status == 431
    assert not list(header_faults(headers))


# --- slow or silent -------------------------------------------------------------------------------


@pytest.mark.requirement("IO-05", part="half a request keeps nobody waiting")
@pytest.mark.parametrize("is_in_headers", [True, False], ids=["in the headers", "in the body"])
def test_forty_half_requests_keep_nobody_waiting(is_in_headers: bool, server: Server) -> None:
    half = form(server, "x=", length=50)
    half = half[:60] if is_in_headers else half
    with ExitStack() as open_connections:
        for _ in range(HALF_OPEN):
            connection = socket.create_connection((HOST, server.port), timeout=SOON_SECONDS)
            open_connections.enter_context(closing(connection)).sendall(half)
        # Twice as many as there are threads: each half request would have taken one by now.
        for address in ("/healthz", "/readyz", "/", "/about") * 2:
            assert answer(server, request(server, f"GET {address}"))[0] == 200


@dataclass
class Exchange:
    """What the server gives an application to read from and to answer with."""

    pieces: list[bytes] = field(default_factory=list)
    is_silent: bool = False
    answered: list[Any] = field(default_factory=list)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        if self.is_silent:
            await asyncio.Event().wait()

    def response_empty(self, status: int, headers: Any) -> None:
        self.answered.append((status, headers))

    def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
        self.answered.append((status, headers, body))

    def response_stream(self, status: int, headers: Any) -> "Exchange":
        self.answered.append((status, headers))
        return self

    async def send_bytes(self, piece: bytes) -> None:
        if self.is_silent:
            await asyncio.Event().wait()
        self.answered.append(piece)


@dataclass
class Scope:
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    path: str = "/caf\u00e9"
    query_string: str = "a=b"
    scheme: str = "http"
    http_version: str = "1.1"
    server: str = "[::1]:8000"
    client: str = "[::1]:50000"
    authority: str | None = None


def ask(app: Any, exchange: Exchange, scope: Scope | None = None) -> list[Any]:
    asking = serving.WholeRequests(app).__rsgi__(scope or Scope(), exchange)
    with ThreadPoolExecutor() as elsewhere:  # a browser that a worker keeps open has a loop in this thread
        elsewhere.submit(asyncio.run, asking).result()
    return exchange.answered


@pytest.mark.requirement("OPS-05", part="a time limit")
def test_who_does_not_send_the_rest_in_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "BODY_SECONDS", 0.01)
    asked: list[Any] = []
    ((status, headers),) = ask(lambda *_: asked.append(1), Exchange([b"x="], is_silent=True))
    assert status == 408
    assert ("connection", "close") in headers
    assert not asked


def test_an_application_is_told_what_was_asked() -> None:
    told: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        told.update(environ, body=environ["wsgi.input"].read())
        start_response("204 No Content", [("x", "y")])
        return []

    sent = {"content-type": FORM, "cookie": "a=b", "x_forwarded_for": "forged", "x-forwarded-for": "1.2.3.4"}
    answered = ask(app, Exchange([b"x", b"=1"]), Scope(sent))
    assert answered == [(204, [("x", "y")], b"")]
    assert told["body"] == b"x=1"
    assert told["PATH_INFO"].encode("latin-1").decode() == "/caf\u00e9"
    assert (told["REMOTE_ADDR"], told["SERVER_PORT"], told["CONTENT_LENGTH"]) == ("::1", "8000", "3")
    assert (told["CONTENT_TYPE"], told["HTTP_COOKIE"]) == (FORM, "a=b")
    assert told["HTTP_X_FORWARDED_FOR"] == "1.2.3.4", "a name with an underline is nobody's"


def in_pieces(_environ: Any, start_response: Any) -> Iterator[bytes]:
    start_response("200 OK", [])
    yield from (b"a", b"b", b"c")


def test_what_an_application_streams_is_sent_piece_by_piece() -> None:
    assert ask(in_pieces, Exchange()) == [(200, []), b"a", b"b", b"c"]


def test_a_stream_that_nobody_takes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "CHUNK_SECONDS", 0.01)
    monkeypatch.setattr(serving, "_read_body", _nothing)
    with pytest.raises(TimeoutError):
        ask(in_pieces, Exchange(is_silent=True))


async def _nothing(*_: object) -> bytes:
    return b""


def test_what_an_application_holds_is_let_go_when_it_fails() -> None:
    class Failing:
        is_closed = False

        def __iter__(self) -> Iterator[bytes]:
            raise RuntimeError("canary")

        def close(self) -> None:
            Failing.is_closed = True

    with pytest.raises(RuntimeError, match="canary"):
        ask(lambda *_: Failing(), Exchange())
    assert Failing.is_closed


@pytest.mark.requirement("WEB-11", part="the version of the server")
def test_no_answer_says_which_version_answered(server: Server) -> None:
    for line in ("GET /", "GET /nothing", "POST /start", "BREW /"):
        _status, headers, body = answer(server, request(server, line))
        assert headers["server"] == "granian"
        for trace in ("Traceback", "Werkzeug", "Flask", "sqlite", ".py"):
            assert trace not in body


# --- its doors and its end ------------------------------------------------------------------------


@pytest.mark.requirement("OPS-05", part="no control socket")
def test_it_listens_at_the_one_door_it_was_told_of(server: Server) -> None:
    """Some servers open a second one, by which whoever reaches it can stop or steer them."""
    doors = {
        (each.family, each.laddr)
        for process in server.processes()
        for each in process.net_connections("all")
        if each.status == psutil.CONN_LISTEN or (each.family == socket.AF_UNIX and each.laddr)
    }
    assert doors == {(socket.AF_INET, (HOST, server.port))}


@pytest.mark.requirement("OPS-05", part="a time to finish")
def test_a_request_that_hangs_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with (
        running_server(tmp_path / "data") as server,
        closing(socket.create_connection((HOST, server.port), timeout=SOON_SECONDS)) as connection,
    ):
        connection.sendall(form(server, "x=", length=50))
        answer(server, request(server, "GET /healthz"))
        assert server.stop() == 0
