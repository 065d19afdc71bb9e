"""Removing what was kept long enough."""

from collections.abc import Iterator
from datetime import UTC, datetime

import click

from app.commands.failure import CommandError, installed_store
from app.commands.progress import progress
from app.services import retention
from app.services.retention import ClockJumpedError, ClockSetBackError, FirstRunError, Plan, Tally
from app.storage.audit import OPERATOR
from app.storage.store import Store
from app.storage.upgrade_copy import remove_old_copies


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--demonstration", is_flag=True, help="Remove every demonstration screening, and nothing else.")
@click.option("--clock-is-right", is_flag=True, help="Go on though no run was before, or long ago.")
def purge_screenings(dry_run: bool, demonstration: bool, clock_is_right: bool) -> None:
    """Remove the screenings that were kept long enough, and drafts, sessions and links that are over.

    It can be stopped and run again: what is removed stays removed.
    """
    now = datetime.now(UTC)
    with installed_store() as (settings, store):
        if demonstration:
            _purge_demonstrations(store, now, dry_run=dry_run)
            return
        if not dry_run:
            _check_clock(store, now, clock_is_right=clock_is_right)
        planned = retention.plan(store, now)
        for line in _lines(planned):
            click.echo(line)
        if dry_run:
            click.echo("Nothing was removed: this was a dry run.")
            return
        tally = _run(retention.purge(store, OPERATOR, now), planned.total)
        copies = remove_old_copies(settings.data_dir, now)
    click.echo(f"Removed {tally.total} screenings.")
    over = {**tally.others, "copies from before an upgrade": copies}
    others = ", ".join(f"{n} {what}" for what, n in over.items())
    click.echo(f"Removed what was over: {others}.")


def _check_clock(store: Store, now: datetime, *, clock_is_right: bool) -> None:
    try:
        retention.check_clock(store, now)
    except ClockSetBackError:
        raise CommandError(
            f"Nothing was removed: something is stored that is newer than {now:%Y-%m-%d %H:%M} UTC. "
            "Set the clock of this machine right."
        ) from None
    except FirstRunError:
        _ask_about_clock("this is the first run", now, clock_is_right=clock_is_right)
    except ClockJumpedError:
        why = "more than 48 hours have passed since the last run"
        _ask_about_clock(why, now, clock_is_right=clock_is_right)


def _ask_about_clock(why: str, now: datetime, *, clock_is_right: bool) -> None:
    if not clock_is_right:
        raise CommandError(
            f"Nothing was removed: {why}. If it is now {now:%Y-%m-%d %H:%M} UTC, "
            "run: flask --app wsgi purge --clock-is-right"
        ) from None


def _lines(planned: Plan) -> Iterator[str]:
    """One line for each status."""
    for line in planned.lines:
        oldest = f", the oldest of {line.due.oldest:%Y-%m-%d}" if line.due.oldest else ""
        soon = f"; {line.soon} follow within 30 days" if line.soon else ""
        status, days = line.limit.status.value, line.limit.days
        yield f"{status}: kept for {days} days, {line.due.n} to remove{oldest}{soon}"


def _purge_demonstrations(store: Store, now: datetime, *, dry_run: bool) -> None:
    there = retention.count_demonstrations(store)
    if dry_run:
        click.echo(f"Demonstration screenings to remove: {there}. Nothing was removed: this was a dry run.")
        return
    tally = _run(retention.purge_demonstrations(store, OPERATOR, now), there)
    click.echo(f"Removed {tally.total} demonstration screenings.")


def _run(work: Iterator[Tally], total: int) -> Tally:
    tally = Tally()
    with progress("Removing", total) as advance:
        try:
            for tally in work:
                advance(tally.total)
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped after {tally.total} screenings. They stay removed; run it again for the rest."
            ) from None
    return tally
