"""Who may do what: every address, every way to ask, everybody, as the committed table says.

There is one clinic to an installation, so nobody is of another site. What belongs to one person alone are
their saved views and their sessions.
"""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.clinic import rights
from app.clinic.rights import NEEDS_FRESH_FACTOR, RIGHTS, Right
from app.storage.account_models import ClinicSession
from app.storage.base import Base
from app.storage.clinic_sessions import end_session
from app.storage.models import SavedView, ScreeningReview
from app.storage.store import Store
from app.storage.views import add_view
from tests.support.accounts import CLINICIAN, COLLEAGUE, add_person, clinic_app, open_session
from tests.support.authorisation import ACTORS, TARGET, Line, Stage, committed, kind_of, written
from tests.support.client import WebClient
from tests.support.routes import routes_of
from tests.support.screenings import NOON, add

# A right that opens a page and also takes a form: why reading is enough there.
READING_IS_ENOUGH = {
    "clinic.receive_find": "a search that is sent and not asked for, so that no code stands in an address",
    "clinic.receive_evidence": "it makes the paper that the page before offers, and changes nothing",
    "clinic.preview_clinic": "it shows what was typed, and stores nothing",
    "clinic.receive_factor": "whoever has given the password gives the code",
    "clinic.sign_out": "whoever is signed in, however far, can leave",
    "clinic.receive_sign_in": "anyone may try",
    "clinic.receive_set_up": "the link itself is the right",
    "clinic.receive_new_password": "the link itself is the right",
    "clinic.receive_recovery": "whoever has given the password gives a code",
    "clinic.receive_passkey": "whoever has given the password shows a passkey",
    "clinic.receive_notices": "one's own account",
    "clinic.receive_sessions": "one's own sessions",
    "clinic.receive_password": "one's own password, with a very fresh factor on both pages",
    "clinic.receive_new_app": "one's own factor, with a very fresh one on both pages",
    "clinic.receive_recovery_codes": "one's own codes, with a very fresh factor on both pages",
    "clinic.receive_codes_kept": "one's own codes, with a very fresh factor on both pages",
    "clinic.receive_new_passkey": "one's own passkey, with a very fresh factor on both pages",
    "clinic.receive_passkey_removal": "one's own passkey, with a very fresh factor on both pages",
}
ODD_IDS = ("0", "-1", str(2**63), str(10**40), "NaN", "١٢٣", "²", "%00", "null", "1e3", "00000000-0000", "{}")


@pytest.fixture
def stage(app: Flask, sqlite_store: Store) -> Stage:
    return Stage(app, sqlite_store)


# --- the table ------------------------------------------------------------------------------------


@pytest.mark.requirement("AZ-02", "AZ-03")
def test_everybody_gets_what_the_table_says(stage: Stage) -> None:
    found = written(stage).splitlines()
    said = TARGET.read_text("utf-8").splitlines()
    cells = (len(said) - 1) * len(ACTORS)
    print(f"{cells} cells")  # noqa: T201 (shown by `pytest -rP`)
    assert cells > 700
    different = [f"{now}\n  is not what stands there" for now in found if now not in said]
    different += [f"{then}\n  is not answered" for then in said if then not in found]
    assert not different, "Meant? Run: python -m tests.support.authorisation\n" + "\n".join(different)


@pytest.mark.requirement("AZ-01")
def test_every_address_of_the_desk_has_a_right_and_no_right_is_for_nothing(app: Flask) -> None:
    assert {route.endpoint for route in routes_of(clinic_app(app))} == set(RIGHTS)


@pytest.mark.requirement("AZ-01")
def test_a_page_that_nobody_declared_is_closed_to_everybody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = next(each for each in stage.lines() if each.route.endpoint == "clinic.statistics")
    monkeypatch.delitem(RIGHTS, "clinic.statistics")
    for actor in ACTORS:
        assert stage.ask(line, actor).partition(" ")[0] in ("303", "403"), actor


@pytest.mark.requirement("AZ-03")
def test_who_has_no_right_cannot_tell_what_is_there() -> None:
    table = committed()
    for key, row in table.items():
        for actor in ("anonymous", "patient", "password only", "deactivated"):
            same = {table[(*key[:3], about)][actor] for *_, about in _siblings(table, key)}
            assert len(same) == 1, (key, actor)
        if "screening_id" in key[2]:
            assert row["administrator"] == "403", key


def _siblings(
    table: dict[tuple[str, ...], dict[str, str]], key: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    return (each for each in table if each[:3] == key[:3])


def test_who_is_shut_out_gets_what_a_stranger_gets() -> None:
    for key, row in committed().items():
        assert row["deactivated"] == row["patient" if key[0] == "clinic" else "anonymous"], key
        assert row["clinician"] == row["colleague"], key


# --- changing asks for more than reading ----------------------------------------------------------


@pytest.mark.requirement("AZ-06")
def test_a_right_to_read_changes_nothing_unless_it_is_declared(app: Flask) -> None:
    methods = {route.endpoint: route.methods for route in routes_of(clinic_app(app))}
    to_read = {right for endpoint, right in RIGHTS.items() if "GET" in methods[endpoint]}
    by_reading = {
        endpoint for endpoint, right in RIGHTS.items() if "POST" in methods[endpoint] and right in to_read
    }
    assert by_reading == set(READING_IS_ENOUGH)


@pytest.mark.requirement("WEB-06")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_a_way_to_ask_that_no_page_has_is_refused(
    method: str, app: Flask, clinic_client: WebClient, sqlite_store: Store
) -> None:
    screening_id = add(sqlite_store)
    for surface, prefix in ((app, ""), (clinic_app(app), "/clinic")):
        for route in routes_of(surface):
            page = clinic_client.request(method, prefix + route.example(str(screening_id)))
            assert page.status == 405, (method, route)


@pytest.mark.requirement("WEB-05", part="opening a record also notes that somebody has read it")
def test_looking_changes_nothing_but_what_notes_that_somebody_looked(
    stage: Stage, sqlite_store: Store
) -> None:
    before = contents(sqlite_store)
    for line in stage.lines():
        if line.method == "GET" and line.about != "existing":
            stage.ask(line, "both")
    for line in stage.lines():
        if line.method == "GET" and kind_of(line.route) == "screening_id":
            stage.ask(line, "clinician")
    assert contents(sqlite_store) == before


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for sessions, tries, and who has looked at what."""
    of_looking = {"clinic_sessions", "throttles", "audit_events", "desk_events"}
    found = {}
    with store.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in of_looking:
                columns = [column for column in table.columns if column.name != "is_unread"]
                found[table.name] = sorted(
                    (tuple(row) for row in session.execute(select(*columns))), key=repr
                )
    return found


# --- ids ------------------------------------------------------------------------------------------


@pytest.mark.requirement("AZ-09")
@pytest.mark.parametrize("odd", ODD_IDS)
def test_an_id_that_can_be_none_is_not_found(odd: str, app: Flask, clinic_client: WebClient) -> None:
    clinic_client.open("/clinic/find")
    for route in routes_of(clinic_app(app)):
        if not kind_of(route):
            continue
        address = "/clinic" + route.example(odd)
        if "GET" in route.methods:
            assert clinic_client.request("GET", address).status == 404, address
        else:
            assert clinic_client.post(address, {}).status == 404, address


@pytest.mark.parametrize("odd", ODD_IDS)
def test_an_odd_number_of_a_page_or_view_is_no_failure(odd: str, clinic_client: WebClient) -> None:
    for query in (f"after={odd}", f"assigned={odd}", f"from={odd}", f"policy={odd}", f"page={odd}"):
        assert clinic_client.request("GET", f"/clinic/?{query}").status in (200, 422), query


@pytest.mark.requirement("AZ-04")
def test_a_view_of_somebody_else_is_as_one_that_is_not_there(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    bo = add_person(sqlite_store, COLLEAGUE, "no password")
    with sqlite_store.database.writing() as session:
        add_view(session, bo, "Theirs", "status=done")
    with sqlite_store.database.reading() as session:
        theirs = session.scalars(select(SavedView.id)).one()
    clinic_client.open("/clinic/")
    replies = [clinic_client.post("/clinic/views/remove", {"view": each}) for each in (theirs, uuid4())]
    assert replies[0].status == replies[1].status
    assert replies[0].location == replies[1].location
    with sqlite_store.database.reading() as session:
        assert session.scalars(select(SavedView.id)).all() == [theirs]


@pytest.mark.requirement("AZ-04")
def test_a_review_of_another_screening_is_not_touched_by_its_id(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    first, second = add(sqlite_store), add(sqlite_store)
    entry = uuid4()
    for screening_id, note in ((first, "First"), (second, "Second")):
        clinic_client.open(f"/clinic/screenings/{screening_id}")
        form = {"status": "in_review", "note": note, "entry": entry, "seen": "", "diagnosis": ""}
        clinic_client.post(f"/clinic/screenings/{screening_id}/reviews", form)
    with sqlite_store.database.reading() as session:
        rows = session.execute(select(ScreeningReview.id, ScreeningReview.screening_id)).all()
    assert {row.screening_id for row in rows} == {first, second}
    assert [row.screening_id for row in rows if row.id == entry] == [first]


@pytest.mark.requirement("AZ-04")
def test_a_session_of_somebody_else_is_not_ended(sqlite_store: Store) -> None:
    ada, bo = (add_person(sqlite_store, each, "no password") for each in (CLINICIAN, COLLEAGUE))
    open_session(sqlite_store, bo, factor_at=NOON)
    with sqlite_store.database.writing() as session:
        theirs = session.scalars(select(ClinicSession.id)).one()
        assert not end_session(session, theirs, ada)
        assert end_session(session, theirs, bo)


# --- would the table notice? ----------------------------------------------------------------------


def lines_asking_for(stage: Stage, right: Right) -> list[Line]:
    return [
        line
        for line in stage.lines()
        if line.surface == "clinic" and RIGHTS[line.route.endpoint] is right and line.about != "removed"
    ]


def is_noticed(stage: Stage, right: Right, actor: str) -> bool:
    """Whether the table is wrong about what this person gets where this right is asked for."""
    table = committed()
    return any(stage.ask(line, actor) != table[line.key][actor] for line in lines_asking_for(stage, right))


_ROLES = {"_CLINICIANS": "clinician", "_ADMINISTRATORS": "administrator", "_EVERYBODY": "both"}
_HELD = [(role, right) for role in _ROLES for right in sorted(getattr(rights, role))]
_NOT_HELD = [
    (role, right)
    for role in ("_CLINICIANS", "_ADMINISTRATORS")
    for right in sorted(set(Right) - getattr(rights, role) - rights._EVERYBODY - {Right.ANYONE})
]


@pytest.mark.requirement("AZ-08")
@pytest.mark.parametrize(("role", "right"), [each for each in _HELD if each[1] is not Right.PASSWORD])
def test_a_right_that_a_role_loses_is_noticed(
    role: str, right: Right, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_noticed(stage, right, _ROLES[role])
    monkeypatch.setattr(rights, role, getattr(rights, role) - {right})
    assert is_noticed(stage, right, _ROLES[role])


@pytest.mark.requirement("AZ-08")
@pytest.mark.parametrize(("role", "right"), _NOT_HELD)
def test_a_right_that_a_role_gains_is_noticed(
    role: str, right: Right, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, role, getattr(rights, role) | {right})
    assert is_noticed(stage, right, _ROLES[role])


@pytest.mark.requirement("AZ-08")
@pytest.mark.parametrize("right", sorted(NEEDS_FRESH_FACTOR))
def test_a_right_that_asks_no_more_for_a_fresh_factor_is_noticed(
    right: Right, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.clinic.access.NEEDS_FRESH_FACTOR", NEEDS_FRESH_FACTOR - {right})
    assert is_noticed(stage, right, "both, factor long ago")
