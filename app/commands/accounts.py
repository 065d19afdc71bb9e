"""Making accounts: a one-time link that the person opens in a browser."""

from datetime import UTC, datetime

import click

from app.commands.failure import installed_store
from app.services.accounts import invite
from app.storage.store import Store
from config import Settings


def set_up_address(settings: Settings, store: Store, email: str | None, *, administrator: bool) -> str:
    """The address of a fresh set-up link."""
    token = invite(store, email=email, is_administrator=administrator, now=datetime.now(UTC))
    return f"{settings.base_url}/clinic/set-up/{token}"


def _checked_email(_context: click.Context, _option: click.Parameter, email: str | None) -> str | None:
    if email is not None and ("@" not in email or len(email) > 254 or " " in email.strip()):
        raise click.BadParameter(f"{email!r} is not an e-mail address. Write it like name@example.org.")
    return email


@click.command("create-administrator")
@click.option(
    "--email", callback=_checked_email, help="Fills in the address on the page; the person may change it."
)
def create_administrator(email: str | None) -> None:
    """Print a one-time link with which an administrator makes an account."""
    with installed_store() as (settings, store):
        address = set_up_address(settings, store, email, administrator=True)
    click.echo("Open this link once, within 24 hours, to make the administrator's account:")
    click.echo(address)


@click.command("invite-clinician")
@click.option(
    "--email", callback=_checked_email, help="Fills in the address on the page; the person may change it."
)
def invite_clinician(email: str | None) -> None:
    """Print a one-time link with which a clinician makes an account."""
    with installed_store() as (settings, store):
        address = set_up_address(settings, store, email, administrator=False)
    click.echo("Open this link once, within 24 hours, to make the clinician's account:")
    click.echo(address)
