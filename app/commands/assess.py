"""Assessing answers from a file without storing anything: no database and no keys are needed."""

import os
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import BinaryIO, Final, TextIO

import click

from app.commands.failure import CommandError, checked_settings, installed_policies
from app.commands.progress import progress
from app.reports.cohort import read_json
from app.reports.cohort_csv import as_text
from app.reports.cohort_lines import Assessed, assessed
from app.reports.cohort_processes import LostWorkerError, assessed_csv

_FORMATS: Final = ("json", "csv")
_ENDINGS: Final = {".json": "json", ".jsonl": "json", ".ndjson": "json", ".csv": "csv"}
_REPORT_EVERY: Final = 1000
_STANDARD_INPUT: Final = Path("-")


def _cores() -> int:
    """How many this process may use, where the system says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@click.command("assess")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--format", "wanted", type=click.Choice(_FORMATS), help="Else the file's ending says it.")
@click.option("--output", type=click.Path(path_type=Path), help="Write here, not to standard output.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=_cores,
    show_default="one a core",
    help="How many processes assess a long CSV file.",
)
def assess_answers(file: Path | None, wanted: str | None, output: Path | None, jobs: int) -> None:
    """Assess the answers in FILE (or standard input); one line of JSON for each row, in order.

    A row that cannot be used gives a line with its error, and the status is 1.
    """
    file = None if file == _STANDARD_INPUT else file
    if file is not None and output is not None and output.resolve() == file.resolve():
        raise click.UsageError("--output names the file that is read. Choose another name.")
    wanted = _format_of(file, wanted)
    try:
        with (
            _opened(file) as source,
            _written_to(output) as target,
            closing(_assessed(source, wanted, jobs)) as parts,
        ):
            bad = _write(parts, target)
    except LostWorkerError:
        raise CommandError("A process of the work ended too early. Is there enough memory?") from None
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


def _assessed(source: TextIO, wanted: str, jobs: int) -> Generator[Assessed]:
    policies = installed_policies()
    if wanted == "csv":
        yield from assessed_csv(source, policies, checked_settings().policies_folder, jobs)
    else:
        yield from assessed(read_json(source), policies)


def _write(parts: Iterator[Assessed], target: TextIO) -> int:
    """Write a line for every row; how many were wrong."""
    wrong = count = 0
    with progress("Assessing", None) as advance:
        for text, rows, wrong_here in parts:
            target.write(text)
            wrong += wrong_here
            count += rows
            if count % _REPORT_EVERY < rows:
                advance(count)
        advance(count, count)
    return wrong


def _end_quietly_if_nobody_reads(problem: OSError) -> None:
    """`… | head` closes our output early; that is no failure of ours."""
    if isinstance(problem, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0)
