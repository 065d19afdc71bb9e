"""Stored screenings in a file: a table, or one FHIR bundle a line."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final
from zoneinfo import ZoneInfo

import click

from app.commands.failure import CommandError, installed_store
from app.commands.output import stopped_like_ctrl_c, whole_file
from app.commands.progress import Advance, progress
from app.reports.table import Cell, Column, columns, row_of
from app.reports.table_files import TableTooLargeError, csv_lines, xlsx_chunks
from app.services.clinical_review import ScreeningRecord
from app.services.exporting import record_table_taken, stored_records
from app.storage.audit import OPERATOR, Action
from app.storage.store import Store
from app.web.language import words_outside_a_request
from config import Settings

Pieces = Generator[bytes, None, None]
_REPORT_EVERY: Final = 100


@dataclass(frozen=True)
class _Wish:
    """What is asked for. `since` is the first moment wanted, None for all."""

    format: str
    since: datetime | None
    with_text: bool
    reason: str


@dataclass
class _Tally:
    """How many screenings were seen, cannot be read, or can and are demonstrations."""

    seen: int = 0
    unreadable: int = 0
    demonstrations: int = 0

    def sentence(self, output: Path) -> str:
        """What was written, as the command says it last."""
        written = f"Wrote {self.seen - self.unreadable} screenings to {output}."
        among = f" Demonstrations among them, not people: {self.demonstrations}."
        return written + (among if self.demonstrations else "")


def _checked_day(_context: click.Context, _option: click.Parameter, day: datetime | None) -> datetime | None:
    if day is not None and not 1970 <= day.year < MAXYEAR:  # others may have no moment in UTC
        raise click.BadParameter("Choose a day from 1970-01-01 on.")
    return day


@click.command("export")
@click.option("--format", "wanted", required=True, type=click.Choice(["csv", "xlsx", "fhir"]))
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    help="Write here; a file that is there is replaced when the new one is whole.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_checked_day,
    help="Only what was received on this day or later.",
)
@click.option("--with-text", is_flag=True, help="Also what was typed, notes, names and exact times.")
@click.option("--reason", default="", help="Why it is taken out; needed with --with-text. It is recorded.")
def export_screenings(
    wanted: str, output: Path, since: datetime | None, with_text: bool, reason: str
) -> None:
    """Write the stored screenings to a file: CSV, XLSX, or FHIR with one Bundle a line.

    Codes, numbers and days only, unless --with-text is given. That it was taken, and the reason, is
    recorded. It can be stopped: then nothing is written.
    """
    if with_text and not reason.strip():
        raise click.UsageError("--with-text takes out what people wrote. Say why with --reason.")
    if output.exists() and not output.is_file():
        raise click.UsageError(f"--output {output} is no file. Choose another name.")
    with installed_store() as (settings, store):
        first = None if since is None else since.replace(tzinfo=ZoneInfo(settings.timezone))
        wish = _Wish(wanted, first, with_text, reason.strip())
        tally = _export(settings, store, wish, output)
    click.echo(tally.sentence(output))
    if tally.unreadable:
        raise CommandError(f"Screenings that cannot be read: {tally.unreadable}. They were left out.")


def _export(settings: Settings, store: Store, wish: _Wish, output: Path) -> _Tally:
    """Write the whole file, or end the command with nothing written."""
    try:
        with stopped_like_ctrl_c(), progress("Writing", None) as advance, whole_file(output) as target:
            tally = _write(settings, store, wish, target, advance)
            _note(store, wish, tally)
    except KeyboardInterrupt:
        raise CommandError("Stopped. Nothing was written; run the command again.") from None
    except TableTooLargeError as problem:
        raise CommandError(str(problem)) from None
    except OSError as problem:
        raise CommandError(f"{output} cannot be written: {problem.strerror}.") from None
    return tally


def _note(store: Store, wish: _Wish, tally: _Tally) -> None:
    """Note what was taken, before the file has its name."""
    record_table_taken(
        store,
        actor=OPERATOR,
        action=_ACTIONS[wish.format],
        rows=tally.seen - tally.unreadable,
        reason=wish.reason,
        now=datetime.now(UTC),
        format=wish.format,
        filters="" if wish.since is None else f"since={wish.since.date()}",
    )


def _write(settings: Settings, store: Store, wish: _Wish, target: BinaryIO, advance: Advance) -> _Tally:
    tally = _Tally()
    records = _readable(stored_records(store, wish.since), tally, advance)
    policy_ids = [policy.id for policy in store.policies.policies]
    zone = ZoneInfo(settings.timezone)
    of = columns(wish.with_text, policy_ids=policy_ids, zone=zone)
    with closing(_WRITERS[wish.format](records, of, wish.with_text, zone)) as pieces:
        for piece in pieces:
            target.write(piece)
    advance(tally.seen, tally.seen)
    return tally


def _readable(
    records: Iterable[ScreeningRecord | None], tally: _Tally, advance: Advance
) -> Iterator[ScreeningRecord]:
    for record in records:
        tally.seen += 1
        if tally.seen % _REPORT_EVERY == 0:
            advance(tally.seen)
        if record is None:
            tally.unreadable += 1
        else:
            tally.demonstrations += record.screening.is_demonstration
            yield record


# --- the formats ----------------------------------------------------------------------------------


def _rows(records: Iterator[ScreeningRecord], of: tuple[Column, ...]) -> Iterator[list[Cell]]:
    return (row_of(record, of) for record in records)


def _csv(
    records: Iterator[ScreeningRecord], of: tuple[Column, ...], with_text: bool, zone: ZoneInfo
) -> Pieces:
    return csv_lines(_rows(records, of), of)


def _xlsx(
    records: Iterator[ScreeningRecord], of: tuple[Column, ...], with_text: bool, zone: ZoneInfo
) -> Pieces:
    return xlsx_chunks(_rows(records, of), of)


def _fhir(
    records: Iterator[ScreeningRecord], of: tuple[Column, ...], with_text: bool, zone: ZoneInfo
) -> Pieces:
    from app.reports.fhir.bundle import bundle_for  # slow: only where bundles are made

    with words_outside_a_request():
        for record in records:
            yield json.dumps(bundle_for(record, with_text=with_text, zone=zone)).encode() + b"\n"


_WRITERS: Final[
    dict[str, Callable[[Iterator[ScreeningRecord], tuple[Column, ...], bool, ZoneInfo], Pieces]]
] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "fhir": _fhir,
}
_ACTIONS: Final = {
    "csv": Action.TABLE_TAKEN,
    "xlsx": Action.TABLE_TAKEN,
    "fhir": Action.FHIR_MADE,
}
