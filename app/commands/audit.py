"""The audit log: whether it is whole, and anchors for its end."""

from pathlib import Path
from typing import Final

import click

from app.commands.failure import CommandError, installed_store
from app.commands.progress import progress
from app.services.auditing import BrokenChainError, NoAnchorError, add_anchor, count_entries, verify_chain
from app.storage.anchors import Anchor, read_anchors
from app.storage.audit_reading import Fault
from app.storage.store import Store

_FAULTS: Final = {
    Fault.MISSING: "it is missing",
    Fault.OUT_OF_PLACE: "it does not belong there",
    Fault.NOT_LINKED: "it does not follow the entry before it",
    Fault.CHANGED: "it was changed after it was written",
    Fault.DETAIL_UNREADABLE: "its detail is damaged",
    Fault.KEY_GONE: "the key it was written with is not in the keyring",
    Fault.NOT_AS_ANCHORED: "it is not the one that was anchored",
}


@click.group("audit")
def audit_log() -> None:
    """Who did what: check that the log is whole, and anchor its end."""


@audit_log.command("verify")
@click.option(
    "--anchor",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Anchors kept elsewhere, in place of those of this installation.",
)
def verify(file: Path | None) -> None:
    """Check every entry of the log, and that it still holds what was anchored.

    The status is 1, with one line about the first entry that is wrong, when it does not.
    """
    with installed_store() as (settings, store):
        anchors = _anchors(file or settings.audit_anchor_file, is_named=file is not None)
        count = _verified(store, anchors)
    click.echo(f"The audit log is whole. Entries: {count}. Anchors: {len(anchors)}.")
    if not anchors:
        click.echo("Without an anchor it does not show when its last entries are removed.")


def _anchors(file: Path, *, is_named: bool) -> list[Anchor]:
    if not is_named and not file.exists():
        return []
    try:
        anchors, unreadable = read_anchors(file)
    except OSError as problem:
        raise CommandError(f"{file} cannot be read: {problem.strerror}.") from None
    if is_named and not anchors:
        raise CommandError(f"{file} holds no anchor. Choose the file that `audit anchor` writes.")
    if unreadable:
        click.echo(f"Lines of {file} that cannot be read: {unreadable}. They were left out.")
    return anchors


def _verified(store: Store, anchors: list[Anchor]) -> int:
    """How many entries there are; the end of the command when one is wrong."""
    count = 0
    try:
        with progress("Checking", count_entries(store)) as advance:
            for count in verify_chain(store, anchors):
                advance(count)
    except KeyboardInterrupt:
        raise CommandError(
            f"Stopped after {count} entries, which are whole. Run the command again."
        ) from None
    except BrokenChainError as broken:
        raise CommandError(broken_words(broken)) from None
    return count


def broken_words(broken: BrokenChainError) -> str:
    """Which entry is the first that is wrong, and what is wrong with it."""
    what = f"The audit log is broken at entry {broken.seq}: {_FAULTS[broken.fault]}."
    if broken.anchored_at is None:
        return what
    return f"{what} An anchor of {broken.anchored_at:%Y-%m-%d %H:%M:%S} UTC tells of it."


@audit_log.command("anchor")
def anchor() -> None:
    """Keep the end of the log outside the database, so that it shows when entries are removed there."""
    with installed_store() as (settings, store):
        try:
            made = add_anchor(store)
        except NoAnchorError:
            raise CommandError("The audit log has no entry yet: there is nothing to anchor.") from None
        except OSError as problem:
            raise CommandError(
                f"{settings.audit_anchor_file} cannot be written: {problem.strerror}."
            ) from None
    click.echo(f"Anchored entry {made.end.seq} in {settings.audit_anchor_file}.")
    click.echo(f"Its mark: {made.end.mac.hex()[:16]}")
