"""The product calls nobody: a whole journey and a visit at the desk open no connection to anywhere."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ROOT

VISIT = """
import sys

calls = []
sockets = ("connect", "sendto", "sendmsg", "getaddrinfo", "gethostbyname")
watched = {f"socket.{each}" for each in sockets}
watched |= {"subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "urllib.Request"}


def note(event, arguments):
    if event in watched:
        calls.append((event, str(arguments)))


sys.addaudithook(note)

import pathlib

from app.application import create_app
from app.storage.database import Database
from app.storage.encryption import FieldCipher
from app.storage.keyring import create_keyring, load_keyring
from app.storage.store import Store
from config import load_settings
from tests.support.accounts import CLINICIAN, Doorkeeper
from tests.support.client import WebClient
from tests.support.databases import make_migrated_file, sqlite_url
from tests.support.journeys import POSITIVE, walk_to

folder = pathlib.Path(sys.argv[1])
create_keyring(folder / "keyring")
keyring = load_keyring(folder / "keyring")
database = Database(sqlite_url(make_migrated_file(folder / "screening.db")))
store = Store(database, keyring, FieldCipher(keyring))
app = create_app(load_settings({"DATA_DIR": str(folder), "COUNTRY": "GB"}), store)
assert walk_to(WebClient(app), POSITIVE).code
desk = Doorkeeper().enter(app, store, CLINICIAN)
for address in ("/clinic/", "/clinic/find", "/clinic/statistics", "/clinic/account"):
    desk.open(address)
desk.open("/clinic/")
links = [link.get("href") for link in desk.current.html.iter("a") if link.get("class") == "row-link"]
assert links
desk.open(links[0])
assert desk.request("GET", links[0].split("?")[0] + "/summary").status == 200
database.close()
if sys.argv[2:] == ["and call"]:
    import socket

    with socket.socket() as caller:
        caller.settimeout(0)
        caller.connect_ex(("127.0.0.1", 9))
print(calls)
"""


def visit(folder: Path, *more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", VISIT, str(folder), *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


@pytest.mark.requirement("IO-13")
def test_a_journey_and_a_visit_at_the_desk_call_nobody(tmp_path: Path) -> None:
    assert visit(tmp_path) == "[]"


def test_a_call_would_be_noticed(tmp_path: Path) -> None:
    assert "socket.connect" in visit(tmp_path, "and call")
