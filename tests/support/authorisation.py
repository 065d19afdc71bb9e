"""Who gets what from every address: writes tests/checks/authorisation.csv by asking, or checks it: `--check`.

The table is read by people: a change in it is a change of who may do what, and has to be meant.
"""

import csv
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from flask import Flask
from flask_wtf.csrf import generate_csrf
from sqlalchemy import delete

from app.application import create_app
from app.services.self_screening import start_screening
from app.storage.account_models import Throttle
from app.storage.database import Database
from app.storage.encryption import FieldCipher
from app.storage.keyring import create_keyring, load_keyring
from app.storage.models import Clinician
from app.storage.removal import remove_content
from app.storage.statuses import Remover
from app.storage.store import Store
from app.web.token_session import new_token
from config import load_settings
from tests.support.accounts import CLINICIAN, COLLEAGUE, Person, add_person, clinic_app, open_session
from tests.support.databases import make_migrated_file, sqlite_url
from tests.support.routes import Route, routes_of
from tests.support.screenings import NOON, add

TARGET: Final = Path(__file__).resolve().parents[1] / "checks" / "authorisation.csv"
SURFACES: Final = ("patient", "clinic")
ACTORS: Final = (
    "anonymous",
    "patient",
    "password only",
    "clinician",
    "colleague",
    "administrator",
    "both",
    "both, factor long ago",
    "deactivated",
)
# What stands for each kind of id in an address.
OBJECTS: Final = {
    "screening_id": ("existing", "missing", "removed"),
    "account_id": ("existing", "missing"),
    "": ("",),
}
_PEOPLE: Final = {
    "clinician": CLINICIAN,
    "colleague": COLLEAGUE,
    "administrator": Person("ed@example.org", "Ed Example", True, False),
    "both": Person("fi@example.org", "Fi Example", True, True),
    "deactivated": Person("gu@example.org", "Gu Example", True, True),
    "password only": Person("ha@example.org", "Ha Example", True, True),
}
COLUMNS: Final = ("app", "method", "address", "object", *ACTORS)


@dataclass(frozen=True)
class Line:
    """One address asked for in one way, about one object."""

    surface: str
    method: str
    route: Route
    about: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.surface, self.method, self.route.address, self.about


def kind_of(route: Route) -> str:
    """The name of the id in an address that belongs to somebody or something, or nothing."""
    return next((kind for kind in OBJECTS if kind and f":{kind}>" in route.address), "")


class Stage:
    """The product with everybody in it, ready to be asked. Every request is a browser of its own."""

    def __init__(self, app: Flask, store: Store) -> None:
        self._apps = {"patient": app, "clinic": clinic_app(app)}
        self._store = store
        self._people = {name: add_person(store, person, "no password") for name, person in _PEOPLE.items()}
        with store.database.writing() as session:
            session.get_one(Clinician, self._people["deactivated"]).is_active = False
        add(store, received_at=datetime.now(UTC))  # the clock can be compared with something
        self._screenings = {"existing": add(store), "missing": uuid4(), "removed": add(store)}
        with store.database.writing() as session:
            remove_content(session, self._screenings["removed"], Remover.RETENTION, NOON)

    def lines(self) -> Iterator[Line]:
        """Everything that can be asked, in the order of the table."""
        for surface in SURFACES:
            for route in sorted(routes_of(self._apps[surface]), key=lambda each: each.address):
                for method in sorted(route.methods):
                    for about in OBJECTS[kind_of(route)]:
                        yield Line(surface, method, route, about)

    def ask(self, line: Line, actor: str) -> str:
        """What this person gets: the status, and where it leads. Nobody has asked too often before."""
        with self._store.database.writing() as session:
            session.execute(delete(Throttle))
        app = self._apps[line.surface]
        token, name = self._token(line.surface, actor), app.config["SESSION_COOKIE_NAME"]
        client = app.test_client()
        client.set_cookie(name, token, domain="localhost", path="/")
        target = self._target(line)
        form = {"csrf_token": self._csrf(app, name, token)} if line.method == "POST" else None
        response = client.open(line.route.example(str(target)), method=line.method, data=form)
        leads = response.headers.get("Location", "").partition("?")[0].replace(str(target), "…")
        response.close()
        return f"{response.status_code} {leads}".strip()

    def _target(self, line: Line) -> UUID:
        if kind_of(line.route) == "account_id" and line.about == "existing":
            # One for each request: it may be changed by it.
            return add_person(self._store, Person(f"{uuid4().hex}@example.org", "Target"), "no password")
        return self._screenings[line.about] if line.about else UUID(int=1)

    def _token(self, surface: str, actor: str) -> str:
        now = datetime.now(UTC)
        if surface == "patient":
            return start_screening(self._store, "en", now) if actor == "patient" else new_token()
        if actor in ("anonymous", "patient"):
            return new_token()
        factor_at = {"password only": None, "both, factor long ago": now - timedelta(minutes=14)}
        account_id = self._people[actor.partition(",")[0]]
        return open_session(self._store, account_id, factor_at=factor_at.get(actor, now))

    @staticmethod
    def _csrf(app: Flask, name: str, token: str) -> str:
        with app.test_request_context(headers={"Cookie": f"{name}={token}"}):
            return str(generate_csrf())


def written(stage: Stage) -> str:
    """The whole table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in stage.lines():
        writer.writerow((*line.key, *(stage.ask(line, actor) for actor in ACTORS)))
    return text.getvalue()


def committed() -> dict[tuple[str, ...], dict[str, str]]:
    """What the table says: for each line, what each person gets."""
    with TARGET.open(encoding="utf-8", newline="") as file:
        return {tuple(row[name] for name in COLUMNS[:4]): row for row in csv.DictReader(file)}


def _fresh_table() -> str:
    folder = Path(tempfile.mkdtemp(prefix="authorisation"))
    try:
        settings = load_settings({"DATA_DIR": str(folder), "COUNTRY": "GB"})
        create_keyring(settings.keyring_path)
        keyring = load_keyring(settings.keyring_path)
        url = sqlite_url(make_migrated_file(folder / "screening.db"))
        with closing(Database(url)) as database:
            store = Store(database, keyring, FieldCipher(keyring))
            return written(Stage(create_app(settings, store), store))
    finally:
        shutil.rmtree(folder)


def main() -> None:
    wanted = _fresh_table()
    if "--check" in sys.argv:
        if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != wanted:
            sys.exit(f"{TARGET.name} is not what is answered. Run: python -m tests.support.authorisation")
        print(f"{TARGET.name} is what is answered.")
        return
    TARGET.write_text(wanted, encoding="utf-8")
    cells = (len(wanted.splitlines()) - 1) * len(ACTORS)
    print(f"Wrote {TARGET.name}: {cells} cells.")


if __name__ == "__main__":
    main()
