"""How a command fails: one clear line on standard error and a status that is not 0."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any

import click

from app.domain.policies import Policy
from app.domain.policy_files import PolicyFileError, load_policies
from app.storage.database import StorageUnavailableError
from app.storage.keyring import KeyringError
from app.storage.schema import is_up_to_date
from app.storage.store import Store, open_store
from config import Settings, SettingsError, load_settings


class CommandError(click.ClickException):
    """Ends a command with status 1 and one line that says what is wrong and what to do."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.format_message(), err=True)


def checked_settings() -> Settings:
    """The settings, or the end of the command."""
    try:
        return load_settings()
    except SettingsError as problem:
        raise CommandError(str(problem)) from None


def installed_policies() -> tuple[Policy, ...]:
    """The policies shipped and those of the clinic, or the end of the command."""
    try:
        return load_policies(checked_settings().policies_folder).policies
    except PolicyFileError as problem:
        raise CommandError(str(problem)) from None


@contextmanager
def installed_store() -> Iterator[tuple[Settings, Store]]:
    """Settings and store of an installation that is ready for use, or the end of the command."""
    settings = checked_settings()
    try:
        store = open_store(
            settings.database_url,
            settings.keyring_path,
            settings.policies_folder,
            settings.timezone,
            settings.audit_anchor_file,
        )
        with closing(store.database):
            if not is_up_to_date(store.database):
                raise CommandError(
                    "The database is missing, not reachable or not up to date. Run: flask --app wsgi init"
                )
            yield settings, store
    except (KeyringError, PolicyFileError) as problem:
        raise CommandError(str(problem)) from None
    except StorageUnavailableError:
        raise CommandError("The database does not answer. Check that it runs, then try again.") from None
