"""With default settings the product asks nobody anything: no connection is opened."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from flask import Flask

from app.storage.store import Store
from tests.integration.web.clinic.desk_files import KINDS, TABLE, send, take
from tests.support.client import WebClient
from tests.support.journeys import POSITIVE, walk_to
from tests.support.screenings import add

# Whatever opens a way out, or looks up where one would lead.
LEADS_OUT: Final = frozenset(
    {
        *("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"),
        *("urllib.Request", "http.client.connect", "smtplib.connect", "subprocess.Popen", "os.system"),
    }
)


class Listener:
    """Hears what the interpreter says of itself. It cannot be taken away again, only be deaf."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.is_listening = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_listening and event in LEADS_OUT:
            self.heard.append(f"{event} {arguments}")

    @contextmanager
    def listening(self) -> Iterator[list[str]]:
        self.heard, self.is_listening = [], True
        try:
            yield self.heard
        finally:
            self.is_listening = False


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener()


@pytest.mark.requirement("IO-13", part="as far as Python sees it, from a journey to a paper")
def test_nobody_is_asked_anything(
    listener: Listener, app: Flask, patient_client: WebClient, clinic_client: WebClient, sqlite_store: Store
) -> None:
    record = f"/clinic/screenings/{add(sqlite_store)}"
    with listener.listening() as heard:
        walk_to(patient_client, POSITIVE)
        patient_client.submit("Finish and clear this screen")
        for address in ("/clinic/", record, "/clinic/statistics", "/clinic/take-in"):
            clinic_client.open(address)
        assert clinic_client.request("GET", f"{record}/summary").status == 200
        clinic_client.open(f"{record}/evidence")
        send(clinic_client, f"{record}/evidence", {"policy": "uk-nice-ta260", "paper": "a4"})
        for kind in KINDS:
            take(clinic_client, TABLE, format=kind)
    assert heard == []


def test_a_way_out_would_be_heard(listener: Listener) -> None:
    with listener.listening() as heard, socket.socket() as way_out:
        way_out.settimeout(0.2)
        with pytest.raises(OSError, match=r"refused|timed out"):
            way_out.connect(("127.0.0.1", 1))
    assert [each.split()[0] for each in heard] == ["socket.connect"]
