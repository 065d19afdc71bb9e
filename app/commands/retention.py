"""What an administrator can set, from the command line: how long screenings are kept."""

from datetime import UTC, datetime
from typing import Final

import click

from app.commands.failure import installed_store
from app.services.keep_limits import FEWEST_DAYS, MOST_DAYS, limits, name_of, set_limit
from app.storage.audit import OPERATOR
from app.storage.statuses import ScreeningStatus

_DAYS: Final = click.IntRange(FEWEST_DAYS, MOST_DAYS)
_STATUS_OF: Final = {name_of(status): status for status in ScreeningStatus}


@click.group("retention")
def retention_limits() -> None:
    """See and change how long screenings are kept."""


@retention_limits.command("show")
def show_limits() -> None:
    """Say for each status how many days its screenings are kept after they came."""
    with installed_store() as (_settings, store):
        for each in limits(store):
            since = f"set on {each.changed_at:%Y-%m-%d}" if each.changed_at else "as delivered"
            click.echo(f"{each.status.value}: {each.days} days ({since})")


@retention_limits.command("set")
@click.argument("status", type=click.Choice([each.value for each in ScreeningStatus]))
@click.argument("days", type=_DAYS)
def change_limit(status: str, days: int) -> None:
    """Keep the screenings of a status for so many days after they came."""
    _change(ScreeningStatus(status), days)


@click.group("settings")
def clinic_settings() -> None:
    """See and change by name what is set for the clinic."""


@clinic_settings.command("show")
def show_settings() -> None:
    """List every setting with its value."""
    with installed_store() as (_settings, store):
        for each in limits(store):
            click.echo(f"{name_of(each.status)}={each.days}")


@clinic_settings.command("set")
@click.argument("name", type=click.Choice(list(_STATUS_OF)))
@click.argument("value", type=_DAYS)
def change_setting(name: str, value: int) -> None:
    """Set one setting."""
    _change(_STATUS_OF[name], value)


def _change(status: ScreeningStatus, days: int) -> None:
    with installed_store() as (_settings, store):
        set_limit(store, status, days, OPERATOR, datetime.now(UTC))
    click.echo(f"Screenings that are {status.value} are kept for {days} days.")
