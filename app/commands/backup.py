"""Backups: `backup create`, `backup verify`, `backup restore`."""

import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from app.commands.audit import broken_words
from app.commands.failure import CommandError, checked_settings, installed_store
from app.commands.progress import progress
from app.services.auditing import BrokenChainError, verify_chain
from app.services.backups import (
    BackupError,
    Manifest,
    checked_manifest,
    create_backup,
    note_restored,
    restore_backup,
)
from app.services.starting import why_not_to_start
from app.storage.database import ConflictError, Database, StorageUnavailableError
from app.storage.encryption import FieldCipher
from app.storage.keyring import Keyring, KeyringError, load_keyring
from app.storage.schema import bring_to, bring_up_to_date
from app.storage.store import Store
from config import Settings

_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
_EXISTING = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("backup")
def backup() -> None:
    """Write all data into one encrypted file, check such a file, or put it back."""


@backup.command("create")
@_FILE
def create(file: Path) -> None:
    """Write a backup to FILE while the server goes on. Keep a copy of the keyring apart: it is not in it."""
    if file.exists():
        raise CommandError(f"{file} exists already. Name a new file.")
    with installed_store() as (settings, store), progress("Writing the backup", None) as advance:
        try:
            manifest = create_backup(store, file, settings.data_dir, datetime.now(UTC), advance)
        except KeyboardInterrupt:
            raise CommandError("Stopped. No backup was written.") from None
        except OSError as problem:
            raise CommandError(f"The backup cannot be written to {file}: {problem.strerror}.") from None
    click.echo(f"Wrote {manifest.total} rows to {file}. Check it now and then: backup verify {file}")


@backup.command("verify")
@_EXISTING
def verify(file: Path) -> None:
    """Put FILE into a new database for a moment; count every row and follow the audit chain there."""
    settings = checked_settings()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix="verify-") as folder:
        url = f"sqlite:///{Path(folder) / 'restored.db'}"
        keyring = _keyring(settings)
        manifest = _restore_into(url, file, keyring)
        _follow_chain(url, keyring)
    seconds = time.monotonic() - began
    click.echo(f"The backup of {manifest.made_at} is whole: {manifest.total} rows in {seconds:.1f} seconds.")


@backup.command("restore")
@_EXISTING
def restore(file: Path) -> None:
    """Put FILE into the database of the settings, which must be new and empty. The keyring comes first.

    A backup with the tables of an earlier version is brought up to date.
    """
    settings = checked_settings()
    owner_url = settings.database_owner_url or settings.database_url
    keyring = _keyring(settings)
    manifest = _restore_into(owner_url, file, keyring)
    with closing(Database(owner_url)) as database:
        note_restored(database, keyring, datetime.now(UTC))
    click.echo(
        f"Restored {manifest.total} rows as they were at {manifest.made_at}. Now run: flask --app wsgi init"
    )


def _keyring(settings: Settings) -> Keyring:
    try:
        return load_keyring(settings.keyring_path)
    except KeyringError as problem:
        raise CommandError(str(problem)) from None


def _follow_chain(url: str, keyring: Keyring) -> None:
    """The end of the command when the audit log in this database is not as it was written."""
    with closing(Database(url)) as database:
        try:
            for _ in verify_chain(Store(database, keyring, FieldCipher(keyring))):
                pass
        except BrokenChainError as broken:
            raise CommandError(f"The rows of the backup are all there. {broken_words(broken)}") from None


def _restore_into(url: str, file: Path, keyring: Keyring) -> Manifest:
    """The backup in this database: in the tables it was made of, which are then brought up to date."""
    try:
        with closing(Database(url)) as database:
            if why_not := why_not_to_start(url, database):
                raise CommandError(why_not)
            manifest = checked_manifest(file, keyring, database)
        bring_to(url, manifest.revision)
        with closing(Database(url)) as database, progress("Restoring", None) as advance:
            restore_backup(file, keyring, database, advance)
        bring_up_to_date(url)
    except BackupError as problem:
        raise CommandError(str(problem)) from None
    except (ConflictError, ValueError):
        raise CommandError("The backup cannot be read: a row of it does not fit.") from None
    except (StorageUnavailableError, SQLAlchemyError):
        raise CommandError("The database does not answer. Check that it runs, then try again.") from None
    return manifest
