"""Making an installation, or bringing it up to date. It can be run again at any time."""

import os
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.commands.accounts import set_up_address
from app.commands.failure import CommandError, checked_settings, installed_store
from app.commands.progress import progress
from app.reports.table_files import UNFINISHED
from app.services.accounts import needs_first_administrator
from app.services.auditing import add_anchor_at_start
from app.services.earlier_events import carry_over_events
from app.services.starting import why_not_to_start
from app.services.storing import complete_listings
from app.services.upgrading import TooLargeError, keep_as_it_was
from app.storage.database import Database, StorageUnavailableError
from app.storage.keyring import Keyring, KeyringError, create_keyring, load_keyring
from app.storage.roles import grant_to_app, user_of
from app.storage.schema import bring_up_to_date, current_revision, is_up_to_date
from app.storage.store import Store
from app.storage.upgrade_copy import KEPT, PREFIX, remove_old_copies
from config import Settings

_OURS: Final = ("keyring", "screening.db", "policies", "audit-anchors.jsonl", PREFIX, UNFINISHED)


@click.command("init")
@click.option("--without-copy", is_flag=True, help="Change tables without keeping what they hold now.")
def init(without_copy: bool) -> None:
    """Make the data directory, keys and database, or bring them up to date."""
    settings = checked_settings()
    try:
        _make_data_directory(settings.data_dir)
        _remove_unfinished(settings.data_dir)
        _make_database(settings, without_copy=without_copy)
    except OSError as problem:
        raise CommandError(f"{settings.data_dir} cannot be used: {problem.strerror}.") from None
    except KeyringError as problem:
        raise CommandError(str(problem)) from None
    except (SQLAlchemyError, StorageUnavailableError):
        raise CommandError(
            "The database does not answer. Check DATABASE_URL and that the database runs."
        ) from None
    with installed_store() as (settings, store):
        remove_old_copies(settings.data_dir, datetime.now(UTC))
        _complete_listings(store)
        _carry_over_events(store)
        add_anchor_at_start(store)
        if needs_first_administrator(store):
            click.echo("Nobody can sign in yet. Open this link once, within 24 hours, to make the")
            click.echo("first account (administrator and clinician):")
            click.echo(f"  {set_up_address(settings, store, None, administrator=True)}")


def _complete_listings(store: Store) -> None:
    """Screenings of earlier versions get their line in the queue."""
    done = 0
    with progress("Preparing the queue", None) as advance:
        for done in complete_listings(store):
            advance(done)
    if done:
        click.echo(f"Prepared the queue for {done} earlier screenings.")


def _carry_over_events(store: Store) -> None:
    """What earlier versions have noted of the desk goes into the audit log."""
    done = 0
    with progress("Carrying over", None) as advance:
        for done in carry_over_events(store):
            advance(done)
    if done:
        click.echo(f"Carried {done} earlier events over into the audit log.")


def _make_data_directory(path: Path) -> None:
    """A directory for its owner only. One that holds other people's files is not ours to close."""
    os.umask(0o077)
    if not path.exists():
        path.mkdir(mode=0o700, parents=True)
        click.echo(f"Made the data directory {path}")
        return
    if not path.is_dir():
        raise CommandError(f"{path} is not a directory. Move it away or set DATA_DIR.")
    if path.stat().st_mode & 0o077:
        if any(not each.name.startswith(_OURS) for each in path.iterdir()):
            raise CommandError(f"Others can open {path}. Run: chmod 700 {path}")
        path.chmod(0o700)


def _remove_unfinished(data_dir: Path) -> None:
    """Tables that a process was killed over: they are not encrypted."""
    for folder in data_dir.glob(f"{UNFINISHED}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _make_database(settings: Settings, *, without_copy: bool) -> None:
    """Keys come first; they are never made anew over data that other keys have written."""
    with closing(Database(settings.database_url)) as database:
        if why_not := why_not_to_start(settings.database_url, database):
            raise CommandError(why_not)
        before, is_current = current_revision(database), is_up_to_date(database)
    keyring = _made_keyring(settings, before)
    if is_current:
        click.echo("The database is up to date")
    else:
        if before is not None and not without_copy:
            _keep_a_copy(settings, keyring, before)
        bring_up_to_date(settings.database_owner_url or settings.database_url)
        click.echo("Made the database" if before is None else "Brought the database up to date")
    if settings.database_owner_url:
        grant_to_app(settings.database_owner_url, user_of(settings.database_url) or "")
    _tighten(settings.database_url)


def _made_keyring(settings: Settings, revision: str | None) -> Keyring:
    if not settings.keyring_path.exists():
        if revision is not None:
            raise CommandError(
                f"There is data but no keyring at {settings.keyring_path}. "
                "Restore the keyring from its backup: nothing can be read without it."
            )
        create_keyring(settings.keyring_path)
        click.echo(f"Made the keyring {settings.keyring_path}. Keep a copy of it in a safe place.")
    return load_keyring(settings.keyring_path)


def _keep_a_copy(settings: Settings, keyring: Keyring, revision: str) -> None:
    """The way back, before the tables change."""
    url, folder = settings.database_owner_url or settings.database_url, settings.data_dir
    try:
        with progress("Keeping a copy", None) as advance:
            copy = keep_as_it_was(url, keyring, folder, revision, datetime.now(UTC), advance)
    except (TooLargeError, OSError, StorageUnavailableError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else problem
        why = "the database did not answer in time" if isinstance(problem, StorageUnavailableError) else why
        raise CommandError(
            f"Nothing was changed: no copy of the database can be kept in {folder} ({why}). Make room and "
            "run it again, or make a backup of your own and run: flask --app wsgi init --without-copy"
        ) from None
    if copy is not None:
        click.echo(f"Kept the database as it was: {copy}. It goes after {KEPT.days} days.")


def _tighten(database_url: str) -> None:
    """The database file is for its owner only."""
    name = make_url(database_url).database
    if database_url.startswith("sqlite:") and name and Path(name).is_file():
        Path(name).chmod(0o600)
