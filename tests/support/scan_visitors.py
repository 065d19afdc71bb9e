"""Who asks, and for what, when the scanners of others go over the product: see tests/support/scan.py.

Each visitor is made by walking the pages. What a visitor is on the server (a journey, leave to read, a
session, and all accounts) is put back while the scanners work, so that nothing they press ends the scan.
"""

import hashlib
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask

from app.domain.reference_code import new_reference_code
from app.services.clinic_words import LOGO
from app.storage.settings import keep_picture, keep_setting
from app.storage.store import Store
from app.web.token_session import CSRF_FIELD
from tests.support.accounts import (
    PASSWORD,
    SIGN_IN,
    Doorkeeper,
    Person,
    clinic_app,
    give_password,
    sign_in,
)
from tests.support.client import NAMES, Page, WebClient
from tests.support.journeys import (
    ASK_TODAY,
    CHECK,
    DAYS,
    HOW_LONG,
    OPTIONAL_PAGES,
    OTHER_SIGNS,
    POSITIVE,
    PREVENTIVES,
    RESULT,
    SAFETY,
    SECTIONS,
    fill_section,
    walk_to,
)
from tests.support.page import BUTTON_TYPES
from tests.support.png import png
from tests.support.routes import Route, routes_of
from tests.support.screenings import add
from tests.support.server import Server

KEPT_TABLES: Final = ("screening_drafts", "reading_grants", "clinic_sessions", "clinicians")
KEEP_SECONDS: Final = 0.2
TARGET: Final = Person("target@example.org", "Target")
TYPED_BY_TYPE: Final = {"password": PASSWORD, "date": "2026-03-01", "email": TARGET.email}
TYPED: Final = "5"
# A deletion cannot be put back, so it comes when everything else was asked for.
LAST: Final = "patient.receive_delete"
# What pages read from the address: what stands in no form of theirs, and values that find something.
_EVER: Final = {"from": "2020-01-01", "until": "2030-01-01"}
_ALL_OPEN: Final = {"status": "any", "outcome": "", "urgency": "", "policy": "", "assigned": "", **_EVER}
ASKED: Final[Mapping[str, Mapping[str, str]]] = {
    "patient.show_step": {"change": "yes"},
    "patient.add_medicine": {"again": "1"},
    "clinic.queue": {**_ALL_OPEN, "language": "en", "after": "1"},
    "clinic.record": {"saved": "review", "status": "any", "after": "1"},
    "clinic.summary": {"paper": "a4"},
    "clinic.audit": {
        "actor": "",
        "action": "",
        "first": _EVER["from"],
        "last": _EVER["until"],
        "before": "100000",
    },
    "clinic.statistics": {**_EVER, "demonstration": "yes"},
    "clinic.sign_in": {"next": "/clinic/", "made": "yes", "changed": "yes"},
    "clinic.receive_sign_in": {"next": "/"},
    "clinic.factor": {"next": "/"},
    "clinic.receive_factor": {"next": "/"},
    "clinic.recovery": {"next": "/"},
    "clinic.new_app": {"next": "/", "used": "yes"},
    "clinic.account": {"done": "sessions"},
    "clinic.people": {"done": "withdrawn"},
    "clinic.person": {"done": "roles"},
    "clinic.retention": {"done": "set"},
    "clinic.table": _ALL_OPEN,
    "clinic.receive_table": _ALL_OPEN,
    "clinic.receive_view": _ALL_OPEN,
}
SLUGS: Final = tuple(
    each.rpartition("/")[2]
    for each in (SAFETY, OTHER_SIGNS, ASK_TODAY, DAYS, HOW_LONG, PREVENTIVES, *OPTIONAL_PAGES)
)


Fields = Mapping[str, list[str]]


@dataclass(frozen=True)
class Target:
    """One address, asked for in one way, with everything that can be sent along."""

    endpoint: str
    method: str
    address: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    form: Mapping[str, list[str]] = field(default_factory=dict)
    is_shut: bool = False

    @property
    def url(self) -> str:
        return f"{self.address}?{urlencode(self.query, doseq=True)}" if self.query else self.address

    @property
    def is_open(self) -> bool:
        """Whether there is anything that a scanner can put a text of its own into."""
        return bool(self.query) or bool(set(self.form) - {CSRF_FIELD})


def is_outside(name: str) -> bool:
    """Whether doors are most of what this visitor sees."""
    return name.endswith("-nobody")


@dataclass(frozen=True)
class Visitor:
    """Somebody with cookies. `probe` is a page for them alone."""

    name: str
    surface: str
    client: WebClient
    cookies: Mapping[str, str]
    probe: str
    ids: Mapping[str, str]

    @property
    def cookie(self) -> str:
        """The header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def open(self, address: str) -> Page:
        """A page, with the cookies of the beginning: some pages let go of what does not fit them."""
        for name, value in self.cookies.items():
            self.client.set_cookie(name, value)
        return self.client.request("GET", address)


def _hang_up_logo(store: Store) -> str:
    """A logo for the clinic; the digest that stands in its address."""
    picture = png()
    digest = hashlib.sha256(picture).hexdigest()
    with store.database.writing() as session:
        keep_picture(session, LOGO, digest, picture)
        keep_setting(session, LOGO, digest, datetime.now(UTC))
    return digest


def cookies_of(client: WebClient) -> dict[str, str]:
    return {name: value for name in NAMES if (value := client.cookie(name))}


class Reception:
    """Makes visitors, and knows what each may be asked for."""

    def __init__(self, server: Server, app: Flask, store: Store) -> None:
        self._server, self._app, self._store = server, app, store
        self._doorkeeper, self._numbers = Doorkeeper(), count(1)
        self._code = new_reference_code()
        # What each form sends. The code of a poster is asked for in some clinics alone.
        self._shown: dict[str, Fields] = {"patient.receive_access": {"access_code": ["SPRING27"]}}
        self._ids = {
            "screening_id": str(add(store, received_at=datetime.now(UTC), code=self._code)),
            "account_id": str(self._doorkeeper.make(store, TARGET)),
            "digest": _hang_up_logo(store),
        }

    def visitors(self) -> dict[str, Callable[[str], Visitor]]:
        """Everybody by name, to be made when their turn comes: who sees most forms first."""
        return {
            "patient-journey": lambda name: self._patient(name, CHECK, _begin),
            "patient-result": lambda name: self._patient(name, RESULT, _hand_in),
            "patient-code": lambda name: self._patient(name, "/your-screening/list", self._give_code),
            "patient-nobody": lambda name: self._patient(name, "/", _open_first_page),
            "desk-clinician": lambda name: self._desk(name, "/clinic/", self._clinician),
            "desk-administrator": lambda name: self._desk(name, "/clinic/admin/people", self._administrator),
            "desk-password": lambda name: self._desk(name, "/clinic/factor", self._half_in),
            "desk-nobody": lambda name: self._desk(name, SIGN_IN, _open_sign_in),
        }

    def _patient(self, name: str, probe: str, enter: Callable[[WebClient], None]) -> Visitor:
        client = WebClient(self._app)
        enter(client)
        medicine = re.search(rf"{PREVENTIVES}/([0-9a-f]{{12}})", client.current.body)
        ids = {**self._ids, **({"key": medicine.group(1)} if medicine else {})}
        return Visitor(name, "patient", client, cookies_of(client), probe, ids)

    def _desk(self, name: str, probe: str, enter: Callable[[WebClient], None]) -> Visitor:
        client = WebClient(self._app)
        enter(client)
        links = {token: self._link(*command) for token, command in _LINKS.items()}
        return Visitor(name, "clinic", client, cookies_of(client), probe, {**self._ids, **links})

    def _give_code(self, client: WebClient) -> None:
        client.open("/your-screening")
        client.submit("/your-screening", code=self._code)

    def _person(self, *, is_administrator: bool) -> Person:
        """A new account each time: a code of the authenticator app works once."""
        email = f"scan-{next(self._numbers)}@example.org"
        person = Person(email, "Somebody Who Scans", is_administrator, not is_administrator)
        self._doorkeeper.make(self._store, person)
        return person

    def _half_in(self, client: WebClient) -> None:
        give_password(client, self._person(is_administrator=False).email)

    def _clinician(self, client: WebClient) -> None:
        sign_in(client, self._person(is_administrator=False).email)

    def _administrator(self, client: WebClient) -> None:
        sign_in(client, self._person(is_administrator=True).email)

    def _link(self, *command: str) -> str:
        """The token of a one-time link, as the command prints it."""
        printed = self._server.command(*command).stdout
        found = re.search(r"/clinic/[a-z-]+/([\w-]+)", printed)
        assert found is not None, f"{command} printed no link: {printed}"
        return found.group(1)

    def targets(self, visitor: Visitor) -> list[Target]:
        """Every route of the visitor's app with each of its methods, filled in as the pages offer it."""
        is_desk = visitor.surface == "clinic"
        routes = routes_of(clinic_app(self._app) if is_desk else self._app)
        places = [
            (route, ("/clinic" if is_desk else "") + address)
            for route in routes
            if route.endpoint != "static"
            for address in addresses_of(route, visitor.ids)
        ]
        pages = {address: visitor.open(address) for route, address in places if "GET" in route.methods}
        forms = dict(_forms(pages.values(), self._code))
        token = next((each[CSRF_FIELD] for each in forms.values() if CSRF_FIELD in each), [""])
        found = []
        for route, address in places:
            is_shut = not is_outside(visitor.name) and address in pages and pages[address].status == 403
            for method in sorted(route.methods):
                own = forms.get((method, address))
                form = self._form(visitor, route, address, own, token) if method == "POST" else own or {}
                found.append(_target(route, method, address, form, is_shut=is_shut))
        return sorted(found, key=lambda each: each.endpoint == LAST)

    def _form(
        self, visitor: Visitor, route: Route, address: str, own: Fields | None, token: list[str]
    ) -> Fields:
        """What is sent. Who stands outside of everything sends what others were shown."""
        kind = address if "<slug>" in route.address else route.endpoint
        if own is not None:
            self._shown[kind] = own
        lent = self._shown.get(kind, {}) if is_outside(visitor.name) else {}
        return own or {**lent, CSRF_FIELD: token}


def _target(route: Route, method: str, address: str, form: Fields, *, is_shut: bool) -> Target:
    """Behind a door that is shut, and on pages like the one before, nothing is asked in the address."""
    is_repeated = "<slug>" in route.address and not address.endswith(SLUGS[0])
    named = {} if is_repeated or is_shut else ASKED.get(route.endpoint, {})
    asked = {name: [value] for name, value in named.items()}
    if method == "GET":
        return Target(route.endpoint, method, address, query={**form, **asked}, is_shut=is_shut)
    return Target(route.endpoint, method, address, query=asked, form=form)


# The part of an address that a command knows, and the command.
_LINKS: Final = {
    "set-up": ("create-administrator",),
    "new-password": ("people", "reset-password", TARGET.email),
}


def addresses_of(route: Route, ids: Mapping[str, str]) -> list[str]:
    """The addresses of this route that lead to something."""
    if "<slug>" in route.address:
        opened = SLUGS if "key" in ids else SLUGS[:1]
        return [route.address.replace("<slug>", slug) for slug in opened]
    part = route.address.split("/")[1]
    known = {**ids, "token": ids.get(part, "no-token"), "visit": "1", "key": ids.get("key", "0a1b2c3d4e5f")}
    return [re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known[found.group(1)], route.address)]


def _forms(pages: Iterable[Page], code: str) -> Iterator[tuple[tuple[str, str], dict[str, list[str]]]]:
    """Every form on these pages, by its method and address."""
    for page in pages:
        for form in () if page.document is None else page.document.iter("form"):
            action = urlsplit(form.get("action") or page.address).path
            yield (form.get("method", "get").upper(), action), fields_of_form(form, code)


def fields_of_form(form: Element, code: str) -> dict[str, list[str]]:
    """Each field of a form with what it holds, or with something that fits it."""
    fields: dict[str, list[str]] = {}
    for control in form.iter():
        name = control.get("name")
        if name and control.get("type") not in BUTTON_TYPES | {"file"} and name not in fields:
            fields[name] = [code if name == "code" else _typed(control)]
    return fields


def _typed(control: Element) -> str:
    if control.tag == "select":
        values = [each.get("value", "") for each in control.iter("option")]
        return next(filter(None, values), "")
    kind, value = control.get("type", "text"), control.get("value", "")
    if kind == "hidden" or control.get("name", "").endswith("-not-sure"):
        return value if kind == "hidden" else ""
    return value or TYPED_BY_TYPE.get(kind, TYPED)


def _open_first_page(client: WebClient) -> None:
    client.open("/your-screening")


def _begin(client: WebClient) -> None:
    walk_to(client, POSITIVE, CHECK)
    for section in SECTIONS:
        fill_section(client, section)
    client.open(PREVENTIVES)


def _hand_in(client: WebClient) -> None:
    walk_to(client, POSITIVE)


def _open_sign_in(client: WebClient) -> None:
    client.open(SIGN_IN)


# --- what the scan needs of the installation, and the product does not know ---------------------------


def open_limits(database: Path) -> None:
    """From now on no count of tries gets above one: a scanner from one address would only be told to wait."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "CREATE TRIGGER scan AFTER UPDATE ON throttles WHEN NEW.n > 1 BEGIN "
            "UPDATE throttles SET n = 1 WHERE key = NEW.key AND window_start = NEW.window_start; END"
        )
        connection.commit()


def close_limits(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TRIGGER scan")
        connection.commit()


def keep_sessions_fresh(database: Path) -> None:
    """For hours nobody is signed out for being idle, and no second factor is asked for again."""
    later = (datetime.now(UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE clinic_sessions SET last_seen_at = ?", (later,))
        connection.execute("UPDATE clinic_sessions SET factor_at = ? WHERE factor_at IS NOT NULL", (later,))
        connection.commit()


Rows = dict[str, set[tuple[object, ...]]]


def rows_of(database: Path) -> Rows:
    """The rows of the tables in which a visitor stands."""
    with closing(sqlite3.connect(database)) as connection:
        return {table: set(connection.execute(f"SELECT * FROM {table}")) for table in KEPT_TABLES}  # noqa: S608


def new_rows(database: Path, before: Rows) -> Rows:
    """What came since: whoever entered. All accounts belong to it, those that an administrator can reach."""
    now = rows_of(database)
    return {table: rows - before[table] for table, rows in now.items()} | {"clinicians": now["clinicians"]}


@contextmanager
def kept(database: Path, rows: Rows) -> Iterator[None]:
    """Puts rows back that were changed or removed, several times a second."""
    is_over = threading.Event()
    thread = threading.Thread(target=_keep, args=(database, rows, is_over))
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _keep(database: Path, rows: Rows, is_over: threading.Event) -> None:
    while not is_over.wait(KEEP_SECONDS):
        now = rows_of(database)
        with closing(sqlite3.connect(database, timeout=30)) as connection:
            for table, wanted in rows.items():
                for row in wanted - now[table]:
                    marks = ", ".join("?" * len(row))
                    connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)  # noqa: S608
            connection.commit()
