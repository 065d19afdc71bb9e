"""Key handling: `keys list`, `keys rotate`, `keys reencrypt`, `keys retire ID`."""

from datetime import UTC, datetime

import click

from app.commands.failure import CommandError, installed_store
from app.commands.progress import progress
from app.services.keys import (
    KeyInUseError,
    Resealed,
    count_to_reseal,
    list_keys,
    reseal,
    retire,
    rotate,
)


@click.group("keys")
def keys() -> None:
    """Make a new key, seal everything with it, and let old keys go."""


@keys.command("list")
def show_keys() -> None:
    """Each key: its id, state, when it was made, and what needs it. No secret is shown."""
    with installed_store() as (_, store):
        for use in list_keys(store):
            click.echo(
                f"{use.key.id}  {use.key.state:<12}  {use.key.made}  "
                f"{use.values} sealed values, {use.codes} reference codes"
            )


@keys.command("rotate")
def rotate_keys() -> None:
    """Make a new key. What is written from now on is sealed with it; what is there can still be read."""
    with installed_store() as (settings, store):
        added = rotate(store, settings.keyring_path, datetime.now(UTC))
    click.echo(f"The key {added.id} is in use. Keep a copy of {settings.keyring_path} in a safe place now.")
    click.echo("The servers use it from now on. Run: flask --app wsgi keys reencrypt")


@keys.command("reencrypt")
def reencrypt() -> None:
    """Seal everything that is stored with the newest key. It can be stopped and run again."""
    done = Resealed()
    with installed_store() as (_, store), progress("Sealing anew", count_to_reseal(store)) as advance:
        try:
            for done in reseal(store, datetime.now(UTC)):
                advance(done.rows)
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped after {done.values} values. What is done is kept; run the command again."
            ) from None
    click.echo(f"Sealed {done.values} values anew.")
    if done.unreadable:
        raise CommandError(f"Values that cannot be read: {done.unreadable}. They were left as they are.")


@keys.command("retire")
@click.argument("key_id", metavar="ID")
def retire_one(key_id: str) -> None:
    """Let the key ID go: it opens nothing any more but the audit of its time."""
    with installed_store() as (settings, store):
        try:
            retire(store, settings.keyring_path, key_id, datetime.now(UTC))
        except KeyInUseError as problem:
            raise CommandError(_in_use(problem)) from None
    click.echo(f"The key {key_id} is retired. Keep a copy of {settings.keyring_path} in a safe place now,")
    click.echo("and with backups made before, the copy of the keyring of their time: they need this key.")


def _in_use(problem: KeyInUseError) -> str:
    use = problem.use
    if use.values:
        return f"{use.values} stored values need this key. Run: flask --app wsgi keys reencrypt"
    return f"{use.codes} screenings can be found by their code with this key alone; it stays until they go."
