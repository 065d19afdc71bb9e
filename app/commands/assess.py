"""Assessing answers from a file without storing anything: no database and no keys are needed."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, TextIO

import click

from app.commands.failure import CommandError, installed_policies
from app.commands.progress import progress
from app.domain.policies import Policy
from app.reports.cohort import BadRow, Row, assessed_line, read_json
from app.reports.cohort_csv import as_text, read_csv

_READERS: Final[dict[str, Callable[[TextIO], Iterator[Row]]]] = {"json": read_json, "csv": read_csv}
_ENDINGS: Final = {".json": "json", ".jsonl": "json", ".ndjson": "json", ".csv": "csv"}
_REPORT_EVERY: Final = 1000
_STANDARD_INPUT: Final = Path("-")


@click.command("assess")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--format", "wanted", type=click.Choice(list(_READERS)), help="Else the file's ending says it.")
@click.option("--output", type=click.Path(path_type=Path), help="Write here, not to standard output.")
def assess_answers(file: Path | None, wanted: str | None, output: Path | None) -> None:
    """Assess the answers in FILE (or standard input); one line of JSON for each row, in order.

    A row that cannot be used gives a line with its error, and the status is 1.
    """
    file = None if file == _STANDARD_INPUT else file
    if file is not None and output is not None and output.resolve() == file.resolve():
        raise click.UsageError("--output names the file that is read. Choose another name.")
    reader = _READERS[_format_of(file, wanted)]
    policies = installed_policies()
    try:
        with _opened(file) as source, _written_to(output) as target:
            bad = _assess(reader(source), target, policies)
    except OSError as problem:
        _end_quietly_if_nobody_reads(problem)
        raise CommandError(f"{problem.filename or 'The output'}: {problem.strerror}.") from None
    except KeyboardInterrupt:
        raise CommandError("Stopped. Nothing was stored; run the command again.") from None
    if bad:
        click.echo(f"Rows with an error: {bad}. Each has a line with the reason.", err=True)
        raise SystemExit(1)


def _format_of(file: Path | None, wanted: str | None) -> str:
    found = wanted or (_ENDINGS.get(file.suffix.lower()) if file else "json")
    if found is None:
        raise click.UsageError("Say --format json or --format csv: the file's ending does not tell.")
    return found


@contextmanager
def _opened(file: Path | None) -> Iterator[TextIO]:
    """The text of a file or of standard input. A byte that is no UTF-8 spoils its row, not the rest."""
    with ExitStack() as stack:
        source: BinaryIO = sys.stdin.buffer
        if file is not None:
            source = stack.enter_context(file.open("rb"))
        text = as_text(source)
        yield text
        text.detach()


@contextmanager
def _written_to(output: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears only when it is whole."""
    if output is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    unfinished = output.with_name(output.name + ".unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as target:
            yield target
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def _assess(rows: Iterator[Row], target: TextIO, policies: tuple[Policy, ...]) -> int:
    """Write a line for every row; how many were wrong."""
    bad = count = 0
    with progress("Assessing", None) as advance:
        for count, row in enumerate(rows, start=1):
            target.write(assessed_line(row, policies) + "\n")
            bad += isinstance(row, BadRow)
            if count % _REPORT_EVERY == 0:
                advance(count)
        advance(count, count)
    return bad


def _end_quietly_if_nobody_reads(problem: OSError) -> None:
    """`… | head` closes our output early; that is no failure of ours."""
    if isinstance(problem, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0)
