"""Looking codes up from a process of its own, and how long a hit and a miss take.

`python -m tests.support.lookups times` prints the medians of 1,000 pairs, in random order within each pair,
and exits with 1 when somebody could tell a hit from a miss by them;
`python -m tests.support.lookups tries N` types N codes that are not known, for the installation of the
environment, and prints the statuses of the answers.
"""

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from flask import Flask

from app.application import create_app, open_installation
from app.domain.reference_code import new_reference_code
from app.services import reading_by_code
from app.services.throttling import Limit
from app.storage.database import Database
from app.storage.encryption import FieldCipher
from app.storage.keyring import create_keyring, load_keyring
from app.storage.store import Store
from config import load_settings
from tests.support.client import WebClient
from tests.support.databases import make_migrated_file, sqlite_url
from tests.support.screenings import add

ADDRESS: Final = "/your-screening"
PAIRS: Final = 1_000
STORED: Final = 200
MOST_APART_MS: Final = 1.0
MOST_APART_OF_ONE: Final = 0.05


def tries(number: int) -> list[int]:
    """The answers to so many codes that are not known, all from one source."""
    client = WebClient(create_app(*open_installation()))
    client.open(ADDRESS)
    return [_try(client, new_reference_code())[0] for _ in range(number)]


def _try(client: WebClient, code: str) -> tuple[int, float]:
    """Status and seconds of one lookup, in a browser that has a form open."""
    client.open(ADDRESS)
    token = client.csrf_token
    began = time.perf_counter()
    response = client.flask.post(ADDRESS, data={"code": code, "csrf_token": token})
    return response.status_code, time.perf_counter() - began


def times(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of hits and of misses, among a few hundred screenings, without the limits."""
    reading_by_code.LOOKUPS = Limit("lookups", sys.maxsize, reading_by_code.LOOKUPS.window)  # type: ignore[misc]
    reading_by_code.MISSES = Limit("misses", sys.maxsize, reading_by_code.MISSES.window)  # type: ignore[misc]
    app, codes = _installation(folder)
    client = WebClient(app)
    taken: dict[bool, list[float]] = {True: [], False: []}
    chance = random.Random(1)
    for _ in range(PAIRS):
        for is_hit in chance.sample((True, False), 2):
            code = chance.choice(codes) if is_hit else new_reference_code()
            taken[is_hit].append(_try(client, code)[1] * 1000)
    return taken[True], taken[False]


def _installation(folder: Path) -> tuple[Flask, list[str]]:
    keyring_path = folder / "keyring"
    create_keyring(keyring_path)
    file = make_migrated_file(folder / "screening.db")
    keyring = load_keyring(keyring_path)
    store = Store(Database(sqlite_url(file)), keyring, FieldCipher(keyring))
    codes = [new_reference_code() for _ in range(STORED)]
    for code in codes:
        add(store, code=code)
    return create_app(load_settings({"DATA_DIR": str(folder), "COUNTRY": "GB"}), store), codes


def main() -> int:
    what, *rest = sys.argv[1:]
    if what == "tries":
        print(*tries(int(rest[0])))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        hit, miss = (statistics.median(each) for each in times(Path(folder)))
    apart = abs(hit - miss)
    share = apart / max(hit, miss)
    print(f"hit {hit:.3f} ms, miss {miss:.3f} ms, apart {apart:.3f} ms or {share:.2%}")
    return int(apart >= MOST_APART_MS or share >= MOST_APART_OF_ONE)


if __name__ == "__main__":
    sys.exit(main())
