"""What is wrong with this installation, and what to do."""

from collections.abc import Iterator
from datetime import UTC, datetime

import click

from app.commands.failure import CommandError, checked_settings
from app.domain.policy_files import PolicyFileError
from app.services.examination import Finding, Grade, examine_files, examine_settings, wrong
from app.services.examining_data import examine_database, examine_store
from app.storage.database import Database
from app.storage.keyring import KeyringError
from app.storage.store import open_store
from config import Settings


@click.command("doctor")
def doctor() -> None:
    """Say what is wrong with this installation, and what to do. It changes nothing.

    The status is 1 when something is wrong; what is only worth a look leaves it 0.
    """
    settings = checked_settings()
    bad = 0
    for finding in _examine(settings, datetime.now(UTC)):
        bad += finding.grade is Grade.WRONG
        click.echo(f"{finding.grade.value:<6}{finding.about}: {finding.says}")
        if finding.advice:
            click.echo(f"{'':<6}-> {finding.advice}")
    if bad:
        raise CommandError("1 thing is wrong." if bad == 1 else f"{bad} things are wrong.")


def _examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Each part is looked at as far as the parts before it allow."""
    yield from examine_files(settings, now)
    yield from examine_settings(settings)
    database = Database(settings.database_url)
    found = list(examine_database(settings, database))
    database.close()
    yield from found
    if all(each.grade is not Grade.WRONG for each in found):
        yield from _examine_store(settings, now)


def _examine_store(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        store = open_store(
            settings.database_url, settings.keyring_path, settings.policies_folder, settings.timezone
        )
    except KeyringError:
        return  # the keys were looked at before
    except PolicyFileError as problem:
        yield wrong("Policies", str(problem), "Mend that file, or take it away.")
        return
    yield from examine_store(settings, store, now)
    store.database.close()
