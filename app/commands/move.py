"""`move-to`: everything into another database, verified; the old one is closed afterwards."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Final

import click
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.commands.audit import broken_words
from app.commands.failure import CommandError, installed_store
from app.commands.output import stopped_like_ctrl_c
from app.commands.progress import progress
from app.services.auditing import BrokenChainError
from app.services.moving import (
    Content,
    NotEmptyError,
    NotTheSameError,
    WrittenMeanwhileError,
    check_arrived,
    close_source,
    send_all,
)
from app.storage.condition import file_of, owns_its_tables
from app.storage.database import ConflictError, Database, StorageUnavailableError
from app.storage.roles import grant_to_app, user_of
from app.storage.schema import bring_up_to_date, current_revision, newest_revision
from app.storage.store import Store
from config import Settings, SettingsError, load_settings

_FAILURES: Final = (SQLAlchemyError, StorageUnavailableError, sqlite3.Error, OSError)
_EMPTY_IT: Final = "Make the new database empty, and run it again."


@click.command("move-to")
@click.argument("url")
@click.option(
    "--owner-url", default="", help="On PostgreSQL: who owns the tables, where that is another user."
)
def move_to(url: str, owner_url: str) -> None:
    """Move everything into the empty database at URL, such as postgresql://screener@host/screener.

    Stop the server first. Every row is compared and the audit chain followed, then the old database is
    closed: nothing starts on it any more. The keyring stays where it is. A password belongs into ~/.pgpass.
    """
    with installed_store() as (settings, store), stopped_like_ctrl_c():
        wanted = _wanted(settings, url, owner_url)
        old_owner = settings.database_owner_url or settings.database_url
        _check_owner(old_owner)
        new_owner = wanted.database_owner_url or wanted.database_url
        with closing(Database(new_owner)) as target:
            sent = _sent(store, settings, wanted, target)
            _check_and_close(store, settings, target, sent, old_owner)
    rows = sum(sent.rows.values())
    click.echo(f"Moved {rows} rows; each was compared, and the audit log is whole.")
    click.echo(
        "Set DATABASE_URL to the new database and start the server. The old one is closed: keep it as you"
    )
    click.echo("keep a backup, and remove it when you no longer need it.")


def _wanted(settings: Settings, url: str, owner_url: str) -> Settings:
    """The settings with the new database, checked as those of a start are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    try:
        wanted = load_settings({**kept, "DATABASE_URL": url, "DATABASE_OWNER_URL": owner_url})
    except SettingsError as problem:
        words = str(problem).replace("DATABASE_OWNER_URL", "--owner-url").replace("DATABASE_URL", "URL")
        raise CommandError(words) from None
    if _place(wanted.database_url) == _place(settings.database_url):
        raise CommandError("URL is the database that is in use. Name another one.")
    return wanted


def _place(url: str) -> tuple[object, ...]:
    parsed = make_url(url)
    file = file_of(url)
    return (
        (file.absolute(),) if file else (parsed.host, parsed.port, parsed.database, parsed.query.get("host"))
    )


def _check_owner(owner_url: str) -> None:
    with closing(Database(owner_url)) as database:
        if database.engine.dialect.name == "postgresql" and not owns_its_tables(database):
            raise CommandError(
                "Set DATABASE_OWNER_URL to who owns the tables of the old database, for this command alone: "
                "it is closed afterwards."
            )


def _sent(store: Store, settings: Settings, wanted: Settings, target: Database) -> Content:
    """Make the tables and send the rows: all of them, or the end of the command with none."""
    try:
        _make_tables(wanted, target)
        with progress("Moving", None) as advance:
            return send_all(store, target, settings.data_dir, datetime.now(UTC), advance)
    except NotEmptyError:
        raise CommandError("The new database holds rows. Name an empty one.") from None
    except (ConflictError, ValueError):
        raise CommandError("Nothing was moved: a row does not fit into the new database.") from None
    except KeyboardInterrupt:
        raise CommandError("Stopped. Nothing was moved.") from None
    except _FAILURES:
        raise CommandError(
            "Nothing was moved: one of the databases does not answer, or DATA_DIR has no room. Check URL."
        ) from None


def _check_and_close(
    store: Store, settings: Settings, target: Database, sent: Content, old_owner: str
) -> None:
    """Compare, then close the old database; or the end of the command with the old one in use as before."""
    try:
        check_arrived(store, target, settings.data_dir, sent)
        close_source(old_owner, sent)
    except WrittenMeanwhileError:
        raise CommandError(
            f"The old database was written to meanwhile. Stop the server. {_EMPTY_IT}"
        ) from None
    except NotTheSameError as problem:
        raise CommandError(f"What arrived is not what was sent ({problem}). {_EMPTY_IT}") from None
    except BrokenChainError as broken:
        raise CommandError(f"Every row arrived as it was. {broken_words(broken)}") from None
    except KeyboardInterrupt:
        raise CommandError(f"Stopped. The old database is as it was. {_EMPTY_IT}") from None
    except _FAILURES:
        raise CommandError(
            "The rows were sent but could not be compared: a database does not answer, or DATA_DIR has no "
            f"room. The old database is as it was. {_EMPTY_IT}"
        ) from None


def _make_tables(wanted: Settings, target: Database) -> None:
    """The tables of this version, for the owner of the file alone where it is one."""
    os.umask(0o077)
    revision = current_revision(target)
    if revision is None:
        bring_up_to_date(wanted.database_owner_url or wanted.database_url)
    elif revision != newest_revision():
        raise CommandError("The new database has the tables of another version. Name an empty one.")
    if wanted.database_owner_url:
        grant_to_app(wanted.database_owner_url, user_of(wanted.database_url) or "")
