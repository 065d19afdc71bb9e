"""Believable synthetic screenings, so that the clinic's desk can be tried."""

import click

from app.commands.failure import CommandError, installed_store
from app.commands.progress import progress
from app.services.demonstration import store_demonstrations


@click.command("seed-demo")
@click.option("--count", default=50, show_default=True, type=click.IntRange(1, 10_000_000))
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same people.")
def seed_demo(count: int, seed: int) -> None:
    """Store synthetic screenings, each marked as a demonstration."""
    stored = 0
    with installed_store() as (_, store), progress("Storing", count) as advance:
        try:
            for stored in store_demonstrations(store, count, seed):
                advance(stored)
        except KeyboardInterrupt:
            raise CommandError(f"Stopped after {stored} screenings. They are kept.") from None
    click.echo(f"Stored {stored} demonstration screenings.")
