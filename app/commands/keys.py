"""Key handling: `keys list`, `keys rotate`, `keys reencrypt`, `keys retire ID`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from app.commands.failure import CommandError, installed_store
from app.commands.progress import progress
from app.services.keys import (
    KeyInUseError,
    Resealed,
    count_to_reseal,
    list_keys,
    note_resealed,
    reseal,
    retire,
    rotate,
)
from app.storage.store import Store


@click.group("keys")
def keys() -> None:
    """Make a new key, seal everything with it, and let old keys go."""


@keys.command("list")
def show_keys() -> None:
    """Each key: its id, state, when it was made, and what needs it. No secret is shown."""
    with installed_store() as (_, store):
        found = list_keys(store)
    for use in found.keys:
        click.echo(
            f"{use.key.id}  {use.key.state:<12}  {use.key.made}  "
            f"{use.values} sealed values, {use.codes} reference codes"
        )
    if found.values_without_key:
        click.echo(f"Values that need a key that is not here: {found.values_without_key}.")


@keys.command("rotate")
def rotate_keys() -> None:
    """Make a new key. What is written from now on is sealed with it; what is there can still be read."""
    with _changed_keyring() as (path, store):
        added = rotate(store, path, datetime.now(UTC))
    click.echo(f"The key {added.id} is in use. Keep a copy of {path} in a safe place now.")
    click.echo("The servers use it from now on. Run: flask --app wsgi keys reencrypt")


@keys.command("reencrypt")
def reencrypt() -> None:
    """Seal everything that is stored with the newest key. It can be stopped and run again."""
    with installed_store() as (_, store), progress("Sealing anew", count_to_reseal(store)) as advance:
        done = Resealed()
        try:
            for done in reseal(store):
                advance(done.rows)
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped after {done.values} values. What is done is kept; run the command again."
            ) from None
        finally:
            note_resealed(store, done, datetime.now(UTC))
    click.echo(f"Sealed {done.values} values anew.")
    if done.unreadable:
        raise CommandError(f"Values that cannot be read: {done.unreadable}. They were left as they are.")


@keys.command("retire")
@click.argument("key_id", metavar="ID")
def retire_one(key_id: str) -> None:
    """Let the key ID go: it opens nothing any more but the audit of its time."""
    with _changed_keyring() as (path, store):
        try:
            retire(store, path, key_id, datetime.now(UTC))
        except KeyInUseError as problem:
            raise CommandError(_in_use(problem)) from None
    click.echo(f"The key {key_id} is retired. Keep a copy of {path} in a safe place now,")
    click.echo("and with backups made before, the copy of the keyring of their time: they need this key.")


@contextmanager
def _changed_keyring() -> Iterator[tuple[Path, Store]]:
    """The file of the keys, to be changed, or the end of the command."""
    with installed_store() as (settings, store):
        try:
            yield settings.keyring_path, store
        except OSError as problem:
            raise CommandError(f"{settings.keyring_path} cannot be written: {problem.strerror}.") from None


def _in_use(problem: KeyInUseError) -> str:
    use = problem.use
    if use.values:
        return f"{use.values} stored values need this key. Run: flask --app wsgi keys reencrypt"
    return (
        f"{use.codes} screenings, finished or not, can be found by their code with this key alone; "
        "it stays until they go."
    )
