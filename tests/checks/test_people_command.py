"""`people`: helping who cannot get in, from the command line."""

import re
from pathlib import Path

import pytest

from app.commands.init import init
from app.commands.people import people
from app.services.people import find_password_link
from app.web.context import now
from tests.checks.commands import Run, failed, installed, succeeded
from tests.support.accounts import ADMINISTRATOR_ONLY, CLINICIAN, account_in, add_person

CHANGES = ("deactivate", "activate", "reset-password", "reset-factor", "unlock")


@pytest.fixture
def clinic(run: Run, data_dir: Path) -> Path:
    """An installation with an administrator and a clinician."""
    succeeded(run(init))
    store = installed(data_dir)
    for person in (ADMINISTRATOR_ONLY, CLINICIAN):
        add_person(store, person, "no password")
    store.database.close()
    return data_dir


def test_everybody_is_listed_with_what_they_are(run: Run, clinic: Path) -> None:
    succeeded(run(people, "deactivate", CLINICIAN.email))
    succeeded(run(people, "reset-factor", CLINICIAN.email))
    succeeded(run(people, "withdraw-links"))
    assert succeeded(run(people, "list")).splitlines() == [
        "cy@example.org\tCy Example\tadministrator",
        "ada@example.org\tDr Ada Example\tclinician, not active, no second factor yet",
    ]


def test_an_account_is_shut_and_opened_again(run: Run, clinic: Path) -> None:
    store = installed(clinic)
    assert succeeded(run(people, "deactivate", "ADA@example.org")) == "ada@example.org is shut.\n"
    account = account_in(store, CLINICIAN.email)
    assert account is not None
    assert not account.is_active
    assert "Run first" in failed(run(people, "reset-password", CLINICIAN.email))
    assert succeeded(run(people, "activate", CLINICIAN.email)) == "ada@example.org is active.\n"


def test_the_only_administrator_is_not_shut(run: Run, clinic: Path) -> None:
    said = failed(run(people, "deactivate", ADMINISTRATOR_ONLY.email))
    assert "is the only active administrator" in said
    assert "create-administrator" in said


@pytest.mark.requirement("AUTH-14", "AUTH-16")
def test_a_link_for_a_new_password_has_the_address_of_the_installation(run: Run, clinic: Path) -> None:
    said = succeeded(run(people, "reset-password", CLINICIAN.email, PUBLIC_URL="https://clinic.example"))
    found = re.search(r"https://clinic\.example/clinic/new-password/(\S{43})$", said.strip())
    assert found
    assert find_password_link(installed(clinic), found[1], now()).email == CLINICIAN.email


def test_open_links_are_listed_without_what_they_say_and_withdrawn(run: Run, clinic: Path) -> None:
    succeeded(run(people, "withdraw-links"))
    token = succeeded(run(people, "reset-password", CLINICIAN.email)).strip().rpartition("/")[2]
    said = succeeded(run(people, "list"))
    assert re.search(
        r"^ada@example\.org\tone-time link\tnew password, works until 20\d\d-\d\d-\d\d \d\d:\d\d$", said, re.M
    )
    assert token not in said
    assert succeeded(run(people, "withdraw-links")) == "Links withdrawn: 1.\n"
    assert "one-time link" not in succeeded(run(people, "list"))


def test_who_has_to_wait_may_try_again(run: Run, clinic: Path) -> None:
    assert succeeded(run(people, "unlock", CLINICIAN.email)) == "ada@example.org can try again.\n"


@pytest.mark.parametrize("change", CHANGES)
def test_a_stranger_is_named_with_what_to_do(change: str, run: Run, clinic: Path) -> None:
    assert "No account has the address eve@example.org" in failed(run(people, change, "eve@example.org"))
