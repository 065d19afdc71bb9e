"""Helping people who cannot get in, from the command line: for when no administrator can."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from app.commands.failure import CommandError, installed_store
from app.services import open_links
from app.services import people as services
from app.services.accounts import find_account
from app.storage.audit import OPERATOR, Actor
from app.storage.clinicians import ClinicianAccount
from app.storage.open_links import OpenLink
from app.storage.store import Store

Work = Callable[[Store, UUID, Actor, datetime], None]


@click.group("people")
def people() -> None:
    """See who has an account, and help who cannot get in."""


def _account(store: Store, email: str) -> ClinicianAccount:
    account = find_account(store, email)
    if account is None:
        raise CommandError(f"No account has the address {email}. See them all: flask --app wsgi people list")
    return account


def _do(email: str, work: Work, said: str) -> None:
    """Do it, or say in one line why not."""
    with installed_store() as (_settings, store):
        account = _account(store, email)
        try:
            work(store, account.id, OPERATOR, datetime.now(UTC))
        except services.LastAdministratorError:
            raise CommandError(
                f"{account.email} is the only active administrator. Make another one first: "
                "flask --app wsgi create-administrator"
            ) from None
    click.echo(said.format(account.email))


@people.command("list")
def list_all() -> None:
    """List every account: address, roles, and what keeps it from being used. Then the links still open."""
    now = datetime.now(UTC)
    with installed_store() as (settings, store):
        for each in services.list_people(store, now):
            click.echo("\t".join((each.account.email, each.account.name, ", ".join(_state(each)))))
        for link in open_links.list_open_links(store, now):
            until = link.expires_at.astimezone(ZoneInfo(settings.timezone))
            words = f"{_purpose(link)}, works until {until:%Y-%m-%d %H:%M}"
            click.echo("\t".join((link.email or "no address", "one-time link", words)))


def _purpose(link: OpenLink) -> str:
    if link.account_id is not None:
        return "new password"
    return "account of an administrator" if link.is_administrator else "account of a clinician"


@people.command("withdraw-links")
def withdraw_links() -> None:
    """Let every one-time link stop working that was made and not used yet."""
    with installed_store() as (_settings, store):
        n = open_links.withdraw_links(store, OPERATOR, datetime.now(UTC))
    click.echo(f"Links withdrawn: {n}.")


def _state(person: services.PersonAtWork) -> list[str]:
    account = person.account
    marks = {
        "administrator": account.is_administrator,
        "clinician": account.is_clinician,
        "not active": not account.is_active,
        "locked": person.is_locked,
        "has to wait after wrong tries": person.has_to_wait and not person.is_locked,
        "no second factor yet": not account.has_factor,
        "signed in": person.open_sessions > 0,
    }
    return [words for words, holds in marks.items() if holds]


@people.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Shut an account: the person is signed out and cannot sign in."""
    _do(email, partial(_set_active, False), "{} is shut.")


@people.command("activate")
@click.argument("email")
def activate(email: str) -> None:
    """Take an account back into use."""
    _do(email, partial(_set_active, True), "{} is active.")


def _set_active(is_active: bool, store: Store, account_id: UUID, actor: Actor, now: datetime) -> None:
    services.set_active(store, account_id, is_active, actor, now)


@people.command("reset-factor")
@click.argument("email")
def reset_factor(email: str) -> None:
    """Take a lost second factor away. The person sets one up at the next sign-in."""
    _do(email, services.remove_factor, "{} sets up a second factor at the next sign-in.")


@people.command("unlock")
@click.argument("email")
def unlock(email: str) -> None:
    """Let a person try again after too many wrong passwords or codes."""
    _do(email, services.unlock, "{} can try again.")


@people.command("reset-password")
@click.argument("email")
def reset_password(email: str) -> None:
    """Print a one-time link with which a person chooses a new password."""
    with installed_store() as (settings, store):
        account = _account(store, email)
        if not account.is_active:
            raise CommandError(f"{account.email} is shut. Run first: flask --app wsgi people activate")
        token = services.make_password_link(store, account.id, OPERATOR, datetime.now(UTC))
    click.echo(f"{account.email} opens this link once, within 24 hours, and chooses a new password:")
    click.echo(f"{settings.base_url}/clinic/new-password/{token}")
