"""The proxy settings that are shipped, in a real nginx before the real server; skipped where none is."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.web.application import LARGEST_BODY_BYTES, LARGEST_FILE_BYTES
from tests.support.proxy import Proxy, find_nginx, reserved_proxy, running
from tests.support.server import HOST, Server, reserve_port, running_server
from tests.support.visitor import Visitor

TOKEN = "t0ken-" * 6
BEARER = {"Authorization": f"Bearer {TOKEN}"}
MOST_STARTS = 3
FORGED = "203.0.113.9"

# Left out only on a developer's machine without it; CI installs it, and fails here if it could not.
pytestmark = pytest.mark.skipif(
    find_nginx() is None and os.environ.get("CI") != "true", reason="there is no nginx on this machine"
)


@dataclass
class Installation:
    server: Server
    proxy: Proxy


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("site")
    with reserved_proxy(folder / "proxy") as proxy:
        settings = {
            "PUBLIC_URL": proxy.origin,
            "TRUSTED_PROXIES": HOST,
            "STARTS_PER_SOURCE": str(MOST_STARTS),
            "METRICS_TOKEN": TOKEN,
            "METRICS_DIR": str(folder / "counts"),
        }
        with (
            running_server(folder / "data", settings=settings) as server,
            running(proxy, server.port),
        ):
            yield Installation(server, proxy)


def test_nginx_takes_the_file_without_a_word_of_warning(tmp_path: Path) -> None:
    with reserved_proxy(tmp_path / "proxy") as proxy:
        proxy.prepare(8000)
        done = subprocess.run([*proxy.command(), "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_behind_it_cookies_are_for_https_alone(site: Installation) -> None:
    answer = site.proxy.visitor().open("/clinic/sign-in")
    assert answer.status == 200
    cookies = answer.headers.get_all("Set-Cookie") or []
    assert [each.partition("=")[0] for each in cookies] == ["__Host-desk"]
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookies[0].split("; ")
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]
    assert answer.headers.get_all("Cache-Control") == ["no-store"]


def starts(visitor: Visitor, forged: str = "") -> list[int]:
    """What comes of one try more than the limit."""
    headers = {"X-Forwarded-For": forged, "X-Real-IP": forged, "Forwarded": f"for={forged}"}
    found = []
    for _ in range(MOST_STARTS + 1):
        visitor.jar.clear()
        visitor.open("/")
        found.append(visitor.send("/start", headers=headers if forged else {}).status)
    return found


def test_limits_see_the_address_of_the_visitor(site: Installation) -> None:
    """Each has a limit of their own, and nobody gets another by claiming to be somebody else."""
    once = [200] * MOST_STARTS + [429]
    assert starts(site.proxy.visitor("127.0.0.2")) == once
    assert starts(site.proxy.visitor("127.0.0.3"), FORGED) == once
    assert starts(site.proxy.visitor("127.0.0.4"), FORGED) == once
    assert starts(site.proxy.visitor("127.0.0.2"), FORGED) == [429] * (MOST_STARTS + 1)


PATHS = (
    "/metrics",
    "/clinic/metrics",
    "//metrics",
    "/%6detrics",
    "/x/../metrics",
    "/x/..%2fmetrics",
    "/metrics/",
)


@pytest.mark.parametrize("path", PATHS)
def test_counts_are_not_reached_through_it(path: str, site: Installation) -> None:
    assert "screening_stored_total" in Visitor(site.server.origin).open("/metrics", headers=BEARER).body
    answer = site.proxy.visitor().open(path, headers=BEARER)
    assert answer.status == 404
    assert "<h1>There is no such page</h1>" in answer.body
    assert "screening_stored_total" not in answer.body


@pytest.mark.parametrize(
    "size", [LARGEST_BODY_BYTES + 1, LARGEST_FILE_BYTES, LARGEST_FILE_BYTES + 1, 4_000_000]
)
def test_a_body_that_is_too_large_is_refused_calmly(size: int, site: Installation) -> None:
    """By the product as far as any page takes a file, beyond that by the proxy, in the same words."""
    head = f"POST /start HTTP/1.1\r\nHost: {HOST}:{site.proxy.port}\r\nConnection: close\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    body = b"x" * min(size, LARGEST_FILE_BYTES)  # beyond that, it is refused before it has come
    answer = site.proxy.exchange(f"{head}{kind}Content-Length: {size}\r\n\r\n".encode() + body).decode()
    assert answer.startswith("HTTP/1.1 413 ")
    for words in ("What you sent is too large", "Nothing was stored. Go back and send shorter answers."):
        assert words in answer
    assert "charset=utf-8" in answer
    assert "no-store" in answer


def test_headers_that_are_too_long_are_refused_calmly(site: Installation) -> None:
    answer = site.proxy.visitor().open("/about", headers={"X-Long": "a" * 20_000})
    assert answer.status == 431
    assert "What your browser sent is too long" in answer.body
    assert site.proxy.visitor().open(f"/about?{'a' * 20_000}").status == 414


def test_only_what_is_the_same_for_everybody_is_compressed(site: Installation) -> None:
    """Compressed, the length of a page would tell its secrets to who can put words beside them (BREACH)."""
    asked = {"Accept-Encoding": "gzip"}
    for path in ("/", "/about", "/clinic/sign-in", "/nothing"):
        answer = raw(site, path, asked)
        assert b"content-encoding" not in answer.lower(), path
    for path in ("/static/app.css", "/clinic/static/desk.css", "/static/session.js"):
        head, _, body = raw(site, path, asked).partition(b"\r\n\r\n")
        assert b"content-encoding: gzip" in head.lower(), path
        assert b"immutable" in head
        assert body


def raw(site: Installation, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}:{site.proxy.port}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return site.proxy.exchange("\r\n".join([*lines, "", ""]).encode())


def test_names_that_are_not_ours_are_refused_and_claims_thrown_away(site: Installation) -> None:
    visitor = site.proxy.visitor()
    assert visitor.open("/about", headers={"Host": "evil.example"}).status == 400
    claims = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-Port": "1"}
    assert visitor.open("/about", headers=claims).status == 200


def test_plain_http_leads_to_https(site: Installation) -> None:
    line = f"GET /about HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
    answer = site.proxy.exchange_plainly(line.encode())
    assert answer.startswith(b"HTTP/1.1 301 ")
    assert f"Location: https://{HOST}/about\r\n".encode() in answer


SMUGGLED = {
    "two lengths": "Content-Length: 5\r\nContent-Length: 6\r\n\r\nx=123",
    "a length and pieces": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "pieces of an odd kind": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": "Content-Length : 5\r\n\r\nx=123",
    "a length with a sign": "Content-Length: +5\r\n\r\nx=123",
    "bare line feeds": "Content-Length: 5\n\nx=123",
    "an odd head of a piece": "Transfer-Encoding: chunked\r\n\r\n0x5\r\nx=123\r\n0\r\n\r\n",
}


@pytest.mark.requirement("WEB-10")
@pytest.mark.parametrize("trick", SMUGGLED)
def test_a_request_in_a_request_is_never_answered(trick: str, site: Installation) -> None:
    hidden = f"GET /clinic/sign-in HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
    head = f"POST /start HTTP/1.1\r\nHost: {HOST}:{site.proxy.port}\r\nConnection: close\r\n"
    answer = site.proxy.exchange(f"{head}{SMUGGLED[trick]}{hidden}".encode())
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"<title>Sign in" not in answer
    assert answer.split()[1] in (b"400", b"411", b"413", b"501")


def test_no_log_has_an_address_or_a_path(site: Installation) -> None:
    visitor = site.proxy.visitor("127.0.0.9")
    visitor.open(
        "/canary-path?canary=query", headers={"User-Agent": "canary-agent", "Referer": "http://canary"}
    )
    visitor.open("/about", headers={"X-Forwarded-For": FORGED})
    log = site.proxy.log()
    assert " 404 " in log
    for trace in ("127.0.0.", "canary", "/about", FORGED, "sign-in"):
        assert trace not in log
    assert not (site.proxy.folder / "usual.log").read_text()


def test_while_the_product_is_away_it_says_so_calmly_and_logs_no_address(tmp_path: Path) -> None:
    with reserved_proxy(tmp_path / "proxy") as proxy, reserve_port() as nobody:
        with running(proxy, int(nobody.getsockname()[1])):
            answer = proxy.visitor("127.0.0.9").open("/canary-path")
        log = proxy.log()
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "60"
    assert "<h1>This is not available now</h1>" in answer.body
    assert " 503 " in log
    assert not any(trace in log for trace in ("127.0.0.", "canary"))
