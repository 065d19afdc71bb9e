"""The real server says neither its version nor that of anything behind it."""

import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support.server import Server, running_server

VERSION = re.compile(r"\d+\.\d+")


def headers_of(server: Server, path: str) -> str:
    try:
        with urllib.request.urlopen(server.url(path), timeout=10) as response:  # noqa: S310
            return str(response.headers)
    except urllib.error.HTTPError as problem:
        with problem:
            return str(problem.headers)


@pytest.mark.slow
@pytest.mark.requirement("WEB-11")
def test_the_server_names_no_version(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        for path in ("/", "/nothing", "/healthz", "/readyz", "/static/app.css", "/clinic/sign-in"):
            lines = headers_of(server, path).splitlines()
            telling = [
                line for line in lines if line.lower().startswith(("server:", "x-powered-by:", "via:"))
            ]
            assert not [line for line in telling if VERSION.search(line)], path
