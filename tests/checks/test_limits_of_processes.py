"""Limits on guesses hold over all processes of the server, not in each of them."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.services.sign_in import SOURCE_LIMIT
from tests.checks.commands import installed
from tests.support.accounts import CLINICIAN, Doorkeeper
from tests.support.server import Server, running_server

WORKERS = 4
TRIES = 16


class Guesser:
    """A browser that never gives up."""

    def __init__(self, server: Server) -> None:
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self._address = server.url("/clinic/sign-in")
        page = self._opener.open(self._address).read().decode()
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found
        self._token = found[1]

    def guess(self, number: int) -> int:
        """The status of the answer."""
        form = {"csrf_token": self._token, "email": CLINICIAN.email, "password": f"guess number {number}"}
        try:
            self._opener.open(self._address, urllib.parse.urlencode(form).encode())
        except urllib.error.HTTPError as refused:
            return refused.code
        raise AssertionError("a guess was right")


@pytest.mark.slow
@pytest.mark.requirement("AUTH-07")
def test_four_processes_count_together(tmp_path: Path, doorkeeper: Doorkeeper) -> None:
    with running_server(tmp_path / "data", workers=WORKERS) as server:
        store = installed(server.data_dir)
        doorkeeper.make(store, CLINICIAN)
        store.database.close()
        guessers = [Guesser(server) for _ in range(TRIES)]
        with ThreadPoolExecutor(WORKERS) as pool:
            answers = Counter(pool.map(lambda each: each[1].guess(each[0]), enumerate(guessers)))
    assert answers == {422: SOURCE_LIMIT.most, 429: TRIES - SOURCE_LIMIT.most}
