"""The people page and what an administrator can do with an account; each once, noted, and never the last."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.services.people import find_person
from app.storage.account_models import ClinicSession
from app.storage.models import AuditEvent, Clinician
from app.storage.store import Store
from tests.support.accounts import ADMINISTRATOR_ONLY, COLLEAGUE, Doorkeeper, Person, add_person, open_session
from tests.support.client import Page, WebClient
from tests.support.screenings import add

BOTH: Final = Person("fi@example.org", "Fi Example", True, True)
PEOPLE: Final = "/clinic/admin/people"


@pytest.fixture
def client(enter: Callable[[Person], WebClient]) -> WebClient:
    return enter(ADMINISTRATOR_ONLY)


@pytest.fixture
def bo(sqlite_store: Store) -> UUID:
    return add_person(sqlite_store, COLLEAGUE, "no password")


def actions(store: Store, subject: UUID | None = None) -> list[str]:
    query = select(AuditEvent.action).order_by(AuditEvent.seq)
    with store.database.reading() as session:
        return list(session.scalars(query.where(AuditEvent.subject_id == subject) if subject else query))


def person(client: WebClient, account_id: UUID) -> Page:
    return client.open(f"{PEOPLE}/{account_id}")


# --- the list -------------------------------------------------------------------------------------


def test_everybody_is_listed_with_role_and_state(client: WebClient, bo: UUID, sqlite_store: Store) -> None:
    with sqlite_store.database.writing() as session:
        session.execute(update(Clinician).where(Clinician.id == bo).values(is_active=False))
    main = client.open(PEOPLE).main
    assert "Cy Example cy@example.org Administrator In use In 1 browser" in main
    assert "Dr Bo Example bo@example.org Clinician Shut No" in main


def test_an_administrator_who_is_no_clinician_begins_here(client: WebClient) -> None:
    assert client.open("/clinic/factor").address == PEOPLE
    assert ">Administration<" in client.current.body
    assert "Statistics" not in client.current.body


def test_a_clinician_sees_no_way_here_and_an_administrator_who_is_one_does(
    clinic_client: WebClient, enter: Callable[[Person], WebClient]
) -> None:
    assert ">Administration<" not in clinic_client.open("/clinic/").body
    assert ">Administration<" in enter(BOTH).open("/clinic/").body


@pytest.mark.requirement("AZ-05")
def test_no_page_of_an_administrator_shows_anything_of_a_screening(
    client: WebClient, bo: UUID, sqlite_store: Store
) -> None:
    screening_id = add(sqlite_store)
    for page in ("people", f"people/{bo}", "retention", "audit", "installation"):
        body = client.open(f"/clinic/admin/{page}").body
        assert str(screening_id) not in body, page
        assert "positive" not in body.lower(), page
        assert "/screenings/" not in body, page


# --- invitations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "is_administrator"), [("clinician", False), ("administrator", True)])
def test_an_invitation_shows_its_link_once_and_the_link_works(
    role: str, is_administrator: bool, client: WebClient, sqlite_store: Store
) -> None:
    client.open(PEOPLE)
    page = client.submit("Make a link", email="new@example.org", role=role)
    address = page.main.partition("/clinic/set-up/")[2].split()[0]
    assert len(address) == 43
    assert address not in client.open(PEOPLE).body
    link = client.open(f"/clinic/set-up/{address}")
    assert link.values()["email"] == ["new@example.org"]
    assert actions(sqlite_store)[-1] == "account_invited"
    with sqlite_store.database.reading() as session:
        row = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        administrator = session.scalars(select(Clinician.id)).one()
    assert row is not None
    assert (row.actor_kind, row.actor_id) == ("clinician", administrator)


def test_an_invitation_that_is_not_right_keeps_what_was_typed(client: WebClient, sqlite_store: Store) -> None:
    client.open(PEOPLE)
    page = client.submit("Make a link", email="nobody", status=422)
    assert page.errors == {
        "email": "Enter an e-mail address such as name@example.org",
        "role": "Choose what this person will do",
    }
    assert page.values("Make a link")["email"] == ["nobody"]
    assert page.title.startswith("Error:")
    assert "account_invited" not in actions(sqlite_store)


def test_a_link_that_still_works_is_listed_and_can_be_withdrawn(
    client: WebClient, sqlite_store: Store
) -> None:
    assert "Links that still work" not in client.open(PEOPLE).main
    page = client.submit("Make a link", email="new@example.org", role="clinician")
    token = page.main.partition("/clinic/set-up/")[2].split()[0]
    assert "new@example.org An account of a clinician" in client.open(PEOPLE).main
    link_id = client.current.values("/clinic/admin/people/links")["link"]
    page = client.submit("/clinic/admin/people/links")
    assert "The link is withdrawn." in page.main
    assert "Links that still work" not in page.main
    assert actions(sqlite_store)[-1] == "account_changed"
    assert client.post("/clinic/admin/people/links", {"link": link_id}).location.endswith("?done=over")
    client.open(f"/clinic/set-up/{token}", status=410)


# --- one person -----------------------------------------------------------------------------------


def test_roles_change_and_are_noted(client: WebClient, bo: UUID, sqlite_store: Store) -> None:
    person(client, bo)
    page = client.submit("Save the roles", roles=["administrator", "clinician"])
    assert "The roles are changed." in page.main
    assert find_person(sqlite_store, bo).is_administrator
    client.submit("Save the roles", roles=["administrator"])
    assert not find_person(sqlite_store, bo).is_clinician
    assert actions(sqlite_store, bo) == ["account_changed", "account_changed"]


@pytest.mark.parametrize("roles", [None, ["none"], ["not_sure"], ["king"]])
def test_a_person_has_a_role(roles: object, client: WebClient, bo: UUID, sqlite_store: Store) -> None:
    person(client, bo)
    page = client.submit("Save the roles", roles=roles, status=422)
    assert page.errors == {"roles": "Choose at least one role. To take away all, shut the account"}
    assert actions(sqlite_store, bo) == []


def test_an_account_is_shut_and_taken_back(client: WebClient, bo: UUID, sqlite_store: Store) -> None:
    open_session(sqlite_store, bo, factor_at=datetime.now(UTC))
    person(client, bo)
    assert (
        "The account is shut. The person is signed out."
        in client.submit("Shut the account", sure_to_shut=["yes"]).main
    )
    assert not find_person(sqlite_store, bo).is_active
    with sqlite_store.database.reading() as session:
        assert session.scalars(select(ClinicSession).where(ClinicSession.clinician_id == bo)).all() == []
    client.submit("Take the account back into use")
    assert find_person(sqlite_store, bo).is_active


@pytest.mark.parametrize(
    ("button", "fields"),
    [("Shut the account", {"sure_to_shut": ["yes"]}), ("Save the roles", {"roles": ["clinician"]})],
)
def test_the_last_administrator_stays_one(
    button: str, fields: dict[str, list[str]], client: WebClient, sqlite_store: Store
) -> None:
    with sqlite_store.database.reading() as session:
        me = session.scalars(select(Clinician.id)).one()
    person(client, me)
    page = client.submit(button, fields, status=409)
    assert "This is the only active administrator." in page.main
    account = find_person(sqlite_store, me)
    assert (account.is_active, account.is_administrator) == (True, True)


def test_sessions_end_a_factor_goes_and_a_link_is_made(
    client: WebClient, bo: UUID, sqlite_store: Store
) -> None:
    open_session(sqlite_store, bo, factor_at=datetime.now(UTC))
    person(client, bo)
    client.submit("Sign them out")
    client.submit("Remove the second factor", sure_to_remove=["yes"])
    assert not find_person(sqlite_store, bo).has_factor
    page = client.submit("Make a link for a new password")
    assert "/clinic/new-password/" in page.main
    assert actions(sqlite_store, bo) == ["sessions_ended", "totp_removed", "password_reset_link_made"]


@pytest.mark.parametrize(
    ("button", "field"),
    [("Shut the account", "sure_to_shut"), ("Remove the second factor", "sure_to_remove")],
)
def test_what_is_hard_to_undo_asks_for_a_yes(
    button: str, field: str, client: WebClient, bo: UUID, sqlite_store: Store
) -> None:
    person(client, bo)
    page = client.submit(button, status=422)
    assert list(page.errors) == [field]
    assert page.errors[field].startswith("Tick the box if you want to")
    assert page.title.startswith("Error:")
    account = find_person(sqlite_store, bo)
    assert (account.is_active, actions(sqlite_store, bo)) == (True, [])


def test_an_own_second_factor_is_replaced_not_removed(client: WebClient, sqlite_store: Store) -> None:
    with sqlite_store.database.reading() as session:
        me = session.scalars(select(Clinician.id)).one()
    page = person(client, me)
    assert "Remove the second factor" not in page.main
    assert "Set up your app anew" in page.main
    refused = client.post(f"{PEOPLE}/{me}/factor", {"sure_to_remove": "yes"})
    assert refused.status == 409
    assert "“Set up your app anew”" in refused.main
    assert "totp_removed" not in actions(sqlite_store, me)


def test_a_shut_account_gets_no_link(client: WebClient, bo: UUID, sqlite_store: Store) -> None:
    person(client, bo)
    with sqlite_store.database.writing() as session:
        session.execute(update(Clinician).where(Clinician.id == bo).values(is_active=False))
    client.submit("Make a link for a new password", status=409)
    assert "password_reset_link_made" not in actions(sqlite_store, bo)


def test_what_is_done_needs_a_factor_that_was_given_just_now(
    client: WebClient, bo: UUID, sqlite_store: Store
) -> None:
    person(client, bo)
    with sqlite_store.database.writing() as session:
        session.execute(update(ClinicSession).values(factor_at=datetime.now(UTC) - timedelta(minutes=11)))
    assert client.submit("Shut the account", status=401).h1 == "Send it once more"
    assert find_person(sqlite_store, bo).is_active
    client.open(PEOPLE)


def test_a_note_in_the_address_says_only_what_is_known(client: WebClient, bo: UUID) -> None:
    assert 'role="status"' not in client.open(f"{PEOPLE}/{bo}?done=<b>hello</b>").body
    assert "hello" not in client.current.body


def test_names_are_text_wherever_they_stand(
    client: WebClient, sqlite_store: Store, doorkeeper: Doorkeeper
) -> None:
    hostile = Person("x@example.org", "<script>alert(1)</script>")
    account_id = doorkeeper.make(sqlite_store, hostile)
    for address in (PEOPLE, f"{PEOPLE}/{account_id}", "/clinic/admin/audit"):
        assert "<script>alert" not in client.open(address).body
