"""The second half of an examination: the database, what is stored in it, and who can look after it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from app.services import retention
from app.services.auditing import count_entries
from app.services.examination import Finding, good, look, wrong
from app.storage.anchors import read_anchors
from app.storage.clinicians import list_accounts
from app.storage.condition import (
    damage_of,
    file_of,
    is_looked_into,
    owns_its_tables,
    unreadable_of_newest,
    unsafe_settings,
)
from app.storage.database import Database, StorageUnavailableError
from app.storage.schema import MOVED, current_revision, is_known, newest_revision
from app.storage.store import Store
from config import Settings

_TRIED: Final = 50
_INIT: Final = "Run: flask --app wsgi init"


def examine_database(settings: Settings, database: Database) -> Iterator[Finding]:
    """Whether the database answers, has the right tables, is whole, and loses nothing."""
    about, file = "Database", file_of(settings.database_url)
    if file is not None and not file.is_file():
        yield wrong(about, f"{file} is not there.", f"Restore the last backup; for a new one: {_INIT}")
        return
    try:
        revision = current_revision(database)
        if (finding := _schema(revision)) is not None:
            yield finding
            return
        damage = damage_of(database) if is_looked_into(settings.database_url) else []
        unsafe, is_owner = unsafe_settings(database), owns_its_tables(database)
    except StorageUnavailableError:
        yield _no_answer(is_file=file is not None)
        return
    if damage:
        yield wrong(about, f"It is damaged: {damage[0]}.", "Stop the server and restore the last backup.")
    elif unsafe:
        says = f"It may lose what it has confirmed: {', '.join(unsafe)} is off."
        yield wrong(about, says, "Turn it on in the settings of PostgreSQL.")
    elif is_owner:
        says = "The server's user owns the tables: it could change the past of the audit log."
        yield look(about, says, "Set DATABASE_OWNER_URL to another user, and run: flask --app wsgi init")
    else:
        yield good(about, _sound(settings.database_url, revision))
    if file is not None and file.stat().st_mode & 0o077:
        yield wrong("Database file", f"Others can open {file}.", f"Run: chmod 600 {file}")


def _no_answer(*, is_file: bool) -> Finding:
    if is_file:
        says = "It cannot be read: it is damaged, or something holds it."
        return wrong("Database", says, "Stop the server and look again; then restore the last backup.")
    return wrong("Database", "It does not answer.", "Check DATABASE_URL and that the database runs.")


def _sound(url: str, revision: str | None) -> str:
    file = file_of(url)
    if file is None:
        return f"PostgreSQL, revision {revision}."
    if is_looked_into(url):
        return f"SQLite, whole, revision {revision}."
    return f"SQLite, revision {revision}. It is large: `backup create` and `backup verify` look at all of it."


def _schema(revision: str | None) -> Finding | None:
    if revision is None:
        return wrong("Database", "It has no tables yet.", _INIT)
    if revision == MOVED:
        return wrong("Database", "Everything was moved out of it.", "Set DATABASE_URL to the new database.")
    if not is_known(revision):
        says = f"Its tables are of a newer version (revision {revision})."
        return wrong("Database", says, "Install that version again, or restore the backup from before it.")
    if revision != newest_revision():
        return wrong("Database", "Its tables are of an earlier version.", f"Make a backup. {_INIT}")
    return None


def examine_store(settings: Settings, store: Store, now: datetime) -> Iterator[Finding]:
    """What is stored: whether it can be read, the audit log, the clock, retention, and the people."""
    parts: tuple[Callable[[], Finding], ...] = (
        lambda: _records(store),
        lambda: _audit(settings, store),
        lambda: _retention(store, now),
        lambda: _people(store),
    )
    for part in parts:
        try:
            yield part()
        except StorageUnavailableError:
            yield wrong("Database", "It stopped answering.", "Check that it runs, then try again.")
            return


def _records(store: Store) -> Finding:
    about = "Records"
    with store.database.reading() as session:
        unreadable, tried = unreadable_of_newest(session, store.cipher, _TRIED)
    if unreadable:
        says = f"{unreadable} of the newest {tried} cannot be read: damaged, or written with a lost key."
        return wrong(about, says, "Put back the keyring that wrote them, or restore the last backup.")
    return good(about, f"The newest {tried} can be read." if tried else "There is none yet.")


def _audit(settings: Settings, store: Store) -> Finding:
    about, file, entries = "Audit log", settings.audit_anchor_file, count_entries(store)
    try:
        anchors, _broken = read_anchors(file)
    except OSError:
        anchors = []
    if not anchors and entries:
        return look(about, f"No anchor can be read in {file}.", "Run: flask --app wsgi audit anchor")
    if anchors and anchors[-1].end.seq > entries:
        says = f"Its last entries are missing: {entries} are there, and {anchors[-1].end.seq} were anchored."
        return wrong(about, says, "Run: flask --app wsgi audit verify, and tell who runs the clinic.")
    return good(about, f"{entries} entries, not fewer than were anchored.")


def _retention(store: Store, now: datetime) -> Finding:
    about = "Clock and retention"
    try:
        retention.check_clock(store, now)
    except retention.ClockSetBackError:
        says = f"Something is stored that is newer than this machine's clock ({now:%Y-%m-%d %H:%M} UTC)."
        return wrong(about, says, "Set the clock right before anybody screens.")
    except retention.FirstRunError:
        return look(about, "Nothing was ever removed by its age.", "Run: flask --app wsgi purge --dry-run")
    except retention.ClockJumpedError:
        return look(about, "The last removal by age is long ago.", "Let purge run each night.")
    return good(about, "The clock fits what is stored, and purge runs.")


def _people(store: Store) -> Finding:
    about = "People"
    with store.database.reading() as session:
        able = [each for each in list_accounts(session) if each.is_active and each.has_factor]
    administrators = sum(each.is_administrator for each in able)
    clinicians = sum(each.is_clinician for each in able)
    if not administrators:
        advice = "Run: flask --app wsgi create-administrator"
        return wrong(about, "Nobody can administer the clinic.", advice)
    if not clinicians:
        return look(about, "Nobody can read what patients send.", "Invite a clinician on the page People.")
    if administrators == 1:
        return look(about, "Only one person can administer the clinic.", "Give a second one that role.")
    return good(about, f"{administrators} can administer, {clinicians} can read.")
